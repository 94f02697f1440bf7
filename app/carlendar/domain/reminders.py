"""When a meeting has a reminder: once before its start and once at its start, until it is dismissed.

A reminder stays until it is dismissed or 30 minutes after the end of its meeting. Meetings that start at the same
time share one. The newest is shown first; earlier ones queue behind it. The screen decides whether it may be shown
now (during a call, for example).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from carlendar.domain.agenda import AgendaEntry, claims_attention, in_order, meetings
from carlendar.domain.base import Value
from carlendar.domain.event import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STAYS = timedelta(minutes=30)
"""How long a reminder stays after its meeting's end."""
LONGEST = 60
"""Minutes; an event's own reminder that is earlier than this (a day, a week) is replaced by the default."""


class ReminderStage(StrEnum):
    """The two reminders of a meeting."""

    BEFORE = "before"
    START = "start"


class Reminder(Value, frozen=True):
    """A reminder of meetings that start at the same time, joinable ones first."""

    entries: tuple[AgendaEntry, ...]
    stage: ReminderStage
    at: datetime
    """When it became due."""
    earlier: tuple[AgendaEntry, ...] = ()
    """Meetings whose reminders became due earlier and queue behind this one."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its meetings."""
        return tuple(entry.key for entry in self.entries)

    @property
    def start(self) -> datetime:
        """When its meetings start."""
        return self.entries[0].event.moments(UTC).start


def lead(event: Event, default: int) -> timedelta | None:
    """Return how long before the start the reminder is due; None for never.

    Never where its reminder was switched off. An event that does not block time has a reminder only if its author set
    one.
    """
    if event.reminder_off:
        return None
    own = event.reminder_minutes
    if own is None and not claims_attention(event):
        return None
    minutes = own if own is not None and 0 <= own <= LONGEST else default
    return timedelta(minutes=minutes)


def due(
    entries: Iterable[AgendaEntry],
    now: datetime,
    default: int,
    dismissed: frozenset[str] = frozenset(),
    snoozed: Mapping[str, datetime] | None = None,
) -> Reminder | None:
    """Return the current reminder at `now`, the one that became due last; None if there is none.

    `default` is in minutes; `snoozed` maps keys to the time until which they are snoozed.
    """
    asleep = snoozed or {}
    latest_start = now + timedelta(minutes=max(default, LONGEST))  # later meetings need no closer look
    stages = {
        id(entry): (entry, found)
        for entry in entries
        if entry.event.moments(UTC).start <= latest_start and (found := _stage(entry.event, now, default))
    }
    held = [  # keys and order are only computed for these few
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


def _joinable_first(entries: Sequence[AgendaEntry]) -> tuple[AgendaEntry, ...]:
    return tuple(sorted(in_order(entries, UTC), key=lambda entry: not entry.can_join))


def answered_until(event: Event) -> datetime:
    """Return until when a reminder is snoozed after joining, which is for good."""
    return event.moments(UTC).end + STAYS + timedelta(minutes=1)
