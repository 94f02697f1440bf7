"""The time zones of calendars.

A name of the IANA database or of Windows has its standard meaning. Any other name, such as those Outlook generates, is
defined by the calendar's own VTIMEZONE (RFC 5545, section 3.6.5), for this calendar only; without one it is interpreted
by `carlendar.domain.zone_names`. Times with a zone that cannot be interpreted float.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from carlendar.domain.base import Value
from carlendar.domain.zone_names import spelt, zone_named
from carlendar.errors import FeedError
from carlendar.icalendar.recurrence import expand
from carlendar.icalendar.recurrence_rule import MONTHLY, RecurrenceRule, rule

_BLOCK = 16
"""Number of years whose transitions are computed at a time."""
OBSERVANCES, DATES = 300, 2_000
"""Maximum number of observances of a zone, and of RDATEs of all of them; beyond it the rules are ignored."""
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)(?::?(\d\d))?")
_PROPERTY = re.compile(r"^([A-Z-]+)(?:;[^:\n]*)?:([^\n]*)$", re.MULTILINE | re.IGNORECASE)
_OBSERVANCE = re.compile(r"^BEGIN:(?:STANDARD|DAYLIGHT)\s*$(.*?)^END:", re.MULTILINE | re.IGNORECASE | re.DOTALL)
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?)?")


class Zones:
    """The zones of one calendar. `blocks` are the texts of its VTIMEZONE components by TZID."""

    def __init__(self, blocks: Mapping[str, str]) -> None:
        self._blocks = blocks
        self._found: dict[str, tzinfo | None] = {}

    def find(self, name: str) -> tzinfo | None:
        """Return the zone of that name; None if it is neither known nor defined by the calendar."""
        if name not in self._found:
            self._found[name] = self._find(plain_name(name))
        return self._found[name]

    def _find(self, name: str) -> tzinfo | None:
        block = self._blocks.get(name)
        if block is None:
            return zone_named(name)
        properties = dict(_PROPERTY.findall(_OBSERVANCE.sub("", block)))
        location = properties.get("X-LIC-LOCATION", "").strip()
        return spelt(name) or spelt(location) or _of_rules(block, name) or zone_named(name)


def plain_name(tzid: str) -> str:
    """Return a TZID without quotes and escapes: it is a TEXT in a VTIMEZONE and a parameter elsewhere."""
    return tzid.strip().strip('"').replace("\\", "")


class _Observance(Value, frozen=True):
    """One STANDARD or DAYLIGHT: from `start` (in local time before it), by `rules` and on `dates`."""

    start: datetime
    before: timedelta
    after: timedelta
    rules: tuple[RecurrenceRule, ...] = ()
    dates: tuple[datetime, ...] = ()

    def onsets(self, first: datetime, last: datetime) -> list[tuple[datetime, timedelta, timedelta]]:
        found = {self.start, *self.dates}
        for given in self.rules:
            until = given.until
            if isinstance(until, datetime):
                until = (until + self.before).replace(tzinfo=None) if until.tzinfo else until
            elif until is not None:
                until = datetime(until.year, until.month, until.day, 23, 59, 59)  # noqa: DTZ001 - of the wall
            found.update(expand(given, self.start, first, min(last, until or last)))
        return [(moment, self.before, self.after) for moment in found if first <= moment <= last]


@dataclass(eq=False)
class RuleZone(tzinfo):
    """A zone defined by a VTIMEZONE. A local time skipped by a transition is read with the offset before it."""

    name: str
    observances: tuple[_Observance, ...]
    _blocks: dict[int, list[tuple[datetime, timedelta, timedelta]]] = field(default_factory=dict)

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """See `tzinfo`."""
        if moment is None:
            return self._first()
        wall = moment.replace(tzinfo=None, fold=0)
        offset = None
        for onset, before, after in self._changes(wall.year):
            gap = after - before
            if wall < _plus(onset, min(gap, timedelta()) if moment.fold else max(gap, timedelta())):
                return before if offset is None else offset
            offset = after
        return self._first() if offset is None else offset

    def dst(self, _moment: datetime | None) -> timedelta | None:
        """Unknown: see `tzinfo`."""

    def tzname(self, _moment: datetime | None) -> str:
        """The zone's name in the calendar."""
        return self.name

    def __str__(self) -> str:
        return self.name

    def fromutc(self, moment: datetime) -> datetime:
        """See `tzinfo`."""
        utc = moment.replace(tzinfo=None)
        changes = self._changes(utc.year)
        number = bisect_right(changes, utc, key=lambda change: _plus(change[0], -change[1]))
        if number == 0:
            offset = changes[0][1] if changes else self._first()
            return (utc + offset).replace(tzinfo=self)
        onset, before, after = changes[number - 1]
        again = utc < _plus(_plus(onset, -before), max(before - after, timedelta()))
        return (utc + after).replace(tzinfo=self, fold=int(again))

    def _first(self) -> timedelta:
        """Return the offset before all transitions: the one from which the earliest observance changes."""
        return min(self.observances, key=lambda each: each.start).before

    def _changes(self, year: int) -> list[tuple[datetime, timedelta, timedelta]]:
        """Return the transitions of the block of years around `year`, with the last one before it."""
        number = year // _BLOCK
        if number not in self._blocks:
            try:
                self._blocks[number] = self._worked_out(number)
            except (FeedError, ValueError, OverflowError):
                self._blocks[number] = []  # the rules are ignored: as before all transitions
        return self._blocks[number]

    def _worked_out(self, number: int) -> list[tuple[datetime, timedelta, timedelta]]:
        first = datetime(max(1, number * _BLOCK - 1), 1, 1)  # noqa: DTZ001 - of the wall
        last = datetime(min(9_999, (number + 1) * _BLOCK + 1), 12, 31)  # noqa: DTZ001 - local time of the zone
        within = sorted(change for each in self.observances for change in each.onsets(first, last))
        return [*self._latest(first), *within]

    def _latest(self, moment: datetime) -> list[tuple[datetime, timedelta, timedelta]]:
        """Return the state before `moment`: rules that have ended, and single transitions, may be long past."""
        earlier: list[tuple[datetime, timedelta, timedelta]] = []
        for each in self.observances:
            if each.start >= moment:
                continue
            spans = [each.start, *(date for date in each.dates if date < moment)]
            spans += [found for given in each.rules for found in _last_of(given, each, moment)]
            earlier.append((max(spans), each.before, each.after))
        return [max(earlier)] if earlier else []


