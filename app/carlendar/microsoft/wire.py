"""Graph's JSON to the domain's events and calendars.

Graph's types are open and its enumerations grow: an unknown key is ignored, any value may be null or
missing, and an unknown word becomes the safe choice. Nothing here raises on what a server sends;
what cannot be an event (no id, no time, a series' master) is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from tzlocal.windows_tz import win_tz

from carlendar.domain.account import Calendar
from carlendar.domain.bounded import number
from carlendar.domain.event import Event, OnlineMeeting, Person, Response, Sensitivity, ShowAs
from carlendar.domain.place import Place
from carlendar.domain.recipients import MOST
from carlendar.domain.timespan import DateSpan, Timespan

EVENT_FIELDS = (
    "id,subject,type,start,end,isAllDay,isCancelled,isOrganizer,organizer,attendees,location,locations,"
    "onlineMeeting,onlineMeetingProvider,onlineMeetingUrl,showAs,sensitivity,responseStatus,isReminderOn,"
    "reminderMinutesBeforeStart,seriesMasterId,iCalUId,changeKey,originalStartTimeZone,allowNewTimeProposals"
)
"""What is asked for; without the body, and without lastModifiedDateTime, which Graph omits when selected."""
ATTENDEES_KEPT = 5
"""People that are kept of a meeting that others organise; of one's own, those who can be told something."""
TEXT_LIMIT = 2000
"""Characters of any one text that are kept."""

_LONGEST_REMINDER = 366 * 24 * 60
_SHOW_AS = {
    "free": ShowAs.FREE,
    "tentative": ShowAs.TENTATIVE,
    "busy": ShowAs.BUSY,
    "oof": ShowAs.OUT_OF_OFFICE,
    "workingelsewhere": ShowAs.WORKING_ELSEWHERE,
}
_RESPONSES = {
    "organizer": Response.ORGANIZER,
    "accepted": Response.ACCEPTED,
    "tentativelyaccepted": Response.TENTATIVE,
    "declined": Response.DECLINED,
    "notresponded": Response.NOT_RESPONDED,
}
_SENSITIVITIES = {value.value: value for value in Sensitivity}
_COLORS = {
    "lightblue": "#0078d4",
    "lightgreen": "#498205",
    "lightorange": "#ca5010",
    "lightgray": "#69797e",
    "lightyellow": "#c19c00",
    "lightteal": "#038387",
    "lightpink": "#e3008c",
    "lightbrown": "#8e562e",
    "lightred": "#d13438",
}


def calendar_from(item: Mapping[str, Any], account_id: str) -> Calendar | None:
    """A calendar of the account; None without an id."""
    identifier = _text(item, "id")
    if not identifier:
        return None
    return Calendar(
        id=identifier,
        account_id=account_id,
        name=_text(item, "name"),
        color=_text(item, "hexColor") or _COLORS.get(_text(item, "color").lower(), ""),
        is_default=item.get("isDefaultCalendar") is True,
        can_edit=item.get("canEdit") is True,
        can_view_private=item.get("canViewPrivateItems") is not False,
    )


def event_from(item: Mapping[str, Any], calendar_id: str) -> Event | None:
    """An occurrence, exception or single event; None for a series' master, a removal and what has no time."""
    span = _span(item)
    identifier = _text(item, "id")
    if not identifier or span is None or "@removed" in item or _text(item, "type").lower() == "seriesmaster":
        return None
    people = [person for person in map(_attendee, _objects(item, "attendees")) if person]
    return Event(
        id=identifier,
        calendar_id=calendar_id,
        title=_text(item, "subject"),
        span=span,
        version=_text(item, "@odata.etag") or _text(item, "changeKey"),
        ical_uid=_text(item, "iCalUId"),
        series_id=_text(item, "seriesMasterId"),
        show_as=_show_as(item),
        response=response_of(item),
        sensitivity=_sensitivity(item),
        cancelled=item.get("isCancelled") is True,
        is_organizer=item.get("isOrganizer") is True,
        organizer=_person(_object(item, "organizer")),
        attendees=tuple(people[: MOST if item.get("isOrganizer") is True else ATTENDEES_KEPT]),
        attendee_count=len(people),
        place=_place(item),
        online=_online(item),
        url=_web_address(_text(_object(item, "location"), "locationUri")),
        reminder_minutes=_reminder(item),
        zone_name=_text(item, "originalStartTimeZone"),
        allow_proposals=item.get("allowNewTimeProposals") is not False,
    )


