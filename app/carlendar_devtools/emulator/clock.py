"""The emulator's time of day: settable, pausable, sped up, and handed to the display by a file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from carlendar.domain.ports import ElapsedClock
from carlendar.errors import UsageError

RATES = (0.0, 1.0, 10.0, 60.0)
"""Paused, real, and the two speeds."""


class EmulatedClock:
    """`WallClock` of everything that is emulated.

    Each change is written to `path` at once, by replacing the file, so that a reader sees the old or the
    new time and never a half; `changed` is called after it. Used from one thread.
    """

    def __init__(
        self,
        path: Path,
        elapsed: ElapsedClock,
        *,
        wall: datetime,
        zone: ZoneInfo,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._path = path
        self._elapsed = elapsed
        self._changed = changed
        self._zone = zone
        self._rate = 1.0
        self._known = True
        self._wall, self._since = _aware(wall), elapsed.seconds()
        self._write()

    def now(self) -> datetime:
        """The emulated present moment (UTC)."""
        return self._wall + timedelta(seconds=(self._elapsed.seconds() - self._since) * self._rate)

    def zone(self) -> ZoneInfo:
        """The zone that the emulated car is in."""
        return self._zone

    def is_set(self) -> bool:
        """Whether the emulated car knows the time."""
        return self._known

    def rate(self) -> float:
        """Wall seconds in one elapsed second; 0.0 while paused."""
        return self._rate

    def set_time(self, wall: datetime) -> None:
        """Put the clock; ValueError for a naive moment."""
        self._wall, self._since = _aware(wall), self._elapsed.seconds()
        self._write()

    def set_rate(self, rate: float) -> None:
        """Go on at one of `RATES`, without a jump; UsageError for any other."""
        if rate not in RATES:
            raise UsageError("the clock goes at 0, 1, 10 or 60 times")
        self._wall, self._since = self.now(), self._elapsed.seconds()
        self._rate = rate
        self._write()

    def set_known(self, *, known: bool) -> None:
        """Let the car know the time, or have it lost since boot."""
        self._known = known
        self._write()

    def set_zone(self, zone: ZoneInfo) -> None:
        """Drive over a border."""
        self._zone = zone
        self._write()

    def _write(self) -> None:
        data = {
            "wall": self._wall.isoformat(),
            "elapsed": self._since,
            "rate": self._rate,
            "zone": self._zone.key,
            "is_set": self._known,
        }
        replace_file(self._path, json.dumps(data))
        self._changed()


def _aware(wall: datetime) -> datetime:
    if wall.tzinfo is None:
        raise ValueError("a moment without a zone")
    return wall.astimezone(UTC)


def replace_file(path: Path, text: str) -> None:
    """Put `text` into `path` for this user alone, whole or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
