"""Invitations that arrive by mail (iTIP, RFC 5546): how Exchange handles a meeting request."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from icalendar import Calendar

from carlendar_devtools.emulator.world.entry import Attendee, Contact
from carlendar_devtools.emulator.world.mailbox import Mailbox


def accept_invitation(mailbox: Mailbox, content: Any) -> None:
    """Add the meeting requests of an iCalendar text to the calendar, unanswered; ignore other texts.

    A request whose organiser is the mailbox's owner needs no answer and is not added.
    """
    try:
        calendar = Calendar.from_ical(content)
    except ValueError:
        return
    if str(calendar.get("METHOD", "")).upper() != "REQUEST":
        return
    for event in calendar.walk("VEVENT"):
        organizer = _contact(event.get("ORGANIZER"))
        start, end = (_moment(event.get(name)) for name in ("DTSTART", "DTEND"))
        own = mailbox.person.address.casefold()
        if organizer is None or organizer.address.casefold() == own or start is None or end is None or end < start:
            continue
        mailbox.add(
            str(event.get("SUMMARY") or ""),
            start,
            end,
            zone_name="UTC",
            organizer=organizer,
            is_organizer=False,
            attendees=(Attendee(mailbox.contact, response="none"),),
            response="notResponded",
            show_as="tentative",
            ical_uid=str(event.get("UID") or ""),
            body=str(event.get("DESCRIPTION") or ""),
            body_type="text",
        )


def _contact(value: Any) -> Contact | None:
    address = str(value or "").partition(":")[2] if str(value or "").casefold().startswith("mailto:") else ""
    return Contact(str(getattr(value, "params", {}).get("CN") or address), address) if "@" in address else None


def _moment(value: Any) -> datetime | None:
    found: date | datetime | None = getattr(value, "dt", None)
    if not isinstance(found, datetime):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