def _last_of(given: RecurrenceRule, each: _Observance, moment: datetime) -> list[datetime]:
    ends = given.until
    end = _plus(datetime(ends.year, ends.month, ends.day), timedelta(days=1)) if ends is not None else moment  # noqa: DTZ001 - local time of the zone
    end = min(end, moment)
    return list(expand(given, each.start, _plus(end, timedelta(days=-800)), end))[-1:]


def _plus(moment: datetime, length: timedelta) -> datetime:
    """Return the sum, clamped to the limits of datetime."""
    try:
        return moment + length
    except OverflowError:
        return datetime.max if length > timedelta() else datetime.min  # noqa: DTZ901 - of the wall


def _of_rules(block: str, name: str) -> RuleZone | None:
    texts = _OBSERVANCE.findall(block)
    if len(texts) > OBSERVANCES:
        return None
    found = tuple(each for text in texts if (each := _observance(text)) is not None)
    return RuleZone(name, found) if found and sum(len(each.dates) for each in found) <= DATES else None


def _observance(text: str) -> _Observance | None:
    properties: dict[str, list[str]] = {}
    for name, value in _PROPERTY.findall(text):
        properties.setdefault(name.upper(), []).append(value.strip())
    try:
        before, after = (_offset(properties[name][0]) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
        dates = tuple(_stamp(date) for value in properties.get("RDATE", ()) for date in value.split(","))
        rules = tuple(rule(value) for value in properties.get("RRULE", ()))
        if any(given.frequency > MONTHLY for given in rules):
            return None  # no zone has weekly transitions
        return _Observance(_stamp(properties["DTSTART"][0]), before, after, rules, dates)
    except (KeyError, ValueError, IndexError, TypeError, AttributeError):
        return None


def _offset(text: str) -> timedelta:
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError("no offset")
    size = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=int(match[4] or 0))
    if size >= timedelta(days=1):
        raise ValueError("an offset of a day or more")
    return -size if match[1] == "-" else size


def _stamp(text: str) -> datetime:
    match = _STAMP.match(text.strip())
    if match is None:
        raise ValueError("no moment")
    return datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001 - of the wall
