"""Reads Graph's lists of events item by item: an unreadable item is counted and does not affect the others.

An element of a page is raw JSON. It is decoded into a typed struct (`graph_types`), or read by `tolerant_reader` if it
does not fit. If the page itself has an unexpected shape, its elements are parsed values.

Graph's types are open and its enumerations grow: unknown keys are ignored, any value may be null or missing, and an
unknown enumeration value is mapped to the safe choice. Nothing here raises on received data.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec import UNSET, Raw

from carlendar.domain.bounded import from_json, number
from carlendar.domain.event import LINK_LIMIT, Event, OnlineMeetingInfo, Person, Response, Sensitivity, ShowAs
from carlendar.domain.place import Place
from carlendar.domain.recipients import MOST
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.domain.zone_names import zone_named
from carlendar.microsoft import tolerant_reader
from carlendar.microsoft.graph_keys import is_spelt, spelt
from carlendar.microsoft.graph_types import (
    CHANGE,
    EVENT,
    EVENT_BODY,
    UNFIT,
    GraphAddress,
    GraphAudioConferencing,
    GraphChange,
    GraphDateTime,
    GraphEvent,
    GraphLocation,
    GraphOnlineMeeting,
    GraphRecipient,
    GraphResponse,
)
from carlendar.microsoft.tolerant_reader import LONGEST_REMINDER, TEXT_LIMIT

EVENT_FIELDS = (
    "id,subject,type,start,end,isAllDay,isCancelled,isOrganizer,organizer,attendees,location,locations,"
    "onlineMeeting,onlineMeetingProvider,onlineMeetingUrl,showAs,sensitivity,responseStatus,isReminderOn,"
    "reminderMinutesBeforeStart,seriesMasterId,iCalUId,changeKey,originalStartTimeZone,allowNewTimeProposals"
)
"""Requested properties; without the body, and without lastModifiedDateTime, which Graph omits if selected."""
BASIC = ("id", "subject", "type", "start", "end", "isAllDay", "isCancelled", "sensitivity", "changeKey", "@odata.etag",
         "seriesMasterId", "iCalUId", "showAs")  # fmt: skip
"""Properties of an event that are kept if the rest cannot be read."""
ATTENDEES_KEPT = 5
"""Maximum number of attendees kept of meetings that others organise; of the user's own, `MOST` are kept."""

_DIALIN_ID = re.compile(r"[?&]id=(\d{4,15})(?!\d)")
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

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class ReadItems:
    """Events by id. `unreadable` are the ids of events that cannot be read; empty strings for those without an id."""

    events: dict[str, Event] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    def add(self, elements: Iterable[object], calendar_id: str) -> None:
        """Read more elements; of several with the same id the last one counts."""
        for element in elements:
            event = read_item(element, calendar_id)
            if event is not None:
                self.events[event.id] = event
            elif not _is_none(item := parsed(element)):
                self.unreadable.append(tolerant_reader.id_from(item))


def parsed(element: object) -> Any:
    """Return the value of an element; None if it is not valid JSON."""
    if not isinstance(element, Raw):
        return spelt(element)
    try:
        return spelt(from_json(bytes(element)))
    except ValueError:
        return None


def read_item(element: object, calendar_id: str) -> Event | None:
    """Return the event of an element, as far as it is readable; None if it is no event or unreadable. Never raises."""
    if isinstance(element, Raw) and is_spelt(element):
        try:
            return event_of(EVENT.decode(element), calendar_id)
        except UNFIT:
            pass
        except Exception as error:  # noqa: BLE001 - whatever one event holds, the others are listed
            _log.warning("an event cannot be read as a whole: %s", type(error).__name__)
    item = parsed(element)
    if not isinstance(item, dict):
        return None
    try:
        return event_from(item, calendar_id)
    except Exception as error:  # noqa: BLE001 - as above
        _log.warning("an event cannot be read in full: %s", type(error).__name__)
    try:
        return event_from({name: item[name] for name in BASIC if name in item}, calendar_id)
    except Exception as error:  # noqa: BLE001 - as above
        _log.warning("an event cannot be read: %s", type(error).__name__)
        return None


