"""The measures on Spark, compared with DuckDB."""
