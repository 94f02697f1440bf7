"""The moments of a recurrence rule (RFC 5545, section 3.3.10, with errata), between two moments.

A rule is expanded block by block: a year, a month or a week of a YEARLY, MONTHLY or WEEKLY rule, otherwise a month
whose matching days are filled with times. A rule without COUNT begins at the block before the first moment. One with
COUNT is counted from DTSTART, but periods that all give equally many are skipped by arithmetic.

Where the standard leaves a choice, most other implementations decide it:

- BYSETPOS counts within the whole period, also within the one that DTSTART lies in.
- BYWEEKNO names weeks of the week-based year (ISO 8601, with WKST), whose first days may lie in December.
- BYMONTHDAY of a YEARLY rule without BYMONTH is a day of DTSTART's month.
- BYWEEKNO without BYDAY, BYMONTHDAY and BYYEARDAY gives DTSTART's day of the week.
- Parts that must not stand beside the frequency are ignored: BYWEEKNO unless it is YEARLY, BYYEARDAY beside DAILY to
  MONTHLY, BYMONTHDAY beside WEEKLY, and the number of a BYDAY unless it is MONTHLY or YEARLY without BYWEEKNO.

Times are naive: local time in the series' own zone. Nothing here reads a clock.
"""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from math import prod

from carlendar.errors import FeedError
from carlendar.icalendar.recurrence_rule import (
    DAILY,
    HOURLY,
    MINUTELY,
    MONTHLY,
    SECONDLY,
    WEEKLY,
    YEARLY,
    RecurrenceRule,
)

OCCURRENCES = 5_000
"""Occurrences of one calendar between the two moments; more are refused with a message."""

STEPS = 200_000
"""Steps of work for one rule, of about a microsecond each."""

_FEW = 500
_COST = 4
"""Steps of a block, and of a day that is tried."""
_LISTED = 8
"""Moments that are put on a list in one step."""
_DAY = 86_400
"""Seconds of a day."""
_PERIODS = {WEEKLY: 7 * _DAY, DAILY: _DAY, HOURLY: 3_600, MINUTELY: 60, SECONDLY: 1}
"""Seconds of the shortest periods."""
_LAST = datetime(9_998, 12, 31)  # noqa: DTZ001 - local time, as all here
_BEYOND = range(_LAST.toordinal() + 1, _LAST.toordinal() + 1)


@dataclass(slots=True)
class Budget:
    """Steps for all rules of one calendar; once they are spent, `_FEW` for each further rule.

    A rule that is followed from near the window needs no more than that.
    """

    left: int = 5 * STEPS

    @property
    def allowance(self) -> int:
        """Steps that the next rule may take."""
        return min(STEPS, max(self.left, _FEW))


