"""Which events of a calendar may touch some days at all, by a quick look at their lines.

What certainly does not is never parsed: of a calendar of many years that is most of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from carlendar.icalendar.components import CalendarText, decoded
from carlendar.icalendar.recurrence_rule import rule
from carlendar.icalendar.unread import Unread
from carlendar.icalendar.vevent_times import ExpansionOptions, VEventTimes

_DIGITS = re.compile(rb"^(DTSTART|DTEND)[^\n]*:(\d{8})[TZ\d]*\s*$", re.MULTILINE | re.IGNORECASE)
_SERIES = re.compile(rb"^(?:RRULE|RDATE|EXRULE|RECURRENCE-ID|DURATION)[;:]", re.MULTILINE | re.IGNORECASE)
_RULE = re.compile(rb"^RRULE[^\n:]*:([^\n]*)", re.MULTILINE | re.IGNORECASE)
_SINGLE = re.compile(rb"^(?:RDATE|RECURRENCE-ID)[;:]", re.MULTILINE | re.IGNORECASE)
_OPEN = re.compile(rb"^(?:RDATE|RECURRENCE-ID|DURATION)[;:]", re.MULTILINE | re.IGNORECASE)
_UID = re.compile(rb"^UID[^\n:]*:([^\n]*)", re.MULTILINE | re.IGNORECASE)


def sieve(
    texts: Iterable[tuple[CalendarText, ExpansionOptions]], first: date, last: date, unread: Unread | None = None
) -> list[VEventTimes]:
    """The events that may touch the days from `first` to `last`, both included, in whatever zone.

    Those that certainly do not are never parsed. Of a UID that comes more than once all are kept or none,
    for one may stand for another. One whose lines cannot be read at all is left out, and counted in `unread`.
    """
    unread = unread or Unread()
    low, high = (day.year * 10_000 + day.month * 100 + day.day for day in (first, last))
    kept: list[tuple[bytes, ExpansionOptions, bytes]] = []
    apart: dict[bytes, list[tuple[bytes, ExpansionOptions, bytes]]] = {}
    wanted: set[bytes] = set()
    for text, setting in texts:
        for block in text.events:
            match = _UID.search(block)
            uid = match[1].strip() if match else b""
            if _may_touch(block, low, high, first):
                kept.append((block, setting, uid))
                wanted.add(uid)
            elif uid:
                apart.setdefault(uid, []).append((block, setting, uid))
    kept += [each for uid in wanted & apart.keys() for each in apart[uid]]
    return [timing for block, setting, _ in kept if (timing := _timing(block, setting, unread)) is not None]


def _timing(block: bytes, setting: ExpansionOptions, unread: Unread) -> VEventTimes | None:
    try:
        timing = VEventTimes(block, setting)
        timing.look()
    except Exception as error:  # noqa: BLE001 - whatever one event holds, the others are read
        unread.add(error)
        return None
    return timing


def _may_touch(block: bytes, low: int, high: int, first: date) -> bool:
    days = {name.upper(): int(day) for name, day in _DIGITS.findall(block)}
    start = days.get(b"DTSTART")
    if start is None:
        return True  # of another form, which the parser may know
    if start > high and not _SINGLE.search(block):
        return False
    end = max(days.get(b"DTEND", start), start)
    if _SERIES.search(block):
        return not _ended(block, _earlier(first, _day(end) - _day(start)))
    return end >= low


def _ended(block: bytes, first: date) -> bool:
    """Whether it is a series by one rule alone, and that rule has an end before `first`."""
    rules = _RULE.findall(block)
    if len(rules) != 1 or _OPEN.search(block) or b"UNTIL" not in rules[0].upper():
        return False
    try:
        return rule(decoded(rules[0])).ends_before(first)
    except Exception:  # noqa: BLE001 - what cannot be read is no reason to leave the event out
        return False


def _day(number: int) -> date:
    try:
        return date(number // 10_000, number // 100 % 100, number % 100)
    except ValueError:
        return date.min


def _earlier(day: date, length: timedelta) -> date:
    try:
        return day - length
    except OverflowError:
        return date.min
