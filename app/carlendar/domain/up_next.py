"""What Drive is about at a moment: one meeting and its phase, what clashes with it, what comes after."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from carlendar.domain.agenda import JOIN_AFTER, SETTLED, SOON, TAKES_OVER, Entry, clashes, joinable, meetings, running
from carlendar.domain.base import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NEAR = 40
"""So many meetings ahead are looked at for clashes: bounded, whatever a calendar holds."""


class Phase(StrEnum):
    """Where the main meeting stands."""

    SOON = "soon"
    RUNNING = "running"
    LATER = "later"
    """The next meeting is more than an hour away."""
    NOTHING = "nothing"


class UpNext(Value, frozen=True):
    """A moment's outlook. `main` is None only in the phase NOTHING.

    `also` clash with the main meeting, the one with a way in first. `following` are those after it in
    order, a running one that gave up its place at the head. `rejoinable` ended less than 30 minutes ago.
    """

    phase: Phase
    main: Entry | None = None
    also: tuple[Entry, ...] = ()
    following: tuple[Entry, ...] = ()
    rejoinable: Entry | None = None
    clashing: frozenset[str] = frozenset()
    """Keys of all that clash with anything."""


def outlook(entries: Sequence[Entry], now: datetime, skipped: frozenset[str] = frozenset()) -> UpNext:
    """The outlook over a profile's entries; `skipped` are keys answered with "Dismiss"."""
    held = meetings(entries, skipped)
    current = tuple(entry for entry in held if running(entry.event, now))
    coming = tuple(entry for entry in held if entry.event.moments(UTC).start > now)
    pairs = clashes((*current, *coming)[:NEAR])
    main = _main(current, coming, now)
    rejoinable = _rejoinable(held, now)
    if main is None:
        return UpNext(Phase.NOTHING, rejoinable=rejoinable)
    rest = tuple(entry for entry in (*current, *coming) if entry is not main)
    return UpNext(
        phase=_phase(main, current, now),
        main=main,
        also=_with_way_in_first(entry for entry in rest if entry.key in pairs.get(main.key, ())),
        following=rest,
        rejoinable=rejoinable,
        clashing=frozenset(pairs),
    )


def _phase(main: Entry, current: tuple[Entry, ...], now: datetime) -> Phase:
    if main in current:
        return Phase.RUNNING
    return Phase.SOON if main.event.moments(UTC).start - now <= SOON else Phase.LATER


def _main(current: tuple[Entry, ...], coming: tuple[Entry, ...], now: datetime) -> Entry | None:
    """The next meeting takes over from the running one shortly before its start."""
    runs = _preferred(current)
    following = coming[0] if coming else None
    if runs is None or following is None:
        return runs or following
    near = following.event.moments(UTC).start - now <= TAKES_OVER
    settled = now - runs.event.moments(UTC).start >= SETTLED
    return following if near and settled else runs


def _preferred(current: tuple[Entry, ...]) -> Entry | None:
    """Of several that run, the one that began last; of those that began together, the first in order."""
    if not current:
        return None
    last = max(entry.event.moments(UTC).start for entry in current)
    begun = [entry for entry in current if entry.event.moments(UTC).start == last]
    with_way_in = [entry for entry in current if entry.has_way_in]
    return begun[0] if begun[0].has_way_in or not with_way_in else with_way_in[-1]


def _rejoinable(held: tuple[Entry, ...], now: datetime) -> Entry | None:
    """The meeting with a way in that ended last, within the last 30 minutes."""
    ended = [
        entry
        for entry in held
        if entry.event.moments(UTC).end <= now <= entry.event.moments(UTC).end + JOIN_AFTER and joinable(entry, now)
    ]
    return max(ended, key=lambda entry: entry.event.moments(UTC).end, default=None)


def _with_way_in_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: not entry.has_way_in))