def expand(
    given: RecurrenceRule, start: datetime, first: datetime, last: datetime, budget: Budget | None = None
) -> Iterator[datetime]:
    """The moments from `first` to `last`, both included, of the rule with DTSTART `start`; all are naive.

    `until` of the rule is not looked at: it may be in another zone, and is its caller's. `budget` bounds the work
    for several rules. Raises FeedError where there is too much to look through.
    """
    budget = budget or Budget()
    expansion = _Expansion(given, start, _seconds(first), budget.allowance)
    allowed, found = expansion.steps, 0
    try:
        for moment in expansion.moments(_seconds(min(last, _LAST))):
            found += 1
            if found > OCCURRENCES:
                raise _endless(f"has more than {OCCURRENCES} occurrences in this time")
            yield datetime.fromordinal(moment // _DAY) + timedelta(seconds=moment % _DAY)
    finally:
        budget.left -= allowed - expansion.steps


def _endless(what: str) -> FeedError:
    return FeedError(f"a series of the calendar {what}", key="feed_endless")


class _Expansion:
    """A rule with its DTSTART. Days are ordinals (`date.toordinal`), moments are seconds: `_DAY` of them for each day.

    `wanted` is the first moment that matters to the caller, `steps` how much work is left.
    """

    def __init__(self, given: RecurrenceRule, start: datetime, wanted: int, steps: int) -> None:
        self.steps = steps
        self._rule, self._frequency, self._interval = given, given.frequency, given.interval
        self._wanted, self._count = wanted, given.count
        self._months, self._monthdays, self._weekdays = given.months, given.monthdays, given.weekdays
        self._weeks = given.weeks if given.frequency == YEARLY else ()
        self._yeardays = given.yeardays if given.frequency not in (MONTHLY, WEEKLY, DAILY) else ()
        self._apply_frequency(start)
        self._times = self._times_of_period(start)
        start = self._skip(start)
        self._start, self._first_day, self._first_month = _seconds(start), start.toordinal(), _month(start)

    def _apply_frequency(self, start: datetime) -> None:
        """Drop what the frequency forbids, and add what DTSTART implies (RFC 5545, page 44)."""
        if self._frequency == WEEKLY:
            self._monthdays = ()
        if self._weeks or self._frequency not in (YEARLY, MONTHLY):
            self._weekdays = tuple(sorted({(0, day) for _, day in self._weekdays}))
        if self._frequency == YEARLY and self._monthdays and not (self._months or self._weeks or self._yeardays):
            self._months = (start.month,)
        if self._monthdays or self._weekdays or self._yeardays:
            return
        if self._weeks or self._frequency == WEEKLY:
            self._weekdays = ((0, start.weekday()),)
        elif self._frequency in (YEARLY, MONTHLY):
            self._monthdays = (start.day,)
            if self._frequency == YEARLY:
                self._months = self._months or (start.month,)

    def _times_of_period(self, start: datetime) -> Sequence[int]:
        """Seconds since the beginning of the day, or of the shorter period, at which something happens."""
        given, frequency = self._rule, self._frequency
        hours = (given.hours or (start.hour,)) if frequency < HOURLY else (0,)
        minutes = (given.minutes or (start.minute,)) if frequency < MINUTELY else (0,)
        seconds = (given.seconds or (start.second,)) if frequency < SECONDLY else (0,)
        self._spend(len(hours) * len(minutes) * len(seconds) // _LISTED)
        times = [hour * 3_600 + minute * 60 + second for hour, minute, second in product(hours, minutes, seconds)]
        return _at_positions(times, given.positions) if frequency >= DAILY else times

    def _skip(self, start: datetime) -> datetime:
        """A DTSTART in phase shortly before what is wanted, where each period gives as many; reduces the count."""
        if self._count is None or self._frequency < WEEKLY or self._is_limited():
            return start
        length, each = _PERIODS[self._frequency] * self._interval, len(self._times)
        if self._frequency == WEEKLY:
            each = len(_at_positions(range(len(self._weekdays) * each), self._rule.positions))
        elif self._weekdays:  # of a DAILY rule: seven periods end on the same day of the week
            days = (start.weekday() + number * self._interval for number in range(7))
            length, each = 7 * length, each * sum((0, day % 7) in self._weekdays for day in days)
        periods = max(0, (self._wanted - _seconds(start)) // length - 1)
        self._count = max(0, self._count - periods * each)
        return start + timedelta(seconds=periods * length)

    def _is_limited(self) -> bool:
        """Whether a period, of a week or shorter, may give more or fewer moments than another."""
        limits = (self._rule.hours, self._rule.minutes, self._rule.seconds)[: max(0, self._frequency - DAILY)]
        days = self._weekdays if self._frequency > DAILY else ()
        return bool(self._months or self._yeardays or self._monthdays or days or any(limits))

    def moments(self, last: int) -> Iterator[int]:
        """All from `wanted` to `last`. Raises FeedError when no steps are left."""
        left = self._count
        number = self._first_block() if left is None else 0
        while True:
            days = self._block(number)
            if days.start * _DAY > last:
                return
            self._spend(_COST)
            for moment in self._in_block(days):
                if moment > last or left == 0:
                    return
                self._spend(1)
                if moment < self._start:
                    continue
                left = left if left is None else left - 1
                if moment >= self._wanted:
                    yield moment
            number += 1

    def _spend(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise _endless("is too long to look through")

    def _first_block(self) -> int:
        """The number of a block that begins before what is wanted: a year before it, of a yearly rule."""
        day = max(self._wanted, self._start) // _DAY
        if self._frequency == WEEKLY:
            return (day - self._first_day) // 7 // self._interval
        months = _month(date.fromordinal(day)) - self._first_month
        if self._frequency == YEARLY:
            return max(0, (months // 12 - 1) // self._interval)
        return months // self._interval if self._frequency == MONTHLY else months

    def _block(self, number: int) -> range:
        """The days of a block; behind the last year that there is, none."""
        if self._frequency == WEEKLY:
            first = self._first_day - (self._first_day - 1 - self._rule.week_start) % 7 + 7 * number * self._interval
            return range(first, first + 7)
        if self._frequency == YEARLY:
            year = self._first_month // 12 + number * self._interval
            return range(self._new_year(year), self._new_year(year + 1)) if year <= _LAST.year else _BEYOND
        month = self._first_month + number * (self._interval if self._frequency == MONTHLY else 1)
        return _days_of_month(month // 12, month % 12 + 1) if month <= _month(_LAST) else _BEYOND

    def _new_year(self, year: int) -> int:
        """The first day of the year; where weeks are named, of the week that 4 January lies in."""
        first = date(year, 1, 1).toordinal()
        return first + 3 - (first + 2 - self._rule.week_start) % 7 if self._weeks else first

    def _in_block(self, block: range) -> Iterable[int]:
        if self._frequency > WEEKLY:
            days = self._days_in_month(block)
            lowest = self._first_day if self._count is not None else max(self._first_day, self._wanted // _DAY)
            return self._at_times(days[bisect_left(days, lowest) :])
        if self._frequency == YEARLY:
            days = self._days_in_year(block)
        else:
            days = self._days_in_month(block) if self._frequency == MONTHLY else self._days_in_week(block)
        moments = (day * _DAY + time for day in days for time in self._times)
        if not self._rule.positions:
            return moments
        self._spend(len(days) * len(self._times) // _LISTED)
        return _at_positions(list(moments), self._rule.positions)

    def _at_times(self, days: Sequence[int]) -> Iterator[int]:
        """The moments on these days of a rule whose period is a day or shorter."""
        length = _PERIODS[self._frequency]
        per_day, phase = _DAY // length, self._start // length
        allowed = self._allowed_periods()
        for day in days:
            offset = (phase - day * per_day) % self._interval
            numbers: Iterable[int] = range(offset, per_day, self._interval)
            if allowed is not None:
                self._spend(len(allowed) // _LISTED)
                numbers = (number for number in allowed if (number - offset) % self._interval == 0)
            for number in numbers:
                for time in self._times:
                    yield (day * per_day + number) * length + time

    def _allowed_periods(self) -> list[int] | None:
        """Which hours, minutes or seconds of a day the rule is limited to; None where it is not."""
        given = self._rule
        limits = (given.hours, given.minutes, given.seconds)[: self._frequency - DAILY]
        if not any(limits):
            return None
        sizes = (24, 60, 60)[: len(limits)]
        self._spend(prod(len(limit) or size for limit, size in zip(limits, sizes, strict=True)) // _LISTED)
        numbers = [0]
        for limit, size in zip(limits, sizes, strict=True):
            numbers = [number * size + each for number in numbers for each in limit or range(size)]
        return numbers

    def _days_in_week(self, week: range) -> list[int]:
        days = sorted(day for _, weekday in self._weekdays for day in _weekdays_in(week, 0, weekday))
        return [day for day in days if date.fromordinal(day).month in self._months] if self._months else days

    def _days_in_month(self, month: range, numbered_in: range | None = None) -> list[int]:
        if self._months and date.fromordinal(month.start).month not in self._months:
            return []
        if self._monthdays:
            days = _numbered(month, self._monthdays)
        else:
            days = self._on_weekdays(month) if self._weekdays else list(month)
        if not self._yeardays and not (self._monthdays and self._weekdays):
            return days
        return [day for day in days if self._fits(day, numbered_in or month)]

    def _days_in_year(self, year: range) -> list[int]:
        if self._weeks:
            weeks = _numbered(range(len(year) // 7), self._weeks)
            return [day for week in weeks for day in year[7 * week : 7 * week + 7] if self._fits(day, year)]
        if self._yeardays:
            return [day for day in _numbered(year, self._yeardays) if self._fits(day, year)]
        if not self._months:
            return self._on_weekdays(year)
        number = date.fromordinal(year.start).year
        months = (_days_of_month(number, month) for month in self._months)
        return [day for month in months for day in self._days_in_month(month, month if self._rule.months else year)]

    def _on_weekdays(self, span: range) -> list[int]:
        return sorted({day for number, weekday in self._weekdays for day in _weekdays_in(span, number, weekday)})

    def _fits(self, day: int, numbered_in: range) -> bool:
        """Whether a day matches all parts; a number of BYDAY counts in its month where BYMONTH is given."""
        self._spend(_COST)
        at = date.fromordinal(day)
        month = _days_of_month(at.year, at.month)
        return (
            (not self._months or at.month in self._months)
            and (not self._monthdays or _is_numbered(day, month, self._monthdays))
            and (not self._yeardays or _is_numbered(day, _days_of_year(at.year), self._yeardays))
            and (not self._weekdays or self._is_on_weekday(day, month if self._rule.months else numbered_in))
        )

    def _is_on_weekday(self, day: int, span: range) -> bool:
        weekday, before, after = (day - 1) % 7, (day - span.start) // 7, (span.stop - 1 - day) // 7
        return any((number, weekday) in self._weekdays for number in (0, before + 1, -1 - after))


def _seconds(moment: datetime) -> int:
    return moment.toordinal() * _DAY + moment.hour * 3_600 + moment.minute * 60 + moment.second


def _month(day: date) -> int:
    """The number of its month, counted through all years."""
    return day.year * 12 + day.month - 1


def _days_of_month(year: int, month: int) -> range:
    first = date(year, month, 1).toordinal()
    return range(first, first + monthrange(year, month)[1])


def _days_of_year(year: int) -> range:
    return range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)


def _weekdays_in(span: range, number: int, weekday: int) -> Sequence[int]:
    """All Mondays (0) of a span of days, its second one (`number` 2), or its last one (-1)."""
    found = span[(weekday + 1 - span.start) % 7 :: 7]
    return found if number == 0 else _numbered(found, (number,))


def _numbered(items: range, numbers: Iterable[int]) -> list[int]:
    """The items at these numbers: 1 is the first, -1 the last; in order, each once."""
    size = len(items)
    places = {number - 1 if number > 0 else size + number for number in numbers}
    return [items[place] for place in sorted(places) if 0 <= place < size]


def _is_numbered(item: int, items: range, numbers: Sequence[int]) -> bool:
    return item - items.start + 1 in numbers or item - items.stop in numbers


def _at_positions(items: Sequence[int], positions: Sequence[int]) -> Sequence[int]:
    """The items that BYSETPOS chooses; all where it is not given."""
    if not positions:
        return items
    size = len(items)
    places = {number - 1 if number > 0 else size + number for number in positions}
    return [items[place] for place in sorted(places) if 0 <= place < size]
