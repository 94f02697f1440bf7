"""The rows of a batch, sorted into the partitions of the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import pyarrow as pa

from carlendar.telemetry.schema import Event
from carlendar_fleet.tables.schema import Row, schema_of

FIRST_DAY = date(1970, 1, 1)
Key = tuple[type[Event], int, str]
"""Event, day since 1970 (UTC) and brand."""


class Partitions:
    """Rows by event, day and brand."""

    def __init__(self) -> None:
        self._rows: defaultdict[Key, list[tuple[object, ...]]] = defaultdict(list)
        self.count = 0

    def add(self, day: int, brand: str, event: type[Event], common: tuple[object, ...], row: Row) -> None:
        """Add a row: the values of the common columns, and the event's own."""
        self._rows[event, day, brand].append(common + msgspec.structs.astuple(row))
        self.count += 1

    def tables(self) -> Iterator[tuple[str, pa.Table]]:
        """The folder of each partition, relative to the data folder, with its rows."""
        for (event, day, brand), rows in self._rows.items():
            schema = schema_of(event)
            columns = [
                pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            yield partition(event.about.name, day, brand), pa.Table.from_arrays(columns, schema=schema)


def partition(event: str, day: int, brand: str) -> str:
    """The folder of a partition, relative to the data folder."""
    return f"events/{event}/day={FIRST_DAY + timedelta(days=day)}/brand={brand}"
