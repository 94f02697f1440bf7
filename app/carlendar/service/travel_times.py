"""Travel times between positions, from the first source that has one. Recent ones are used again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from carlendar.domain.base import Value
from carlendar.domain.place import Position
from carlendar.domain.ports import TravelTimes, WallClock
from carlendar.domain.travel import MOVED, RECOMPUTE, NavigationState, TravelSource, TravelTime
from carlendar.errors import CarlendarError
from carlendar.service.retry_later import RetryLater

_log = logging.getLogger(__name__)


class KnownTravel(Value, frozen=True):
    """A travel time, with where it begins and ends."""

    start: Position
    to: Position
    travel: TravelTime


class TravelSources:
    """Asks `sources()`, those that may be used now, in their order. Not thread-safe.

    A travel time is used again for five minutes, from within 500 metres of where it begins.
    """

    def __init__(self, sources: Callable[[], Sequence[TravelTimes]], wall: WallClock, retry: RetryLater) -> None:
        self._sources, self._wall, self._retry = sources, wall, retry
        self._known: dict[str, KnownTravel] = {}

    def forget(self, keep: Sequence[str] = ()) -> None:
        """Forget the travel times of all meetings but those of the keys `keep`."""
        self._known = {key: known for key, known in self._known.items() if key in keep}

    def travel(self, key: str, start: Position, to: Position) -> TravelTime | None:
        """Return the travel time to a meeting's place; None if no source has one that is less than ten minutes old."""
        known = self._known.get(key)
        if known is not None and known.to != to:
            known = None
        if known is not None and self._recent(known, start):
            return known.travel
        for source in self._sources():
            if self._retry.due(source) and (found := self._ask(source, start, to)) is not None:
                self._known[key] = KnownTravel(start, to, found)
                return found
        return known.travel if known is not None and known.travel.usable(self._wall.now()) else None

    def _recent(self, known: KnownTravel, start: Position) -> bool:
        age = abs(self._wall.now() - known.travel.computed_at)
        return age < RECOMPUTE and known.start.metres(start) < MOVED

    def _ask(self, source: TravelTimes, start: Position, to: Position) -> TravelTime | None:
        try:
            found = source.travel(start, to)
        except CarlendarError as error:
            self._retry.failed(source, error)
            _log.info("no travel time: %s", error.key)
            return None
        return found if found is not None and found.usable(self._wall.now()) else None


def guidance(state: NavigationState, to: Position, wall: WallClock) -> TravelTime | None:
    """Return the travel time of a navigation that guides to this place; None otherwise."""
    seconds, metres = state.remaining_seconds, state.remaining_metres
    if seconds is None or metres is None or not state.guides_to(to):
        return None
    return TravelTime(seconds, metres, state.live_traffic, TravelSource.GUIDANCE, wall.now())
