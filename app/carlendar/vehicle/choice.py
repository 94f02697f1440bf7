"""One value of each signal out of the paths that a car publishes.

Which paths a tree has says nothing of which are published, so all that are known are listened to, and the first that
has a value counts. The selector is in P only if no path contradicts.
"""

from __future__ import annotations

from collections.abc import Sequence

from carlendar.domain.ports import Reading
from carlendar.domain.vss import PARKING_BRAKE, SELECTOR
from carlendar.vehicle.signals import IN_PARK, Scalar, SignalSource

TIMED = frozenset({SELECTOR, PARKING_BRAKE})
"""Signals whose repetition with a newer timestamp matters: when they were reported decides whether they count."""

Held = tuple[Scalar, int | None]


class SignalChoice:
    """Takes what is published on paths of any signal but the speed. `sources` are in order of preference.

    With `from_memory`, a P or a brake without a timestamp counts only if the stream sent it as a change; without it,
    as in a trace, every line of one is a report.
    For one thread at a time.
    """

    def __init__(self, sources: Sequence[SignalSource], *, from_memory: bool = True) -> None:
        self._from_memory = from_memory
        self._sources = {source.path: source for source in sources}
        self._paths: dict[str, list[str]] = {}
        for source in sources:
            self._paths.setdefault(source.signal, []).append(source.path)
        self._raw: dict[str, Held] = {}
        self._values: dict[str, Held] = {}
        self._last: dict[str, Held] = {}

    def paths(self, *signals: str) -> tuple[str, ...]:
        """The paths of these signals."""
        return tuple(path for signal in signals for path in self._paths.get(signal, ()))

    def has(self, signal: str) -> bool:
        """Whether any path of the signal has been heard of."""
        return signal in self._last

    def take(self, at: float, path: str, raw: Scalar, reported: int | None, *, read: bool = False) -> Reading | None:
        """A value of the stream, or of a `read`: the reading that comes of it, if any."""
        source, known = self._sources[path], self._raw.get(path)
        timed = source.signal in TIMED
        anew = timed and reported is None and not self._from_memory  # a line of a trace is a report of its moment
        if known is not None and known[0] == raw and not anew and (not timed or reported == known[1]):
            return None
        if read and known is not None and not _newer(reported, known[1]):
            return None
        self._raw[path] = (raw, reported)
        untimed = timed and reported is None and self._from_memory and (read or known is None)
        self._values[path] = (None if untimed else source.value(raw), reported)
        value, when = self._chosen(source.signal)
        last = self._last.get(source.signal)
        if last is not None and last[0] == value and not anew and (not timed or last[1] == when):
            return None
        self._last[source.signal] = (value, when)
        return Reading(at, source.signal, value, when)

    def _chosen(self, signal: str) -> Held:
        published = [held for path in self._paths[signal] if (held := self._values.get(path)) and held[0] is not None]
        if not published:
            return None, None
        if signal != SELECTOR:
            return published[0]
        elsewhere = next((held for held in published if isinstance(held[0], bool) or held[0] != IN_PARK), None)
        return elsewhere or max(published, key=lambda held: held[1] or 0)


def _newer(reported: int | None, known: int | None) -> bool:
    return reported is not None and (known is None or reported > known)
