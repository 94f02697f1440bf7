"""Rules of the agenda at a point in time: what is running, what conflicts, what can be joined.

Pure functions over `AgendaEntry` values. Datetimes are aware; days are those of the car's zone, which is passed in. An
event that cannot be joined still counts as a meeting; a declined or cancelled one does not.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from carlendar.domain.base import Value
from carlendar.domain.event import Event, Response, ShowAs
from carlendar.domain.timespan import midnight

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carlendar.domain.timespan import Timespan

JOIN_BEFORE = timedelta(minutes=15)
"""How long before the start joining is offered."""
JOIN_AFTER = timedelta(minutes=30)
"""How long joining is still offered after the end."""
SOON = timedelta(minutes=60)
"""A countdown is shown for a meeting within this time."""
TAKES_OVER = timedelta(minutes=10)
"""How long before its start the next meeting replaces the running one."""
SETTLED = timedelta(minutes=5)
"""How long after its start a running meeting is not replaced."""
SHORTEST_DAY = timedelta(hours=21)
"""No timed event below this length covers a day: with a change of the clock by two hours a day has 22."""
LAST_MINUTE = timedelta(minutes=1)
"""An event that ends at 23:59 covers the day too."""


class AgendaEntry(Value, frozen=True, dict=True):
    """An event, whether it can be joined, and whether it covers a whole day of the car's zone (see `entry_of`)."""

    event: Event
    can_join: bool = False
    covers_day: bool = False

    @property
    def all_day(self) -> bool:
        """Whether it is shown with the all-day events."""
        return self.event.all_day or self.covers_day

    @cached_property
    def key(self) -> str:
        """`event id@start`: identifies the occurrence at this time; a rescheduled meeting has another key."""
        return occurrence_key(self.event)

    @cached_property
    def order(self) -> tuple[datetime, bool, bool, bool, bool, datetime, str]:
        """Sort key: the start (midnight in UTC for an all-day event), then what comes first of simultaneous events.

        Those that cover a day are first, then those that block time, can be joined and were answered.
        """
        event, moments = self.event, self.event.moments(UTC)
        unsure = event.response in (Response.TENTATIVE, Response.NOT_RESPONDED) or event.show_as is ShowAs.TENTATIVE
        passive = not claims_attention(event)
        return (moments.start, not self.all_day, passive, not self.can_join, unsure, moments.end, event.title)

    @cached_property
    def is_meeting(self) -> bool:
        """Whether it is timed and takes place."""
        return takes_place(self.event) and not self.all_day


def occurrence_key(event: Event) -> str:
    """Return `event id@start`, with the start in UTC to the second, or a date for an all-day event."""
    start = event.span.start
    if isinstance(start, datetime):
        return f"{event.id}@{start.astimezone(UTC).isoformat()[:19]}Z"  # ten times faster than strftime
    return f"{event.id}@{start.isoformat()}"


def event_id_of(key: str) -> str:
    """Return the id of the event of an occurrence key, which a rescheduled meeting keeps."""
    return key.rpartition("@")[0]


def takes_place(event: Event) -> bool:
    """Whether it is neither cancelled nor declined."""
    return not event.cancelled and event.response is not Response.DECLINED


def entry_of(event: Event, zone: tzinfo, *, can_join: bool = False) -> AgendaEntry:
    """Return the entry of an event; it covers a day of `zone` if it lasts from its first minute to its last."""
    return AgendaEntry(event, can_join, _covers_a_day(event, zone))


def _covers_a_day(event: Event, zone: tzinfo) -> bool:
    moments = event.moments(UTC)
    if moments.duration < SHORTEST_DAY:
        return False
    start = moments.start.astimezone(zone)
    first = midnight(start.date(), zone)
    if first < moments.start:
        first = midnight(start.date() + timedelta(days=1), zone)
    return moments.end >= midnight(first.astimezone(zone).date() + timedelta(days=1), zone) - LAST_MINUTE


