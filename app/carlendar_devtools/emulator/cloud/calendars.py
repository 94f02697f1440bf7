"""Calendars and calendar groups."""

from __future__ import annotations

from typing import Any

from carlendar_devtools.emulator.cloud.call import Call, Reply, not_found
from carlendar_devtools.emulator.cloud.odata import collection, single
from carlendar_devtools.emulator.cloud.views import calendar_id, calendar_of, found_event
from carlendar_devtools.emulator.world.identifiers import encode, key_of
from carlendar_devtools.emulator.world.person import CalendarBook


def calendars(call: Call) -> Reply:
    """All calendars, or those of the group that the path names."""
    group = _group_of(call) if "group" in call.keys else None
    books = [book for book in call.mailbox.books.values() if group in (None, book.group)]
    return collection(call, f"users('{call.mailbox.person.key}')/calendars", [_calendar(call, book) for book in books])


def calendar(call: Call) -> Reply:
    """One calendar: the one of the path, else the default one."""
    book = call.mailbox.book(calendar_of(call))
    return single(call, f"users('{call.mailbox.person.key}')/calendars", _calendar(call, book))


def groups(call: Call) -> Reply:
    """The groups in which Outlook shows calendars."""
    items = [_group(call, name) for name in _group_names(call)]
    return collection(call, f"users('{call.mailbox.person.key}')/calendarGroups", items)


def group(call: Call) -> Reply:
    """One group."""
    return single(call, f"users('{call.mailbox.person.key}')/calendarGroups", _group(call, _group_of(call)))


def _calendar(call: Call, book: CalendarBook) -> dict[str, Any]:
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


def _group(call: Call, name: str) -> dict[str, Any]:
    key = key_of("group", call.mailbox.person.address, name)
    return {"id": encode(key, immutable=True), "name": name, "classId": _guid(key), "changeKey": encode(key)[6:30]}


def _group_names(call: Call) -> list[str]:
    return list(dict.fromkeys(["My Calendars", *(book.group for book in call.mailbox.books.values())]))


def _group_of(call: Call) -> str:
    for name in _group_names(call):
        if _group(call, name)["id"] == call.keys["group"]:
            return name
    raise not_found()


def _guid(key: str) -> str:
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def calendar_of_event(call: Call) -> Reply:
    """The calendar that holds an event."""
    book = call.mailbox.book(found_event(call).entry.calendar)
    return single(call, f"users('{call.mailbox.person.key}')/calendars", _calendar(call, book))
