"""A recurrence rule as a calendar writes it (RFC 5545, section 3.3.10)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from carlendar.domain.base import Value
from carlendar.domain.bounded import integer

YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY, SECONDLY = range(7)
_FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_RANGES = {
    "BYMONTH": (1, 12), "BYWEEKNO": (-53, 53), "BYYEARDAY": (-366, 366), "BYMONTHDAY": (-31, 31), "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59), "BYSECOND": (0, 60), "BYSETPOS": (-366, 366),
}  # fmt: skip
_KNOWN = frozenset({*_RANGES, "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST", "RSCALE", "SKIP"})
_IGNORED = re.compile(r"[\s\\]")
_WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)?(Z?))?", re.ASCII)
_MOST = 10**9
"""Maximum COUNT or INTERVAL."""
_LONGEST = 4_000
"""Maximum number of characters of a rule."""


class RecurrenceRule(Value, frozen=True):
    """A recurrence rule; missing parts are empty.

    `frequency` is one of `YEARLY` to `SECONDLY`. `until` is inclusive: a date, or a datetime that is naive unless
    written in UTC. `weekdays` are pairs of a number (0 for none) and a day from 0 (Monday) to 6.
    """

    frequency: int
    interval: int = 1
    count: int | None = None
    until: datetime | date | None = None
    months: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    yeardays: tuple[int, ...] = ()
    monthdays: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    def ends_before(self, day: date) -> bool:
        """Whether the rule certainly has no occurrence on `day` or later, in any zone."""
        if self.until is None:
            return False
        last = self.until.date() if isinstance(self.until, datetime) else self.until
        return (day - last).days > 1


@lru_cache(maxsize=1024)
def rule(text: str) -> RecurrenceRule:
    """Parse a rule. Raises ValueError if it is invalid; a COUNT below one is ignored.

    Backslashes before semicolons, as in a TEXT, are ignored.
    """
    if len(text) > _LONGEST:
        raise ValueError("a rule longer than any that makes sense")
    pairs = (part.partition("=") for part in _IGNORED.sub("", text).upper().strip(";").split(";"))
    parts = {name: value for name, _, value in pairs}
    if any(name not in _KNOWN and not name.startswith("X-") for name in parts):
        raise ValueError("an unknown part may be what ends it")
    if parts.get("RSCALE", "GREGORIAN") != "GREGORIAN":
        raise ValueError("a calendar that is not Gregorian")
    count = _number(parts.get("COUNT", "0"), -_MOST)
    numbers = {name: _numbers(parts[name], *bounds) for name, bounds in _RANGES.items() if parts.get(name)}
    return RecurrenceRule(
        frequency=_FREQUENCIES.index(parts.get("FREQ", "")),
        interval=_number(parts.get("INTERVAL", "1"), 1),
        count=count if count > 0 else None,
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        months=numbers.get("BYMONTH", ()),
        weeks=numbers.get("BYWEEKNO", ()),
        yeardays=numbers.get("BYYEARDAY", ()),
        monthdays=numbers.get("BYMONTHDAY", ()),
        weekdays=tuple(sorted({_weekday(day) for day in parts["BYDAY"].split(",")})) if parts.get("BYDAY") else (),
        hours=numbers.get("BYHOUR", ()),
        minutes=numbers.get("BYMINUTE", ()),
        seconds=tuple(sorted({min(second, 59) for second in numbers.get("BYSECOND", ())})),  # a leap second
        positions=numbers.get("BYSETPOS", ()),
        week_start=_weekday(parts.get("WKST", "MO"))[1],
    )


def _number(text: str, low: int, high: int = _MOST) -> int:
    found = integer(text, low, high)
    if found is None:
        raise ValueError("no number that makes sense")
    return found


def _numbers(text: str, low: int, high: int) -> tuple[int, ...]:
    found = sorted({_number(each, low, high) for each in text.split(",")})
    if low < 0 and 0 in found:
        raise ValueError("there is no day, week or position 0")
    return tuple(found)


def _weekday(text: str) -> tuple[int, int]:
    match = _WEEKDAY.fullmatch(text)
    if match is None:
        raise ValueError("no day of the week")
    return int(match[1] or 0), _WEEKDAYS.index(match[2])


def _until(text: str) -> date | datetime:
    match = _UNTIL.fullmatch(text)
    if match is None:
        raise ValueError("no end that makes sense")
    numbers = [int(part or 0) for part in match.groups()[:6]]
    if match[4] is None:
        return date(*numbers[:3])
    numbers[5] = min(numbers[5], 59)  # a leap second
    return datetime(*numbers, tzinfo=UTC if match[7] else None)  # type: ignore[arg-type, misc]  # six numbers
