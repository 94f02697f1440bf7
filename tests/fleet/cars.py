"""Cars as the back end sees them: enrolled, with a certificate, publishing what a test decides."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.dataset as ds

from carlendar.telemetry.envelope import Envelope, batch, encode, instant
from carlendar.telemetry.schema import (
    ConsentEvent,
    JoinEvent,
    JoinOutcome,
    JoinWay,
    MeetingService,
    TelemetryEvent,
    Topic,
)
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.ingest.message import Message
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.vehicles import Vehicles

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
JOIN = JoinEvent(
    service=MeetingService.TEAMS, way=JoinWay.DIAL_IN, outcome=JoinOutcome.CONNECTED, connected_ms=4_200
)  # fmt: skip


def enrol(data: DataFolder, *ids: str, brand: str = "neutral", certified: bool = True) -> None:
    """Register vehicles; with a certificate on record, they are active."""
    database = Database(data.prepare().registry)
    vehicles = Vehicles(database)
    for each in ids:
        added = vehicles.enrol(each, brand, "m1", NOW)
        if certified:
            vehicles.certified(each, added.number, NOW, NOW + YEAR)
    database.close()


class Car:
    """Makes the events of one car, with the numbers and ids that a real one would give them."""

    def __init__(self, vehicle: str, seed: int = 1) -> None:
        self.id = vehicle
        self._random = random.Random(f"{vehicle} {seed}")
        self.subject = f"{self._random.getrandbits(128):032x}"
        self.sequence = 0

    def event(self, event: TelemetryEvent, at: datetime = NOW, **changed: object) -> Envelope:
        """An envelope; `changed` replaces attributes of it."""
        self.sequence += 1
        needs = event.about.topic is not Topic.SECURITY
        made = Envelope(
            id=str(uuid.UUID(int=self._random.getrandbits(128), version=4)), source=f"/vehicles/{self.id}",
            type=event.about.type, time=instant(at), brand="neutral", model="m1", softwareversion="0.1.0",
            sequence=self.sequence, data=msgspec.Raw(msgspec.json.encode(event)), specversion="1.0",
            subject=self.subject if needs else None, consentversion=1 if needs else 0,
        )  # fmt: skip
        return msgspec.structs.replace(made, **changed)

    def consent(self, topic: Topic, *, granted: bool = True, at: datetime = NOW, version: int = 1) -> Envelope:
        """The statement of a consent."""
        return self.event(ConsentEvent(topic=topic, granted=granted, purpose_version=version), at)

    def message(self, *envelopes: Envelope, topic: Topic = Topic.USAGE, at: datetime = NOW) -> Message:
        """A message with these events, as a source delivers it."""
        return Message(self.id, topic, payload(envelopes), at)


def payload(envelopes: Sequence[Envelope]) -> bytes:
    """One envelope alone, several as a batch."""
    return encode(envelopes[0]) if len(envelopes) == 1 else batch([encode(each) for each in envelopes])


def rows(data: DataFolder, event: str) -> list[dict[str, object]]:
    """All rows of a table, by vehicle and sequence."""
    files = sorted((data.events / event).rglob("*.parquet"))
    if not files:
        return []
    table: pa.Table = ds.dataset([str(each) for each in files]).to_table()
    found: list[dict[str, object]] = table.to_pylist()
    return sorted(found, key=lambda row: (str(row["vehicle_id"]), int(str(row["sequence"]))))


def ids(data: DataFolder, event: str) -> list[object]:
    """The ids in a table, in the order of their sequence."""
    return [row["event_id"] for row in rows(data, event)]


def letters(data: DataFolder) -> list[dict[str, object]]:
    """All dead letters."""
    files = sorted(data.dead_letters.rglob("*.jsonl"))
    return [msgspec.json.decode(line) for file in files for line in file.read_bytes().splitlines()]


def names(seed: int = 1) -> Callable[[], str]:
    """Names of batches, reproducible."""
    source = random.Random(seed)
    return lambda: f"{source.getrandbits(64):016x}"


def folder(path: Path) -> DataFolder:
    """A data folder."""
    return DataFolder(path / "fleet").prepare()
