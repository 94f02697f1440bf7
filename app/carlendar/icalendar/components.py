"""Splits iCalendar text into components without parsing them (RFC 5545, section 3).

Parsing is expensive, so this is done first, on bytes, and only relevant components are parsed later. Bytes also because
a folded line may break within a character. Everything other than VEVENT, VTIMEZONE and the calendar's own properties is
left out: VTODO, VJOURNAL, alarms and unknown components.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from carlendar.domain.base import Value
from carlendar.errors import FeedError
from carlendar.icalendar.content_lines import decoded

LIMIT = 32 * 1024 * 1024
"""Maximum size of a calendar in bytes; a larger one is refused."""

EVENTS = 200_000
"""Maximum number of events of one calendar."""

_MARK = re.compile(rb"\n(BEGIN|END):([^\n]*)", re.IGNORECASE)
_DEPTH = 20
_OUTER = frozenset({b"VCALENDAR", b"VEVENT", b"VTIMEZONE"})


class CalendarText(Value, frozen=True):
    """One VCALENDAR: its properties, time zones and events, each as unfolded lines that start with a line feed."""

    properties: str
    zones: tuple[str, ...]
    events: tuple[bytes, ...]


def too_large() -> FeedError:
    """Return the message for a calendar beyond `LIMIT`."""
    return FeedError(f"the calendar is larger than {LIMIT // 1024 // 1024} MB", key="feed_size")


def calendars(data: bytes) -> tuple[CalendarText, ...]:
    """Return all VCALENDARs of a text in any encoding. Raises FeedError if it is not iCalendar, or truncated."""
    if len(data) > LIMIT:
        raise too_large()
    found = tuple(_Reader(_unfolded(_utf8(data))).calendars())
    if not found:
        raise FeedError("this is not an iCalendar text", key="feed_text")
    return found


def _utf8(data: bytes) -> bytes:
    """Return the text without a byte order mark, in an encoding that extends ASCII."""
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
    """Return the text unfolded, with a line feed before each line and nowhere else."""
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    for ending in (b"\r\r\n", b"\r\n"):
        data = data.replace(ending, b"\n")
    return b"\n" + data.replace(b"\n ", b"").replace(b"\n\t", b"")


class _Reader:
    """Follows the BEGIN and END lines. A missing END affects only the component it belongs to."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._open: list[bytes] = []
        self._own: list[bytes] = []
        self._block: list[bytes] = []
        self._zones: list[str] = []
        self._events: list[bytes] = []

    def calendars(self) -> Iterator[CalendarText]:
        """Return all calendars. Raises FeedError if the text is truncated, or has too many events.

        If the text begins with an event, events outside a VCALENDAR form a calendar of their own, because some programs
        store and send them one by one; otherwise they are ignored, as they may be quoted in other text.
        """
        at = 0
        for mark in _MARK.finditer(self._data):
            self._collect(at, mark.start())
            at = mark.end()
            name = mark[2].strip().upper()
            if name.startswith(b"VCALENDAR"):
                name = b"VCALENDAR"  # ignore trailing text
            if mark[1].upper() == b"BEGIN":
                self._begin(name, mark[0])
            elif name in self._open:
                self._end(name, mark[0])
                if name == b"VCALENDAR":
                    yield self._calendar()
        if b"VCALENDAR" in self._open or b"VEVENT" in self._open:
            raise FeedError("the iCalendar text is cut off", key="feed_text")
        if self._events and self._data.lstrip()[:6].upper() == b"BEGIN:":
            yield self._calendar()

    def _calendar(self) -> CalendarText:
        found = CalendarText(decoded(b"".join(self._own)), tuple(self._zones), tuple(self._events))
        self._own, self._zones, self._events = [], [], []
        return found

    def _begin(self, name: bytes, line: bytes) -> None:
        if name in _OUTER:
            # These components begin only within a calendar or at the top level: what is still open was never ended.
            keep = 1 if name != b"VCALENDAR" and self._open[:1] == [b"VCALENDAR"] else 0
            del self._open[keep:]
            self._block.clear()
        if len(self._open) < _DEPTH:
            self._open.append(name)
        if b"VTIMEZONE" in self._open:
            self._block.append(line)

    def _end(self, name: bytes, line: bytes) -> None:
        if b"VTIMEZONE" in self._open:
            self._block.append(line)
        innermost = self._open[-1]
        while self._open.pop() != name:
            pass
        if name == b"VEVENT" and innermost == name:
            self._events.append(b"".join(self._block))
            if len(self._events) > EVENTS:
                raise FeedError(f"the calendar has more than {EVENTS} events", key="feed_endless")
        elif name == b"VTIMEZONE":
            self._zones.append(decoded(b"".join(self._block)))

    def _collect(self, start: int, end: int) -> None:
        """Keep the lines between two marks if they belong to the calendar, an event or a time zone."""
        if not self._open or start == end:
            return
        if self._open[-1] == b"VCALENDAR":
            self._own.append(self._data[start:end])
        elif self._open[-1] == b"VEVENT" or b"VTIMEZONE" in self._open:
            self._block.append(self._data[start:end])
