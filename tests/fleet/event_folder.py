"""Hand-made tables of events for tests."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from carlendar.telemetry.schema import EVENTS
from carlendar_fleet.tables.schema import schema_of

DAY = date(2026, 11, 2)


class EventFolder:
    """Collects events and writes them as ingestion does."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._rows: defaultdict[tuple[str, date, str], list[dict[str, object]]] = defaultdict(list)
        self._number = 0

    def add(
        self, name: str, car: int, *, day: date = DAY, brand: str = "strada", version: str = "0.4.2",
        subject: str | None = None, **fields: object,
    ) -> None:  # fmt: skip
        """Add one event of a car. Fields that are not given are null."""
        self._number += 1
        at = datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)
        row: dict[str, object] = {
            "event_id": f"00000000-0000-4000-8000-{self._number:012}",
            "vehicle_id": f"{brand}-{car:03}",
            "subject": subject or f"{car:032x}",
            "brand": brand,
            "model": "estate",
            "software_version": version,
            "time": at,
            "received_at": at,
            "sequence": self._number,
        }
        self._rows[name, day, brand].append(row | fields)

    def write(self) -> Path:
        """Write all files and return the folder."""
        for (name, day, brand), rows in self._rows.items():
            folder = self.root / name / f"day={day}" / f"brand={brand}"
            folder.mkdir(parents=True, exist_ok=True)
            schema = schema_of(EVENTS[name])
            complete = [{column: row.get(column) for column in schema.names} for row in rows]
            file = folder / f"part-{len(list(folder.iterdir())):05}.parquet"
            pq.write_table(pa.Table.from_pylist(complete, schema=schema), file)
        self._rows.clear()
        return self.root
