"""Exponential back-off of single items, independent of the synchronisation interval."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from carlendar.domain.ports import ElapsedClock

FIRST = 60.0
"""Elapsed seconds until the second attempt; doubles with each failure."""
LONGEST = 6 * 3600.0

_K = TypeVar("_K", bound=Hashable)


class Backoff(Generic[_K]):
    """The back-off of items. In memory: after a restart each item is tried once. Not thread-safe for the
    same item."""

    def __init__(self, clock: ElapsedClock) -> None:
        self._clock = clock
        self._pauses: dict[_K, tuple[int, float]] = {}

    def due(self, item: _K) -> bool:
        """Whether the item may be tried now."""
        return item not in self._pauses or self._pauses[item][1] <= self._clock.seconds()

    def failed(self, item: _K) -> None:
        """Record a failed attempt."""
        failures = self._pauses.get(item, (0, 0.0))[0]
        pause = min(FIRST * 2**failures, LONGEST)
        self._pauses[item] = (min(failures + 1, 16), self._clock.seconds() + pause)

    def forget(self, items: Iterable[_K]) -> None:
        """Remove items that succeeded or no longer exist."""
        for item in items:
            self._pauses.pop(item, None)

    def pausing(self) -> tuple[_K, ...]:
        """Return all items in back-off."""
        return tuple(self._pauses)
