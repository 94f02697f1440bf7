"""Reads calendars in a confined process: the request, the answer, and both sides of it.

iCalendar text is untrusted: a few kilobytes can require gigabytes or minutes. The service therefore never parses it
itself. The request is a line of JSON followed by the raw texts; the answer is JSON, decoded by msgspec.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import BinaryIO, Protocol
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import astuple, replace

from carlendar.domain.base import Value, to_json
from carlendar.domain.event import Event
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.errors import FeedError, ServiceError
from carlendar.platform.confined_process import ConfinedProcess, NotStartedError, OverrunError
from carlendar.platform.confined_worker import read_exactly
from carlendar.platform.zone import SystemZone

KIND = b"F"
"""First byte of a request to read a calendar."""
_LENGTH = 4
_MINUTE = timedelta(minutes=1)


class FeedTexts(Value, frozen=True):
    """The texts of one calendar. For the files of a folder (`lenient`), those that are not calendars are left out."""

    texts: Sequence[bytes]
    lenient: bool = False


class FeedRead(Value, frozen=True):
    """Events by start, each with the body of its invitation; and the numbers of events and files left out."""

    events: tuple[tuple[Event, str], ...]
    unread: int = 0
    files_left_out: int = 0


class FeedReader(Protocol):
    """Reads calendars."""

    def warm(self) -> None:
        """Prepare for a `read` that follows soon; returns immediately."""

    def read(
        self, given: FeedTexts, calendar_id: str, window: Timespan, zone: tzinfo, mine: frozenset[str] = frozenset()
    ) -> FeedRead:
        """Return all occurrences that overlap the window; see `carlendar.icalendar.ics.read`.

        Raises FeedError, with the key `feed_limits` for a calendar that exceeds the limits of memory or time, and
        ServiceError if nothing can be read now.
        """


class DirectReader:
    """A `FeedReader` in this process, without limits."""

    def warm(self) -> None:
        """Do nothing."""

    def read(
        self, given: FeedTexts, calendar_id: str, window: Timespan, zone: tzinfo, mine: frozenset[str] = frozenset()
    ) -> FeedRead:
        """See `FeedReader`."""
        from carlendar.icalendar import ics  # slow, and unused if another process reads

        texts = [data for data in given.texts if ics.is_calendar(data)] if given.lenient else given.texts
        if not texts:
            raise FeedError("there is no calendar in the folder", key="feed_file")
        found, unread = ics.read(texts, calendar_id, window, zone, mine)
        return FeedRead(tuple((each.event, each.text) for each in found), unread, len(given.texts) - len(texts))


class ConfinedReader:
    """A `FeedReader` in another process."""

    def __init__(self, process: ConfinedProcess) -> None:
        self._process = process

    def warm(self) -> None:
        """Start the process."""
        self._process.warm()

    def read(
        self, given: FeedTexts, calendar_id: str, window: Timespan, zone: tzinfo, mine: frozenset[str] = frozenset()
    ) -> FeedRead:
        """See `FeedReader`."""
        sizes = tuple(len(data) for data in given.texts)
        asked = _Asked(sizes, given.lenient, calendar_id, window.start, window.end, _zone_name(zone), tuple(mine))
        head = to_json(asked)
        try:
            answer = self._process.ask([KIND, len(head).to_bytes(_LENGTH, "big"), head, *given.texts])
            read = msgspec.json.decode(answer, type=_Answer)
        except OverrunError as error:
            raise exceeded(error.reason) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise exceeded("an answer that makes no sense") from error
        except NotStartedError as error:
            raise ServiceError("calendars cannot be read at the moment", detail="confined process") from error
        if read.refusal:
            raise FeedError(read.text, key=read.refusal)
        return _understood(read)


def exceeded(reason: str) -> FeedError:
    """Return the error for a calendar that exceeded a limit."""
    return FeedError(f"the calendar cannot be read within its limits: {reason}", key="feed_limits", detail=reason)


class _Asked(Value, frozen=True):
    sizes: tuple[int, ...]
    lenient: bool
    calendar_id: str
    start: datetime
    end: datetime
    zone: str | int
    mine: tuple[str, ...]


class _Timed(Event, frozen=True, tag="timed"):
    span: Timespan


class _Days(Event, frozen=True, tag="days"):
    span: DateSpan


class _Answer(Value, frozen=True):
    """`texts_of` holds each event's index in `texts`; `refusal` is the key of a FeedError, `text` its text."""

    events: tuple[_Timed | _Days, ...] = ()
    texts: tuple[str, ...] = ()
    texts_of: tuple[int, ...] = ()
    unread: int = 0
    files_left_out: int = 0
    refusal: str = ""
    text: str = ""


def answer(request: BinaryIO) -> bytes:
    """Answer a request, without its `KIND`; runs in the confined process."""
    asked = msgspec.json.decode(
        read_exactly(request, int.from_bytes(read_exactly(request, _LENGTH), "big")), type=_Asked
    )
    texts = FeedTexts([read_exactly(request, size) for size in asked.sizes], asked.lenient)
    window = Timespan(asked.start, asked.end)
    try:
        read = DirectReader().read(texts, asked.calendar_id, window, _zone(asked.zone), frozenset(asked.mine))
    except FeedError as error:
        return to_json(_Answer(refusal=error.key, text=str(error)))
    places: dict[str, int] = {}
    for _, text in read.events:
        places.setdefault(text, len(places))
    return to_json(
        _Answer(
            tuple(_row(event) for event, _ in read.events), tuple(places),
            tuple(places[text] for _, text in read.events), read.unread, read.files_left_out,
        )
    )  # fmt: skip


def _row(event: Event) -> _Timed | _Days:
    span = event.span
    if isinstance(span, DateSpan):
        return _Days(*astuple(event))
    if any((moment.utcoffset() or timedelta()) % _MINUTE for moment in (span.start, span.end)):
        # RFC 3339 cannot write an offset with seconds.
        event = replace(event, span=Timespan(span.start.astimezone(UTC), span.end.astimezone(UTC)))
    return _Timed(*astuple(event))


def _understood(read: _Answer) -> FeedRead:
    try:
        pairs = zip(read.events, (read.texts[at] for at in read.texts_of), strict=True)
        events = tuple((Event(*astuple(row)), text) for row, text in pairs)
    except (ValueError, IndexError) as error:
        raise exceeded("an answer that makes no sense") from error
    return FeedRead(events, read.unread, read.files_left_out)


def _zone_name(zone: tzinfo) -> str | int:
    """Return the zone for the other process: its IANA name, an offset in seconds, or empty for the system's."""
    if isinstance(zone, timezone):
        return int(zone.utcoffset(None).total_seconds())
    return zone.key or "" if isinstance(zone, ZoneInfo) else ""


def _zone(name: str | int) -> tzinfo:
    if isinstance(name, int):
        return timezone(timedelta(seconds=name)) if name else UTC
    return ZoneInfo(name) if name else SystemZone(environ={})()
