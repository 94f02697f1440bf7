"""The agenda's rules over events at a moment: what is next, what runs, what clashes, what can be joined.

Pure functions over `Entry` values. Moments are aware; days are those of the car's zone, which is
passed in. An event without a way in is still a meeting; one that was declined or cancelled is none.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from carlendar.domain.base import Value
from carlendar.domain.event import Event, Response, ShowAs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carlendar.domain.timespan import Timespan

JOIN_BEFORE = timedelta(minutes=15)
"""From when on joining is offered, before the start."""
JOIN_AFTER = timedelta(minutes=30)
"""How long joining is still offered after the end."""
SOON = timedelta(minutes=60)
"""A meeting within this time is counted down to."""
TAKES_OVER = timedelta(minutes=10)
"""So long before its start the next meeting takes the place of the one that runs."""
SETTLED = timedelta(minutes=5)
"""A running meeting keeps its place at least so long after its start."""
WHOLE_DAY = timedelta(hours=24)
"""A timed event of this length or more is shown with the all-day ones."""


class Entry(Value, frozen=True, dict=True):
    """An event, and whether there is a way into its meeting."""

    event: Event
    has_way_in: bool = False

    @cached_property
    def key(self) -> str:
        """`event id@start`: names this occurrence at this time; a moved meeting has another key."""
        return occurrence_key(self.event)


def occurrence_key(event: Event) -> str:
    """`event id@start`, the start as UTC to the second, or as a date for whole days."""
    start = event.span.start
    if isinstance(start, datetime):
        return f"{event.id}@{start.astimezone(UTC).isoformat()[:19]}Z"  # a tenth of what strftime takes
    return f"{event.id}@{start.isoformat()}"


def takes_place(event: Event) -> bool:
    """Whether it is neither cancelled nor declined."""
    return not event.cancelled and event.response is not Response.DECLINED


def folded(event: Event) -> bool:
    """Whether it covers whole days, or at least 24 hours: shown beside the day, not in it."""
    return event.all_day or event.moments(UTC).duration >= WHOLE_DAY


def blocks(event: Event) -> bool:
    """Whether it takes its owner's time, so that another at that time is a clash."""
    return takes_place(event) and not folded(event) and event.show_as is not ShowAs.FREE


def running(event: Event, now: datetime) -> bool:
    """Whether `now` lies in it."""
    return event.moments(UTC).contains(now)


def joinable(entry: Entry, now: datetime) -> bool:
    """Whether joining makes sense now: it has a way in, from 15 minutes before to 30 after."""
    return entry.has_way_in and in_join_time(entry.event, now)


def in_join_time(event: Event, now: datetime) -> bool:
    """Whether it takes place and `now` lies in the time in which people join, whether or not there is a way in."""
    if not takes_place(event) or folded(event):
        return False
    moments = event.moments(UTC)
    return moments.start - JOIN_BEFORE <= now <= moments.end + JOIN_AFTER


def minutes_until(event: Event, now: datetime) -> int:
    """Whole minutes to its start, as a clock that shows minutes counts them: 8:48:59 is 12 before 9:00."""
    start = event.moments(UTC).start
    return int((start - now.astimezone(UTC).replace(second=0, microsecond=0)).total_seconds() // 60)


def shown(entries: Iterable[Entry], *, hide_declined: bool) -> tuple[Entry, ...]:
    """What the agenda lists: all, or all but the declined and cancelled."""
    return tuple(entry for entry in entries if not hide_declined or takes_place(entry.event))


def clashes(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """For each occurrence that shares time with another, the keys of those, in order of start.

    Only what blocks time counts; back-to-back meetings do not clash. An occurrence without length
    clashes with what contains it.
    """
    timed = sorted(
        ((entry.event.moments(UTC), entry.key) for entry in entries if blocks(entry.event)),
        key=lambda pair: (pair[0].start, pair[0].end, pair[1]),
    )
    found: dict[str, list[str]] = {}
    for index, (moments, key) in enumerate(timed):
        for other, other_key in timed[index + 1 :]:
            if other.start >= moments.end and other.start != moments.start:
                break
            found.setdefault(key, []).append(other_key)
            found.setdefault(other_key, []).append(key)
    return {key: tuple(others) for key, others in found.items()}


def clashing(entries: Iterable[Entry]) -> frozenset[str]:
    """Keys of all that clash with anything: those of `clashes`, in time that grows with their number alone."""
    timed = sorted(
        ((entry.event.moments(UTC), entry.key) for entry in entries if blocks(entry.event)),
        key=lambda pair: (pair[0].start, pair[0].end, pair[1]),
    )
    found: set[str] = set()
    longest: tuple[Timespan, str] | None = None
    for moments, key in timed:
        if longest is not None and (moments.start < longest[0].end or moments.start == longest[0].start):
            found |= {key, longest[1]}
        if longest is None or moments.end >= longest[0].end:
            longest = (moments, key)
    return frozenset(found)


def in_order(entries: Iterable[Entry], zone: tzinfo) -> tuple[Entry, ...]:
    """By start, whole days first, then what a person would take first, then title."""
    return tuple(sorted(entries, key=lambda entry: (entry.event.moments(zone).start, *_rank(entry))))


def _rank(entry: Entry) -> tuple[bool, bool, bool, bool, datetime, str]:
    """Of several at one time: those that take time, with a way in, that were answered."""
    event = entry.event
    unsure = event.response in (Response.TENTATIVE, Response.NOT_RESPONDED) or event.show_as is ShowAs.TENTATIVE
    free = event.show_as is ShowAs.FREE
    return (not folded(event), free, not entry.has_way_in, unsure, event.moments(UTC).end, event.title)


def meetings(entries: Iterable[Entry], skipped: frozenset[str]) -> tuple[Entry, ...]:
    """What Drive speaks of, in order: it takes place, has a time of day, and was not skipped."""
    held = (entry for entry in entries if takes_place(entry.event) and not folded(entry.event))
    return in_order((entry for entry in held if entry.key not in skipped), UTC)
