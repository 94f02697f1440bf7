"""Reads events from iCalendar text (RFC 5545, RFC 7986), expanded between two times.

An event is interpreted only if it has an occurrence in the window. An invalid or missing property affects only that
property, or that event, never the calendar.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from msgspec.structs import replace

from carlendar.domain.base import Value, to_json
from carlendar.domain.event import Event
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.errors import FeedError
from carlendar.icalendar.components import CalendarText, calendars, too_large
from carlendar.icalendar.series import Occurrence, occurrences
from carlendar.icalendar.spans import plus
from carlendar.icalendar.unread import Unread
from carlendar.icalendar.vevent import VEventProperties, facts, nothing_but_there
from carlendar.icalendar.vevent_times import ExpansionOptions, VEventLines, VEventTimes, times_of

_MARGIN = timedelta(days=2)
"""Margin for zones and all-day events, which shift dates; `may_touch` never omits an event within it."""
EARLIEST, LATEST = datetime(1, 1, 3), datetime(9999, 12, 29)  # noqa: DTZ001 - of any zone
REPEATED = 16 * 1024 * 1024
"""Bytes of all occurrences of all series: an event of many kilobytes can ask for thousands of copies of itself."""
_STAMPS = re.compile(rb"^(?:DTSTAMP|LAST-MODIFIED)[;:][^\n]*\n?", re.MULTILINE | re.IGNORECASE)


class FeedOccurrence(Value, frozen=True):
    """One occurrence as an event, with the body of its invitation."""

    event: Event
    text: str


def events(
    texts: Iterable[bytes], calendar_id: str, window: Timespan, zone: tzinfo, mine: frozenset[str] = frozenset()
) -> tuple[FeedOccurrence, ...]:
    """Return all occurrences of one calendar that overlap the window, by start, then title.

    `texts` are the files that form the calendar; an exception may be in another file than its series. Floating times
    are read in `zone`. `mine` are the addresses, in lower case, whose responses count as the driver's. Raises FeedError
    if a text is not iCalendar, or too large.
    """
    return read(texts, calendar_id, window, zone, mine)[0]


def read(
    texts: Iterable[bytes], calendar_id: str, window: Timespan, zone: tzinfo, mine: frozenset[str] = frozenset()
) -> tuple[tuple[FeedOccurrence, ...], int]:
    """See `events`; also return the number of events left out because they cannot be read."""
    unread = Unread()
    start, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
    parts = [part for data in texts for part in calendars(data)]
    timings = _candidates(parts, plus(start, -_MARGIN).date(), plus(end, _MARGIN).date(), zone, unread)
    found = _unique(_events(occurrences(timings, start, end, zone, unread), calendar_id, mine, unread))
    touching = [(begins, each) for each in found if (begins := _touching(each.event, window, zone, unread))]
    touching.sort(key=lambda pair: (pair[0], pair[1].event.title))
    unread.report()
    return tuple(each for _, each in touching), unread.count


def is_calendar(data: bytes) -> bool:
    """Whether a text is iCalendar at all."""
    try:
        return bool(calendars(data))
    except FeedError:
        return False


def _candidates(
    parts: Iterable[CalendarText], first: date, last: date, zone: tzinfo, unread: Unread
) -> list[VEventTimes]:
    """Return the events that may overlap the days from `first` to `last`, inclusive, in any zone.

    Events with the same UID are all kept or all left out, for one may replace another. One whose lines cannot be read
    is left out and counted in `unread`.
    """
    kept: list[VEventLines] = []
    apart: dict[bytes, list[VEventLines]] = {}
    for part in parts:
        setting = ExpansionOptions.of_any(part, zone)
        for block in part.events:
            lines = VEventLines(block, setting)
            if lines.may_touch(first, last):
                kept.append(lines)
            elif lines.key:
                apart.setdefault(lines.key, []).append(lines)
    for uid in {lines.key for lines in kept} & apart.keys():
        kept += apart[uid]
    return list(_times(kept, unread))


def _times(kept: Iterable[VEventLines], unread: Unread) -> Iterator[VEventTimes]:
    for lines in kept:
        try:
            yield times_of(lines)
        except Exception as error:  # noqa: BLE001 - whatever one event holds, the others are read
            unread.add(error)


def _events(
    found: Iterable[Occurrence], calendar_id: str, mine: frozenset[str], unread: Unread
) -> Iterator[FeedOccurrence]:  # fmt: skip
    read: dict[int, tuple[VEventProperties, str, int]] = {}
    room = REPEATED
    for occurrence in found:
        timing = occurrence.timing
        if id(timing) not in read:
            known = _facts(timing, calendar_id, mine, unread)
            read[id(timing)] = (known, _digest(timing), len(to_json(known.event)) if timing.repeats else 0)
        known, digest, size = read[id(timing)]
        room -= size
        if room < 0 and size:
            unread.add(too_large())
            continue
        try:
            span = _span(occurrence)
        except (ValueError, TypeError, OverflowError) as error:
            unread.add(error)
            continue
        yield FeedOccurrence(
            replace(
                known.event,
                id=_id(occurrence, digest),
                span=span,
                version=f"{digest}/{span.start.isoformat()}/{span.end.isoformat()}",
                series_id=timing.uid if occurrence.mark else "",
            ),
            known.text,
        )


def _facts(timing: VEventTimes, calendar_id: str, mine: frozenset[str], unread: Unread) -> VEventProperties:
    """Return the event's properties; if that fails, only its existence."""
    try:
        return facts(timing, calendar_id, mine)
    except Exception as error:  # noqa: BLE001 - whatever one event holds, it is kept with what is known
        unread.add(error)
        return nothing_but_there(timing, calendar_id)


