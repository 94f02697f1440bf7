"""When an event is, as its own lines say it: DTSTART, DTEND, DURATION, and what makes a series of it.

Only these lines are parsed here (values by `icalendar`), for they decide whether the rest is worth it.
A line that makes no sense counts as not there.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property

from icalendar.parser import Contentline
from icalendar.prop import vDDDTypes

from carlendar.domain.base import Value
from carlendar.domain.bounded import integer
from carlendar.icalendar.components import CalendarText, decoded
from carlendar.icalendar.recurrence_rule import Rule, rule
from carlendar.icalendar.zones import Zones, named, plain_name

Moment = datetime | date

_log = logging.getLogger(__name__)

_LINE = re.compile(
    rb"^(DTSTART|DTEND|DURATION|RRULE|RDATE|EXRULE|EXDATE|RECURRENCE-ID|UID|SEQUENCE|DTSTAMP)([;:][^\n]*)",
    re.MULTILINE | re.IGNORECASE,
)
_PROPERTY = re.compile(r"^(METHOD|X-WR-TIMEZONE)(?:;[^:\n]*)?:([^\n]*)$", re.MULTILINE | re.IGNORECASE)
_TZID = re.compile(r"^TZID(?:;[^:\n]*)?:([^\n]*)$", re.MULTILINE | re.IGNORECASE)
_TIMED_DAYS = re.compile(r"PT(\d+[WD])")
"""Weeks and days of a duration behind the T that stands for hours, as some write them (`PT1W`)."""
_PLAIN = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z?))?", re.ASCII)
_STAMP_READ = 40
_UID_KEPT = 500
VALUES = 20_000
"""Moments in all EXDATEs, or in all RDATEs, of one event that are read."""


class ExpansionOptions(Value, frozen=True):
    """What a calendar says of all its events: its zones, that of its owner (X-WR-TIMEZONE), its METHOD."""

    zones: Zones
    owner: tzinfo | None
    cancels: bool

    @classmethod
    def of(cls, text: CalendarText) -> ExpansionOptions:
        """What that calendar says."""
        properties = {name.upper(): value.strip() for name, value in _PROPERTY.findall(text.properties)}
        blocks = {plain_name(match[1]): block for block in text.zones if (match := _TZID.search(block))}
        zones = Zones(blocks)
        owner = zones.find(properties["X-WR-TIMEZONE"]) if properties.get("X-WR-TIMEZONE") else None
        return cls(zones, owner, properties.get("METHOD", "").upper() == "CANCEL")

    @classmethod
    def of_any(cls, text: CalendarText) -> ExpansionOptions:
        """The same, and of a calendar whose own lines cannot be read nothing but that; never raises."""
        try:
            return cls.of(text)
        except Exception as error:  # noqa: BLE001 - the events may be sound
            _log.warning("a calendar's own lines cannot be read: %s", type(error).__name__)
            return cls(Zones({}), None, False)


class _Property(Value, frozen=True):
    params: dict[str, str]
    value: str


@dataclass(frozen=True)
class VEventTimes:
    """One VEVENT's lines, of which those of time are parsed when they are asked for.

    `block` are the lines without those of its alarms. Moments are dates, naive (floating) or aware.
    """

    block: bytes
    setting: ExpansionOptions
    _lines: dict[str, list[_Property]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, rest in _LINE.findall(self.block):
            read = _property(decoded(rest))
            if read is not None:
                self._lines.setdefault(name.decode().upper(), []).append(read)

    @cached_property
    def uid(self) -> str:
        """Its UID, empty where it has none; of an overlong one the beginning and a digest of all of it."""
        given = self._lines["UID"][0].value.strip() if "UID" in self._lines else ""
        if len(given) <= _UID_KEPT:
            return given
        return f"{given[:_UID_KEPT]}~{hashlib.blake2b(given.encode(), digest_size=12).hexdigest()}"

    @cached_property
    def revision(self) -> tuple[int, bool, str]:
        """Orders two with the same UID, the later one last (RFC 5546, section 2.1.5)."""
        sequence = integer(self._value("SEQUENCE"), 0, 2**31 - 1)
        written = -1 if sequence is None else sequence
        return (written, self.setting.cancels, self._value("DTSTAMP").strip()[:_STAMP_READ])

    @cached_property
    def start(self) -> Moment | None:
        """DTSTART; None where it has none that makes sense. Of two moments in the wrong order, the earlier one."""
        return self._both[0]

    @cached_property
    def end(self) -> Moment | None:
        """DTEND; of two moments in the wrong order, the later one."""
        return self._both[1]

    @cached_property
    def _both(self) -> tuple[Moment | None, Moment | None]:
        start, end = self._moment("DTSTART"), self._moment("DTEND")
        if start is None or end is None or not _comparable(start, end) or end >= start:
            return start, end
        return end, start

    @cached_property
    def duration(self) -> timedelta | None:
        """DURATION."""
        found = _parsed(self._value("DURATION")) if "DURATION" in self._lines else None
        return found if isinstance(found, timedelta) else None

    @cached_property
    def recurrence_id(self) -> Moment | None:
        """RECURRENCE-ID: which occurrence of its series it stands for; None for a series or a single event."""
        return self._moment("RECURRENCE-ID")

    @cached_property
    def and_future(self) -> bool:
        """Whether it also stands for all occurrences that follow."""
        line = self._lines.get("RECURRENCE-ID")
        return line is not None and line[0].params.get("RANGE", "").upper() == "THISANDFUTURE"

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Its RRULEs."""
        return self._rules("RRULE")

    @cached_property
    def exrules(self) -> tuple[Rule, ...]:
        """Its EXRULEs (RFC 2445, which some programs still write)."""
        return self._rules("EXRULE")

    @cached_property
    def exdates(self) -> tuple[Moment, ...]:
        """Its EXDATEs."""
        return tuple(found for found, _ in self._several("EXDATE"))

    @cached_property
    def rdates(self) -> tuple[tuple[Moment, Moment | timedelta | None], ...]:
        """Its RDATEs, each with its own end or duration where it is a period."""
        return self._several("RDATE")

    @property
    def repeats(self) -> bool:
        """Whether anything makes a series of it."""
        return bool(self.rules or self.rdates)

    @cached_property
    def zone_name(self) -> str:
        """The zone it was planned in: the IANA name where there is one, else as the calendar names it."""
        name = self._lines["DTSTART"][0].params.get("TZID", "") if "DTSTART" in self._lines else ""
        return str(self.setting.zones.find(name) or name) if name else ""

    def look(self) -> None:
        """Parse all lines at once; whatever raises here would raise later, amid other events."""
        _ = (self.uid, self.revision, self.start, self.end, self.duration, self.recurrence_id, self.and_future)
        _ = (self.rules, self.exrules, self.exdates, self.rdates, self.zone_name)

    def _value(self, name: str) -> str:
        return self._lines[name][0].value if name in self._lines else ""

    def _rules(self, name: str) -> tuple[Rule, ...]:
        found = []
        for line in self._lines.get(name, ()):
            try:
                found.append(rule(line.value))
            except Exception:  # noqa: BLE001, S112 - a rule that cannot be read costs the rule, and not the meeting
                continue
        return tuple(found)

    def _moment(self, name: str) -> Moment | None:
        for line in self._lines.get(name, ()):
            found = self._placed(_parsed(line.value), line.params)
            if found is not None:
                return found
        return None

    def _several(self, name: str) -> tuple[tuple[Moment, Moment | timedelta | None], ...]:
        found: list[tuple[Moment, Moment | timedelta | None]] = []
        for line in self._lines.get(name, ()):
            for value in line.value.split(",", VALUES)[: VALUES - len(found)]:
                parsed = _parsed(value)
                first, last = parsed if isinstance(parsed, tuple) else (parsed, None)
                start = self._placed(first, line.params)
                if start is not None:
                    found.append((start, last if isinstance(last, timedelta) else self._placed(last, line.params)))
        return tuple(found)

    def _placed(self, found: object, params: dict[str, str]) -> Moment | None:
        """The moment in its zone; one in an unknown zone floats."""
        if isinstance(found, datetime):
            if found.tzinfo is not None or "TZID" not in params:
                return found
            zone = self.setting.zones.find(params["TZID"])
            return found.replace(tzinfo=zone) if zone is not None else found
        return found if isinstance(found, date) else None


