"""The times of an event from its own lines: DTSTART, DTEND, DURATION, and what makes a series of it.

The lines are read once, into properties; their meaning is computed on demand, since most events of a calendar lie
outside the window that is requested. A line that makes no sense counts as absent.
"""

from __future__ import annotations

import hashlib
import logging
import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from carlendar.domain.base import Value
from carlendar.domain.bounded import integer
from carlendar.icalendar.components import CalendarText
from carlendar.icalendar.content_lines import Properties, Property
from carlendar.icalendar.recurrence_rule import RecurrenceRule, rule
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
        *(b"X-MICROSOFT-ONLINEMEETINGCONFLINK", b"X-GOOGLE-CONFERENCE", b"X-GOOGLE-HANGOUT", b"VALARM"),
    )
)
"""The properties of an event that are read; VALARM are the triggers of its alarms (see `components`)."""

_ALL_DAY = (b"X-MICROSOFT-CDO-ALLDAYEVENT", b"X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT", b"X-FUNAMBOL-ALLDAY")
_OWN_LINE = re.compile(r"^(METHOD|X-WR-TIMEZONE)(?:;[^:\n]*)?:([^\n]*)$", re.MULTILINE | re.IGNORECASE)
_TZID = re.compile(r"^TZID(?:;[^:\n]*)?:([^\n]*)$", re.MULTILINE | re.IGNORECASE)
_DIGITS = re.compile(rb":(\d{8})[TZ\d]*\s*$")
_PLAIN = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z?))?", re.ASCII)
_DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?",
    re.ASCII,
)
"""Weeks and days may follow the T, as some programs write them (`PT1W`)."""
_HALF_DAY, _NEARLY_A_DAY = timedelta(hours=12), timedelta(hours=23)
_UTC_NAMES = ("UTC", "Etc/UTC")
_STAMP_READ = 40
_UID_KEPT = 500
VALUES = 20_000
"""Maximum number of times in all EXDATEs, or in all RDATEs, of one event."""


class ExpansionOptions(Value, frozen=True):
    """Properties of a calendar that affect all its events: its zones, its owner's zone (X-WR-TIMEZONE), its METHOD.

    `local` is the zone of the car.
    """

    zones: Zones
    owner: tzinfo | None
    cancels: bool
    local: tzinfo = UTC

    @classmethod
    def of(cls, text: CalendarText, local: tzinfo = UTC) -> ExpansionOptions:
        """Return the options of that calendar."""
        properties = {name.upper(): value.strip() for name, value in _OWN_LINE.findall(text.properties)}
        blocks = {plain_name(match[1]): block for block in text.zones if (match := _TZID.search(block))}
        zones = Zones(blocks)
        owner = zones.find(properties["X-WR-TIMEZONE"]) if properties.get("X-WR-TIMEZONE") else None
        return cls(zones, owner, properties.get("METHOD", "").upper() == "CANCEL", local)

    @classmethod
    def of_any(cls, text: CalendarText, local: tzinfo) -> ExpansionOptions:
        """The same, with defaults for a calendar whose properties cannot be read; never raises."""
        try:
            return cls.of(text, local)
        except Exception as error:  # noqa: BLE001 - the events may be sound
            _log.warning("a calendar's own lines cannot be read: %s", type(error).__name__)
            return cls(Zones({}), None, False, local)


class VEventLines:
    """The lines of one VEVENT without its alarms, for a quick test before parsing. `key` is its UID as written."""

    __slots__ = ("block", "key", "properties", "setting")

    def __init__(self, block: bytes, setting: ExpansionOptions) -> None:
        self.block, self.setting = block, setting
        self.properties = Properties(block, NAMES)
        self.key = b"".join(self.properties.raw(b"UID")[:1]).partition(b":")[2].strip()

    def may_touch(self, first: date, last: date) -> bool:
        """Whether it may overlap the days from `first` to `last`, in any zone; reads only the digits of dates."""
        start = self._day(b"DTSTART")
        if start is None:
            return True  # another format, which the parser may accept
        if start > last:
            return b"RDATE" in self.properties or b"RECURRENCE-ID" in self.properties
        end = max(self._day(b"DTEND") or start, start)
        if any(name in self.properties for name in (b"RDATE", b"RECURRENCE-ID", b"DURATION")):
            return True
        if b"RRULE" not in self.properties:
            return end >= first
        if b"UNTIL" not in b"".join(self.properties.raw(b"RRULE")).upper():
            return True
        rules = _rules(self.properties, b"RRULE")
        longest = min(end - start, first - date.min)
        return len(rules) != 1 or not rules[0].ends_before(first - longest)

    def _day(self, name: bytes) -> date | None:
        lines = self.properties.raw(name)
        match = _DIGITS.search(lines[0]) if lines else None
        try:
            return date(int(match[1][:4]), int(match[1][4:6]), int(match[1][6:])) if match else None
        except ValueError:
            return None


