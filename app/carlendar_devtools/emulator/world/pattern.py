"""Recurrence rules in the format of Microsoft Graph, expanded by python-dateutil."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from dateutil import rrule

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEXES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_FREQUENCIES: dict[str, Literal[0, 1, 2, 3]] = {
    "daily": rrule.DAILY,
    "weekly": rrule.WEEKLY,
    "absoluteMonthly": rrule.MONTHLY,
    "relativeMonthly": rrule.MONTHLY,
    "absoluteYearly": rrule.YEARLY,
    "relativeYearly": rrule.YEARLY,
}
KINDS = tuple(_FREQUENCIES)
LONGEST = 5000
"""Maximum number of occurrences of a series that are expanded, for rules without an end."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`kind` is one of `KINDS`; `days` are names of `DAYS`; `until` is the last possible date.

    A rule with neither `until` nor `count` has no end.
    """

    kind: str
    start: date
    interval: int = 1
    days: tuple[str, ...] = ()
    day_of_month: int = 0
    month: int = 0
    index: str = "first"
    first_day: str = "monday"
    until: date | None = None
    count: int = 0

    def __post_init__(self) -> None:
        if self.kind not in _FREQUENCIES:
            raise ValueError(f"{self.kind} is no kind of recurrence")
        if not 0 <= self.day_of_month <= 31 or not 0 <= self.month <= 12 or not 0 <= self.count <= LONGEST:
            raise ValueError("a recurrence lies within months and years")
        if self.kind.startswith(("weekly", "relative")) and not self.days:
            raise ValueError("a recurrence by days of the week names them")
        if self.interval < 1:
            raise ValueError("a recurrence has an interval of at least one")
        if any(day not in DAYS for day in self.days) or self.first_day not in DAYS or self.index not in INDEXES:
            raise ValueError("a recurrence names days and indexes by their English names")

    def dates(self, first: date, last: date) -> Iterator[date]:
        """Return the dates of occurrences from `first` to `last`, inclusive."""
        for number, moment in enumerate(self._rule()):
            if moment.date() > last or number >= LONGEST:
                return
            if moment.date() >= first:
                yield moment.date()

    def _rule(self) -> rrule.rrule:
        return rrule.rrule(
            _FREQUENCIES[self.kind],
            dtstart=datetime.combine(self.start, time()),
            interval=self.interval,
            wkst=DAYS.index(self.first_day),
            count=self.count or None,
            until=None if self.until is None or self.count else datetime.combine(self.until, time()),
            byweekday=self._weekdays(),
            bymonthday=self.day_of_month or None if self.kind.startswith("absolute") else None,
            bymonth=self.month or None if self.kind.endswith("Yearly") else None,
            bysetpos=INDEXES[self.index] if self.kind.startswith("relative") else None,
        )

    def _weekdays(self) -> list[int] | None:
        if self.kind == "weekly" or self.kind.startswith("relative"):
            return [DAYS.index(day) for day in self.days] or None
        return None
