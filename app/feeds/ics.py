"""Events out of iCalendar text (RFC 5545, RFC 7986), expanded between two moments.

`icalendar` parses and `recurring-ical-events` expands: RRULE, RDATE, EXDATE and RECURRENCE-ID with
THISANDFUTURE are its business. This module turns what they give into our own values. Whatever an
author left out or got wrong costs that one fact, never the calendar.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import icalendar
import recurring_ical_events

from app.domain.event import Event, OnlineMeeting, Person, Response, Sensitivity, ShowAs
from app.domain.place import Place
from app.domain.timespan import DateSpan, Timespan
from app.errors import UsageError

LIMIT = 32 * 1024 * 1024
"""Bytes of one calendar that are read; a larger one is refused in words."""

OCCURRENCES = 5_000
"""Occurrences of one calendar between the two moments; a recurrence bomb is refused in words."""

_RESPONSES = {
    "ACCEPTED": Response.ACCEPTED,
    "TENTATIVE": Response.TENTATIVE,
    "DECLINED": Response.DECLINED,
    "NEEDS-ACTION": Response.NOT_RESPONDED,
}
_SENSITIVITIES = {"PRIVATE": Sensitivity.PRIVATE, "CONFIDENTIAL": Sensitivity.CONFIDENTIAL}
_SHOW_AS = {
    "FREE": ShowAs.FREE,
    "TENTATIVE": ShowAs.TENTATIVE,
    "BUSY": ShowAs.BUSY,
    "OOF": ShowAs.OUT_OF_OFFICE,
    "WORKINGELSEWHERE": ShowAs.WORKING_ELSEWHERE,
}
_MEETING_PROPERTIES = ("X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-ONLINEMEETINGCONFLINK", "X-GOOGLE-CONFERENCE")


def occurrences(
    data: bytes, calendar_id: str, start: datetime, end: datetime, zone: tzinfo, mine: frozenset[str] = frozenset()
) -> tuple[tuple[Event, str], ...]:
    """Each occurrence that touches the time between, with the text of its invitation.

    Floating times are read in `zone`. `mine` are the addresses whose answers count as the driver's.
    Raises UsageError where `data` is no iCalendar text, or too much of it.
    """
    if len(data) > LIMIT:
        raise UsageError(f"the calendar is larger than {LIMIT // 1024 // 1024} MB")
    found: list[tuple[Event, str]] = []
    for component in _expanded(data, start, end):
        event = _event(component, calendar_id, zone, mine)
        if event is not None and _touches(event, start, end, zone):
            found.append((event, _text(component, "DESCRIPTION") or _text(component, "X-ALT-DESC")))
    return tuple(sorted(found, key=lambda pair: (pair[0].moments(zone).start, pair[0].title)))


def _touches(event: Event, start: datetime, end: datetime, zone: tzinfo) -> bool:
    moments = event.moments(zone)
    return moments.start < end and (moments.end > start or moments.start == moments.end >= start)


def _expanded(data: bytes, start: datetime, end: datetime) -> Iterator[Any]:
    try:
        calendars = icalendar.Calendar.from_ical(data, multiple=True)
    except (ValueError, IndexError, UnicodeDecodeError) as error:
        raise UsageError("this is not an iCalendar text", detail=type(error).__name__) from error
    if not calendars or not any(isinstance(each, icalendar.Calendar) for each in calendars):
        raise UsageError("this is not an iCalendar text")
    _refuse_bombs(calendars, start, end)
    margin = timedelta(days=1)  # floating times and whole days may lie up to a day off in another zone
    count = 0
    for calendar in calendars:
        query = recurring_ical_events.of(calendar, skip_bad_series=True)
        for component in query.between(start - margin, end + margin):
            count += 1
            if count > OCCURRENCES:
                raise UsageError(f"the calendar has more than {OCCURRENCES} occurrences in this time")
            yield component


_SECONDS = {"SECONDLY": 1, "MINUTELY": 60, "HOURLY": 3_600, "DAILY": 86_400}
_FINER = {"SECONDLY": (), "MINUTELY": ("BYSECOND",), "HOURLY": ("BYSECOND", "BYMINUTE")}


def _refuse_bombs(calendars: list[Any], start: datetime, end: datetime) -> None:
    """Refuse a rule that would yield too much, before anything is expanded: expansion itself has no bound."""
    window = (end - start).total_seconds()
    for component in (each for calendar in calendars for each in calendar.walk("VEVENT")):
        for rule in _several(component, "RRULE"):
            frequency = str((rule.get("FREQ") or ["DAILY"])[0]).upper()
            step = _SECONDS.get(frequency, 86_400) * max(1, int((rule.get("INTERVAL") or [1])[0]))
            finer = _FINER.get(frequency, ("BYSECOND", "BYMINUTE", "BYHOUR"))
            times = math.prod(max(1, len(rule.get(name) or [])) for name in finer)
            if window / step * times > OCCURRENCES:
                raise UsageError(f"a series of the calendar has more than {OCCURRENCES} occurrences in this time")


def _event(component: Any, calendar_id: str, zone: tzinfo, mine: frozenset[str]) -> Event | None:
    span = _span(component, zone)
    if span is None:
        return None
    uid = _text(component, "UID")
    people = _people(component)
    organizer = _person(component.get("ORGANIZER"))
    return Event(
        id=f"{uid}@{span.start.isoformat()}",
        calendar_id=calendar_id,
        title=_text(component, "SUMMARY"),
        span=span,
        version=_text(component, "SEQUENCE"),
        ical_uid=uid,
        series_id=uid if component.get("RECURRENCE-ID") or component.get("RRULE") else "",
        show_as=_show_as(component),
        response=_response(component, mine),
        sensitivity=_SENSITIVITIES.get(_text(component, "CLASS").upper(), Sensitivity.NORMAL),
        cancelled=_text(component, "STATUS").upper() == "CANCELLED",
        is_organizer=organizer is not None and organizer.address.lower() in mine,
        organizer=organizer,
        attendees=people[:5],
        attendee_count=len(people),
        place=_place(component),
        online=_online(component),
        url=_text(component, "URL"),
        zone_name=str(component["DTSTART"].params.get("TZID", "")) if "DTSTART" in component else "",
    )


def _span(component: Any, zone: tzinfo) -> Timespan | DateSpan | None:
    start = _moment(component, "DTSTART")
    if start is None:
        return None
    end = _moment(component, "DTEND")
    duration = component.get("DURATION")
    if end is None and duration is not None and isinstance(duration.dt, timedelta):
        end = start + duration.dt
    if not isinstance(start, datetime):
        last = end.date() if isinstance(end, datetime) else end
        return DateSpan(start, last if last is not None and last > start else start + timedelta(days=1))
    begin = _aware(start, zone)
    if end is None:
        finish = begin
    elif isinstance(end, datetime):
        finish = _aware(end, zone)
    else:
        finish = datetime.combine(end, datetime.min.time(), begin.tzinfo)
    return Timespan(begin, max(begin, finish))


def _moment(component: Any, name: str) -> datetime | date | None:
    value = getattr(component.get(name), "dt", None)
    return value if isinstance(value, date) else None


def _aware(value: datetime, zone: tzinfo) -> datetime:
    return value if value.tzinfo is not None and value.utcoffset() is not None else value.replace(tzinfo=zone)


def _text(component: Any, name: str) -> str:
    value = component.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    return "" if value is None else str(value)


def _several(component: Any, name: str) -> list[Any]:
    value = component.get(name)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _person(value: Any) -> Person | None:
    if value is None:
        return None
    address = str(value).strip()
    if address.lower().startswith("mailto:"):
        address = address[7:]
    name = getattr(value, "params", {}).get("CN", "")
    return Person(str(name) or address, address)


def _people(component: Any) -> tuple[Person, ...]:
    people = (_person(value) for value in _several(component, "ATTENDEE"))
    return tuple(person for person in people if person is not None)


def _response(component: Any, mine: frozenset[str]) -> Response:
    for value in _several(component, "ATTENDEE"):
        person = _person(value)
        if person is not None and person.address.lower() in mine:
            return _RESPONSES.get(str(value.params.get("PARTSTAT", "")).upper(), Response.NOT_RESPONDED)
    return Response.NONE


def _show_as(component: Any) -> ShowAs:
    told = _text(component, "X-MICROSOFT-CDO-BUSYSTATUS").upper()
    if told in _SHOW_AS:
        return _SHOW_AS[told]
    if _text(component, "TRANSP").upper() == "TRANSPARENT":
        return ShowAs.FREE
    return ShowAs.TENTATIVE if _text(component, "STATUS").upper() == "TENTATIVE" else ShowAs.BUSY


def _place(component: Any) -> Place | None:
    name = _text(component, "LOCATION").strip()
    geo = component.get("GEO")
    if not name and geo is None:
        return None
    latitude, longitude = getattr(geo, "latitude", None), getattr(geo, "longitude", None)
    return Place(name, latitude=latitude, longitude=longitude)


def _online(component: Any) -> OnlineMeeting | None:
    uris = tuple(str(value) for value in _several(component, "CONFERENCE"))
    links = [link for name in _MEETING_PROPERTIES if (link := _text(component, name))]
    if not uris and not links:
        return None
    return OnlineMeeting(join_url=links[0] if links else "", conference_uris=uris)
