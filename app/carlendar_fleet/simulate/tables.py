"""Turns simulated events into the rows that ingestion would have written, without the way through a broker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import numpy as np
import pyarrow as pa
from numpy.random import Generator
from numpy.typing import NDArray

from carlendar.telemetry.schema import CONSENT_TOPICS, TelemetryEvent, Topic
from carlendar_fleet.simulate.day import DAY_MS, Column, EventRows, events_of
from carlendar_fleet.simulate.fleet import BRANDS, MODELS, NEW, OLD, Fleet, Ints
from carlendar_fleet.tables.partitions import FIRST_DAY
from carlendar_fleet.tables.schema import COMMON, TIME, schema_of

_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_DASHES = (8, 13, 18, 23)


class Numbering:
    """The sequence number that each car gave last."""

    def __init__(self, cars: int) -> None:
        self._last = np.zeros(cars, np.int64)

    def number(self, kinds: list[EventRows]) -> list[Ints]:
        """Return the numbers of the events of a day, which grow with time in each car."""
        sizes = [len(rows.cars) for rows in kinds]
        cars = np.concatenate([rows.cars for rows in kinds])
        order = np.lexsort((np.concatenate([rows.at for rows in kinds]), cars))
        counts = np.bincount(cars, minlength=len(self._last))
        first = np.cumsum(counts) - counts
        numbers = np.empty(len(cars), np.int64)
        numbers[order] = np.arange(len(cars)) - first[cars[order]] + 1 + self._last[cars[order]]
        self._last += counts
        return np.split(numbers, np.cumsum(sizes)[:-1])


def day_tables(fleet: Fleet, day: int, numbering: Numbering) -> Iterator[tuple[type[TelemetryEvent], pa.Table]]:
    """The tables of a day, one for each kind of event, with what the drivers consented to alone."""
    chance = np.random.default_rng([fleet.seed, day, 1])
    kinds = [_consented(fleet, rows) for rows in events_of(fleet, day)]
    for rows, numbers in zip(kinds, numbering.number(kinds), strict=True):
        if len(rows.cars):
            yield rows.event, _table(fleet, day, rows, numbers, chance)


def _consented(fleet: Fleet, rows: EventRows) -> EventRows:
    topic = rows.event.about.topic
    if topic not in CONSENT_TOPICS:
        return rows
    kept = fleet.consents[topic][rows.cars]
    return EventRows(
        rows.event, rows.cars[kept], rows.at[kept], {name: _only(kept, c) for name, c in rows.fields.items()}
    )


def _only(kept: NDArray[np.bool_], column: Column) -> Column:
    if not isinstance(column, tuple):
        return column[kept]
    first, second = column
    if isinstance(first, type):
        return first, second[kept].astype(np.int64)
    return first[kept], second[kept].astype(np.bool_)


def _table(fleet: Fleet, day: int, rows: EventRows, numbers: Ints, chance: Generator) -> pa.Table:
    size = len(rows.cars)
    midnight = datetime.combine(fleet.begin, datetime.min.time(), UTC) + timedelta(days=day)
    times = int(midnight.timestamp() * 1000) + rows.at
    delay = np.where(chance.random(size) < 0.95, chance.exponential(40.0, size), chance.exponential(60_000.0, size))
    versions = [".".join(map(str, each)) for each in (OLD, NEW)]
    common = [
        _ids(chance, size),
        pa.array(fleet.ids).take(rows.cars),
        pa.nulls(size, pa.string()) if rows.event.about.topic is Topic.SECURITY
        else pa.array(fleet.subjects).take(rows.cars),
        pa.array(BRANDS).take(fleet.brands[rows.cars]),
        pa.array(MODELS).take(fleet.models[rows.cars]),
        pa.array(versions).take((day >= fleet.updated[rows.cars]).astype(np.int64)),
        pa.array(times * 1000).cast(TIME),
        pa.array((times + (delay * 1000).astype(np.int64)) * 1000).cast(TIME),
        pa.array(numbers),
    ]  # fmt: skip
    schema = schema_of(rows.event)
    own = [_array(rows.fields[field.name]) for field in list(schema)[len(COMMON) :]]
    return pa.Table.from_arrays([*common, *own], schema=schema)


def _array(column: Column) -> pa.Array:
    if not isinstance(column, tuple):
        return pa.array(column)
    first, second = column
    if isinstance(first, type):
        assert issubclass(first, StrEnum)  # noqa: S101 - by the column's type
        return pa.array([each.value for each in first]).take(second)
    return pa.array(first, mask=~second.astype(np.bool_))


def _ids(chance: Generator, size: int) -> pa.Array:
    """Random UUIDs (version 4) as texts."""
    raw = chance.integers(0, 256, (size, 16), np.uint8)
    raw[:, 6] = raw[:, 6] & 0x0F | 0x40
    raw[:, 8] = raw[:, 8] & 0x3F | 0x80
    digits = np.empty((size, 32), np.uint8)
    digits[:, 0::2], digits[:, 1::2] = _HEX[raw >> 4], _HEX[raw & 15]
    text = np.full((size, 36), ord("-"), np.uint8)
    text[:, [each for each in range(36) if each not in _DASHES]] = digits
    offsets = np.arange(size + 1, dtype=np.int32) * 36
    return pa.Array.from_buffers(pa.string(), size, [None, pa.py_buffer(offsets), pa.py_buffer(text)])


def days_since_1970(fleet: Fleet, day: int) -> int:
    """The day, counted from the beginning, as the partitions of the tables count it."""
    return (fleet.begin - FIRST_DAY).days + day


__all__ = ["DAY_MS", "Numbering", "day_tables", "days_since_1970"]
