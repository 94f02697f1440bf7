"""Reads parsed JSON of Graph whatever its shape: any value may be null, missing or of another type.

Used for items that do not have the documented shape (`graph_types`) and for small answers. Values of the documented
type are kept; nothing here raises on received data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, Raw

from carlendar.domain.account import Calendar
from carlendar.domain.bounded import number
from carlendar.domain.event import LINK_LIMIT
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

TEXT_LIMIT = 2000
"""Maximum number of characters kept of any text."""
LONGEST_REMINDER = 366 * 24 * 60
"""Maximum number of minutes between a reminder and its event."""

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


def typed_event(item: Mapping[str, Any]) -> GraphEvent | None:
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
        response_status=response_from(item),
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


def response_from(item: Mapping[str, Any]) -> GraphResponse:
    """Return the event's `responseStatus`."""
    return GraphResponse(_text(_object(item, "responseStatus"), "response"))


def body_from(item: Mapping[str, Any]) -> str:
    """Return the text of an event's `body`, of any length; empty if there is none."""
    content = _object(item, "body").get("content")
    return well_formed(content) if isinstance(content, str) else ""


def id_from(item: object) -> str:
    """Return the item's id, of any length; empty if there is none."""
    value = item.get("id") if isinstance(item, dict) else None
    return well_formed(value) if isinstance(value, str) else ""


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
    minutes = number(value, 0, LONGEST_REMINDER)
    return int(minutes) if minutes is not None else None


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