def _comparable(one: Moment, other: Moment) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime):
        return (one.tzinfo is None) == (other.tzinfo is None)
    return not isinstance(one, datetime) and not isinstance(other, datetime)


def _property(rest: str) -> _Property | None:
    head, colon, value = rest.partition(":")
    if '"' in rest:
        try:
            _, params, value = Contentline(f"X{rest}").parts()  # type: ignore[no-untyped-call]  # icalendar's
        except ValueError:
            return None
        return _Property({str(name).upper(): str(held) for name, held in params.items()}, value)
    if not colon:
        return None
    if "TZID=" in head.upper() and value.count(":"):  # a name with a colon, which should have been quoted
        head, _, value = rest.rpartition(":")
    pairs = (part.partition("=") for part in head.split(";")[1:])
    return _Property({name.upper(): held for name, _, held in pairs}, value)


def _parsed(value: str) -> object:
    """A date, a moment, a duration or a period; None for what is none of these."""
    text = value.strip()
    match = _PLAIN.fullmatch(text)
    try:
        if match is None:
            return _other(text)
        numbers = [int(part or 0) for part in match.groups()[:6]]
        if match[4] is None:
            return date(*numbers[:3])
        numbers[5] = min(numbers[5], 59)  # a leap second
        return datetime(*numbers, tzinfo=named("UTC") if match[7] else None)  # type: ignore[arg-type, misc]
    except (ValueError, OverflowError, TypeError, AttributeError, KeyError, IndexError):
        return None


def _other(text: str) -> object:
    if text[:4].isdigit() and "-" in text[:8]:
        return datetime.fromisoformat(text)  # not iCalendar's form, but written all the same
    parse: Callable[[str], object] = vDDDTypes.from_ical
    return parse(_TIMED_DAYS.sub(r"P\1", text.upper()))
