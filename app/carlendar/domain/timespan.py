"""An unambiguous definition of when something starts and ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from carlendar.domain.base import Value


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the start of `day` in `zone`, as UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def require_aware(value: datetime, what: str) -> datetime:
    """Return `value`; raise ValueError, naming `what`, if it has no time zone."""
    if value.tzinfo is None or value.utcoffset() is None:
        raise ValueError(f"{what} must have a time zone")
    return value


class Timespan(Value, frozen=True, array_like=True, gc=False):
    """A half-open interval: includes `start`, excludes `end`. Both are aware; a naive one raises ValueError."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        require_aware(self.start, "start")
        require_aware(self.end, "end")
        if self.end < self.start:
            raise ValueError("a timespan ends before it starts")

    @property
    def duration(self) -> timedelta:
        """The length of the span."""
        return self.end - self.start

    def contains(self, moment: datetime) -> bool:
        """Whether `moment` is within the span; a span without length contains its start."""
        return self.start <= moment < self.end or moment == self.start

    def overlaps(self, other: Timespan) -> bool:
        """Whether the spans overlap; adjacent ones do not."""
        return self.start < other.end and other.start < self.end


class DateSpan(Value, frozen=True, array_like=True, gc=False):
    """Whole days, floating: the same dates in every time zone. `end` is exclusive and after `start`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if isinstance(self.start, datetime) or isinstance(self.end, datetime):
            raise TypeError("a span of days is made of dates")
        if self.end <= self.start:
            raise ValueError("a span of days has at least one day")

    def in_zone(self, zone: tzinfo) -> Timespan:
        """Return the time span of these days in `zone`, from midnight to midnight."""
        return Timespan(datetime.combine(self.start, time(), zone), datetime.combine(self.end, time(), zone))
