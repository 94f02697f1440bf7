"""DuckDB, embedded: the default engine. It reads the Parquet files in place."""

from __future__ import annotations

import glob
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from carlendar.errors import StoreError
from carlendar_fleet.analytics.event_tables import columns, event_names

SQL_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "boolean": "BOOLEAN", "date": "DATE"}
PARTITIONS = ("day", "brand")
ATTEMPTS = 3


class DuckDBEngine:
    """The tables of events of one folder of data, in this process."""

    def __init__(self, events: Path, threads: int | None = None) -> None:
        """`events` is the folder that has one folder for each kind of event."""
        self.connection = ibis.duckdb.connect(**({"threads": threads} if threads else {}))
        self.connection.raw_sql("SET TimeZone = 'UTC'")
        self.connection.raw_sql("SET enable_progress_bar = false")
        for name in event_names():
            self.connection.raw_sql(_view(name, events / name))

    def run(self, expression: ir.Table) -> pa.Table:
        """Return the rows of an expression, in any order. Raises StoreError if the data cannot be read.

        A file that was listed may be gone, since ingestion has made one of many: then they are listed again.
        """
        for attempt in range(ATTEMPTS):
            try:
                result: pa.Table = self.connection.to_pyarrow(expression)
                break
            except duckdb.IOException as error:
                if attempt == ATTEMPTS - 1:
                    raise self._unreadable(error) from error
            except duckdb.Error as error:
                raise self._unreadable(error) from error
        return result

    @staticmethod
    def _unreadable(error: duckdb.Error) -> StoreError:
        return StoreError(f"the fleet's data cannot be read: {str(error).splitlines()[0]}")

    def close(self) -> None:
        """Close the database in memory."""
        self.connection.disconnect()


def _view(name: str, folder: Path) -> str:
    types = {column: SQL_TYPES[kind] for column, kind in columns(name).items()}
    if not any(folder.glob("*/*/part-*.parquet")):
        empty = ", ".join(f'NULL::{kind} AS "{column}"' for column, kind in types.items())
        return f'CREATE VIEW "{name}" AS SELECT {empty} WHERE false'
    files = parts_of(folder).replace("'", "''")
    read = ", ".join(f'"{column}"::{kind} AS "{column}"' for column, kind in types.items())
    partitions = ", ".join(f"'{each}': {types[each]}" for each in PARTITIONS)
    return (
        f"CREATE VIEW \"{name}\" AS SELECT {read} FROM read_parquet('{files}', union_by_name = true, "  # noqa: S608 - names of the schema
        f"hive_partitioning = true, hive_types = {{{partitions}}})"
    )


def parts_of(folder: Path) -> str:
    """The pattern of the files of a table, also where the folder's own name has characters of patterns."""
    return f"{glob.escape(str(folder))}/*/*/part-*.parquet"
