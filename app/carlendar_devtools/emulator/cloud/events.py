"""One event: read, create, change, delete."""

from __future__ import annotations

from dataclasses import replace

from carlendar_devtools.emulator.cloud import wire
from carlendar_devtools.emulator.cloud.call import GraphCall, GraphError, Reply
from carlendar_devtools.emulator.cloud.incoming import fields
from carlendar_devtools.emulator.cloud.odata import collection, single
from carlendar_devtools.emulator.cloud.schema import ATTACHMENT, EVENT
from carlendar_devtools.emulator.cloud.views import calendar_of, found_event, rendered
from carlendar_devtools.emulator.world.entry import Entry, EntryOccurrence


def read(call: GraphCall) -> Reply:
    """The event; `exceptionOccurrences` and `cancelledOccurrences` of a series only if requested."""
    return _representation(call, found_event(call))


def create(call: GraphCall) -> Reply:
    """Create an event in a calendar. A repeated transactionId returns the existing event."""
    calendar = calendar_of(call)
    if not call.mailbox.book(calendar).can_edit:
        raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    transaction = call.json_object().get("transactionId")
    with call.mailbox.lock:
        before = next(
            (e for e in call.mailbox.entries.values() if transaction and e.transaction_id == transaction), None
        )
        entry = before or _created(call, calendar, transaction)
    kind = "seriesMaster" if entry.recurrence else "singleInstance"
    return replace(_representation(call, EntryOccurrence(entry, kind)), status=201)


def update(call: GraphCall) -> Reply:
    """Change an event, or one occurrence of a series, which becomes an exception."""
    found = _changeable(call)
    changes = fields(call, found.entry)
    if found.original is not None:
        changes.pop("recurrence", None)
    elif found.entry.recurrence and ("span" in changes or "recurrence" in changes):
        changes["changes"] = {}
    if changes:
        master = found.master or found.entry
        call.mailbox.change(master.key, found.original, **changes)
    return _representation(call, found_event(call))


def delete(call: GraphCall) -> Reply:
    """Delete an event, one occurrence, or a whole series; the attendees are notified if the organiser deletes it."""
    found = _changeable(call)
    entry = found.master or found.entry
    if found.entry.is_organizer and found.entry.attendees:
        to = tuple(each.contact.address for each in found.entry.attendees)
        call.mailbox.send("cancellation", to, found.entry.title, "")
    call.mailbox.delete(entry.key, original=found.original)
    return Reply(status=204)


def attachments(call: GraphCall) -> Reply:
    """Return no attachments."""
    found_event(call)
    return collection(call, "Collection(attachment)", [], ATTACHMENT)


def _created(call: GraphCall, calendar: str, transaction: str | None) -> Entry:
    given = fields(call, None)
    title, span = given.pop("title", ""), given.pop("span")
    entry = call.mailbox.add(
        title, span.start, span.end, calendar=calendar, **given, transaction_id=transaction, response="organizer"
    )
    if entry.attendees:
        call.mailbox.send("invitation", tuple(each.contact.address for each in entry.attendees), title, "")
    return entry


def _changeable(call: GraphCall) -> EntryOccurrence:
    found = found_event(call)
    if not call.mailbox.book(found.entry.calendar).can_edit:
        raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    expected = call.headers.get("if-match")
    if expected not in (None, "*", wire.etag(found.entry)):
        raise GraphError(
            412,
            "ErrorIrresolvableConflict",
            "The send or update operation could not be performed because the "
            "change key passed in the request does not match the current change key for the item.",
        )
    return found


def _representation(call: GraphCall, found: EntryOccurrence) -> Reply:
    reply = single(call, f"users('{call.mailbox.person.key}')/events", rendered(call, found), EVENT)
    return replace(reply, headers={"ETag": wire.etag(found.entry)})
