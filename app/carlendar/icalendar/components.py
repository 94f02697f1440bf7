"""The components of iCalendar text as they stand in it, found without parsing them (RFC 5545, section 3).

Parsing is what costs: 10,000 events take `icalendar` five seconds, and finding where they begin and end
a tenth of one. So this is done first, on bytes, and only what may matter is parsed later. Bytes also
because a folded line may break within a character. Whatever stands outside of a VEVENT, a VTIMEZONE
and the calendar's own properties is left out: VTODO, VJOURNAL, alarms and unknown components.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from carlendar.domain.base import Value
from carlendar.errors import FeedError

LIMIT = 32 * 1024 * 1024
"""Bytes of one calendar that are read; a larger one is refused in words."""

EVENTS = 200_000
"""Events of one calendar that are looked at."""

_MARK = re.compile(rb"^(BEGIN|END):([^\n]*)\n?", re.MULTILINE | re.IGNORECASE)
_FOLD = re.compile(rb"\r?\n[ \t]")
_DEPTH = 20
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"


class CalendarText(Value, frozen=True):
    """One VCALENDAR: its own properties, its time zones and its events, each as unfolded lines."""

    properties: str
    zones: tuple[str, ...]
    events: tuple[bytes, ...]


def too_large() -> FeedError:
    """What is said of a calendar beyond `LIMIT`."""
    return FeedError(f"the calendar is larger than {LIMIT // 1024 // 1024} MB", key="feed_size")


def calendars(data: bytes) -> tuple[CalendarText, ...]:
    """All VCALENDARs of a text, whatever it is encoded in. Raises FeedError for one that is none, or is cut off."""
    if len(data) > LIMIT:
        raise too_large()
    found = tuple(_calendars(_unfolded(_utf8(data))))
    if not found:
        raise FeedError("this is not an iCalendar text", key="feed_text")
    return found


def decoded(block: bytes) -> str:
    """A component's text: UTF-8, else what Windows' western programs write (of which Latin-1 is a part).

    UTF-8 with a few bytes broken stays UTF-8: other codes hardly ever look like it, character for character.
    """
    try:
        return block.decode()
    except UnicodeDecodeError:
        read = block.decode(errors="replace")
    broken = read.count(_UNREADABLE)
    whole = sum(letter > "\x7f" for letter in read) - broken
    return read if whole > broken else block.decode("cp1252", "replace")


def _utf8(data: bytes) -> bytes:
    """The text without a byte order mark, and in a code of which ASCII is a part."""
    if data.startswith(codecs.BOM_UTF8):
        return data[3:]
    for mark, code in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(code, "replace").encode()
    if data[1:40:2].count(0) > 10:
        return data.decode("utf-16-le", "replace").encode()
    if data[0:40:2].count(0) > 10:
        return data.decode("utf-16-be", "replace").encode()
    return data


def _unfolded(data: bytes) -> bytes:
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return _FOLD.sub(b"", data.replace(b"\r\r\n", b"\n")).replace(b"\r\n", b"\n")


def _calendars(data: bytes) -> Iterator[CalendarText]:
    """Follow the BEGIN and END lines. An END that was forgotten costs the component it belongs to.

    Events that nothing is wrapped around, as programs keep and send them one by one, make a calendar of their own,
    where the text begins with one: a letter or a program in which some are quoted is no calendar.
    """
    stack: list[bytes] = []
    own, block = bytearray(), bytearray()
    zones: list[str] = []
    events: list[bytes] = []
    at = 0
    for mark in _MARK.finditer(data):
        _collect(stack, own, block, data, at, mark.start())
        at = mark.end()
        name = mark[2].strip().upper()
        if name.startswith(b"VCALENDAR"):
            name = b"VCALENDAR"  # whatever is stuck to it
        if mark[1].upper() == b"BEGIN":
            if name in (b"VCALENDAR", b"VEVENT", b"VTIMEZONE"):
                _cut_back(stack, name)
                block.clear()
            if len(stack) < _DEPTH:
                stack.append(name)
            if b"VTIMEZONE" in stack:
                block += mark[0]
            continue
        inside = list(stack)
        if name not in stack:
            continue
        while stack.pop() != name:
            pass
        if b"VTIMEZONE" in inside:
            block += mark[0]
        if name == b"VEVENT" and inside[-1] == name:
            events.append(bytes(block))
            if len(events) > EVENTS:
                raise FeedError(f"the calendar has more than {EVENTS} events", key="feed_endless")
        elif name == b"VTIMEZONE":
            zones.append(decoded(bytes(block)))
        elif name == b"VCALENDAR":
            yield CalendarText(decoded(bytes(own)), tuple(zones), tuple(events))
            own, zones, events = bytearray(), [], []
    if b"VCALENDAR" in stack or b"VEVENT" in stack:
        raise FeedError("the iCalendar text is cut off", key="feed_text")
    if events and data.lstrip()[:6].upper() == b"BEGIN:":
        yield CalendarText("", tuple(zones), tuple(events))


def _collect(stack: list[bytes], own: bytearray, block: bytearray, data: bytes, start: int, end: int) -> None:
    if not stack or start == end:
        return
    if stack[-1] == b"VCALENDAR":
        own += data[start:end]
    elif stack[-1] == b"VEVENT" or b"VTIMEZONE" in stack:
        block += data[start:end]


def _cut_back(stack: list[bytes], name: bytes) -> None:
    """One of these begins only within a calendar, or within nothing: what is still open there was never ended."""
    keep = 1 if name != b"VCALENDAR" and stack[:1] == [b"VCALENDAR"] else 0
    del stack[keep:]
