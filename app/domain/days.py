"""Grouping of an agenda's entries by day of the car's zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from app.domain.agenda import Entry, folded, in_order
from app.domain.timespan import Timespan


@dataclass(frozen=True, slots=True)
class Day:
    """One day: `all_day` covers it or much of it, `timed` has its times in order of start.

    An entry of several days stands in each of them.
    """

    day: date
    all_day: tuple[Entry, ...] = ()
    timed: tuple[Entry, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of the day, the all-day ones first."""
        return (*self.all_day, *self.timed)


def days(entries: Sequence[Entry], zone: tzinfo, first: date, count: int) -> tuple[Day, ...]:
    """`count` days from `first` on, empty ones included."""
    ordered = in_order(entries, zone)
    return tuple(_day(ordered, zone, first + timedelta(days=offset)) for offset in range(count))


def _day(ordered: Sequence[Entry], zone: tzinfo, day: date) -> Day:
    bounds = Timespan(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))
    held = [entry for entry in ordered if _touches(entry, bounds, zone)]
    return Day(
        day,
        all_day=tuple(entry for entry in held if folded(entry.event)),
        timed=tuple(entry for entry in held if not folded(entry.event)),
    )


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _touches(entry: Entry, bounds: Timespan, zone: tzinfo) -> bool:
    moments = entry.event.moments(zone)
    start, end = moments.start.astimezone(UTC), moments.end.astimezone(UTC)
    return start < bounds.end and (end > bounds.start or start >= bounds.start)
