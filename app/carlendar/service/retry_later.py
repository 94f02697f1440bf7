"""When a source that failed is asked again."""

from __future__ import annotations

from carlendar.domain.ports import ElapsedClock
from carlendar.errors import CarlendarError, ThrottledError

PAUSE = 60.0
"""Elapsed seconds for which a source is not asked after a failure, unless it names a longer time itself."""
LONGEST = 3600.0


class RetryLater:
    """The sources that failed, and until when they are not asked. Not thread-safe."""

    def __init__(self, elapsed: ElapsedClock) -> None:
        self._elapsed = elapsed
        self._until: dict[int, float] = {}

    def due(self, source: object) -> bool:
        """Whether the source may be asked."""
        return self._elapsed.seconds() >= self._until.get(id(source), float("-inf"))

    def failed(self, source: object, error: CarlendarError) -> None:
        """Do not ask the source for a while."""
        asked = error.retry_after if isinstance(error, ThrottledError) else 0.0
        self._until[id(source)] = self._elapsed.seconds() + min(max(PAUSE, asked or 0.0), LONGEST)
