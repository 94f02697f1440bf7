"""Clocks that only advance when a test advances them. Use `carlendar.platform.clock` for the machine's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo


@dataclass
class ManualClock:
    """An `ElapsedClock`; `now` is in seconds."""

    now: float = 0.0

    def seconds(self) -> float:
        return self.now


@dataclass
class ManualClocks:
    """A `WallClock` and an `ElapsedClock` in one: `advance` moves both."""

    wall: datetime
    car_zone: tzinfo = UTC
    elapsed: float = 1000.0
    """Seconds of the elapsed clock."""
    known: bool = True
    """Whether the wall clock has been set since boot."""
    speed: float = 1.0
    """Wall seconds in one elapsed second."""

    def now(self) -> datetime:
        return self.wall.astimezone(UTC)

    def zone(self) -> tzinfo:
        return self.car_zone

    def is_set(self) -> bool:
        return self.known

    def rate(self) -> float:
        return self.speed

    def seconds(self) -> float:
        return self.elapsed

    def advance(self, seconds: float) -> None:
        """Let elapsed seconds pass."""
        self.wall += timedelta(seconds=seconds * self.speed)
        self.elapsed += seconds
