"""How often texts may change by themselves while the driver is protected.

On the minute, and never nearer than 10 seconds to another unrequested change (the
restriction profile, "changes of text without input"). What comes in shortly before the minute waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carlendar.domain.ports import WallClock

NEAREST = 10.0
"""Elapsed seconds between two unrequested changes."""
MARGIN = 0.02
"""Seconds after the minute has turned at which it is looked at, so that it surely has."""


def until_minute(wall: WallClock) -> float:
    """Elapsed seconds until the wall clock's minute turns; 60 while the clock stands still."""
    rate = wall.rate()
    if rate <= 0:
        return 60.0
    now = wall.now()
    left = 60.0 - now.second - now.microsecond / 1_000_000
    return min(60.0, left / rate + MARGIN)


@dataclass(slots=True)
class UpdateThrottle:
    """When the last unasked change was, and whether another waits."""

    last: float | None = None
    waiting: bool = False

    def may_change(self, elapsed: float, wall: WallClock) -> bool:
        """Whether an unrequested change may be drawn now; if not, it waits."""
        early = self.last is not None and elapsed - self.last < NEAREST
        self.waiting = early or _minute_is_near(wall)
        return not self.waiting

    def changed(self, elapsed: float) -> None:
        """Such a change was drawn."""
        self.last = elapsed

    def settled(self) -> None:
        """Nothing waits any more."""
        self.waiting = False

    def wait(self, elapsed: float, wall: WallClock) -> float:
        """Elapsed seconds until a waiting change may be drawn."""
        left = 0.0 if self.last is None else max(0.0, self.last + NEAREST - elapsed)
        return max(left, until_minute(wall)) if _minute_is_near(wall) else left


def _minute_is_near(wall: WallClock) -> bool:
    """Whether the minute turns so soon that what changes now had better wait; not where time is sped up."""
    return 0 < wall.rate() <= 1 and until_minute(wall) < NEAREST
