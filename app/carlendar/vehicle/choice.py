"""Selects one value per signal from the paths that a car publishes.

The paths in a tree are not necessarily published, so all known ones are subscribed to, and the first with a value
counts. The selector is in P only if no path contradicts.
"""

from __future__ import annotations

from collections.abc import Sequence

from carlendar.domain.ports import Reading
from carlendar.domain.vss import PARKING_BRAKE, SELECTOR
from carlendar.vehicle.signals import IN_PARK, Scalar, SignalSource

TIMED = frozenset({SELECTOR, PARKING_BRAKE})
"""Signals for which a repetition with a newer timestamp matters, because they expire."""

Held = tuple[Scalar, int | None]


class SignalChoice:
    """Processes values of all signals except the speed. `sources` are in order of preference.

    With `from_memory`, P or the brake without a timestamp counts only if it was streamed as a change; without it, as in
    a trace, every value counts as a report.
    Not thread-safe.
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
        """Return the paths of these signals."""
        return tuple(path for signal in signals for path in self._paths.get(signal, ()))

    def has(self, signal: str) -> bool:
        """Whether a value was received on any path of the signal."""
        return signal in self._last

    def take(self, at: float, path: str, raw: Scalar, reported: int | None, *, read: bool = False) -> Reading | None:
        """Process a value of the stream, or of a `read`; return the resulting reading, if any."""
        source, known = self._sources[path], self._raw.get(path)
        timed = source.signal in TIMED
        fresh = timed and reported is None and not self._from_memory  # every line of a trace is a report
        if known is not None and known[0] == raw and not fresh and (not timed or reported == known[1]):
            return None
        if read and known is not None and not _newer(reported, known[1]):
            return None
        self._raw[path] = (raw, reported)
        untimed = timed and reported is None and self._from_memory and (read or known is None)
        self._values[path] = (None if untimed else source.value(raw), reported)
        value, when = self._chosen(source.signal)
        last = self._last.get(source.signal)
        if last is not None and last[0] == value and not fresh and (not timed or last[1] == when):
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
