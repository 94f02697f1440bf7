"""The emulator's time of day, shared with the application through a file."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from carlendar.domain.ports import ElapsedClock


class ReferencePoint(Value, frozen=True):
    """A reference point: `wall` (aware) was the time of day at `elapsed` seconds of the elapsed clock."""

    wall: datetime
    elapsed: float
    rate: float
    zone: ZoneInfo
    is_set: bool

    def at(self, elapsed: float) -> datetime:
        """Return the time of day (UTC) at another elapsed time."""
        return (self.wall + timedelta(seconds=(elapsed - self.elapsed) * self.rate)).astimezone(UTC)


def read_reference(text: str) -> ReferencePoint:
    """Parse the emulator's `clock.json`. Raises ValueError.

    `{"wall": ISO 8601 with offset, "elapsed": s, "rate": x, "zone": IANA name, "is_set": bool}`
    """
    try:
        data = json.loads(text)
        wall = datetime.fromisoformat(data["wall"])
        point = ReferencePoint(
            wall, float(data["elapsed"]), float(data["rate"]), ZoneInfo(data["zone"]), data["is_set"] is True
        )
        point.at(point.elapsed + 86_400.0)
    except (KeyError, TypeError, OSError, OverflowError) as error:
        raise ValueError("not a clock") from error
    if wall.tzinfo is None or not 0.0 <= point.rate <= 3600.0:
        raise ValueError("not a clock")
    return point


class EmulatedWallClock:
    """`WallClock` from the emulator's `clock.json`, read again when the file is replaced.

    An invalid file is ignored, and the last valid one stays in effect. Before the first valid one, the time is the
    system's, in UTC, and counts as not set. Thread-safe.
    """

    def __init__(self, path: Path, elapsed: ElapsedClock) -> None:
        self._path = path
        self._elapsed = elapsed
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._reference = ReferencePoint(datetime.now(UTC), elapsed.seconds(), 1.0, ZoneInfo("UTC"), is_set=False)

    def now(self) -> datetime:
        """Return the emulator's current time (UTC)."""
        return self._current().at(self._elapsed.seconds())

    def zone(self) -> tzinfo:
        """Return the emulated time zone."""
        return self._current().zone

    def is_set(self) -> bool:
        """Whether the emulated clock has been set since boot."""
        return self._current().is_set

    def rate(self) -> float:
        """Return the wall seconds per elapsed second; 0.0 while paused."""
        return self._current().rate

    def _current(self) -> ReferencePoint:
        with self._lock:
            try:
                status = self._path.stat()
                if (seen := (status.st_mtime_ns, status.st_ino)) != self._seen:
                    self._seen = seen
                    self._reference = read_reference(self._path.read_text("utf-8"))
            except (OSError, ValueError):
                pass
            return self._reference
