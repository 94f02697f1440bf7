"""Grouping of agenda entries by day in the car's time zone."""

from __future__ import annotations

from datetime import UTC, date, timedelta, tzinfo
from typing import TYPE_CHECKING

from carlendar.domain.agenda import AgendaEntry, in_order
from carlendar.domain.base import Value
from carlendar.domain.timespan import Timespan, midnight

if TYPE_CHECKING:
    from collections.abc import Sequence


class Day(Value, frozen=True):
    """One day: `all_day` are the all-day and multi-day entries, `timed` the others in order of start.

    An entry that spans several days is in each of them.
    """

    day: date
    all_day: tuple[AgendaEntry, ...] = ()
    timed: tuple[AgendaEntry, ...] = ()

    @property
    def entries(self) -> tuple[AgendaEntry, ...]:
        """All entries of the day, all-day ones first."""
        return (*self.all_day, *self.timed)


def days(entries: Sequence[AgendaEntry], zone: tzinfo, first: date, count: int) -> tuple[Day, ...]:
    """Return `count` days from `first`, including empty ones."""
    window = Timespan(midnight(first, zone), midnight(first + timedelta(days=count), zone))
    spans = {id(entry): _moments(entry, zone) for entry in entries}
    touching = [entry for entry in entries if _touch(spans[id(entry)], window)]
    ordered = [(entry, spans[id(entry)]) for entry in in_order(touching, zone)]
    return tuple(_day(ordered, zone, first + timedelta(days=offset)) for offset in range(count))


def _day(ordered: Sequence[tuple[AgendaEntry, Timespan]], zone: tzinfo, day: date) -> Day:
    bounds = Timespan(midnight(day, zone), midnight(day + timedelta(days=1), zone))
    held = [entry for entry, moments in ordered if _touch(moments, bounds)]
    return Day(
        day,
        all_day=tuple(entry for entry in held if entry.all_day),
        timed=tuple(entry for entry in held if not entry.all_day),
    )


def _moments(entry: AgendaEntry, zone: tzinfo) -> Timespan:
    moments = entry.event.moments(zone)
    return Timespan(moments.start.astimezone(UTC), moments.end.astimezone(UTC))


def _touch(moments: Timespan, bounds: Timespan) -> bool:
    """Whether the entry overlaps the bounds; one that only touches their start does not, unless it has no length."""
    if moments.start >= bounds.end:
        return False
    return moments.end > bounds.start or moments.start >= bounds.start
