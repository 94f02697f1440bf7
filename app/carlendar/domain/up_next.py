"""The content of the Now screen: the main meeting and its phase, conflicts with it, and what follows."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from carlendar.domain.agenda import (
    JOIN_AFTER,
    SETTLED,
    SOON,
    TAKES_OVER,
    AgendaEntry,
    claims_attention,
    clashes,
    joinable,
    meetings,
    running,
)
from carlendar.domain.base import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NEAR = 40
"""Maximum number of meetings examined for conflicts, to bound the work."""


class Phase(StrEnum):
    """The phase of the main meeting."""

    SOON = "soon"
    RUNNING = "running"
    LATER = "later"
    """The next meeting is more than an hour away."""
    NOTHING = "nothing"


class UpNext(Value, frozen=True):
    """What is next at a point in time. `main` is None only in the phase NOTHING.

    `also` conflict with the main meeting, joinable ones first. `following` come after it in order, headed by a running
    meeting that was replaced. `rejoinable` ended less than 30 minutes ago.
    """

    phase: Phase
    main: AgendaEntry | None = None
    also: tuple[AgendaEntry, ...] = ()
    following: tuple[AgendaEntry, ...] = ()
    rejoinable: AgendaEntry | None = None
    clashing: frozenset[str] = frozenset()
    """Keys of all conflicting entries."""


def find_up_next(entries: Sequence[AgendaEntry], now: datetime, skipped: frozenset[str] = frozenset()) -> UpNext:
    """Return what is next of a profile's entries; `skipped` are the keys of dismissed ones.

    A running block that claims no attention and cannot be joined, such as "working from home", is left out.
    """
    held = meetings(entries, skipped)
    first = bisect_right(held, now, key=lambda entry: entry.event.moments(UTC).start)
    begun, coming = held[:first], held[first:]
    current = tuple(
        entry for entry in begun if running(entry.event, now) and (claims_attention(entry.event) or entry.can_join)
    )
    pairs = clashes((*current, *coming)[:NEAR])
    main = _main_of_all(current, coming, now)
    rejoinable = _rejoinable(begun, now)
    if main is None:
        return UpNext(Phase.NOTHING, rejoinable=rejoinable)
    rest = tuple(entry for entry in (*current, *coming) if entry is not main)
    return UpNext(
        phase=_phase(main, current, now),
        main=main,
        also=_joinable_first(entry for entry in rest if entry.key in pairs.get(main.key, ())),
        following=rest,
        rejoinable=rejoinable,
        clashing=frozenset(pairs),
    )


def _phase(main: AgendaEntry, current: tuple[AgendaEntry, ...], now: datetime) -> Phase:
    if main in current:
        return Phase.RUNNING
    return Phase.SOON if main.event.moments(UTC).start - now <= SOON else Phase.LATER


def _main_of_all(
    current: tuple[AgendaEntry, ...], coming: tuple[AgendaEntry, ...], now: datetime
) -> AgendaEntry | None:
    """Return the main meeting: of those that claim attention if one is running or soon, else of all.

    What claims none, such as "working from home", gives way to what does, running or not.
    """
    attentive = tuple(entry for entry in current if claims_attention(entry.event))
    main = _main(attentive, next((entry for entry in coming if claims_attention(entry.event)), None), now)
    if main is not None and main.event.moments(UTC).start - now <= SOON:
        return main
    return _main(current, coming[0] if coming else None, now)


def _main(current: tuple[AgendaEntry, ...], following: AgendaEntry | None, now: datetime) -> AgendaEntry | None:
    """Return the main meeting: the next one replaces the running one shortly before its start."""
    runs = _preferred(current)
    if runs is None or following is None:
        return runs or following
    near = following.event.moments(UTC).start - now <= TAKES_OVER
    settled = now - runs.event.moments(UTC).start >= SETTLED
    return following if near and settled else runs


def _preferred(current: tuple[AgendaEntry, ...]) -> AgendaEntry | None:
    """Return the running meeting that started last; the first in order of those that started together."""
    if not current:
        return None
    last = max(entry.event.moments(UTC).start for entry in current)
    begun = [entry for entry in current if entry.event.moments(UTC).start == last]
    joinable_ones = [entry for entry in current if entry.can_join]
    return begun[0] if begun[0].can_join or not joinable_ones else joinable_ones[-1]


def _rejoinable(begun: tuple[AgendaEntry, ...], now: datetime) -> AgendaEntry | None:
    """Return the joinable meeting that ended last, within the last 30 minutes."""
    ended = [
        entry
        for entry in begun
        if entry.event.moments(UTC).end <= now <= entry.event.moments(UTC).end + JOIN_AFTER and joinable(entry, now)
    ]
    return max(ended, key=lambda entry: entry.event.moments(UTC).end, default=None)


def _joinable_first(entries: Iterable[AgendaEntry]) -> tuple[AgendaEntry, ...]:
    return tuple(sorted(entries, key=lambda entry: not entry.can_join))
