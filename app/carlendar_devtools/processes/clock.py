"""The emulator's time of day, which it keeps in a file, so that the application runs at that time."""

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


class Mark(Value, frozen=True):
    """The emulator's time: `wall` (aware) was the time of day at `elapsed` seconds of the elapsed clock."""

    wall: datetime
    elapsed: float
    rate: float
    zone: ZoneInfo
    is_set: bool

    def at(self, elapsed: float) -> datetime:
        """The time of day at another elapsed moment (UTC)."""
        return (self.wall + timedelta(seconds=(elapsed - self.elapsed) * self.rate)).astimezone(UTC)


def read_mark(text: str) -> Mark:
    """The mark of the emulator's `clock.json`. Raises ValueError for anything else.

    `{"wall": ISO 8601 with offset, "elapsed": s, "rate": x, "zone": IANA name, "is_set": bool}`
    """
    try:
        data = json.loads(text)
        wall = datetime.fromisoformat(data["wall"])
        mark = Mark(wall, float(data["elapsed"]), float(data["rate"]), ZoneInfo(data["zone"]), data["is_set"] is True)
        mark.at(mark.elapsed + 86_400.0)
    except (KeyError, TypeError, OSError, OverflowError) as error:
        raise ValueError("not a clock") from error
    if wall.tzinfo is None or not 0.0 <= mark.rate <= 3600.0:
        raise ValueError("not a clock")
    return mark


class EmulatedWallClock:
    """`WallClock` that follows the emulator's `clock.json`, read again when the file was replaced.

    A file that cannot be understood changes nothing: the last good one goes on. Until there has been a
    good one, the time is the system's, in UTC, and counts as not set. Safe from any thread.
    """

    def __init__(self, path: Path, elapsed: ElapsedClock) -> None:
        self._path = path
        self._elapsed = elapsed
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._mark = Mark(datetime.now(UTC), elapsed.seconds(), 1.0, ZoneInfo("UTC"), is_set=False)

    def now(self) -> datetime:
        """The emulator's present moment (UTC)."""
        return self._current().at(self._elapsed.seconds())

    def zone(self) -> tzinfo:
        """The zone that the emulator says the car is in."""
        return self._current().zone

    def is_set(self) -> bool:
        """Whether the emulator says that the clock has been set since boot."""
        return self._current().is_set

    def rate(self) -> float:
        """Wall seconds in one elapsed second; 0.0 while paused."""
        return self._current().rate

    def _current(self) -> Mark:
        with self._lock:
            try:
                status = self._path.stat()
                if (seen := (status.st_mtime_ns, status.st_ino)) != self._seen:
                    self._seen = seen
                    self._mark = read_mark(self._path.read_text("utf-8"))
            except (OSError, ValueError):
                pass
            return self._mark
