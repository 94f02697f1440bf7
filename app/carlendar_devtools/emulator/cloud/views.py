"""Calendar views and lists of events: the occurrences in a window, and the stored entries."""

from __future__ import annotations

from functools import partial
from typing import Any

from carlendar_devtools.emulator.cloud import wire
from carlendar_devtools.emulator.cloud.calendar_wire import calendar, calendar_id
from carlendar_devtools.emulator.cloud.call import GraphCall, Reply, bad_request, not_found
from carlendar_devtools.emulator.cloud.moments import read_window
from carlendar_devtools.emulator.cloud.odata import Rendered, collection, count, selects
from carlendar_devtools.emulator.cloud.schema import EVENT
from carlendar_devtools.emulator.world import series
from carlendar_devtools.emulator.world.entry import Entry, EntryOccurrence
from carlendar_devtools.emulator.world.identifiers import MalformedIdError, decode
from carlendar_devtools.emulator.world.mailbox import NotInMailboxError
from carlendar_devtools.emulator.world.zones import zone

_BY_START = ("start/dateTime", "start/dateTime asc", "start/dateTime desc")
NOT_SELECTABLE = ("createdDateTime", "lastModifiedDateTime")
"""Not returned by calendarView when they are selected, a known fault of the service."""


def calendar_of(call: GraphCall) -> str:
    """Return the key of a call's calendar: the one in its path, else the default one."""
    identifier = call.keys.get("calendar")
    if identifier is None:
        return call.mailbox.default_book.key
    for key in call.mailbox.books:
        if calendar_id(call, key) == identifier:
            return key
    raise not_found()


def rendered(call: GraphCall, occurrence: EntryOccurrence) -> dict[str, Any]:
    """Return an event with everything that $filter and $expand may use."""
    item = wire.event(call, occurrence)
    entry = occurrence.entry
    item["singleValueExtendedProperties"] = [{"id": name, "value": value} for name, value in entry.marks]
    item |= {"multiValueExtendedProperties": [], "attachments": [], "extensions": []}
    if selects(call, "calendar"):
        item["calendar"] = calendar(call, call.mailbox.book(entry.calendar))
    return item | (_series_parts(call, entry) if occurrence.kind == "seriesMaster" else {})


def calendar_view(call: GraphCall) -> Reply:
    """Return the events in the window, series expanded; without $orderby, single instances first."""
    found = _view(call)
    by = (call.option("orderby") or "").strip()
    if by == "start/dateTime desc":
        found.reverse()
    elif not by:
        found.sort(key=lambda each: each.kind != "singleInstance")
    items = Rendered(found, partial(rendered, call))
    context = f"users('{call.mailbox.person.key}')/calendarView"
    return collection(call, context, items, EVENT, in_order=by in _BY_START, hidden=NOT_SELECTABLE)


def calendar_view_count(call: GraphCall) -> Reply:
    """Return the number of events in the window."""
    return count(call, Rendered(_view(call), partial(rendered, call)), EVENT)


def instances(call: GraphCall) -> Reply:
    """Return the occurrences of one series in the window."""
    window = read_window(call)
    entry = found_event(call).entry
    shown = series.shown(entry, window, zone(call.mailbox.person.zone)) if entry.recurrence else ()
    return collection(call, "Collection(event)", [rendered(call, each) for each in shown], EVENT)


def events(call: GraphCall) -> Reply:
    """Return the stored entries: single instances and series masters, newest first as in Exchange."""
    context = f"users('{call.mailbox.person.key}')/events"
    return collection(call, context, Rendered(_held(call), partial(rendered, call)), EVENT)


def events_count(call: GraphCall) -> Reply:
    """Return the number of single instances and series masters in a calendar."""
    return count(call, Rendered(_held(call), partial(rendered, call)), EVENT)


def found_event(call: GraphCall) -> EntryOccurrence:
    """The event that a call's path names. Raises GraphError."""
    try:
        key, original = decode(call.keys["event"])
    except MalformedIdError as err:
        raise bad_request("Id is malformed.", "ErrorInvalidIdMalformed") from err
    try:
        return call.mailbox.occurrence(key, original)
    except NotInMailboxError as err:
        raise not_found() from err


def _view(call: GraphCall) -> list[EntryOccurrence]:
    window = read_window(call)
    return call.mailbox.between(window.start, window.end, calendar_of(call))


def _held(call: GraphCall) -> list[EntryOccurrence]:
    key = calendar_of(call)
    with call.mailbox.lock:
        entries = [entry for entry in call.mailbox.entries.values() if entry.calendar == key]
    entries.sort(key=lambda entry: entry.revision, reverse=True)
    return [EntryOccurrence(entry, "seriesMaster" if entry.recurrence else "singleInstance") for entry in entries]


def _series_parts(call: GraphCall, master: Entry) -> dict[str, Any]:
    """`exceptionOccurrences` and `cancelledOccurrences` of a series, which are present only if requested."""
    parts: dict[str, Any] = {}
    if selects(call, "cancelledOccurrences"):
        gone = [original for original, change in master.changes.items() if change is None]
        parts["cancelledOccurrences"] = [f"OID.{wire.event_id(call, master)}.{each.isoformat()}" for each in gone]
    if selects(call, "exceptionOccurrences"):
        changed = [(original, change) for original, change in master.changes.items() if change is not None]
        occurrences = [EntryOccurrence(change, "exception", original, master) for original, change in changed]
        parts["exceptionOccurrences"] = [wire.event(call, each) for each in occurrences]
    return parts
