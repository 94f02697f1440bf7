"""Reads invitations from a file: text, HTML, mail, iCalendar, or an event as JSON.

Only what joining needs is read. iCalendar: RFC 5545, CONFERENCE of RFC 7986, and the properties that
Outlook and Google add. Mail: RFC 5322 with its calendar part, else its text. JSON: see `invitation_json`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import filterfalse, islice
from pathlib import Path
from typing import Any

from carlendar.domain.event import Event, OnlineMeetingInfo, Person
from carlendar.domain.place import Place
from carlendar.domain.timespan import Timespan
from carlendar.errors import UsageError
from carlendar.meetings import invitation_json
from carlendar.meetings.words import Says, says

FILE_LIMIT = 4_194_304
"""Maximum size of a file in bytes; an invitation is a thousandth of it."""

EVENTS_READ = 500
"""Maximum number of events read from a file."""

BLOCK_READ = 1_048_576
"""Maximum number of characters parsed of an event, without inline attachments."""

PARTS = 200
"""Maximum number of parts read of a mail."""

NESTED = 40
"""Maximum number of parts of a mail that hold others; each level is a step for every line below it."""

DELIMITERS = 2000
"""Maximum number of lines of a mail that may delimit parts."""

ENCODED = ("base64", "quoted-printable", "uuencode", "x-uuencode", "uue", "x-uue")
"""Transfer encodings that have to be decoded."""

HEADER_LENGTH, HEADERS = 4096, 1000
"""Maximum length of a header field that is interpreted, and number of lines of a mail's own header."""

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

