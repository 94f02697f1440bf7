"""Expands the entries of a calendar between two times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from carlendar.domain.timespan import DateSpan, Timespan
from carlendar_devtools.emulator.world.entry import Entry, EntryOccurrence

_DAY = timedelta(days=1)
_FARTHEST_ZONE = timedelta(hours=14)


def touches(span: Timespan | DateSpan, window: Timespan, home: tzinfo) -> bool:
    """Whether a span overlaps the window; all-day spans are read in `home`."""
    moments = span.in_zone(home) if isinstance(span, DateSpan) else span
    if moments.start == moments.end:
        return window.start <= moments.start < window.end
    return moments.overlaps(window)


def shown(entry: Entry, window: Timespan, home: tzinfo) -> Iterator[EntryOccurrence]:
    """Return the entry's occurrences that overlap the window, in order."""
    if entry.recurrence is None:
        if touches(entry.span, window, home):
            yield EntryOccurrence(entry, "singleInstance")
        return
    for original in _candidates(entry, window):
        occurrence = occurrence_of(entry, original)
        if occurrence is not None and touches(occurrence.entry.span, window, home):
            yield occurrence


def occurrence_of(master: Entry, original: date) -> EntryOccurrence | None:
    """Return the occurrence of the rule on `original`, None if it was deleted."""
    change = master.changes.get(original, master)
    if change is None:
        return None
    if change is not master:
        return EntryOccurrence(change, "exception", original, master)
    return EntryOccurrence(replace(master, span=master.on(original)), "occurrence", original, master)


def is_in_series(master: Entry, original: date) -> bool:
    """Whether the rule has an occurrence on that date, deleted or not."""
    return master.recurrence is not None and original in list(master.recurrence.dates(original, original))


def starts_at(span: Timespan | DateSpan, home: tzinfo) -> datetime:
    """Return the start of a span; all-day spans are read in `home`."""
    return (span.in_zone(home) if isinstance(span, DateSpan) else span).start.astimezone(UTC)


def _candidates(master: Entry, window: Timespan) -> list[date]:
    """Return original dates of occurrences that may overlap the window, including moved ones."""
    if master.recurrence is None:
        return []
    start, end = master.span.start, master.span.end
    length = timedelta(days=(end - start).days + 1)
    first = (window.start - length - _FARTHEST_ZONE - _DAY).date()
    last = (window.end + _FARTHEST_ZONE + _DAY).date()
    regular = set(master.recurrence.dates(first, last))
    moved = {original for original, change in master.changes.items() if change is not None}
    return sorted(regular | moved)