def _span(occurrence: Occurrence) -> Timespan | DateSpan:
    """Return its span, kept away from the limits of datetime, where conversion between zones fails."""
    start, end = occurrence.start, occurrence.end
    if isinstance(start, datetime) and isinstance(end, datetime):
        begins, ends = _inside(start), _inside(end)
        return Timespan(begins, ends if ends > begins else begins)
    return DateSpan(max(start, EARLIEST.date()), min(end, LATEST.date()))


def _inside(moment: datetime) -> datetime:
    naive = moment.replace(tzinfo=None)
    if EARLIEST <= naive <= LATEST:
        return moment
    return (EARLIEST if naive < EARLIEST else LATEST).replace(tzinfo=UTC)


def _id(occurrence: Occurrence, digest: str) -> str:
    """Return an id that is stable between readings, also if the occurrence was moved."""
    uid = occurrence.timing.uid or f"{digest}@{occurrence.start.isoformat()}"
    return f"{uid}#{occurrence.mark}" if occurrence.mark else uid


def _digest(timing: VEventTimes) -> str:
    """Return a digest of everything but the time stamp, which many servers generate on each request."""
    content = _STAMPS.sub(b"", timing.block) + (b"CANCEL" if timing.setting.cancels else b"")
    return hashlib.blake2b(content, digest_size=9).hexdigest()


def _unique(found: Iterable[FeedOccurrence]) -> Iterator[FeedOccurrence]:
    """Return an id without duplicates: for a repeated UID the start is added, then a number."""
    taken: set[str] = set()
    numbers: Counter[str] = Counter()
    for each in found:
        event = each.event
        if event.id in taken:
            dated = f"{event.id}~{event.span.start.isoformat()}"
            name = dated
            while name in taken:
                numbers[dated] += 1
                name = f"{dated}~{numbers[dated]}"
            event = replace(event, id=name)
        taken.add(event.id)
        yield each if event is each.event else replace(each, event=event)


def _touching(event: Event, window: Timespan, zone: tzinfo, unread: Unread) -> datetime | None:
    """Return its span if it overlaps the window."""
    try:
        moments = event.moments(zone)
        starts, ends = moments.start.astimezone(UTC), moments.end.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        unread.add(error)
        return None
    touches = starts < window.end and (ends > window.start or starts == ends >= window.start)
    return starts if touches else None
