"""An unambiguous definition of when something starts and ends."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from carlendar.domain.base import Value


def require_aware(value: datetime, what: str) -> datetime:
    """Return `value`; raise ValueError when it bears no zone, naming `what`."""
    if value.tzinfo is None or value.utcoffset() is None:
        raise ValueError(f"{what} must bear a time zone")
    return value


class Timespan(Value, frozen=True, array_like=True, gc=False):
    """Half-open: `start` belongs to it, `end` does not. Both are aware; a naive one raises ValueError."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        require_aware(self.start, "start")
        require_aware(self.end, "end")
        if self.end < self.start:
            raise ValueError("a timespan ends before it starts")

    @property
    def duration(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start

    def contains(self, moment: datetime) -> bool:
        """Whether `moment` lies in it; a span without length contains its start."""
        return self.start <= moment < self.end or moment == self.start

    def overlaps(self, other: Timespan) -> bool:
        """Whether the two share a moment; spans that only touch do not."""
        return self.start < other.end and other.start < self.end


class DateSpan(Value, frozen=True, array_like=True, gc=False):
    """Whole days, floating: the same dates in every zone. `end` is exclusive and after `start`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if isinstance(self.start, datetime) or isinstance(self.end, datetime):
            raise TypeError("a span of days is made of dates")
        if self.end <= self.start:
            raise ValueError("a span of days has at least one day")

    def in_zone(self, zone: tzinfo) -> Timespan:
        """The moments that these days cover in `zone`, from midnight to midnight."""
        return Timespan(datetime.combine(self.start, time(), zone), datetime.combine(self.end, time(), zone))
