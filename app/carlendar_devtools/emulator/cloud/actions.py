"""Actions on an event: answer, cancel, forward, snooze or dismiss its reminder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from carlendar_devtools.emulator.cloud.call import GraphCall, GraphError, Reply, bad_request
from carlendar_devtools.emulator.cloud.incoming import contact_of
from carlendar_devtools.emulator.cloud.moments import read_zoned
from carlendar_devtools.emulator.cloud.values import flag
from carlendar_devtools.emulator.cloud.views import found_event
from carlendar_devtools.emulator.world.entry import Attendee, EntryOccurrence

_SHOWN_AS = {"accepted": "busy", "tentativelyAccepted": "tentative", "declined": "free"}


def accept(call: GraphCall) -> Reply:
    """Accept an invitation."""
    return _respond(call, "accepted")


def accept_tentatively(call: GraphCall) -> Reply:
    """Accept an invitation tentatively."""
    return _respond(call, "tentativelyAccepted")


def decline(call: GraphCall) -> Reply:
    """Decline an invitation; whether the meeting stays in the calendar is a setting of the person."""
    return _respond(call, "declined")


def cancel(call: GraphCall) -> Reply:
    """Cancel a meeting and notify its attendees; organisers only. It leaves the organiser's calendar."""
    found, body = found_event(call), _parameters(call)
    if not found.entry.is_organizer:
        raise _invalid("Your request can't be completed. You need to be an organizer to cancel a meeting.")
    to = tuple(each.contact.address for each in found.entry.attendees)
    call.mailbox.send("cancellation", to, found.entry.title, _comment(body))
    call.mailbox.delete((found.master or found.entry).key, original=found.original)
    return Reply(status=202)


def forward(call: GraphCall) -> Reply:
    """Forward an invitation; if the organiser forwards it, the recipient becomes an attendee."""
    found, body = found_event(call), _parameters(call)
    recipients = [contact_of(each) for each in body.get("torecipients") or ()]
    if not recipients:
        raise _invalid("At least one recipient is required.", "ErrorInvalidRecipients")
    call.mailbox.send("forward", tuple(each.address for each in recipients), found.entry.title, _comment(body))
    if found.entry.is_organizer:
        invited = (*found.entry.attendees, *(Attendee(each) for each in recipients))
        _change(call, found, attendees=invited)
    return Reply(status=202)


def snooze(call: GraphCall) -> Reply:
    """Snooze the reminder."""
    moment, _ = read_zoned(_parameters(call).get("newremindertime"), "NewReminderTime")
    _change(call, found_event(call), snoozed_until=moment, dismissed=False)
    return Reply(status=200)


def dismiss(call: GraphCall) -> Reply:
    """Dismiss the reminder."""
    _change(call, found_event(call), dismissed=True)
    return Reply(status=200)


ACTIONS: tuple[tuple[str, str, Callable[[GraphCall], Reply]], ...] = (
    ("accept", "Calendars.ReadWrite", accept),
    ("tentativelyAccept", "Calendars.ReadWrite", accept_tentatively),
    ("decline", "Calendars.ReadWrite", decline),
    ("cancel", "Calendars.ReadWrite", cancel),
    ("forward", "Calendars.Read", forward),
    ("snoozeReminder", "Calendars.ReadWrite", snooze),
    ("dismissReminder", "Calendars.ReadWrite", dismiss),
)
"""Name, least scope and handler."""


def _respond(call: GraphCall, response: str) -> Reply:
    found, body = found_event(call), _parameters(call)
    entry = found.entry
    if entry.is_organizer:
        raise _invalid(
            "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer."
        )
    if entry.cancelled:
        raise _invalid("Your request can't be completed. The meeting has been canceled.")
    sends = flag(body.get("sendresponse"), True)
    proposed = _proposal(body, found, response, sends=sends)
    if sends:
        call.mailbox.send("response", (entry.organizer.address,), entry.title, _comment(body), f"{response}{proposed}")
    if response == "declined" and not call.mailbox.person.keeps_declined:
        call.mailbox.delete((found.master or entry).key, original=found.original)
        return Reply(status=202)
    now, own = call.mailbox.now(), call.mailbox.person.address.casefold()
    attendees = tuple(
        replace(each, response=response, replied=now) if each.contact.address.casefold() == own else each
        for each in entry.attendees
    )
    _change(call, found, response=response, replied=now, show_as=_SHOWN_AS[response], attendees=attendees)
    return Reply(status=202)


def _proposal(body: dict[str, Any], found: EntryOccurrence, response: str, *, sends: bool) -> str:
    """Return the proposed time as text; empty if none is proposed. Raises GraphError."""
    proposal = body.get("proposednewtime")
    if proposal is None:
        return ""
    if response == "accepted":
        raise bad_request("The parameter 'proposedNewTime' is not allowed when accepting.", "ErrorInvalidRequest")
    if not sends or not found.entry.allow_proposals:
        raise _invalid(
            "Your request can't be completed. The organizer doesn't allow new time proposals, or no response is sent."
        )
    start, _ = read_zoned(proposal.get("start"), "start")
    end, _ = read_zoned(proposal.get("end"), "end")
    if end <= start:
        raise bad_request("The proposed time ends before it starts.", "ErrorInvalidRequest")
    return f" {start.isoformat()}/{end.isoformat()}"


def _change(call: GraphCall, found: EntryOccurrence, **facts: object) -> None:
    call.mailbox.change((found.master or found.entry).key, found.original, **facts)


def _parameters(call: GraphCall) -> dict[str, Any]:
    """Return the action's parameters by lower-case names: metadata and examples spell them differently."""
    if call.body is None:
        return {}
    return {name.casefold(): value for name, value in call.json_object().items()}


def _comment(body: dict[str, Any]) -> str:
    return str(body.get("comment") or "")


def _invalid(message: str, code: str = "ErrorInvalidRequest") -> GraphError:
    return GraphError(400, code, message)
