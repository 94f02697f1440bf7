"""When a meeting calls for attention: once before its start, once at it, until a person answers.

A reminder stays until it is answered or its meeting is 30 minutes over. Meetings of one time share
one reminder. Behind the newest one those wait that came due before it. Whether it may be shown now (a call, an
emergency) is for the screen to say.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from carlendar.domain.agenda import Entry, in_order, meetings
from carlendar.domain.base import Value
from carlendar.domain.event import Event, ShowAs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STAYS = timedelta(minutes=30)
"""How long a reminder stays after its meeting's end."""
LONGEST = 60
"""Minutes; an event's own reminder further ahead (a day, a week) is not for the road: the default holds."""


class ReminderStage(StrEnum):
    """Which of the two reminders of a meeting it is."""

    BEFORE = "before"
    START = "start"


class Reminder(Value, frozen=True):
    """What calls for attention: meetings that start at one time, the first one to be joined at the head."""

    entries: tuple[Entry, ...]
    stage: ReminderStage
    at: datetime
    """When it came due."""
    earlier: tuple[Entry, ...] = ()
    """Meetings whose own reminders came due before and still wait behind this one."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of its meetings."""
        return tuple(entry.key for entry in self.entries)

    @property
    def start(self) -> datetime:
        """When its meetings start."""
        return self.entries[0].event.moments(UTC).start


def lead(event: Event, default: int) -> timedelta | None:
    """How long before the start it reminds; None for never.

    Never where its reminder was switched off. An event that blocks no time reminds only where its author asked for it.
    """
    if event.reminder_off:
        return None
    own = event.reminder_minutes
    if own is None and event.show_as is ShowAs.FREE:
        return None
    minutes = own if own is not None and 0 <= own <= LONGEST else default
    return timedelta(minutes=minutes)


def due(
    entries: Iterable[Entry],
    now: datetime,
    default: int,
    dismissed: frozenset[str] = frozenset(),
    snoozed: Mapping[str, datetime] | None = None,
) -> Reminder | None:
    """The reminder that holds at `now`, the one that came due last; None for none.

    `default` is in minutes; `snoozed` puts a key off until its moment.
    """
    asleep = snoozed or {}
    stages = {id(entry): (entry, found) for entry in entries if (found := _stage(entry.event, now, default))}
    held = [  # only of those few the keys and their order are asked for
        stages[id(entry)]
        for entry in meetings((entry for entry, _ in stages.values()), dismissed)
        if asleep.get(entry.key, now) <= now
    ]
    if not held:
        return None
    _, (_, latest) = max(held, key=lambda pair: (pair[1][1], pair[0].event.moments(UTC).start))
    start = max(entry.event.moments(UTC).start for entry, (_, at) in held if at == latest)
    merged = [(entry, found) for entry, found in held if entry.event.moments(UTC).start == start]
    stage = ReminderStage.START if start <= now else ReminderStage.BEFORE
    others = in_order((entry for entry, _ in held if entry.event.moments(UTC).start != start), UTC)
    return Reminder(_joinable_first([entry for entry, _ in merged]), stage, latest, tuple(others))


def _stage(event: Event, now: datetime, default: int) -> tuple[ReminderStage, datetime] | None:
    moments = event.moments(UTC)
    ahead = lead(event, default)
    if ahead is None or not moments.start - ahead <= now <= moments.end + STAYS:
        return None
    if now >= moments.start:
        return ReminderStage.START, moments.start
    return ReminderStage.BEFORE, moments.start - ahead


def _joinable_first(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(in_order(entries, UTC), key=lambda entry: not entry.has_way_in))


def answered_until(event: Event) -> datetime:
    """Until when a reminder has to sleep that was answered by joining: it never comes back."""
    return event.moments(UTC).end + STAYS + timedelta(minutes=1)
