"""When an event is, as its own lines say it: DTSTART, DTEND, DURATION, and what makes a series of it.

The lines are read once, into properties; what they mean is worked out when it is asked for, since most events of a
calendar lie far from what is asked for. A line that makes no sense counts as not there.
"""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property

from carlendar.domain.base import Value
from carlendar.domain.bounded import integer
from carlendar.icalendar.components import CalendarText
from carlendar.icalendar.content_lines import Properties, Property
from carlendar.icalendar.recurrence_rule import Rule, rule
from carlendar.icalendar.zones import Zones, plain_name

Moment = datetime | date
Length = Moment | timedelta

_log = logging.getLogger(__name__)

NAMES = frozenset(
    (
        *(b"DTSTART", b"DTEND", b"DURATION", b"RRULE", b"RDATE", b"EXRULE", b"EXDATE", b"RECURRENCE-ID"),
        *(b"UID", b"SEQUENCE", b"DTSTAMP", b"SUMMARY", b"DESCRIPTION", b"X-ALT-DESC", b"LOCATION", b"GEO", b"URL"),
        *(b"STATUS", b"CLASS", b"TRANSP", b"ORGANIZER", b"ATTENDEE", b"CONFERENCE", b"X-CONFERENCE-URL"),
        *(b"X-MICROSOFT-CDO-ALLDAYEVENT", b"X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT", b"X-FUNAMBOL-ALLDAY"),
        *(b"X-MICROSOFT-CDO-BUSYSTATUS", b"X-MICROSOFT-CDO-INTENDEDSTATUS", b"X-MICROSOFT-CDO-INSTTYPE"),
        *(b"X-MICROSOFT-SKYPETEAMSMEETINGURL", b"X-MICROSOFT-ONLINEMEETINGEXTERNALLINK"),
        *(b"X-MICROSOFT-ONLINEMEETINGCONFLINK", b"X-GOOGLE-CONFERENCE", b"X-GOOGLE-HANGOUT"),
    )
)
"""The properties of an event that are read."""

_ALL_DAY = (b"X-MICROSOFT-CDO-ALLDAYEVENT", b"X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT", b"X-FUNAMBOL-ALLDAY")
_OWN_LINE = re.compile(r"^(METHOD|X-WR-TIMEZONE)(?:;[^:\n]*)?:([^\n]*)$", re.MULTILINE | re.IGNORECASE)
_TZID = re.compile(r"^TZID(?:;[^:\n]*)?:([^\n]*)$", re.MULTILINE | re.IGNORECASE)
_DIGITS = re.compile(rb":(\d{8})[TZ\d]*\s*$")
_PLAIN = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z?))?", re.ASCII)
_DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?",
    re.ASCII,
)
"""Weeks and days may stand behind the T, as some write them (`PT1W`)."""
_HALF_DAY, _NEARLY_A_DAY = timedelta(hours=12), timedelta(hours=23)
_STAMP_READ = 40
_UID_KEPT = 500
VALUES = 20_000
"""Moments in all EXDATEs, or in all RDATEs, of one event that are read."""


class ExpansionOptions(Value, frozen=True):
    """What a calendar says of all its events: its zones, that of its owner (X-WR-TIMEZONE), its METHOD.

    `local` is the zone of the car.
    """

    zones: Zones
    owner: tzinfo | None
    cancels: bool
    local: tzinfo = UTC

    @classmethod
    def of(cls, text: CalendarText, local: tzinfo = UTC) -> ExpansionOptions:
        """What that calendar says."""
        properties = {name.upper(): value.strip() for name, value in _OWN_LINE.findall(text.properties)}
        blocks = {plain_name(match[1]): block for block in text.zones if (match := _TZID.search(block))}
        zones = Zones(blocks)
        owner = zones.find(properties["X-WR-TIMEZONE"]) if properties.get("X-WR-TIMEZONE") else None
        return cls(zones, owner, properties.get("METHOD", "").upper() == "CANCEL", local)

    @classmethod
    def of_any(cls, text: CalendarText, local: tzinfo) -> ExpansionOptions:
        """The same, and of a calendar whose own lines cannot be read nothing but that; never raises."""
        try:
            return cls.of(text, local)
        except Exception as error:  # noqa: BLE001 - the events may be sound
            _log.warning("a calendar's own lines cannot be read: %s", type(error).__name__)
            return cls(Zones({}), None, False, local)


