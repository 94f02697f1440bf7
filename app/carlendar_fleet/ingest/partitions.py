"""The rows of a batch, sorted into the partitions of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

import numpy as np
import pyarrow as pa
import pyarrow.compute

from carlendar_fleet.ingest.received import ReceivedEvent, event_of
from carlendar_fleet.registry.vehicles import Vehicle
from carlendar_fleet.tables.partitions import partition
from carlendar_fleet.tables.schema import COMMON, TIME, schema_of

ID_LENGTH, TIME_LENGTH = 36, 24
MICROSECONDS_A_DAY = 86_400_000_000
TOGETHER = 500
"""Events whose values are moved into columns at once: one message has too few for its share of the work."""
_ATTRIBUTES = {"subject": "subject", "software_version": "softwareversion", "sequence": "sequence"}
"""The columns that are attributes of an envelope, but for those of a fixed length."""


class Partitions:
    """Rows by event and brand; by day as well when they are written."""

    def __init__(self) -> None:
        self._parts: dict[tuple[type[ReceivedEvent], str], _Part] = {}
        self.count = 0

    def add(self, vehicle: Vehicle, received: int, events: Sequence[ReceivedEvent]) -> None:
        """Add events of a vehicle. `received` is in microseconds since 1970."""
        classes = set(map(type, events))
        for one in classes:
            own = events if len(classes) == 1 else [each for each in events if type(each) is one]
            key = one, vehicle.brand
            part = self._parts.get(key)
            if part is None:
                part = self._parts[key] = _Part(schema_of(event_of(one)))
            part.add(vehicle, received, own)
        self.count += len(events)

    def tables(self) -> Iterator[tuple[str, pa.Table]]:
        """The folder of each partition, relative to the data folder, with its rows."""
        for (made, brand), part in self._parts.items():
            table = part.table(brand)
            days = table["time"].cast(pa.int64()).to_numpy() // MICROSECONDS_A_DAY
            for day in np.unique(days).tolist():
                own = days == day
                folder = partition(event_of(made).about.name, day, brand)
                yield folder, table if own.all() else table.filter(pa.array(own))


class _Part:
    """Rows of one event and brand as columns, since the objects of many events would be spread over the memory."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._senders: list[tuple[Vehicle, int, int]] = []
        """Vehicle, time of arrival and number of events, of one message after the other."""
        self._ids: list[str] = []
        self._times: list[str] = []
        common = {field.name for field in COMMON}
        own = {field.name: f"data.{field.name}" for field in schema if field.name not in common}
        self._columns: dict[str, list[object]] = {name: [] for name in _ATTRIBUTES | own}
        self._values = [(self._columns[name], attrgetter(value)) for name, value in (_ATTRIBUTES | own).items()]
        self._latest: list[ReceivedEvent] = []

    def add(self, vehicle: Vehicle, received: int, events: Sequence[ReceivedEvent]) -> None:
        self._senders.append((vehicle, received, len(events)))
        self._latest += events
        if len(self._latest) >= TOGETHER:
            self._move()

    def _move(self) -> None:
        """Move the values of the latest events into the columns."""
        events = self._latest
        self._ids += [each.id for each in events]
        self._times += [each.time for each in events]
        for column, value in self._values:
            column += map(value, events)
        events.clear()

    def table(self, brand: str) -> pa.Table:
        """All rows as columns."""
        self._move()
        sizes = np.array([size for _, _, size in self._senders])
        senders = pa.array(np.repeat(np.arange(len(sizes)), sizes))
        made = {
            "event_id": pa.array(self._ids, pa.string()),
            "vehicle_id": pa.array([vehicle.id for vehicle, _, _ in self._senders]).take(senders),
            "model": pa.array([vehicle.model for vehicle, _, _ in self._senders]).take(senders),
            "brand": pa.repeat(brand, len(senders)),
            "received_at": pa.array([at for _, at, _ in self._senders]).cast(TIME).take(senders),
            "time": pa.array(self._times, pa.string()).cast(TIME),
        }
        for field in self._schema:
            if field.name not in made:
                made[field.name] = pa.array(self._columns[field.name], field.type)
        return pa.Table.from_arrays([made[field.name] for field in self._schema], schema=self._schema)