def clean_text(text: str) -> str:
    """`text` without halves of characters, which JSON can hold and no file or screen can take."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _span(item: Mapping[str, Any]) -> Timespan | DateSpan | None:
    start, end = _moment(_object(item, "start")), _moment(_object(item, "end"))
    if start is None:
        return None
    if item.get("isAllDay") is True:
        # Midnights in whatever zone was asked for: the dates are what is meant, never the moments.
        last = end.date() if end else start.date()
        return DateSpan(start.date(), max(last, start.date() + timedelta(days=1)))
    begins = _in_utc(start, _object(item, "start"))
    ends = _in_utc(end, _object(item, "end")) if end else begins
    return Timespan(begins, max(begins, ends))


def _moment(item: Mapping[str, Any]) -> datetime | None:
    """A `dateTimeTimeZone` as it is written; None when it is none, or so near the ends of time that it is no date."""
    try:
        moment = datetime.fromisoformat(_text(item, "dateTime"))
    except ValueError:
        return None
    return moment if date(1900, 1, 1) <= moment.date() <= date(9000, 1, 1) else None


def _in_utc(moment: datetime, item: Mapping[str, Any]) -> datetime:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_zone(_text(item, "timeZone")))
    return moment.astimezone(UTC)


def _zone(name: str) -> tzinfo:
    """The zone of a Windows or IANA name. UTC is asked for; what is unknown is read as that."""
    if name in ("", "UTC"):
        return UTC
    try:
        return ZoneInfo(win_tz.get(name, name))
    except (KeyError, ValueError, OSError):
        return UTC


def _show_as(item: Mapping[str, Any]) -> ShowAs:
    word = _text(item, "showAs").lower()
    return _SHOW_AS.get(word, ShowAs.UNKNOWN if word else ShowAs.BUSY)


def response_of(item: Mapping[str, Any]) -> Response:
    """What an event's `responseStatus` says; an unknown word is no answer."""
    return _RESPONSES.get(_text(_object(item, "responseStatus"), "response").lower(), Response.NONE)


def _sensitivity(item: Mapping[str, Any]) -> Sensitivity:
    """An unknown word hides the title rather than show what was not meant to be seen."""
    word = _text(item, "sensitivity").lower()
    return _SENSITIVITIES.get(word, Sensitivity.PRIVATE if word else Sensitivity.NORMAL)


def _attendee(item: Mapping[str, Any]) -> Person | None:
    return None if _text(item, "type").lower() == "resource" else _person(item)


def _person(item: Mapping[str, Any]) -> Person | None:
    address = _object(item, "emailAddress")
    person = Person(_text(address, "name"), _text(address, "address"))
    return person if person.name or person.address else None


def _place(item: Mapping[str, Any]) -> Place | None:
    """The event's location, completed from its list of locations."""
    first = _object(item, "location")
    candidates = [first, *_objects(item, "locations")]
    chosen = next((entry for entry in candidates if _text(entry, "displayName")), first)
    address = next((line for line in map(_address, (chosen, *candidates)) if line), "")
    latitude, longitude = next((pair for pair in map(_coordinates, (chosen, first)) if pair), (None, None))
    name = _text(chosen, "displayName")
    if not name and not address and latitude is None:
        return None
    is_room = _text(chosen, "locationType").lower() == "conferenceroom"
    return Place(name or address, address, latitude, longitude, is_room)


def _address(location: Mapping[str, Any]) -> str:
    address = _object(location, "address")
    town = " ".join(filter(None, (_text(address, "postalCode"), _text(address, "city"))))
    parts = (_text(address, "street"), town, _text(address, "state"), _text(address, "countryOrRegion"))
    return ", ".join(part for part in parts if part)


def _coordinates(location: Mapping[str, Any]) -> tuple[float, float] | None:
    """Degrees; None when one is missing or impossible. Two zeros are what is filled in for nothing."""
    pair = _object(location, "coordinates")
    latitude, longitude = number(pair.get("latitude"), -90, 90), number(pair.get("longitude"), -180, 180)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    return latitude, longitude


def _online(item: Mapping[str, Any]) -> OnlineMeeting | None:
    info = _object(item, "onlineMeeting")
    phones = [_text(phone, "number") for phone in _objects(info, "phones")]
    free = info.get("tollFreeNumbers")
    provider = _text(item, "onlineMeetingProvider")
    meeting = OnlineMeeting(
        join_url=_text(info, "joinUrl") or _text(item, "onlineMeetingUrl"),
        conference_id=_text(info, "conferenceId"),
        toll_number=_text(info, "tollNumber") or next(filter(None, phones), ""),
        toll_free_numbers=tuple(clean_text(number[:TEXT_LIMIT]) for number in free if isinstance(number, str))
        if isinstance(free, list)
        else (),
        quick_dial=_text(info, "quickDial"),
        provider="" if provider.lower() == "unknown" else provider,
    )
    return meeting if meeting != OnlineMeeting(provider=meeting.provider) else None


def _reminder(item: Mapping[str, Any]) -> int | None:
    minutes = number(item.get("reminderMinutesBeforeStart"), 0, _LONGEST_REMINDER)
    return int(minutes) if item.get("isReminderOn") is True and minutes is not None else None


def _web_address(text: str) -> str:
    return text if text.lower().startswith(("https://", "http://")) else ""


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return clean_text(value[:TEXT_LIMIT]) if isinstance(value, str) else ""


def _object(item: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = item.get(key)
    return value if isinstance(value, dict) else {}


def _objects(item: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = item.get(key)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
