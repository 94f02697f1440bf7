"""Measures over the fleet's events: one set of Ibis expressions, run by DuckDB or by Spark.

Only `published.publish` hands results out, after it has removed what concerns fewer than 20 cars.
"""
