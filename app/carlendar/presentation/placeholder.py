"""Events without their texts: what is shown of one that cannot be shown as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.event import Event
from carlendar.store.records import StoredEvent

if TYPE_CHECKING:
    from carlendar.store.records import Snapshot


def plain(stored: StoredEvent, *, joinable: bool = False) -> StoredEvent:
    """The event's times and states alone, and with `joinable` the way into it.

    Without people nothing can be sent or answered in its name, and without a place there is no navigation to it.
    """
    event = stored.event
    bare = Event(
        id=event.id,
        calendar_id=event.calendar_id,
        title="",
        span=event.span,
        version=event.version,
        ical_uid=event.ical_uid,
        show_as=event.show_as,
        response=event.response,
        sensitivity=event.sensitivity,
        cancelled=event.cancelled,
        reminder_minutes=event.reminder_minutes,
        reminder_off=event.reminder_off,
    )
    join_details = stored.join_details if joinable else None
    return StoredEvent(bare, join_details, replace(stored.calendar, name=""), stored.account, plain=True)


def textless(snapshot: Snapshot) -> Snapshot:
    """The snapshot without any text of a calendar; its meetings can be joined."""
    return replace(
        snapshot,
        events=tuple(plain(stored, joinable=True) for stored in snapshot.events),
        calendars=tuple(replace(calendar, name="") for calendar in snapshot.calendars),
    )
