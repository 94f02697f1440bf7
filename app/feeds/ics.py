"""Events out of iCalendar text (RFC 5545, RFC 7986), expanded between two moments.

What an event says of itself is parsed by `icalendar`, and only for events that have an occurrence
then. Whatever an author left out or got wrong costs that one fact, or that one event, never the
calendar.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from app.domain.event import Event
from app.domain.timespan import DateSpan, Timespan
from app.errors import FeedError
from app.feeds.facts import Facts, facts
from app.feeds.series import Occurrence, occurrences
from app.feeds.sieve import sieve
from app.feeds.spans import plus
from app.feeds.text import calendars
from app.feeds.times import Setting, Timing

_MARGIN = timedelta(days=2)
"""Zones and whole days shift what is written as a date; nothing is left out at a glance so near."""
_STAMPS = re.compile(rb"^(?:DTSTAMP|LAST-MODIFIED)[;:][^\n]*\n?", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """One occurrence as an event, with the text of its invitation."""

    event: Event
    text: str


def events(
    texts: Iterable[bytes], calendar_id: str, window: Timespan, zone: tzinfo, mine: frozenset[str] = frozenset()
) -> tuple[Found, ...]:
    """Each occurrence of one calendar that touches the window, in order of start, then title.

    `texts` are the files that make the calendar; exceptions in one may be of a series in another. Floating
    times are read in `zone`. `mine` are the addresses, in small letters, whose answers count as the
    driver's. Raises FeedError where a text is no iCalendar text, or there is too much of it.
    """
    start, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
    parts = [(part, Setting.of(part)) for data in texts for part in calendars(data)]
    timings = sieve(parts, plus(start, -_MARGIN).date(), plus(end, _MARGIN).date())
    found = _unique(_events(occurrences(timings, start, end, zone), calendar_id, mine))
    touching = (each for each in found if _touches(each.event, window, zone))
    return tuple(sorted(touching, key=lambda each: (each.event.moments(zone).start, each.event.title)))


def is_calendar(data: bytes) -> bool:
    """Whether a text is an iCalendar text at all."""
    try:
        return bool(calendars(data))
    except FeedError:
        return False


def _events(found: Iterable[Occurrence], calendar_id: str, mine: frozenset[str]) -> Iterator[Found]:
    read: dict[int, tuple[Facts, str]] = {}
    for occurrence in found:
        timing = occurrence.timing
        if id(timing) not in read:
            read[id(timing)] = (facts(timing, calendar_id, mine), _digest(timing))
        known, digest = read[id(timing)]
        span = _span(occurrence)
        yield Found(
            replace(
                known.event,
                id=_id(occurrence, digest),
                span=span,
                version=f"{digest}/{span.start.isoformat()}/{span.end.isoformat()}",
                series_id=timing.uid if occurrence.mark else "",
            ),
            known.text,
        )


def _span(occurrence: Occurrence) -> Timespan | DateSpan:
    start, end = occurrence.start, occurrence.end
    if isinstance(start, datetime) and isinstance(end, datetime):
        return Timespan(start, end if end > start else start)
    return DateSpan(start, end)


def _id(occurrence: Occurrence, digest: str) -> str:
    """The same whenever the calendar is read, also when the occurrence was moved."""
    uid = occurrence.timing.uid or f"{digest}@{occurrence.start.isoformat()}"
    return f"{uid}#{occurrence.mark}" if occurrence.mark else uid


def _digest(timing: Timing) -> str:
    """Differs when anything of the event does but the time it was written at, which many servers make up."""
    content = _STAMPS.sub(b"", timing.block) + (b"CANCEL" if timing.setting.cancels else b"")
    return hashlib.blake2b(content, digest_size=9).hexdigest()


def _unique(found: Iterable[Found]) -> Iterator[Found]:
    """An id that comes twice, of a UID that was given twice, gets its start beside it."""
    taken: set[str] = set()
    for each in found:
        event = each.event
        while event.id in taken:
            event = replace(event, id=f"{event.id}~{event.span.start.isoformat()}")
        taken.add(event.id)
        yield each if event is each.event else replace(each, event=event)


def _touches(event: Event, window: Timespan, zone: tzinfo) -> bool:
    moments = event.moments(zone)
    return moments.start < window.end and (moments.end > window.start or moments.start == moments.end >= window.start)
