"""Calendars as Graph v1.0 writes them."""

from __future__ import annotations

from typing import Any

from carlendar_devtools.emulator.cloud.call import GraphCall
from carlendar_devtools.emulator.world.identifiers import encode, key_of
from carlendar_devtools.emulator.world.person import CalendarBook


def calendar_id(call: GraphCall, key: str) -> str:
    """The identifier of a calendar; it never changes."""
    return encode(key_of("calendar", call.mailbox.person.address, key), immutable=True)


def calendar(call: GraphCall, book: CalendarBook) -> dict[str, Any]:
    """The resource of one calendar."""
    teams = [] if call.personal else ["teamsForBusiness"]
    own = {"name": call.mailbox.person.name, "address": call.mailbox.person.address}
    return {
        "id": calendar_id(call, book.key),
        "name": book.name,
        "color": book.color,
        "hexColor": book.hex_color,
        "isDefaultCalendar": book.is_default,
        "changeKey": encode(key_of("change", book.key))[6:30],
        "canShare": book.can_edit,
        "canViewPrivateItems": book.can_view_private,
        "canEdit": book.can_edit,
        "isRemovable": not book.is_default,
        "isTallyingResponses": book.is_default,
        "allowedOnlineMeetingProviders": teams,
        "defaultOnlineMeetingProvider": teams[0] if teams else "unknown",
        "owner": {"name": book.owner_name, "address": book.owner_address} if book.owner_address else own,
    }
