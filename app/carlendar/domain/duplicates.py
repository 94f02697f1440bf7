"""De-duplication of a meeting that is in several calendars: which copy is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from carlendar.domain.agenda import takes_place
from carlendar.domain.base import Value
from carlendar.domain.event import Event, Response

_T = TypeVar("_T")
_ANSWERED = (Response.ACCEPTED, Response.ORGANIZER)


class Copy(Value, frozen=True):
    """The criteria of the choice. `hidden` is a copy of which only the time may be shown."""

    event: Event
    can_join: bool = False
    is_default: bool = False
    hidden: bool = False


def one_of_each(copies: Iterable[_T], view: Callable[[_T], Copy]) -> list[_T]:
    """Return one of all copies with the same iCalUId and start, at the position of the first one.
    Preference, in this order: may be shown, takes place (neither cancelled nor declined), can be joined, answered, in a
    default calendar. An event without an iCalUId has no copies.
    """
    best: dict[tuple[object, ...], tuple[tuple[bool, ...], _T]] = {}
    for number, copy in enumerate(copies):
        seen = view(copy)
        event = seen.event
        key = (event.ical_uid, event.all_day, event.span.start) if event.ical_uid else (number,)
        rank = _rank(seen)
        if key not in best or rank < best[key][0]:
            best[key] = (rank, copy)
    return [copy for _, copy in best.values()]


def _rank(copy: Copy) -> tuple[bool, ...]:
    event = copy.event
    answered = event.response in _ANSWERED
    return (copy.hidden, not takes_place(event), not copy.can_join, not answered, not copy.is_default)
