"""Limits how often texts change without user input while driving.

On the minute, and at least 10 seconds after another unrequested change (the restriction profile, "changes of text
without input"). Changes shortly before the minute wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.base import State

if TYPE_CHECKING:
    from carlendar.domain.ports import WallClock

NEAREST = 10.0
"""Elapsed seconds between two unrequested changes."""
MARGIN = 0.02
"""Delay in seconds after the minute, so that it has certainly passed."""


def until_minute(wall: WallClock) -> float:
    """Return elapsed seconds until the next minute of the wall clock; 60 while the clock is stopped."""
    rate = wall.rate()
    if rate <= 0:
        return 60.0
    now = wall.now()
    left = 60.0 - now.second - now.microsecond / 1_000_000
    return min(60.0, left / rate + MARGIN)


class UpdateThrottle(State):
    """Time of the last unrequested change, and whether another is pending."""

    last: float | None = None
    waiting: bool = False

    def may_change(self, elapsed: float, wall: WallClock) -> bool:
        """Whether an unrequested change may be drawn now; if not, it waits."""
        early = self.last is not None and elapsed - self.last < NEAREST
        self.waiting = early or _minute_is_near(wall)
        return not self.waiting

    def changed(self, elapsed: float) -> None:
        """Record such a change."""
        self.last = elapsed

    def settled(self) -> None:
        """Nothing is pending any more."""
        self.waiting = False

    def wait(self, elapsed: float, wall: WallClock) -> float:
        """Return elapsed seconds until a pending change may be drawn."""
        left = 0.0 if self.last is None else max(0.0, self.last + NEAREST - elapsed)
        return max(left, until_minute(wall)) if _minute_is_near(wall) else left


def _minute_is_near(wall: WallClock) -> bool:
    """Whether the minute is so near that a change should wait; not if time is accelerated."""
    return 0 < wall.rate() <= 1 and until_minute(wall) < NEAREST
