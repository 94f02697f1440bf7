"""When what failed by itself is tried again: later and later, whatever the pace of the synchronisation."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from carlendar.domain.ports import ElapsedClock

FIRST = 60.0
"""Elapsed seconds until the second attempt; the pause doubles with each failure."""
LONGEST = 6 * 3600.0

_K = TypeVar("_K", bound=Hashable)


class Backoff(Generic[_K]):
    """The pauses of single items. Kept in memory: a new run of the program tries each once. For one thread at a time
    per item."""

    def __init__(self, clock: ElapsedClock) -> None:
        self._clock = clock
        self._pauses: dict[_K, tuple[int, float]] = {}

    def due(self, item: _K) -> bool:
        """Whether the item may be tried now."""
        return item not in self._pauses or self._pauses[item][1] <= self._clock.seconds()

    def failed(self, item: _K) -> None:
        """The item was tried in vain."""
        failures = self._pauses.get(item, (0, 0.0))[0]
        pause = min(FIRST * 2**failures, LONGEST)
        self._pauses[item] = (min(failures + 1, 16), self._clock.seconds() + pause)

    def forget(self, items: Iterable[_K]) -> None:
        """These are settled or gone."""
        for item in items:
            self._pauses.pop(item, None)

    def pausing(self) -> tuple[_K, ...]:
        """All items that have failed and are not settled."""
        return tuple(self._pauses)
