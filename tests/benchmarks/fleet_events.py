"""Made-up events of a fleet as the back end stores them, as many as wanted: the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from carlendar.telemetry import schema

FIRST_DAY = date(2026, 10, 1)
BRANDS = ("aurelle", "corvia", "neutral", "strada", "voltane")
WORSE_BRAND = "strada"
"""The brand in which the new version crashes more often."""
OLD, NEW = "0.4.2", "0.5.0"
SHARES = {
    "sync": 0.30, "screen": 0.24, "tightening": 0.16, "trip": 0.08, "start_up": 0.07, "uptime": 0.07, "reminder": 0.04,
    "join": 0.03, "late": 0.005, "watchdog": 0.002, "dropped": 0.001, "security": 0.001, "consent": 0.001,
}  # fmt: skip
"""The share of each kind in all events."""
Columns = dict[str, Any]


@dataclass(frozen=True)
class Fleet:
    """How much of what. Version `NEW` is rolled out over ten days from the middle of the period on."""

    cars: int
    days: int
    events: int
    seed: int = 1

    @property
    def last_day(self) -> date:
        return FIRST_DAY + timedelta(days=self.days - 1)


def write(folder: Path, fleet: Fleet) -> int:
    """Write the Parquet files of a fleet below `folder` and return the number of events."""
    numbers = np.random.default_rng(fleet.seed)
    written = 0
    for name in SHARES:
        for day in range(fleet.days):
            for brand in range(len(BRANDS)):
                rows = round(fleet.events * SHARES[name] / fleet.days / len(BRANDS))
                if rows:
                    _write_part(folder, name, day, brand, rows, fleet, numbers, written)
                    written += rows
    return written


def _write_part(
    folder: Path, name: str, day: int, brand: int, rows: int, fleet: Fleet, numbers: np.random.Generator, before: int
) -> None:
    own = np.arange(brand, fleet.cars, len(BRANDS))
    cars = own[numbers.integers(0, len(own), rows)]
    new = np.asarray(day >= fleet.days // 2 + cars % 10)
    context = _Context(BRANDS[brand], new, cars, numbers)
    start = datetime.combine(FIRST_DAY + timedelta(days=day), time())
    at = np.datetime64(start, "us") + np.sort(numbers.integers(0, 86_400_000, rows)) * np.timedelta64(1000, "us")
    moment = pa.array(at).cast(pa.timestamp("us", tz="UTC"))
    subject = None if name == "security" else _texts([f"{each:032x}" for each in range(fleet.cars)], cars)
    common: Columns = {
        "event_id": pa.array(np.arange(before, before + rows)).cast(pa.string()),
        "vehicle_id": _texts([f"car-{each:06}" for each in range(fleet.cars)], cars),
        "subject": pa.nulls(rows, pa.string()) if subject is None else subject,
        "brand": _texts([BRANDS[brand]], np.zeros(rows, "int32")),
        "model": _texts(["compact", "estate", "van"], cars % 3),
        "software_version": _texts([OLD, NEW], new.astype("int32")),
        "time": moment,
        "received_at": moment,
        "sequence": pa.array(np.arange(before, before + rows)),
    }
    target = folder / name / f"day={start.date()}" / f"brand={BRANDS[brand]}"
    target.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(common | dict(FIELDS[name](context))), target / "part-00000.parquet", compression="zstd")


@dataclass(frozen=True)
class _Context:
    """The events of one file: their brand, whether each is of the new version, and their cars."""

    brand: str
    new: np.ndarray[Any, Any]
    cars: np.ndarray[Any, Any]
    numbers: np.random.Generator

    @property
    def rows(self) -> int:
        return len(self.cars)

    def choice(self, kind: type[StrEnum], weights: dict[StrEnum, float]) -> pa.Array:
        values = [each.value for each in kind]
        shares = np.array([weights.get(each, 0.0) for each in kind])
        return _texts(values, self.numbers.choice(len(values), self.rows, p=shares / shares.sum()))

    def skewed(self, middle: float, spread: float, high: int) -> np.ndarray[Any, Any]:
        """Log-normal whole numbers with this median."""
        return np.clip(np.rint(self.numbers.lognormal(np.log(middle), spread, self.rows)), 0, high).astype("int64")

    def between(self, low: int, high: int) -> np.ndarray[Any, Any]:
        return self.numbers.integers(low, high + 1, self.rows)

    def chance(self, share: float | np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return self.numbers.random(self.rows) < share


def _texts(values: list[str], indices: np.ndarray[Any, Any]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(values)).cast(pa.string())


def _sync(at: _Context) -> Iterator[tuple[str, Any]]:
    kind = schema.ErrorKind
    yield "source", at.choice(schema.SourceKind, {schema.SourceKind.MICROSOFT: 9, schema.SourceKind.FEED: 1})
    yield (
        "error",
        at.choice(kind, {kind.NONE: 93, kind.OFFLINE: 4, kind.TIMEOUT: 1, kind.THROTTLED: 1, kind.SIGN_IN: 1}),
    )
    yield "age_minutes", at.skewed(4, 0.9, 20_160)
    yield "duration_ms", at.skewed(420, 0.6, schema.LONGEST_MS)
    yield "count", at.between(1, 6)


def _start_up(at: _Context) -> Iterator[tuple[str, Any]]:
    yield "process", at.choice(schema.Process, {schema.Process.SCREEN: 1, schema.Process.SERVICE: 1})
    yield "duration_ms", at.skewed(800, 0.3, schema.LONGEST_MS)
    yield "major", np.zeros(at.rows, "int64")
    yield "minor", np.where(at.new, 5, 4)
    yield "patch", np.where(at.new, 0, 2)


def _uptime(at: _Context) -> Iterator[tuple[str, Any]]:
    yield "process", at.choice(schema.Process, {schema.Process.SCREEN: 1, schema.Process.SERVICE: 1})
    yield "minutes", at.skewed(38, 0.7, 9_999)
    yield "crashed", at.chance(np.where(at.new & (at.brand == WORSE_BRAND), 0.012, 0.003))


def _tightening(at: _Context) -> Iterator[tuple[str, Any]]:
    yield "latency_ms", (at.skewed(38, 0.5, schema.LONGEST_MS) + 9) // 10 * 10
    yield "count", at.between(1, 9)


def _watchdog(at: _Context) -> Iterator[tuple[str, Any]]:
    kind = schema.WatchdogKind
    weights: dict[StrEnum, float] = {kind.SCREEN_ENDED: 5, kind.SERVICE_RESTARTED: 3, kind.PART_DISABLED: 1}
    yield "kind", at.choice(kind, weights | {kind.STORE_REPAIRED: 1, kind.DEADLINE_MISSED: 0.2})
    yield "count", np.ones(at.rows, "int64")


def _dropped(at: _Context) -> Iterator[tuple[str, Any]]:
    yield "count", at.between(1, 40)


def _join(at: _Context) -> Iterator[tuple[str, Any]]:
    service, way, outcome = schema.MeetingService, schema.JoinWay, schema.JoinOutcome
    yield "service", at.choice(service, {service.TEAMS: 60, service.ZOOM: 15, service.WEBEX: 9, service.MEET: 9,
                                         service.PHONE: 6, service.OTHER: 1})  # fmt: skip
    yield "way", at.choice(way, {way.DIAL_IN: 8, way.DATA: 1, way.HAND_OVER: 1})
    outcomes = at.choice(outcome, {outcome.CONNECTED: 84, outcome.STARTED: 4, outcome.CANCELLED: 4, outcome.BUSY: 1,
                                   outcome.NO_ANSWER: 2, outcome.NETWORK: 3, outcome.TONES_FAILED: 2})  # fmt: skip
    yield "outcome", outcomes
    unknown = np.array(outcomes.to_numpy(zero_copy_only=False) != outcome.CONNECTED.value)
    yield "connected_ms", pa.array(at.skewed(9_200, 0.35, schema.LONGEST_MS), mask=unknown)


def _reminder(at: _Context) -> Iterator[tuple[str, Any]]:
    kind = schema.ReminderOutcome
    weights: dict[StrEnum, float] = {kind.SHOWN: 5, kind.JOINED: 2, kind.DISMISSED: 2, kind.SNOOZED: 1, kind.EXPIRED: 1}
    yield "outcome", at.choice(kind, weights)
    yield "moving", at.chance(0.6)


def _late(at: _Context) -> Iterator[tuple[str, Any]]:
    kind = schema.LateOutcome
    yield "minutes", at.between(1, 6) * 5
    yield "outcome", at.choice(kind, {kind.SENT: 95, kind.UNDONE: 4, kind.FAILED: 1})


def _screen(at: _Context) -> Iterator[tuple[str, Any]]:
    kind = schema.ScreenKind
    yield "screen", at.choice(kind, {kind.NOW: 80, kind.AGENDA: 14, kind.CALL: 6})
    seconds = at.skewed(600, 0.8, 86_400)
    glances = at.skewed(4, 0.7, 9_999)
    yield "seconds", seconds
    yield "frames", seconds // 20 + at.between(1, 60)
    yield "touches", at.skewed(1, 0.9, 9_999)
    yield "glances", glances
    yield "glance_ms", np.minimum(glances * at.between(500, 1_400), schema.LARGEST)


def _trip(at: _Context) -> Iterator[tuple[str, Any]]:
    yield "hour", np.where(at.chance(0.5), at.between(6, 9), at.between(0, 23))
    yield "minutes", at.skewed(25, 0.6, 1_440) // 5 * 5
    yield "distance_km", at.skewed(18, 0.8, 9_999) // 5 * 5
    yield "range_km", pa.array(at.between(4, 50) * 10, mask=at.chance(0.2))
    yield "charge_percent", pa.array(at.between(2, 20) * 5, mask=at.chance(0.5))
    yield "cell", pa.array(at.between(0, schema.CELLS - 1), mask=at.chance(0.3))


def _security(at: _Context) -> Iterator[tuple[str, Any]]:
    kind = schema.SecurityKind
    yield "kind", at.choice(kind, {kind.COMMAND_EXPIRED: 6, kind.COMMAND_MALFORMED: 1, kind.CERTIFICATE_REJECTED: 3})
    yield "count", np.ones(at.rows, "int64")


def _consent(at: _Context) -> Iterator[tuple[str, Any]]:
    kind = schema.Topic
    yield "topic", at.choice(kind, {kind.DIAGNOSTICS: 1, kind.USAGE: 1, kind.MOBILITY: 1})
    yield "granted", at.chance(0.9)
    yield "purpose_version", np.ones(at.rows, "int64")


FIELDS: dict[str, Callable[[_Context], Iterator[tuple[str, Any]]]] = {
    "sync": _sync, "start_up": _start_up, "uptime": _uptime, "tightening": _tightening, "watchdog": _watchdog,
    "dropped": _dropped, "join": _join, "reminder": _reminder, "late": _late, "screen": _screen, "trip": _trip,
    "security": _security, "consent": _consent,
}  # fmt: skip
