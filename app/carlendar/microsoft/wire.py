"""Converts Graph's JSON to the domain's events and calendars.

Graph's types are open and its enumerations grow: unknown keys are ignored, any value may be null or missing, and an
unknown enumeration value is mapped to the safe choice. Items of the documented shape are decoded by msgspec
(`graph_types`), others by the tolerant reader below, which keeps values of the documented type. Nothing here raises on
received data; what cannot be an event (no id, no time, a series master) is None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec import UNSET, Raw

from carlendar.domain.account import Calendar
from carlendar.domain.bounded import number
from carlendar.domain.event import LINK_LIMIT, Event, OnlineMeeting, Person, Response, Sensitivity, ShowAs
from carlendar.domain.place import Place
from carlendar.domain.recipients import MOST
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.domain.zone_names import zone_named
from carlendar.microsoft.graph_types import (
    GraphAddress,
    GraphAudioConferencing,
    GraphChange,
    GraphCoordinates,
    GraphDateTime,
    GraphEmailAddress,
    GraphEvent,
    GraphLocation,
    GraphOnlineMeeting,
    GraphPhone,
    GraphRecipient,
    GraphResponse,
)
from carlendar.text.clean import well_formed

EVENT_FIELDS = (
    "id,subject,type,start,end,isAllDay,isCancelled,isOrganizer,organizer,attendees,location,locations,"
    "onlineMeeting,onlineMeetingProvider,onlineMeetingUrl,showAs,sensitivity,responseStatus,isReminderOn,"
    "reminderMinutesBeforeStart,seriesMasterId,iCalUId,changeKey,originalStartTimeZone,allowNewTimeProposals"
)
"""Requested properties; without the body, and without lastModifiedDateTime, which Graph omits if selected."""
ATTENDEES_KEPT = 5
"""Maximum number of attendees kept of meetings that others organise; of the user's own, `MOST` are kept."""
TEXT_LIMIT = 2000
"""Maximum number of characters kept of any text."""

_DIALIN_ID = re.compile(r"[?&]id=(\d{4,15})(?!\d)")
_LONGEST_REMINDER = 366 * 24 * 60
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)
_NO_LOCATION, _NO_ADDRESS = GraphLocation(), GraphAddress()
_NO_ONLINE_MEETING, _NO_AUDIO = GraphOnlineMeeting(), GraphAudioConferencing()
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
    """Return a calendar of the account; None without an id."""
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
    """Return the event of an item of any shape; None if it is none (see `event_of`)."""
    typed = _typed(item)
    return event_of(typed, calendar_id) if typed else None


def event_of(item: GraphEvent, calendar_id: str) -> Event | None:
    """Return an occurrence, exception or single event; None for a series master, a removal, or without a time."""
    span = _span(item)
    if not item.id or span is None or item.removed is not UNSET or item.type.lower() == "seriesmaster":
        return None
    people = [person for person in map(_attendee, item.attendees or ()) if person]
    return Event(
        id=_cut(item.id),
        calendar_id=calendar_id,
        title=_cut(item.subject),
        span=span,
        version=_cut(item.etag) or _cut(item.change_key),
        ical_uid=_cut(item.ical_uid),
        series_id=_cut(item.series_master_id),
        show_as=_show_as(item),
        response=_response(item.response_status),
        sensitivity=_sensitivity(item),
        cancelled=item.is_cancelled is True,
        is_organizer=item.is_organizer is True,
        organizer=_person(item.organizer),
        attendees=tuple(people[: MOST if item.is_organizer is True else ATTENDEES_KEPT]),
        attendee_count=len(people),
        place=_place(item),
        online=_online(item),
        url=_web_address(_cut(item.location.location_uri) if item.location else ""),
        reminder_minutes=_reminder(item),
        zone_name=_cut(item.original_start_time_zone),
        allow_proposals=item.allow_new_time_proposals is not False,
        reminder_off=item.is_reminder_on is False,
    )


