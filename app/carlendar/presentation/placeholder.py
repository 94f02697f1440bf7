"""Events without their texts: what is shown of one that cannot be shown as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.event import without_texts
from carlendar.store.records import StoredEvent

if TYPE_CHECKING:
    from carlendar.store.records import Snapshot


def plain(stored: StoredEvent, *, joinable: bool = False) -> StoredEvent:
    """The event's times and states alone, and with `joinable` the way into it.

    Without people nothing can be sent or answered in its name, and without a place there is no navigation to it.
    """
    bare = without_texts(stored.event, reminder=True)
    join_details = stored.join_details if joinable else None
    return StoredEvent(bare, join_details, replace(stored.calendar, name=""), stored.account, plain=True)


def textless(snapshot: Snapshot) -> Snapshot:
    """The snapshot without any text of a calendar; its meetings can be joined."""
    return replace(
        snapshot,
        events=tuple(plain(stored, joinable=True) for stored in snapshot.events),
        calendars=tuple(replace(calendar, name="") for calendar in snapshot.calendars),
    )