class VEventTimes(Value, frozen=True):
    """When one VEVENT is. Moments are dates, naive (floating) or aware; None where nothing makes sense.

    `revision` orders two with the same UID, the later one last (RFC 5546, section 2.1.5). Of a start and an end in the
    wrong order, `start` is the earlier one. `recurrence_id` identifies the occurrence of its series, with
    `and_future` also for all that follow. `rdates` are RDATEs, each with its own end or duration where it is a period.
    `zone_name` is the zone it was planned in: the IANA name where there is one, else as the calendar names it.
    `day_zone`: see `_day_zone`.
    """

    block: bytes
    setting: ExpansionOptions
    properties: Properties
    uid: str
    revision: tuple[int, bool, str]
    start: Moment | None
    end: Moment | None
    duration: timedelta | None
    recurrence_id: Moment | None
    and_future: bool
    rules: tuple[RecurrenceRule, ...]
    exrules: tuple[RecurrenceRule, ...]
    exdates: tuple[Moment, ...]
    rdates: tuple[tuple[Moment, Length | None], ...]
    zone_name: str
    day_zone: tzinfo | None

    @property
    def repeats(self) -> bool:
        """Whether it repeats."""
        return bool(self.rules or self.rdates)

    def day_of(self, moment: Moment) -> date:
        """Return the day of a time in an all-day event."""
        return _day_of(moment, self.day_zone)


def times_of(lines: VEventLines) -> VEventTimes:
    """Parse the lines."""
    found, setting = lines.properties, lines.setting
    start, end = _moment(found, b"DTSTART", setting), _moment(found, b"DTEND", setting)
    duration = parsed_duration(found.value(b"DURATION"))
    instead = _moment(found, b"RECURRENCE-ID", setting)
    exdates, rdates = _several(found, b"EXDATE", setting), _several(found, b"RDATE", setting)
    zone = None
    if isinstance(start, datetime) and any(found.value(name).upper() in ("TRUE", "1") for name in _ALL_DAY):
        zone = _day_zone(start, end, duration, setting)
    if zone is not None and start is not None:
        start = _day_of(start, zone)
        end = max(_day_of(end, zone), start) if end is not None else None
        instead = _day_of(instead, zone) if instead is not None else None
        exdates, rdates = (tuple((_day_of(day, zone), None) for day, _ in days) for days in (exdates, rdates))
    elif start is not None and end is not None and _comparable(start, end) and end < start:
        start, end = end, start
    at = found.first(b"DTSTART")
    planned = at.parameter("TZID") if at is not None else ""
    replaces = found.first(b"RECURRENCE-ID")
    sequence = integer(found.value(b"SEQUENCE"), 0, 2**31 - 1)
    return VEventTimes(
        block=lines.block,
        setting=setting,
        properties=found,
        uid=_uid(found.value(b"UID")),
        revision=(-1 if sequence is None else sequence, setting.cancels, found.value(b"DTSTAMP")[:_STAMP_READ]),
        start=start,
        end=end,
        duration=duration,
        recurrence_id=instead,
        and_future=replaces is not None and replaces.parameter("RANGE").upper() == "THISANDFUTURE",
        rules=_rules(found, b"RRULE"),
        exrules=_rules(found, b"EXRULE"),  # from RFC 2445, still written by some programs
        exdates=tuple(moment for moment, _ in exdates),
        rdates=rdates,
        zone_name=str(setting.zones.find(planned) or planned) if planned else "",
        day_zone=zone,
    )