def _span(item: GraphEvent) -> Timespan | DateSpan | None:
    start, end = _moment(item.start), _moment(item.end)
    if start is None:
        return None
    if item.is_all_day is True:
        first = _day(start, item.start, item.original_start_time_zone)
        last = _day(end, item.end, item.original_start_time_zone) if end and item.end else first
        return DateSpan(first, max(last, first + timedelta(days=1)))
    begins = _in_utc(start, item.start)
    ends = _in_utc(end, item.end) if end else begins
    return Timespan(begins, max(begins, ends)) if begins and ends else None


def _day(moment: datetime, item: GraphDateTime, own_zone: str | None) -> date:
    """Return the date of a midnight, written in the requested zone.

    Some services write a UTC time instead (23:00Z for midnight in Berlin): it is interpreted in the event's own zone,
    or else as the nearest midnight.
    """
    if _is_midnight(moment):
        return moment.date()
    zone, at = zone_named(own_zone or ""), _in_utc(moment, item)
    local = at.astimezone(zone) if zone and at else moment
    return (local if _is_midnight(local) else moment + timedelta(hours=12)).date()


def _is_midnight(moment: datetime) -> bool:
    return moment.hour == moment.minute == 0


def _moment(item: GraphDateTime | None) -> datetime | None:
    """Return a `dateTimeTimeZone` without conversion; None if it is invalid or too close to the limits of datetime."""
    try:
        moment = datetime.fromisoformat(item.date_time) if item else None
    except ValueError:
        return None
    return moment if moment and _FIRST_DAY <= moment.date() <= _LAST_DAY else None


def _in_utc(moment: datetime, item: GraphDateTime | None) -> datetime | None:
    """Return the time in UTC; None if its zone cannot be interpreted, which must not be taken for UTC."""
    if moment.tzinfo is None:
        name = (item.time_zone if item else None) or "UTC"  # UTC is requested
        zone = UTC if name == "UTC" else zone_named(name)
        if zone is None:
            return None
        moment = moment.replace(tzinfo=zone)
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def _show_as(item: GraphEvent) -> ShowAs:
    word = (item.show_as or "").lower()
    return _SHOW_AS.get(word, ShowAs.UNKNOWN if word else ShowAs.BUSY)


def response_of(item: Mapping[str, Any]) -> Response:
    """Return the event's `responseStatus`; an unknown value counts as no response."""
    return _response(GraphResponse(_text(_object(item, "responseStatus"), "response")))


def _response(status: GraphResponse | None) -> Response:
    return _RESPONSES.get((status.response or "").lower(), Response.NONE) if status else Response.NONE


def _sensitivity(item: GraphEvent) -> Sensitivity:
    """Return the sensitivity; an unknown value hides the title, to be safe."""
    word = (item.sensitivity or "").lower()
    return _SENSITIVITIES.get(word, Sensitivity.PRIVATE if word else Sensitivity.NORMAL)


def _attendee(item: GraphRecipient) -> Person | None:
    return None if item.type and item.type.lower() == "resource" else _person(item)


def _person(item: GraphRecipient | None) -> Person | None:
    address = item.email_address if item else None
    if address is None or not (address.name or address.address):
        return None
    return Person(_cut(address.name), _cut(address.address))


def _place(item: GraphEvent) -> Place | None:
    """Return the event's location, completed from its list of locations."""
    first = item.location or _NO_LOCATION
    candidates = [first, *(item.locations or ())]
    chosen = first if first.display_name else next((entry for entry in candidates if entry.display_name), first)
    address = next((line for line in map(_address, (chosen, *candidates)) if line), "")
    latitude, longitude = next((pair for pair in map(_coordinates, (chosen, first)) if pair), (None, None))
    name = _cut(chosen.display_name)
    if not name and not address and latitude is None:
        return None
    is_room = (chosen.location_type or "").lower() == "conferenceroom"
    return Place(name or address, address, latitude, longitude, is_room)


def _address(location: GraphLocation) -> str:
    address = location.address
    if address is None or address == _NO_ADDRESS:
        return ""
    town = " ".join(filter(None, (_cut(address.postal_code), _cut(address.city))))
    parts = (_cut(address.street), town, _cut(address.state), _cut(address.country_or_region))
    return ", ".join(part for part in parts if part)