def claims_attention(event: Event) -> bool:
    """Whether it claims its participant's attention; one shown as free or working elsewhere does not."""
    return event.show_as not in (ShowAs.FREE, ShowAs.WORKING_ELSEWHERE)


def blocks(entry: AgendaEntry) -> bool:
    """Whether it blocks time, so that a simultaneous event is a conflict."""
    return entry.is_meeting and claims_attention(entry.event)


def running(event: Event, now: datetime) -> bool:
    """Whether the event is in progress at `now`."""
    return event.moments(UTC).contains(now)


def joinable(entry: AgendaEntry, now: datetime) -> bool:
    """Whether joining is offered now: it can be joined, from 15 minutes before the start to 30 after the end."""
    return entry.can_join and in_join_time(entry, now)


def in_join_time(entry: AgendaEntry, now: datetime) -> bool:
    """Whether the event takes place and `now` is within its time for joining, whether or not it can be joined."""
    if not entry.is_meeting:
        return False
    moments = entry.event.moments(UTC)
    return moments.start - JOIN_BEFORE <= now <= moments.end + JOIN_AFTER


def minutes_until(event: Event, now: datetime) -> int:
    """Return the minutes to the start as the difference of the displayed times: 12 from 8:48:59 to 9:00."""
    start = event.moments(UTC).start
    return int((start - now.astimezone(UTC).replace(second=0, microsecond=0)).total_seconds() // 60)


def shown(entries: Iterable[AgendaEntry], *, hide_declined: bool) -> tuple[AgendaEntry, ...]:
    """Return the entries that the agenda lists: all, or all but declined and cancelled ones."""
    return tuple(entry for entry in entries if not hide_declined or takes_place(entry.event))


def clashes(entries: Iterable[AgendaEntry]) -> dict[str, tuple[str, ...]]:
    """Return for each conflicting occurrence the keys of those it conflicts with, in order of start.

    Only events that block time count; back-to-back meetings do not conflict. An occurrence without duration conflicts
    with those that contain it.
    """
    timed = _blocking(entries)
    found: dict[str, list[str]] = {}
    for index, (moments, key) in enumerate(timed):
        for other, other_key in timed[index + 1 :]:
            if other.start >= moments.end and other.start != moments.start:
                break
            found.setdefault(key, []).append(other_key)
            found.setdefault(other_key, []).append(key)
    return {key: tuple(others) for key, others in found.items()}


def clashing(entries: Iterable[AgendaEntry]) -> frozenset[str]:
    """Return the keys of all conflicting occurrences, the keys of `clashes`, in near-linear time."""
    found: set[str] = set()
    longest: tuple[Timespan, str] | None = None
    for moments, key in _blocking(entries):
        if longest is not None and (moments.start < longest[0].end or moments.start == longest[0].start):
            found |= {key, longest[1]}
        if longest is None or moments.end >= longest[0].end:
            longest = (moments, key)
    return frozenset(found)


def _blocking(entries: Iterable[AgendaEntry]) -> list[tuple[Timespan, str]]:
    """Return span and key of the entries that block time, by start, end and key."""
    return sorted(
        ((entry.event.moments(UTC), entry.key) for entry in entries if blocks(entry)),
        key=lambda pair: (pair[0].start, pair[0].end, pair[1]),
    )


def in_order(entries: Iterable[AgendaEntry], zone: tzinfo) -> tuple[AgendaEntry, ...]:
    """Sort by start, all-day events first, then by relevance, then by title."""
    if zone is UTC:
        return tuple(sorted(entries, key=attrgetter("order")))
    return tuple(sorted(entries, key=lambda entry: (entry.event.moments(zone).start, *entry.order[1:])))


def meetings(entries: Iterable[AgendaEntry], skipped: frozenset[str]) -> tuple[AgendaEntry, ...]:
    """Return the meetings for the Now screen, in order: timed, taking place, and not dismissed."""
    return in_order((entry for entry in entries if entry.is_meeting and entry.key not in skipped), UTC)
