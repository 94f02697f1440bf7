"""How complete the data is, and what a car costs: dead letters by reason, and bytes of events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import msgspec

from carlendar.domain.base import Value
from carlendar.telemetry.dictionary import FieldEntry, entries
from carlendar.telemetry.envelope import Envelope, encode
from carlendar_fleet.analytics.event_tables import Period

BUDGET_BYTES = 1_000_000
"""What a car may send and receive in a month by default."""
MONTH_DAYS = 30


class DataQuality(Value, frozen=True):
    """Dead letters of the period by reason and by day."""

    reasons: dict[str, int]
    days: dict[date, int]

    @property
    def dead_letters(self) -> int:
        """All of them."""
        return sum(self.reasons.values())


class _Letter(msgspec.Struct):
    """What the report needs of a dead letter: never its payload or its vehicle."""

    reason: str


def dead_letters(folder: Path, period: Period) -> DataQuality:
    """Count the dead letters below `folder`. Lines that cannot be read count as `unreadable line`."""
    reasons: Counter[str] = Counter()
    days: Counter[date] = Counter()
    decoder = msgspec.json.Decoder(_Letter)
    for day, line in _lines(folder, period):
        try:
            reasons[decoder.decode(line).reason] += 1
        except (msgspec.DecodeError, UnicodeDecodeError):
            reasons["unreadable line"] += 1
        days[day] += 1
    return DataQuality(dict(reasons.most_common()), dict(sorted(days.items())))


def _lines(folder: Path, period: Period) -> Iterator[tuple[date, bytes]]:
    for file in sorted(folder.glob("day=*/part-*.jsonl")):
        day = date.fromisoformat(file.parent.name.removeprefix("day="))
        if period.first <= day <= period.last:
            for line in file.read_bytes().splitlines():
                yield day, line


def monthly_bytes(events: Mapping[str, float], cars: float, days: int) -> float:
    """The bytes of events that a car sends in a month, from their numbers by kind. Connections come on top."""
    sizes = event_bytes()
    total = sum(number * sizes[name] for name, number in events.items())
    return total / cars / days * MONTH_DAYS if cars and days else 0.0


def event_bytes() -> dict[str, int]:
    """The size of a typical event of each kind in its envelope (JSON), by name."""
    return {entry.name: len(encode(_example(entry.type, entry.fields))) for entry in entries()}


def _example(kind: str, fields: tuple[FieldEntry, ...]) -> Envelope:
    values = {each.name: _typical(each) for each in fields}
    return Envelope(
        id="00000000-0000-4000-8000-000000000000", source="/vehicles/car-000001", type=kind,
        time="2026-11-02T09:30:00.000Z", brand="strada", model="estate", softwareversion="0.4.2", sequence=12_345,
        data=msgspec.Raw(msgspec.json.encode(values)), specversion="1.0", subject="0" * 32, consentversion=1,
    )  # fmt: skip


def _typical(field: FieldEntry) -> object:
    if field.kind == "enumeration":
        return field.values[0]
    return False if field.kind == "boolean" else min(field.high or 0, 100)