def _coordinates(location: GraphLocation) -> tuple[float, float] | None:
    """Return degrees; None if one is missing or invalid. Two zeros are a placeholder."""
    pair = location.coordinates
    if pair is None or pair.latitude is None or pair.longitude is None:
        return None
    latitude, longitude = number(pair.latitude, -90, 90), number(pair.longitude, -180, 180)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    return latitude, longitude


def _online(item: GraphEvent) -> OnlineMeeting | None:
    if item.online_meeting is None and not item.online_meeting_url:
        return None
    info = item.online_meeting or _NO_ONLINE_MEETING
    audio = info.audio_conferencing or _NO_AUDIO
    phones = [_cut(phone.number) for phone in info.phones or ()]
    tolls = [_cut(info.toll_number), *map(_cut, audio.toll_numbers or ()), _cut(audio.toll_number), *phones]
    free = [*(info.toll_free_numbers or ()), *(audio.toll_free_numbers or ()), audio.toll_free_number or ""]
    provider = _cut(item.online_meeting_provider)
    meeting = OnlineMeeting(
        join_url=_link(info.join_url) or _link(info.join_web_url) or _link(item.online_meeting_url),
        conference_id=_cut(info.conference_id) or _cut(audio.conference_id) or _conference_id(info, audio),
        toll_number=next(filter(None, tolls), ""),
        toll_free_numbers=tuple(dict.fromkeys(filter(None, map(_cut, free)))),
        quick_dial=_cut(info.quick_dial),
        provider="" if provider.lower() == "unknown" else provider,
    )
    return meeting if meeting != OnlineMeeting(provider=meeting.provider) else None


def _conference_id(info: GraphOnlineMeeting, audio: GraphAudioConferencing) -> str:
    """Return the conference ID in the address of the dial-in page, `https://dialin.teams.microsoft.com/…?id=123456789`."""
    for address in (audio.dialin_url, info.dialin_url):
        if address and (found := _DIALIN_ID.search(address)):
            return found[1]
    return ""


def _reminder(item: GraphEvent) -> int | None:
    minutes = number(item.reminder_minutes_before_start, 0, _LONGEST_REMINDER)
    return int(minutes) if item.is_reminder_on is True and minutes is not None else None


def _web_address(text: str) -> str:
    return text if text.lower().startswith(("https://", "http://")) else ""


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return well_formed(value[:TEXT_LIMIT]) if isinstance(value, str) else ""


def _texts(item: Mapping[str, Any], key: str) -> list[str]:
    value = item.get(key)
    return (
        [well_formed(each[:TEXT_LIMIT]) for each in value if isinstance(each, str)] if isinstance(value, list) else []
    )


def _address_text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return well_formed(value) if isinstance(value, str) and len(value) <= LINK_LIMIT else ""