_MARK = re.compile(r"^(BEGIN|END):VEVENT[ \t]*$", re.MULTILINE | re.IGNORECASE)
_COMPONENT = re.compile(r"^(BEGIN|END):[^\n]*\n?", re.MULTILINE | re.IGNORECASE)
_OF_NO_USE = re.compile(
    r"^(?:ATTACH|DTSTART|DTEND|DURATION|RRULE|RDATE|EXRULE|EXDATE|RECURRENCE-ID|DTSTAMP|CREATED|LAST-MODIFIED|SEQUENCE"
    r"|GEO)[;:][^\n]*\n(?:[ \t][^\n]*\n)*+",
    re.MULTILINE | re.IGNORECASE,
)
"""Attachments, and lines of time: neither is needed for joining, and an odd time zone must not cost the link."""
_MAIL = re.compile(r"^(?:received|return-path|message-id|mime-version|delivered-to|content-type):", re.I | re.M)
_MIME_FIELD = re.compile(r"^content-[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
"""A header field of MIME, of the mail or of a part, with the lines that continue it."""
_SPAN = Timespan(datetime(2000, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=1))
"""The time does not matter for joining."""


def read(path: Path) -> Iterator[tuple[Event, str]]:
    """Yield each event with its body as received, at least one; `-` is standard input. Raises UsageError.

    An event that cannot be read is skipped; if none can be, UsageError is raised, at the latest when the first
    one is requested.
    """
    return parsed(content(path), path)


def parsed(raw: bytes, path: Path) -> Iterator[tuple[Event, str]]:
    """Do the same for bytes; the name of `path` helps to determine their format."""
    text = _decoded(raw)
    start = text.lstrip()[:20].upper()
    if start.startswith("BEGIN:V"):
        return _from_ics(text, path)
    if start.startswith(("{", "[")):
        return readable(invitation_json.events(text, path, _SPAN), path)
    if path.suffix.lower() == ".eml" or len(_MAIL.findall(text.partition("\n\n")[0][:20_000])) >= 2:
        return _from_mail(text, path)
    return iter([(_event(), text)])


def content(path: Path) -> bytes:
    """Return the file's bytes; `-` is standard input. Raises UsageError if it is unreadable or exceeds `FILE_LIMIT`."""
    try:
        if path == STANDARD_INPUT:
            if sys.stdin is None:
                raise UsageError("there is no standard input")
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
    """Decode UTF-8, UTF-16 with a byte order mark, or else Windows-1252."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _event(
    url: str = "", place: str = "", online: OnlineMeetingInfo | None = None, organizer: Person | None = None
) -> Event:
    where = Place(place) if place else None
    return Event("file", "file", "", _SPAN, url=url, place=where, online=online, organizer=organizer)


def _from_ics(text: str, path: Path) -> Iterator[tuple[Event, str]]:
    blocks = list(islice(_blocks(text.replace("\r\n", "\n").replace("\r", "\n")), EVENTS_READ))
    if not blocks:
        raise UsageError(f"{path} holds no event")
    return readable((partial(_of_block, block) for block in blocks), path)


def _blocks(text: str) -> Iterator[str]:
    """Yield the lines of each event, without its END."""
    start: int | None = None
    for mark in _MARK.finditer(text):
        if mark[1].upper() == "BEGIN":
            start = mark.start()
        elif start is not None:
            yield text[start : mark.start()]
            start = None


def _own_lines(block: str) -> str:
    """Return an event's lines without those of nested components: an alarm is not needed for joining."""
    kept: list[str] = []
    depth = start = 0
    for mark in _COMPONENT.finditer(block, block.find("\n") + 1):
        if mark[1].upper() == "BEGIN":
            if depth == 0:
                kept.append(block[start : mark.start()])
            depth += 1
        elif depth:
            depth -= 1
            start = mark.end()
    return "".join(kept) + (block[start:] if depth == 0 else "")


def readable(readers: Iterable[Callable[[], tuple[Event, str]]], path: Path) -> Iterator[tuple[Event, str]]:
    """Yield the results of the readers, skipping those that fail. Raises UsageError if all fail."""
    found = False
    for reader in readers:
        try:
            event = reader()
        except Exception:  # noqa: BLE001, S112 - a stranger wrote it: it costs that one event
            continue
        found = True
        yield event
    if not found:
        raise UsageError(f"{path} holds no event that can be read")


def _of_block(block: str) -> tuple[Event, str]:
    from icalendar import Event as Component  # slow to import, and rarely needed

    lines = _own_lines(_OF_NO_USE.sub("", block))[:BLOCK_READ].rpartition("\n")[0]
    return _of_component(Component.from_ical(f"{lines}\nEND:VEVENT\n"))


def _of_component(found: Any) -> tuple[Event, str]:
    conferences = sorted(filterfalse(_is_host_only, _all(found, "CONFERENCE")), key=_feature)
    uris = [str(each) for each in (*conferences, *(each for name in _JOIN_PROPERTIES for each in _all(found, name)))]
    body = "\n".join(str(each) for name in ("DESCRIPTION", "X-ALT-DESC", "COMMENT") for each in _all(found, name))
    url, place = (" ".join(map(str, _all(found, name))) for name in ("URL", "LOCATION"))
    return _event(url, place, OnlineMeetingInfo(conference_uris=tuple(uris)), _organizer(found)), body


def _all(component: Any, name: str) -> list[Any]:
    value = component.get(name)
    return [each for each in (value if isinstance(value, list) else [value]) if each is not None]


def _is_host_only(conference: Any) -> bool:
    """Whether an address is for the host (RFC 7986, 6.3: FEATURE=MODERATOR), or labelled so."""
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
    from email import message_from_string
    from email.header import decode_header, make_header
    from email.utils import parseaddr

    if _takes_too_long(text):
        return iter([(_event(), text)])
    try:
        message = message_from_string(text)  # not policy.default, whose parser of header fields takes minutes for some
        parts = {part.get_content_type(): part for part in islice(message.walk(), PARTS) if not part.is_multipart()}
    except Exception:  # noqa: BLE001 - no mail after all, or nested without end
        return iter([(_event(), text)])
    body = parts.get("text/html") or parts.get("text/plain")
    calendar = parts.get("text/calendar")
    if calendar is not None:
        with suppress(UsageError):
            return iter(list(_from_ics(_content(calendar), path)))
        if body is None:
            raise UsageError(f"{path} holds no event that can be read")
    try:
        name, address = parseaddr(str(make_header(decode_header(str(message.get("From", ""))[:HEADER_LENGTH]))))
    except Exception:  # noqa: BLE001 - the parser of addresses fails in many ways
        name, address = "", ""
    return iter([(_event(organizer=Person(name, address)), _content(body) if body is not None else "")])


def _takes_too_long(text: str) -> bool:
    """Whether reading it as a mail might take long: nested deeply, of very many parts, or with a giant header."""
    lower = text.lower()
    if lower.count("boundary=") > PARTS or lower.count("multipart/") + lower.count("message/") > NESTED:
        return True
    if lower.count("\n--") > DELIMITERS or text.partition("\n\n")[0].count("\n") > HEADERS:
        return True
    return any(len(field[0]) > HEADER_LENGTH for field in _MIME_FIELD.finditer(text))


def _content(part: Any) -> str:
    """The text of a part: as UTF-8 if its encoding is unknown, empty if it is broken."""
    coded = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if coded not in ENCODED and isinstance(text := part.get_payload(), str):
        return text  # the file's characters have been decoded
    payload = b""
    with suppress(Exception):  # broken transfer encodings, each with an error of its own
        payload = bytes(part.get_payload(decode=True) or b"")
    with suppress(Exception):  # unknown character sets
        return payload.decode(part.get_content_charset() or "utf-8", "replace")
    return payload.decode("utf-8", "replace")
