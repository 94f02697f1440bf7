"""Holds updates back while a list is scrolled, so that no row moves under the finger and no scrolled frame is late."""

from __future__ import annotations

from carlendar.domain.base import State

REST = 0.3
"""Elapsed seconds without motion after which the list counts as at rest."""
LONGEST = 3.0
"""Elapsed seconds for which an update is held back at most."""


class ScrollHold(State):
    """When a list moved last, and since when an update has been held back."""

    moved_at: float | None = None
    since: float | None = None

    def moved(self, elapsed: float) -> None:
        """Record that a list was scrolled."""
        self.moved_at = elapsed

    def wait(self, elapsed: float) -> float:
        """Return elapsed seconds for which an update has to wait; 0.0 if it may be shown now."""
        if self.moved_at is None or elapsed - self.moved_at >= REST:
            self.moved_at = self.since = None
            return 0.0
        if self.since is None:
            self.since = elapsed
        if elapsed - self.since >= LONGEST:
            self.since = None
            return 0.0
        return min(REST - (elapsed - self.moved_at), LONGEST - (elapsed - self.since))