def _object(item: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = item.get(key)
    return value if isinstance(value, dict) else {}


def _objects(item: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = item.get(key)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _cut(text: str | None) -> str:
    return text[:TEXT_LIMIT] if text else ""


def _link(text: str | None) -> str:
    """Return an address unchanged; empty rather than truncated."""
    return text if text and len(text) <= LINK_LIMIT else ""


# --- items that do not have the documented shape ------------------------------------------------


def _typed(item: Mapping[str, Any]) -> GraphEvent | None:
    """Return the item's values of the documented type; None without an id or a start."""
    identifier, start = _text(item, "id"), _date_time(item, "start")
    if not identifier or start is None:
        return None
    return GraphEvent(
        id=identifier,
        type=_text(item, "type"),
        start=start,
        end=_date_time(item, "end"),
        subject=_text(item, "subject"),
        is_all_day=item.get("isAllDay") is True,
        is_cancelled=item.get("isCancelled") is True,
        is_organizer=item.get("isOrganizer") is True,
        organizer=_recipient(_object(item, "organizer")),
        attendees=list(map(_recipient, _objects(item, "attendees"))),
        location=_location(_object(item, "location")),
        locations=list(map(_location, _objects(item, "locations"))),
        online_meeting=_online_meeting(_object(item, "onlineMeeting")),
        online_meeting_provider=_text(item, "onlineMeetingProvider"),
        online_meeting_url=_address_text(item, "onlineMeetingUrl"),
        show_as=_text(item, "showAs"),
        sensitivity=_text(item, "sensitivity"),
        response_status=GraphResponse(_text(_object(item, "responseStatus"), "response")),
        is_reminder_on=reminder if isinstance(reminder := item.get("isReminderOn"), bool) else None,
        reminder_minutes_before_start=_minutes(item.get("reminderMinutesBeforeStart")),
        series_master_id=_text(item, "seriesMasterId"),
        ical_uid=_text(item, "iCalUId"),
        change_key=_text(item, "changeKey"),
        original_start_time_zone=_text(item, "originalStartTimeZone"),
        allow_new_time_proposals=item.get("allowNewTimeProposals") is not False,
        etag=_text(item, "@odata.etag"),
        removed=Raw(b"{}") if "@removed" in item else UNSET,
    )


def change_from(item: Mapping[str, Any]) -> GraphChange:
    """Return what an item of a delta round names; the id is empty if it has none."""
    return GraphChange(
        id=_text(item, "id"),
        type=_text(item, "type"),
        series_master_id=_text(item, "seriesMasterId"),
        change_key=_text(item, "changeKey"),
        etag=_text(item, "@odata.etag"),
        removed=Raw(b"{}") if "@removed" in item else UNSET,
    )


def _date_time(item: Mapping[str, Any], key: str) -> GraphDateTime | None:
    given = _object(item, key)
    text = _text(given, "dateTime")
    return GraphDateTime(text, _text(given, "timeZone")) if text else None


def _recipient(item: Mapping[str, Any]) -> GraphRecipient:
    address = _object(item, "emailAddress")
    return GraphRecipient(GraphEmailAddress(_text(address, "name"), _text(address, "address")), _text(item, "type"))


def _location(item: Mapping[str, Any]) -> GraphLocation:
    address, pair = _object(item, "address"), _object(item, "coordinates")
    return GraphLocation(
        display_name=_text(item, "displayName"),
        location_uri=_text(item, "locationUri"),
        location_type=_text(item, "locationType"),
        address=GraphAddress(
            street=_text(address, "street"),
            city=_text(address, "city"),
            state=_text(address, "state"),
            country_or_region=_text(address, "countryOrRegion"),
            postal_code=_text(address, "postalCode"),
        ),
        coordinates=GraphCoordinates(number(pair.get("latitude")), number(pair.get("longitude"))),
    )


def _online_meeting(info: Mapping[str, Any]) -> GraphOnlineMeeting:
    audio = _object(info, "audioConferencing")
    return GraphOnlineMeeting(
        join_url=_address_text(info, "joinUrl"),
        join_web_url=_address_text(info, "joinWebUrl"),
        dialin_url=_text(info, "dialinUrl"),
        conference_id=_text(info, "conferenceId"),
        toll_number=_text(info, "tollNumber"),
        toll_free_numbers=_texts(info, "tollFreeNumbers"),
        audio_conferencing=GraphAudioConferencing(
            conference_id=_text(audio, "conferenceId"),
            toll_number=_text(audio, "tollNumber"),
            toll_free_number=_text(audio, "tollFreeNumber"),
            toll_numbers=_texts(audio, "tollNumbers"),
            toll_free_numbers=_texts(audio, "tollFreeNumbers"),
            dialin_url=_text(audio, "dialinUrl"),
        ),
        quick_dial=_text(info, "quickDial"),
        phones=[GraphPhone(_text(phone, "number")) for phone in _objects(info, "phones")],
    )


def _minutes(value: object) -> int | None:
    minutes = number(value, 0, _LONGEST_REMINDER)
    return int(minutes) if minutes is not None else None
