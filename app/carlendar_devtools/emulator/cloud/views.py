"""Calendar views and lists of events: what a calendar shows in a window, and what it holds."""

from __future__ import annotations

from functools import partial

from carlendar_devtools.emulator.cloud import wire
from carlendar_devtools.emulator.cloud.call import Call, Reply, bad_request, not_found
from carlendar_devtools.emulator.cloud.moments import read_window
from carlendar_devtools.emulator.cloud.odata import Rendered, collection
from carlendar_devtools.emulator.world import series
from carlendar_devtools.emulator.world.entry import Occurrence
from carlendar_devtools.emulator.world.identifiers import MalformedIdError, decode, encode, key_of
from carlendar_devtools.emulator.world.mailbox import NotInMailboxError
from carlendar_devtools.emulator.world.zones import zone

_BY_START = ("start/dateTime", "start/dateTime asc", "start/dateTime desc")
NOT_SELECTABLE = ("createdDateTime", "lastModifiedDateTime")
"""Not returned by calendarView when they are selected, a known fault of the service."""


def calendar_of(call: Call) -> str:
    """The key of the calendar that a call is about: the one of its path, else the default one."""
    identifier = call.keys.get("calendar")
    if identifier is None:
        return call.mailbox.default_book.key
    for key in call.mailbox.books:
        if calendar_id(call, key) == identifier:
            return key
    raise not_found()


def calendar_id(call: Call, key: str) -> str:
    """The identifier of a calendar; it never changes."""
    return encode(key_of("calendar", call.mailbox.person.address, key), immutable=True)


def calendar_view(call: Call) -> Reply:
    """What shows in the window, series expanded; without $orderby single instances come first."""
    window, calendar = read_window(call), calendar_of(call)
    found = call.mailbox.between(window.start, window.end, calendar)
    by = (call.option("orderby") or "").strip()
    if by == "start/dateTime desc":
        found.reverse()
    elif not by:
        found.sort(key=lambda each: each.kind != "singleInstance")
    items = Rendered(found, partial(wire.event, call))
    context = f"users('{call.mailbox.person.key}')/calendarView"
    return collection(call, context, items, in_order=by in _BY_START, hidden=NOT_SELECTABLE)


def instances(call: Call) -> Reply:
    """The occurrences of one series in the window."""
    window = read_window(call)
    entry = found_event(call).entry
    shown = series.shown(entry, window, zone(call.mailbox.person.zone)) if entry.recurrence else ()
    return collection(call, "Collection(event)", [wire.event(call, each) for each in shown])


def events(call: Call) -> Reply:
    """What a calendar holds: single instances and series masters, newest first as Exchange lists them."""
    calendar = calendar_of(call) if "calendar" in call.keys else call.mailbox.default_book.key
    with call.mailbox.lock:
        entries = [entry for entry in call.mailbox.entries.values() if entry.calendar == calendar]
    entries.sort(key=lambda entry: entry.revision, reverse=True)
    found = [Occurrence(entry, "seriesMaster" if entry.recurrence else "singleInstance") for entry in entries]
    context = f"users('{call.mailbox.person.key}')/events"
    return collection(call, context, Rendered(found, partial(wire.event, call)))


def found_event(call: Call) -> Occurrence:
    """The event that a call's path names. Raises GraphError."""
    try:
        key, original = decode(call.keys["event"])
    except MalformedIdError as err:
        raise bad_request("Id is malformed.", "ErrorInvalidIdMalformed") from err
    try:
        return call.mailbox.occurrence(key, original)
    except NotInMailboxError as err:
        raise not_found() from err