@dataclass(eq=False)
class VEventTimes:
    """One VEVENT. `block` are its lines without those of its alarms. Moments are dates, naive (floating) or aware."""

    block: bytes
    setting: ExpansionOptions

    def __post_init__(self) -> None:
        self.properties = Properties(self.block, NAMES)

    def may_touch(self, first: date, last: date) -> bool:
        """Whether it may touch the days from `first` to `last`, in whatever zone; a quick look at its digits."""
        start = self._day(b"DTSTART")
        if start is None:
            return True  # of another form, which the parser may know
        if start > last:
            return b"RDATE" in self.properties or b"RECURRENCE-ID" in self.properties
        end = max(self._day(b"DTEND") or start, start)
        open_ended = any(name in self.properties for name in (b"RDATE", b"RECURRENCE-ID", b"DURATION"))
        if open_ended or b"EXRULE" in self.properties:
            return True
        if b"RRULE" not in self.properties:
            return end >= first
        if b"UNTIL" not in b"".join(self.properties.raw(b"RRULE")).upper():
            return True
        longest = min(end - start, first - date.min)
        return len(self.rules) != 1 or not self.rules[0].ends_before(first - longest)

    def _day(self, name: bytes) -> date | None:
        lines = self.properties.raw(name)
        match = _DIGITS.search(lines[0]) if lines else None
        try:
            return date(int(match[1][:4]), int(match[1][4:6]), int(match[1][6:])) if match else None
        except ValueError:
            return None

    @cached_property
    def uid(self) -> str:
        """Its UID, empty where it has none; of an overlong one the beginning and a digest of all of it."""
        given = self.properties.value(b"UID")
        if len(given) <= _UID_KEPT:
            return given
        return f"{given[:_UID_KEPT]}~{hashlib.blake2b(given.encode(), digest_size=12).hexdigest()}"

    @cached_property
    def revision(self) -> tuple[int, bool, str]:
        """Orders two with the same UID, the later one last (RFC 5546, section 2.1.5)."""
        sequence = integer(self.properties.value(b"SEQUENCE"), 0, 2**31 - 1)
        written = -1 if sequence is None else sequence
        return (written, self.setting.cancels, self.properties.value(b"DTSTAMP")[:_STAMP_READ])

    @property
    def start(self) -> Moment | None:
        """DTSTART; None where it has none that makes sense. Of two moments in the wrong order, the earlier one."""
        return self._both[0]

    @property
    def end(self) -> Moment | None:
        """DTEND; of two moments in the wrong order, the later one."""
        return self._both[1]

    @cached_property
    def _both(self) -> tuple[Moment | None, Moment | None]:
        start, end = self._written(b"DTSTART"), self._written(b"DTEND")
        if start is not None and self._day_zone is not None:
            day = self.day_of(start)
            return day, max(self.day_of(end), day) if end is not None else None
        if start is None or end is None or not _comparable(start, end) or end >= start:
            return start, end
        return end, start

    @cached_property
    def _day_zone(self) -> tzinfo | None:
        """The zone whose days a timed event covers that is marked as lasting whole days; None for any other event.

        Its moments have to be midnights ([MS-OXCICAL], X-MICROSOFT-CDO-ALLDAYEVENT), in UTC those of whoever wrote
        them: a zone that is perhaps not known here.
        """
        if not any(self.properties.value(name).upper() in ("TRUE", "1") for name in _ALL_DAY):
            return None
        start, end = self._written(b"DTSTART"), self._written(b"DTEND")
        if not isinstance(start, datetime):
            return None
        zone = self.setting.owner or self.setting.local
        if str(start.tzinfo) not in ("UTC", "Etc/UTC"):
            return (start.tzinfo or zone) if start.time() == time() else None
        if start.astimezone(zone).time() == time():
            return zone
        lasts = end - start if isinstance(end, datetime) and end.tzinfo is not None else self.duration or timedelta()
        return UTC if start.time() == time() or lasts >= _NEARLY_A_DAY else None

    def day_of(self, moment: Moment) -> date:
        """The day that a moment means to an event of whole days; the nearest midnight's, of one marked as such."""
        if not isinstance(moment, datetime):
            return moment
        if self._day_zone is None:
            return moment.date()
        try:
            local = moment.astimezone(self._day_zone) if moment.tzinfo is not None else moment
            return (local + _HALF_DAY).date()
        except OverflowError:
            return moment.date()

    @cached_property
    def duration(self) -> timedelta | None:
        """DURATION."""
        return _duration(self.properties.value(b"DURATION"))

    @cached_property
    def recurrence_id(self) -> Moment | None:
        """RECURRENCE-ID: which occurrence of its series it stands for; None for a series or a single event."""
        return self._moment(b"RECURRENCE-ID")

    @cached_property
    def and_future(self) -> bool:
        """Whether it also stands for all occurrences that follow."""
        line = self.properties.first(b"RECURRENCE-ID")
        return line is not None and line.parameter("RANGE").upper() == "THISANDFUTURE"

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Its RRULEs."""
        return self._rules(b"RRULE")

    @cached_property
    def exrules(self) -> tuple[Rule, ...]:
        """Its EXRULEs (RFC 2445, which some programs still write)."""
        return self._rules(b"EXRULE")

    @cached_property
    def exdates(self) -> tuple[Moment, ...]:
        """Its EXDATEs."""
        return tuple(found for found, _ in self._several(b"EXDATE"))

    @cached_property
    def rdates(self) -> tuple[tuple[Moment, Length | None], ...]:
        """Its RDATEs, each with its own end or duration where it is a period."""
        return self._several(b"RDATE")

    @property
    def repeats(self) -> bool:
        """Whether anything makes a series of it."""
        return bool(self.rules or self.rdates)

    @cached_property
    def zone_name(self) -> str:
        """The zone it was planned in: the IANA name where there is one, else as the calendar names it."""
        line = self.properties.first(b"DTSTART")
        name = line.parameter("TZID") if line is not None else ""
        return str(self.setting.zones.find(name) or name) if name else ""

    def look(self) -> None:
        """Work out all of it at once; whatever raises here would raise later, amid other events."""
        _ = (self.uid, self.revision, self.start, self.end, self.duration, self.recurrence_id, self.and_future)
        _ = (self.rules, self.exrules, self.exdates, self.rdates, self.zone_name)

    def _rules(self, name: bytes) -> tuple[Rule, ...]:
        found = []
        for line in self.properties.all(name):
            try:
                found.append(rule(line.value))
            except ValueError:  # a rule that cannot be read costs the rule, and not the meeting
                continue
        return tuple(found)

    def _written(self, name: bytes) -> Moment | None:
        for line in self.properties.all(name):
            found = self._placed(_parsed(line.value.strip()), line)
            if found is not None:
                return found
        return None

    def _moment(self, name: bytes) -> Moment | None:
        found = self._written(name)
        return self.day_of(found) if found is not None and self._day_zone is not None else found

    def _several(self, name: bytes) -> tuple[tuple[Moment, Length | None], ...]:
        found: list[tuple[Moment, Length | None]] = []
        for line in self.properties.all(name):
            for value in line.value.split(",", VALUES)[: VALUES - len(found)]:
                first, _, last = value.strip().partition("/")
                start = self._placed(_parsed(first), line)
                if start is None:
                    continue
                end = self._placed(_parsed(last), line) if last else None
                if self._day_zone is not None:
                    start, end = self.day_of(start), None
                found.append((start, end or (_duration(last) if last else None)))
        return tuple(found)

    def _placed(self, found: Moment | None, line: Property) -> Moment | None:
        """The moment in its zone; one in an unknown zone floats."""
        if not isinstance(found, datetime) or found.tzinfo is not None:
            return found
        name = line.parameter("TZID")
        zone = self.setting.zones.find(name) if name else None
        return found.replace(tzinfo=zone) if zone is not None else found


def _comparable(one: Moment, other: Moment) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime):
        return (one.tzinfo is None) == (other.tzinfo is None)
    return not isinstance(one, datetime) and not isinstance(other, datetime)


def _parsed(text: str) -> Moment | None:
    """A date or a moment; None for what is neither."""
    match = _PLAIN.fullmatch(text)
    try:
        if match is None:  # ISO 8601's own form, which is not iCalendar's but written all the same
            return datetime.fromisoformat(text) if text[:4].isdigit() and "-" in text[:8] else None
        numbers = [int(part or 0) for part in match.groups()[:6]]
        if match[4] is None:
            return date(*numbers[:3])
        numbers[5] = min(numbers[5], 59)  # a leap second
        return datetime(*numbers, tzinfo=UTC if match[7] else None)  # type: ignore[arg-type, misc]  # six numbers
    except (ValueError, OverflowError):
        return None


def _duration(text: str) -> timedelta | None:
    """A DURATION (RFC 5545, section 3.3.6); None for what is none, or longer than any that makes sense."""
    match = _DURATION.fullmatch(text.upper())
    if match is None or not any(match.groups()[1:]):
        return None
    weeks, days, more_weeks, more_days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    try:
        found = timedelta(
            weeks=weeks + more_weeks, days=days + more_days, hours=hours, minutes=minutes, seconds=seconds
        )
    except OverflowError:
        return None
    return -found if match[1] == "-" else found
