"""Marks everything a run creates, so that it, or a later run, can find and delete exactly that.

The mark is part of the title, because Exchange keeps the title of an invitation, its answer and a message alike. An
event was created by a run if its organiser is the account itself or a plus address of it; a message, if that applies to
its sender and all its recipients.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

PREFIX = "Carlendar acceptance check"
_MARK = re.compile(rf"\b{PREFIX} [0-9a-f]{{12}}\b")
_TAG = "carlendar-acceptance"


def title(run: str, number: int) -> str:
    """Return the title of the item of that number; `run` consists of twelve hexadecimal digits."""
    return f"{PREFIX} {run} ({number})"


def is_marked(text: object) -> bool:
    """Whether a title bears the mark of any run."""
    return isinstance(text, str) and _MARK.search(text) is not None


def plus_address(own: str) -> str:
    """Return an address of the same mailbox (plus addressing of Exchange Online), so that answers return to it."""
    name, _, domain = own.rpartition("@")
    return f"{name}+{_TAG}@{domain}"


def is_own(address: object, own: str) -> bool:
    """Whether an address is the account's, or the plus address of it used here."""
    given = address.casefold() if isinstance(address, str) else ""
    return bool(own) and given in (own.casefold(), plus_address(own).casefold())


def is_own_event(item: dict[str, Any], own: str) -> bool:
    """Whether an event of Graph was created by a run."""
    made_here = item.get("isOrganizer") is True or is_own(_address(item.get("organizer")), own)
    return is_marked(item.get("subject")) and made_here


def is_own_message(item: dict[str, Any], own: str) -> bool:
    """Whether a message of Graph was created by a run, or is the answer to one that was."""
    people = [item.get("from"), *_list(item.get("toRecipients"))]
    return is_marked(item.get("subject")) and all(is_own(_address(each), own) for each in people)


def invitation(own: str, subject: str, uid: str, start: datetime, now: datetime) -> bytes:
    """Return a mail to oneself with a meeting request (iTIP, RFC 5546) of its plus address, MIME in base64."""
    end = start + timedelta(minutes=30)
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Carlendar//acceptance//EN", "METHOD:REQUEST", "BEGIN:VEVENT",
        f"UID:{uid}", f"DTSTAMP:{_stamp(now)}", f"DTSTART:{_stamp(start)}", f"DTEND:{_stamp(end)}",
        f"SUMMARY:{subject}", "SEQUENCE:0", "STATUS:CONFIRMED", "TRANSP:TRANSPARENT",
        f"ORGANIZER:mailto:{plus_address(own)}",
        f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;ROLE=REQ-PARTICIPANT:mailto:{own}",
        "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = own, own, subject
    message.set_content("A meeting request of Carlendar's acceptance check. It is removed by itself.\n")
    message.add_alternative("\r\n".join(_folded(lines)), subtype="calendar", params={"method": "REQUEST"})
    return base64.b64encode(message.as_bytes())


def _folded(lines: Iterable[str]) -> list[str]:
    """Return lines folded to at most 75 bytes (RFC 5545 3.1); they are ASCII."""
    folded = []
    for line in lines:
        rest = line
        while len(rest) > 75:
            folded.append(rest[:75])
            rest = f" {rest[75:]}"
        folded.append(rest)
    return folded


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _address(person: Any) -> object:
    address = person.get("emailAddress") if isinstance(person, dict) else None
    return address.get("address") if isinstance(address, dict) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
