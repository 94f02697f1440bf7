"""Calendars and calendar groups: list, read, create, change, delete."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from carlendar_devtools.emulator.cloud import calendar_wire
from carlendar_devtools.emulator.cloud.call import GraphCall, GraphError, Reply, bad_request, not_found
from carlendar_devtools.emulator.cloud.odata import collection, count, single
from carlendar_devtools.emulator.cloud.schema import CALENDAR, GROUP
from carlendar_devtools.emulator.cloud.views import calendar_of, found_event
from carlendar_devtools.emulator.world.identifiers import encode, key_of
from carlendar_devtools.emulator.world.person import CalendarBook

_COLORS = ("auto", "lightBlue", "lightGreen", "lightOrange", "lightGray", "lightYellow", "lightTeal", "lightPink",
           "lightBrown", "lightRed", "maxColor")  # fmt: skip
_LONGEST_NAME = 255


def calendars(call: GraphCall) -> Reply:
    """All calendars, or those of the group named in the path."""
    return collection(call, _context(call), [calendar_wire.calendar(call, book) for book in _books(call)], CALENDAR)


def calendars_count(call: GraphCall) -> Reply:
    """Return the number of calendars."""
    return count(call, [calendar_wire.calendar(call, book) for book in _books(call)], CALENDAR)


def calendar(call: GraphCall) -> Reply:
    """Return one calendar: the one in the path, else the default one."""
    return _representation(call, call.mailbox.book(calendar_of(call)))


def create(call: GraphCall) -> Reply:
    """Create a calendar (user: POST calendars), in the group named in the path. Names are unique (Exchange)."""
    body = call.json_object()
    name = _name(call, body.get("name"), "")
    group = _group_of(call) if "group" in call.keys else "My Calendars"
    color, hex_color = _colors(body, "auto", "")
    book = CalendarBook(key=secrets.token_hex(8), name=name, color=color, hex_color=hex_color, group=group)
    call.mailbox.put_book(book)
    return replace(_representation(call, book), status=201)


def update(call: GraphCall) -> Reply:
    """Change a calendar's name or colour."""
    book, body = call.mailbox.book(calendar_of(call)), call.json_object()
    if not book.can_edit:
        raise _denied()
    name = _name(call, body["name"], book.key) if "name" in body else book.name
    color, hex_color = _colors(body, book.color, book.hex_color)
    changed = replace(book, name=name, color=color, hex_color=hex_color)
    call.mailbox.put_book(changed)
    return _representation(call, changed)


def delete(call: GraphCall) -> Reply:
    """Delete a calendar with its events; the default one cannot be deleted."""
    book = call.mailbox.book(calendar_of(call))
    if book.is_default:
        raise bad_request("The default calendar cannot be deleted.", "ErrorDeleteDistinguishedFolder")
    call.mailbox.remove_book(book.key)
    return Reply(status=204)


def groups(call: GraphCall) -> Reply:
    """The groups in which Outlook shows calendars."""
    items = [_group(call, name) for name in _group_names(call)]
    return collection(call, f"users('{call.mailbox.person.key}')/calendarGroups", items, GROUP)


def group(call: GraphCall) -> Reply:
    """One group."""
    context = f"users('{call.mailbox.person.key}')/calendarGroups"
    return single(call, context, _group(call, _group_of(call)), GROUP)


def calendar_of_event(call: GraphCall) -> Reply:
    """Return the calendar of an event."""
    return _representation(call, call.mailbox.book(found_event(call).entry.calendar))


def _context(call: GraphCall) -> str:
    return f"users('{call.mailbox.person.key}')/calendars"


def _representation(call: GraphCall, book: CalendarBook) -> Reply:
    return single(call, _context(call), calendar_wire.calendar(call, book), CALENDAR)


def _books(call: GraphCall) -> list[CalendarBook]:
    group = _group_of(call) if "group" in call.keys else None
    return [book for book in call.mailbox.books.values() if group in (None, book.group)]


def _name(call: GraphCall, value: Any, key: str) -> str:
    """Return a name for the calendar `key` that no other one has. Raises GraphError."""
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_NAME:
        raise bad_request("The property 'name' is required in the request.", "ErrorInvalidRequest")
    if any(book.name.casefold() == value.casefold() for book in call.mailbox.books.values() if book.key != key):
        raise GraphError(409, "ErrorFolderExists", "A folder with the specified name already exists.")
    return value


def _colors(body: dict[str, Any], color: str, hex_color: str) -> tuple[str, str]:
    known = {each.casefold(): each for each in _COLORS}
    wanted = str(body.get("color") or color).casefold()
    if wanted not in known:
        raise bad_request(f"Requested value '{body['color']}' was not found.", "RequestBodyRead")
    return known[wanted], str(body.get("hexColor") or hex_color)


def _group(call: GraphCall, name: str) -> dict[str, Any]:
    key = key_of("group", call.mailbox.person.address, name)
    return {"id": encode(key, immutable=True), "name": name, "classId": _guid(key), "changeKey": encode(key)[6:30]}


def _group_names(call: GraphCall) -> list[str]:
    return list(dict.fromkeys(["My Calendars", *(book.group for book in call.mailbox.books.values())]))


def _group_of(call: GraphCall) -> str:
    for name in _group_names(call):
        if _group(call, name)["id"] == call.keys["group"]:
            return name
    raise not_found()


def _guid(key: str) -> str:
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def _denied() -> GraphError:
    return GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
