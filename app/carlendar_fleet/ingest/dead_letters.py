"""What was refused, with the reason: one JSON object per line, by the day on which it was received."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from carlendar.domain.base import Value
from carlendar_fleet.ingest.examination import Refused
from carlendar_fleet.ingest.message import Message
from carlendar_fleet.ingest.refusal import PAYLOAD_KEPT

KEPT_BYTES = 4_096
"""Bytes of a payload that are kept."""
PER_VEHICLE = 1_000
"""Letters of one vehicle and day that are kept; what comes beyond is only counted, so that no car fills the disk."""
VEHICLES = 10_000
"""Vehicles that are counted at most; those without a registration count as one."""


class DeadLetter(Value, frozen=True):
    """A refused event or message. `payload` is empty for what may not be processed, such as without consent."""

    received_at: str
    reason: str
    vehicle_id: str
    topic: str
    detail: str
    event_id: str
    size: int
    sha256: str
    payload: str


class DeadLetters:
    """The letters of a batch."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._counted: dict[tuple[str, str], int] = {}

    def add(self, message: Message, refused: Refused) -> None:
        """Add a letter, unless there are too many of this vehicle and day."""
        key = message.vehicle, f"{message.received_at:%Y-%m-%d}"
        if key not in self._counted and len(self._counted) >= VEHICLES:
            self._counted.clear()
        self._counted[key] = count = self._counted.get(key, 0) + 1
        if count <= PER_VEHICLE:
            self._lines.append(msgspec.json.encode(_letter(message, refused)))

    def take(self) -> bytes:
        """Return the letters of this batch as lines, and begin the next."""
        lines, self._lines = self._lines, []
        return b"".join(line + b"\n" for line in lines)


def _letter(message: Message, refused: Refused) -> DeadLetter:
    kept = refused.payload[:KEPT_BYTES] if refused.reason in PAYLOAD_KEPT else b""
    return DeadLetter(
        received_at=message.received_at.isoformat(timespec="milliseconds"),
        reason=refused.reason,
        vehicle_id=message.vehicle,
        topic=message.topic,
        detail=refused.detail,
        event_id=refused.event_id,
        size=len(refused.payload),
        sha256=hashlib.sha256(refused.payload).hexdigest() if kept else "",
        payload=kept.decode("utf-8", "backslashreplace"),
    )


def folder(at: datetime) -> str:
    """The folder of letters that were received then, relative to the data folder."""
    return f"dead-letter/day={at:%Y-%m-%d}"