def _day_zone(
    start: datetime, end: Moment | None, duration: timedelta | None, setting: ExpansionOptions
) -> tzinfo | None:
    """Return the zone whose days a timed event covers that is marked as all-day; None if it does not.

    Its times must be midnights ([MS-OXCICAL], X-MICROSOFT-CDO-ALLDAYEVENT); in UTC, midnights of the author's zone,
    which may be unknown.
    """
    zone = setting.owner or setting.local
    if str(start.tzinfo) not in _UTC_NAMES:
        return (start.tzinfo or zone) if start.time() == time() else None
    if start.astimezone(zone).time() == time():
        return zone
    timed = isinstance(end, datetime) and end.tzinfo is not None
    lasts = end - start if timed and isinstance(end, datetime) else duration or timedelta()
    return UTC if start.time() == time() or lasts >= _NEARLY_A_DAY else None


def _day_of(moment: Moment, zone: tzinfo | None) -> date:
    """Return the day of a time; with a zone, the day whose midnight is nearest."""
    if not isinstance(moment, datetime):
        return moment
    if zone is None:
        return moment.date()
    try:
        return ((moment.astimezone(zone) if moment.tzinfo is not None else moment) + _HALF_DAY).date()
    except OverflowError:
        return moment.date()


def _uid(given: str) -> str:
    """Return a UID; an overlong one is cut and gets a digest of all of it."""
    if len(given) <= _UID_KEPT:
        return given
    return f"{given[:_UID_KEPT]}~{hashlib.blake2b(given.encode(), digest_size=12).hexdigest()}"


def _rules(properties: Properties, name: bytes) -> tuple[RecurrenceRule, ...]:
    found = []
    for line in properties.all(name):
        try:
            found.append(rule(line.value))
        except ValueError:  # an unreadable rule is ignored, and the meeting kept
            continue
    return tuple(found)


def _moment(properties: Properties, name: bytes, setting: ExpansionOptions) -> Moment | None:
    for line in properties.all(name):
        found = _placed(parsed_moment(line.value.strip()), line, setting)
        if found is not None:
            return found
    return None


def _several(
    properties: Properties, name: bytes, setting: ExpansionOptions
) -> tuple[tuple[Moment, Length | None], ...]:
    found: list[tuple[Moment, Length | None]] = []
    for line in properties.all(name):
        for value in line.value.split(",", VALUES)[: VALUES - len(found)]:
            first, _, last = value.strip().partition("/")
            start = _placed(parsed_moment(first), line, setting)
            if start is not None:
                end = (_placed(parsed_moment(last), line, setting) or parsed_duration(last)) if last else None
                found.append((start, end))
    return tuple(found)


def _placed(found: Moment | None, line: Property, setting: ExpansionOptions) -> Moment | None:
    """Return the time in its zone; one in an unknown zone floats."""
    if not isinstance(found, datetime) or found.tzinfo is not None:
        return found
    name = line.parameter("TZID")
    zone = setting.zones.find(name) if name else None
    return found.replace(tzinfo=zone) if zone is not None else found


def _comparable(one: Moment, other: Moment) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime):
        return (one.tzinfo is None) == (other.tzinfo is None)
    return not isinstance(one, datetime) and not isinstance(other, datetime)


def parsed_moment(text: str) -> Moment | None:
    """Return a date or datetime; None if it is invalid."""
    match = _PLAIN.fullmatch(text)
    try:
        if match is None:  # the form of ISO 8601, which is not iCalendar's but in use
            return datetime.fromisoformat(text) if text[:4].isdigit() and "-" in text[:8] else None
        numbers = [int(part or 0) for part in match.groups()[:6]]
        if match[4] is None:
            return date(*numbers[:3])
        numbers[5] = min(numbers[5], 59)  # a leap second
        return datetime(*numbers, tzinfo=UTC if match[7] else None)  # type: ignore[arg-type, misc]  # six numbers
    except (ValueError, OverflowError):
        return None


def parsed_duration(text: str) -> timedelta | None:
    """Return a DURATION (RFC 5545, section 3.3.6); None if it is invalid or too long."""
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
