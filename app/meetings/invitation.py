"""Invitations out of a file: text, HTML, a mail, iCalendar, or an event as JSON.

Only what joining needs is read. iCalendar: RFC 5545, CONFERENCE of RFC 7986, and the properties that
Outlook and Google add. Mail: RFC 5322 with its calendar part, else its text. JSON: see `invitation_json`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import filterfalse
from pathlib import Path
from typing import Any

from app.domain.event import Event, OnlineMeeting, Person
from app.domain.place import Place
from app.domain.timespan import Timespan
from app.errors import UsageError
from app.meetings import invitation_json
from app.meetings.words import Says, says

FILE_LIMIT = 4_194_304
"""Bytes of a file; an invitation is a thousandth of it."""

EVENTS_READ = 500
"""Events of one file that are looked at."""

STANDARD_INPUT = Path("-")

_JOIN_PROPERTIES = (
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK",
    "X-MICROSOFT-ONLINEMEETINGCONFLINK",
    "X-GOOGLE-CONFERENCE",
    "X-GOOGLE-HANGOUT",
    "X-CONFERENCE-URL",
    "X-TELEMOST-CONFERENCE",
)
_FEATURES = ("VIDEO", "AUDIO")
"""CONFERENCE's features in the order in which their addresses are preferred; others follow."""

_MAIL = re.compile(r"^(?:received|return-path|message-id|mime-version|delivered-to|content-type):", re.I | re.M)
_SPAN = Timespan(datetime(2000, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=1))
"""When it takes place does not matter for how to join."""


def read(path: Path) -> Iterator[tuple[Event, str]]:
    """Each event with its body as it came, at least one; `-` is the standard input. Raises UsageError."""
    text = _decoded(_bytes(path))
    start = text.lstrip()[:20].upper()
    if start.startswith("BEGIN:V"):
        return _from_ics(text, path)
    if start.startswith(("{", "[")):
        return invitation_json.events(text, path, _SPAN)
    if path.suffix.lower() == ".eml" or len(_MAIL.findall(text.partition("\n\n")[0][:20_000])) >= 2:
        return _from_mail(text, path)
    return iter([(_event(), text)])


def _bytes(path: Path) -> bytes:
    try:
        if path == STANDARD_INPUT:
            raw = sys.stdin.buffer.read(FILE_LIMIT + 1)
        else:
            with path.open("rb") as file:
                raw = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    if len(raw) > FILE_LIMIT:
        raise UsageError(f"{path} is larger than an invitation ({FILE_LIMIT} bytes)")
    return raw


def _decoded(raw: bytes) -> str:
    """UTF-8 or UTF-16 with its mark; else what Windows programs write."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _event(
    url: str = "", place: str = "", online: OnlineMeeting | None = None, organizer: Person | None = None
) -> Event:
    where = Place(place) if place else None
    return Event("file", "file", "", _SPAN, url=url, place=where, online=online, organizer=organizer)


def _from_ics(text: str, path: Path) -> Iterator[tuple[Event, str]]:
    from icalendar import Calendar  # slow to import, and not every file is one

    try:
        calendars = Calendar.from_ical(text, multiple=True)
        found = [event for calendar in calendars for event in calendar.walk("VEVENT")][:EVENTS_READ]
    except (ValueError, IndexError, KeyError) as error:
        raise UsageError(f"{path} is not an iCalendar file") from error
    if not found:
        raise UsageError(f"{path} holds no event")
    return map(_of_component, found)


def _of_component(found: Any) -> tuple[Event, str]:
    conferences = sorted(filterfalse(_is_host_only, _all(found, "CONFERENCE")), key=_feature)
    uris = [str(each) for each in (*conferences, *(each for name in _JOIN_PROPERTIES for each in _all(found, name)))]
    body = "\n".join(str(each) for name in ("DESCRIPTION", "X-ALT-DESC", "COMMENT") for each in _all(found, name))
    url, place = (" ".join(map(str, _all(found, name))) for name in ("URL", "LOCATION"))
    return _event(url, place, OnlineMeeting(conference_uris=tuple(uris)), _organizer(found)), body


def _all(component: Any, name: str) -> list[Any]:
    value = component.get(name)
    return [each for each in (value if isinstance(value, list) else [value]) if each is not None]


def _is_host_only(conference: Any) -> bool:
    """Whether an address is the host's (RFC 7986, 6.3: FEATURE=MODERATOR), or labelled so."""
    parameters = getattr(conference, "params", {})
    said = says(str(parameters.get("LABEL", "")))
    return "MODERATOR" in str(parameters.get("FEATURE", "")).upper() or bool(said & Says.HOST and not said & Says.GUEST)


def _feature(conference: Any) -> int:
    named = str(getattr(conference, "params", {}).get("FEATURE", "")).upper()
    return next((place for place, name in enumerate(_FEATURES) if name in named), len(_FEATURES))


def _organizer(component: Any) -> Person | None:
    for value in _all(component, "ORGANIZER"):
        address = re.sub(r"(?i)^mailto:", "", str(value))
        return Person(str(getattr(value, "params", {}).get("CN", "")), address)
    return None


def _from_mail(text: str, path: Path) -> Iterator[tuple[Event, str]]:
    from email import message_from_string, policy
    from email.utils import parseaddr

    message = message_from_string(text, policy=policy.default)
    parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
    calendar = parts.get("text/calendar")
    if calendar is not None:
        return _from_ics(_content(calendar), path)
    body = parts.get("text/html") or parts.get("text/plain")
    name, address = parseaddr(str(message.get("From", "")))
    return iter([(_event(organizer=Person(name, address)), _content(body) if body is not None else "")])


def _content(part: Any) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # an unknown character set
        return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
