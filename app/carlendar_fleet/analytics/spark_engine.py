"""Spark: the distributed engine, for amounts of data that one machine does not hold.

It runs the same expressions as DuckDB with the same results. PySpark is not among the dependencies: install it beside
them, in a version that Ibis accepts (`pyspark>=3.5,<4.1`), with Java 17.
"""

from __future__ import annotations

from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import BooleanType, DataType, DateType, LongType, StringType, StructField, StructType

from carlendar.errors import StoreError
from carlendar_fleet.analytics.event_tables import columns, event_names

SPARK_TYPES: dict[str, DataType] = {
    "string": StringType(), "int64": LongType(), "boolean": BooleanType(), "date": DateType(),
}  # fmt: skip


class SparkEngine:
    """The tables of events of one folder of data, which every executor can read."""

    def __init__(self, events: Path | str, session: SparkSession) -> None:
        """`events` is the folder, or the URL of the folder, that has one folder for each kind of event."""
        session.conf.set("spark.sql.session.timeZone", "UTC")
        self._connection = ibis.pyspark.connect(session)
        for name in event_names():
            _table(session, name, f"{events}/{name}").createOrReplaceTempView(name)

    def run(self, expression: ir.Table) -> pa.Table:
        """Return the rows of an expression, in any order. Raises StoreError if the data cannot be read."""
        try:
            result: pa.Table = self._connection.to_pyarrow(expression)
        except PySparkException as error:
            raise StoreError(f"the fleet's data cannot be read: {str(error).splitlines()[0]}") from error
        return result


def _table(session: SparkSession, name: str, folder: str) -> DataFrame:
    fields = [StructField(column, SPARK_TYPES[kind], True) for column, kind in columns(name).items()]
    schema = StructType(fields)
    try:
        return session.read.schema(schema).parquet(folder)
    except PySparkException:
        return session.createDataFrame([], schema)