def read_change(element: object) -> GraphChange:
    """Return what an element of a delta round names; its id is empty if it cannot be read."""
    if isinstance(element, Raw) and is_spelt(element):
        try:
            return CHANGE.decode(element)
        except UNFIT:
            pass
    item = parsed(element)
    return tolerant_reader.change_from(item if isinstance(item, dict) else {})


def read_body(element: object) -> tuple[str, str]:
    """Return id and body of an element with just these; the id is empty if it cannot be read."""
    if isinstance(element, Raw) and is_spelt(element):
        try:
            typed = EVENT_BODY.decode(element)
        except UNFIT:
            pass
        else:
            return typed.id, typed.body.content
    item = parsed(element)
    return tolerant_reader.id_from(item), tolerant_reader.body_from(item) if isinstance(item, dict) else ""


def _is_none(item: Any) -> bool:
    """Whether the item represents no event: a removal or a series master."""
    return isinstance(item, dict) and ("@removed" in item or str(item.get("type")).lower() == "seriesmaster")


def event_from(item: dict[str, Any], calendar_id: str) -> Event | None:
    """Return the event of an item of any shape; None if it is none (see `event_of`)."""
    typed = tolerant_reader.typed_event(item)
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
        response=response_of(item.response_status),
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


def response_of(status: GraphResponse | None) -> Response:
    """Return a `responseStatus`; an unknown value counts as no response."""
    return _RESPONSES.get((status.response or "").lower(), Response.NONE) if status else Response.NONE


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


def _online(item: GraphEvent) -> OnlineMeetingInfo | None:
    if item.online_meeting is None and not item.online_meeting_url:
        return None
    info = item.online_meeting or _NO_ONLINE_MEETING
    audio = info.audio_conferencing or _NO_AUDIO
    phones = [_cut(phone.number) for phone in info.phones or ()]
    tolls = [_cut(info.toll_number), *map(_cut, audio.toll_numbers or ()), _cut(audio.toll_number), *phones]
    free = [*(info.toll_free_numbers or ()), *(audio.toll_free_numbers or ()), audio.toll_free_number or ""]
    provider = _cut(item.online_meeting_provider)
    meeting = OnlineMeetingInfo(
        join_url=_link(info.join_url) or _link(info.join_web_url) or _link(item.online_meeting_url),
        conference_id=_cut(info.conference_id) or _cut(audio.conference_id) or _conference_id(info, audio),
        toll_number=next(filter(None, tolls), ""),
        toll_free_numbers=tuple(dict.fromkeys(filter(None, map(_cut, free)))),
        quick_dial=_cut(info.quick_dial),
        provider="" if provider.lower() == "unknown" else provider,
    )
    return meeting if meeting != OnlineMeetingInfo(provider=meeting.provider) else None


def _conference_id(info: GraphOnlineMeeting, audio: GraphAudioConferencing) -> str:
    """Return the conference ID in the address of the dial-in page, `https://dialin.teams.microsoft.com/…?id=123456789`."""
    for address in (audio.dialin_url, info.dialin_url):
        if address and (found := _DIALIN_ID.search(address)):
            return found[1]
    return ""


def _reminder(item: GraphEvent) -> int | None:
    minutes = number(item.reminder_minutes_before_start, 0, LONGEST_REMINDER)
    return int(minutes) if item.is_reminder_on is True and minutes is not None else None


def _web_address(text: str) -> str:
    return text if text.lower().startswith(("https://", "http://")) else ""


def _cut(text: str | None) -> str:
    return text[:TEXT_LIMIT] if text else ""


def _link(text: str | None) -> str:
    """Return an address unchanged; empty rather than truncated."""
    return text if text and len(text) <= LINK_LIMIT else ""
