"""Selects one speed from the paths that a car publishes, and decides when it is confirmed (profile, "Liveness").

A databroker answers reads from its cache indefinitely, so a value confirms the speed only with a newer timestamp than
the last one, or, on a read, while the provider's heartbeat advances. The value of a path when a connection begins is
from memory too: the next ones are compared with it, and it is evidence of a motion that was missed.

The first path that confirms leads; only its confirmations are passed on. Another path takes over only after the leader
has been silent for so long that the state is UNKNOWN. If two paths disagree, the faster one counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from carlendar.domain.ports import Reading
from carlendar.domain.vss import REMEMBERED_SPEED, SPEED
from carlendar.vehicle.signals import Scalar, SignalSource

LIVE = 1.0
"""Seconds for which a confirmation, or an advance of the heartbeat, is valid."""
STANDING_BELOW = 0.36
"""km/h: 0.1 m/s."""
HIGHEST = 540.0
"""km/h: 150 m/s."""


def moves(value: Scalar) -> bool:
    """Whether this is the speed of a moving car."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and not abs(value) < STANDING_BELOW


def _is_speed(value: Scalar) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= HIGHEST


class _Candidate:
    """A possible path of the speed: its last value (km/h) and timestamp, and elapsed seconds of its reports."""

    __slots__ = ("confirmed", "known", "moved", "reported", "source", "streamed", "value")

    def __init__(self, source: SignalSource, *, known: bool) -> None:
        self.source = source
        self.known = known
        """Whether there is a value to compare later ones with."""
        self.value: Scalar = None
        self.reported: int | None = None
        self.streamed: int | None = None
        """Timestamp of the last value in the stream, which reads may overtake."""
        self.confirmed: float | None = None
        self.moved: float | None = None

    def live(self, at: float) -> bool:
        """Whether it was confirmed within `LIVE`."""
        return self.confirmed is not None and at - self.confirmed <= LIVE


class SpeedChoice:
    """Processes values of the speed's paths. `sources` are in order of preference.

    With `from_memory` the first value of each path is not a confirmation; without it, as in a trace, every value
    without a timestamp is one. Not thread-safe.
    """

    def __init__(self, sources: Sequence[SignalSource], *, from_memory: bool = True) -> None:
        self._from_memory = from_memory
        self._candidates = {source.path: _Candidate(source, known=not from_memory) for source in sources}
        self._order = tuple(self._candidates.values())
        self._beat: int | None = None
        self._beat_streamed: int | None = None
        """Timestamp of the last heartbeat in the stream; reads may overtake it, and vice versa."""
        self._beat_advanced: float | None = None
        self.set_back = False
        """Whether timestamps decreased: the source's clock was set back, and comparison has to restart."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths, in order of preference."""
        return tuple(self._candidates)

    def beat(self, at: float, reported: int | None, *, read: bool = False) -> None:
        """Process a heartbeat from the stream or a `read`; the first one is only stored.

        An older one than the latest, as in a delayed response to a read, does not make the same one count twice.
        """
        if reported is None:
            return
        if not read:
            self.set_back |= self._beat_streamed is not None and reported < self._beat_streamed
            self._beat_streamed = reported
        if self._beat is not None and reported > self._beat:
            self._beat_advanced = at
        self._beat = reported if self._beat is None else max(self._beat, reported)

    def take(self, at: float, path: str, raw: Scalar, reported: int | None, *, read: bool = False) -> Reading | None:
        """Process a value of the stream, or of a `read`; return the resulting reading, if any."""
        candidate = self._candidates[path]
        value = candidate.source.value(raw)
        if not candidate.known:
            candidate.known, candidate.value = True, value
            candidate.reported = candidate.streamed = reported
            return Reading(at, REMEMBERED_SPEED, value, reported) if moves(value) and _is_speed(value) else None
        if not self._newer(candidate, value, reported, read=read):
            return self._not_newer(at, candidate, value, reported, read=read)
        candidate.value, candidate.reported = value, reported
        if not read:
            candidate.streamed = reported
        return self._report(at, candidate, reported) if _is_speed(value) else self._nonsense(at, candidate, reported)

    def repeat(self, at: float, path: str, reported: int) -> Reading | None:
        """Like `take` for the stream, with the same value as before."""
        candidate = self._candidates[path]
        if candidate.reported is None or reported <= candidate.reported or not self.alone(path):
            return self._not_newer(at, candidate, candidate.value, reported, read=False)
        candidate.reported = candidate.streamed = reported
        candidate.confirmed = at
        if candidate.moved is not None and moves(candidate.value):
            candidate.moved = at
        return Reading(at, SPEED, candidate.value, reported)

    def alone(self, path: str) -> bool:
        """Whether this path leads and no other has ever confirmed."""
        return all((each.confirmed is None) is (each.source.path != path) for each in self._order)

    def _newer(self, candidate: _Candidate, value: Scalar, reported: int | None, *, read: bool) -> bool:
        if reported is not None:
            return candidate.reported is None or reported > candidate.reported
        if not self._from_memory:
            return True
        return not read and value != candidate.value  # without timestamps only a changed value in the stream is new

    def _not_newer(
        self, at: float, candidate: _Candidate, value: Scalar, reported: int | None, *, read: bool
    ) -> Reading | None:
        same = reported == candidate.reported and value == candidate.value
        if read and same and _is_speed(value) and self._beats(at):
            return self._report(at, candidate, max(reported or 0, self._beat or 0))
        fell = not read and reported is not None and candidate.streamed is not None and reported < candidate.streamed
        if not read:
            candidate.streamed = reported
            self.set_back |= fell
        contradicts = reported == candidate.reported and value != candidate.value
        if (fell or contradicts) and moves(value):  # not a confirmation, but motion must not be ignored
            return Reading(at, SPEED, value, candidate.reported)
        return None

    def _beats(self, at: float) -> bool:
        return self._beat_advanced is not None and at - self._beat_advanced <= LIVE

    def _leader(self, at: float) -> _Candidate | None:
        return next((each for each in self._order if each.live(at)), None)

    def _nonsense(self, at: float, candidate: _Candidate, reported: int | None) -> Reading | None:
        """Handle an invalid speed: the state becomes UNKNOWN immediately, unless a preferred path leads."""
        leader = self._leader(at)
        candidate.confirmed = None
        if leader is None or leader is candidate:
            return Reading(at, SPEED, candidate.value, reported)
        better = self._order.index(candidate) < self._order.index(leader)
        return Reading(at, SPEED, candidate.value, reported) if better and candidate.value is not None else None

    def _report(self, at: float, candidate: _Candidate, reported: int | None) -> Reading | None:
        candidate.confirmed = at
        if moves(candidate.value):
            candidate.moved = at
        leader = self._leader(at)
        if leader is candidate or leader is None:
            return Reading(at, SPEED, self._fastest(candidate), reported)
        if _size(candidate.value) > max(STANDING_BELOW, _size(leader.value)):
            return Reading(at, SPEED, candidate.value, leader.reported)  # tightens, without being a confirmation
        return None

    def _fastest(self, leader: _Candidate) -> Scalar:
        """Return the leader's speed, or a faster one of another path unless the leader has moved since."""
        fastest = leader
        for each in self._order:
            disproved = each.moved is None or (leader.moved is not None and leader.moved > each.moved + LIVE)
            if each.confirmed is not None and not disproved and _size(each.value) > _size(fastest.value):
                fastest = each
        return fastest.value


def _size(value: Scalar) -> float:
    return abs(value) if _is_speed(value) and isinstance(value, (int, float)) else 0.0
