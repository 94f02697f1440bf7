"""Events as JSON: of Microsoft Graph (`event`, `onlineMeeting`), of Google Calendar, alone or in a list.

Graph: resource types event, onlineMeetingInfo, onlineMeeting with audioConferencing. Google: Events with
`hangoutLink` and `conferenceData.entryPoints`, whose telephones have their PIN beside them. Fields of
plain notes (`location`, `notes`, `url`), as calendar tools export them, are read too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from carlendar.domain.bounded import from_json
from carlendar.domain.event import Event, OnlineMeetingInfo, Person, Response
from carlendar.domain.place import Place
from carlendar.domain.timespan import Timespan
from carlendar.errors import UsageError

EVENTS_READ = 500
_LONGEST_PIN = 32
_LISTS = ("value", "items", "events")
_BODIES = ("description", "notes", "body", "bodyPreview")
_URLS = ("url", "onlineMeetingUrl", "joinWebUrl", "joinUrl", "meetingUrl", "meeting_url")
_RESPONSES = {
    "accepted": Response.ACCEPTED,
    "tentativelyaccepted": Response.TENTATIVE,
    "organizer": Response.ORGANIZER,
    "declined": Response.DECLINED,
    "notresponded": Response.NOT_RESPONDED,
}

Object = dict[str, Any]


def events(text: str, path: Path, span: Timespan) -> Iterator[Callable[[], tuple[Event, str]]]:
    """What reads each event with its body; at least one. Raises UsageError for what is no JSON or holds none."""
    try:
        data = _camel(from_json(text))
    except ValueError as error:
        raise UsageError(f"{path} is not JSON") from error
    if isinstance(data, dict):
        data = next((data[name] for name in _LISTS if isinstance(data.get(name), list)), [data])
    found = [each for each in data if isinstance(each, dict)][:EVENTS_READ] if isinstance(data, list) else []
    if not found:
        raise UsageError(f"{path} holds no event")
    return (partial(_event, each, span) for each in found)


def _camel(data: Any) -> Any:
    """Names in camelCase, which Graph documents, where they come in PascalCase (`ConferenceId`)."""
    if isinstance(data, list):
        return [_camel(each) for each in data]
    if not isinstance(data, dict):
        return data
    changed = {name: name[:1].lower() + name[1:] for name in data}
    return {new: _camel(data[name]) for name, new in changed.items() if name == new or new not in data}


def _event(data: Object, span: Timespan) -> tuple[Event, str]:
    place = _place(data)
    address = _object(data, "organizer")
    mail = _object(address, "emailAddress") or address
    organizer = Person(
        _text(mail, "name") or _text(mail, "displayName"), _text(mail, "address") or _text(mail, "email")
    )
    event = Event(
        *("file", "file", "", span),
        url=_text(data, "url"),
        place=Place(place) if place else None,
        online=_online(data),
        organizer=organizer if organizer != Person("") else None,
        response=_RESPONSES.get(_text(_object(data, "responseStatus"), "response").lower(), Response.NONE),
        is_organizer=data.get("isOrganizer") is True,
        zone_name=_text(data, "originalStartTimeZone"),
    )
    return event, _body(data)


def _online(data: Object) -> OnlineMeetingInfo:
    info = _object(data, "onlineMeeting") or data
    audio = _object(info, "audioConferencing")
    phones = [_text(each, "number") for each in _objects(info, "phones")]
    tolls = _texts(audio, "tollNumbers") or [_text(audio, "tollNumber")]
    toll = _text(info, "tollNumber") or next(filter(None, (*tolls, *phones)), "")
    free = _texts(info, "tollFreeNumbers") + _texts(audio, "tollFreeNumbers") + [_text(audio, "tollFreeNumber")]
    further = [each for each in (*tolls, *phones, *free) if each and each != toll]
    return OnlineMeetingInfo(
        join_url=next((url for name in _URLS[1:] if (url := _text(info, name) or _text(data, name))), ""),
        conference_id=(_text(info, "conferenceId") if info is not data else "")
        or _text(audio, "conferenceId")
        or _dialin_id(_text(audio, "dialinUrl") or _text(info, "dialinUrl")),
        toll_number=toll,
        toll_free_numbers=tuple(dict.fromkeys(further)),
        quick_dial=_text(info, "quickDial"),
        provider=_text(data, "onlineMeetingProvider"),
        conference_uris=tuple(_entry_points(data)),
    )


def _dialin_id(address: str) -> str:
    """The conference ID in the address of the page with dial-in numbers (`…?id=123456789`)."""
    found = re.search(r"[?&]id=(\d{4,15})(?!\d)", address)
    return found[1] if found else ""


def _entry_points(data: Object) -> Iterator[str]:
    """Google's entry points, a telephone with the PIN that is typed after it."""
    points = _objects(_object(data, "conferenceData"), "entryPoints")
    for point in sorted(points, key=lambda each: _text(each, "entryPointType") != "video"):
        uri = _text(point, "uri")
        pin = re.sub(r"[^0-9]", "", _text(point, "pin") or _text(point, "accessCode"))[:_LONGEST_PIN]
        yield f"{uri},,{pin}#" if uri.lower().startswith("tel:") and pin and "," not in uri else uri
    yield _text(data, "hangoutLink")


def _place(data: Object) -> str:
    location = data.get("location")
    if isinstance(location, str):
        return location
    places = [_object(data, "location"), *_objects(data, "locations")]
    names = [_text(each, name) for each in places for name in ("displayName", "locationUri")]
    return " ".join(dict.fromkeys(filter(None, names)))


def _body(data: Object) -> str:
    content = _text(_object(data, "body"), "content")
    return content or next((text for name in _BODIES if (text := _text(data, name))), "")


def _object(data: Object, name: str) -> Object:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def _objects(data: Object, name: str) -> list[Object]:
    value = data.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _texts(data: Object, name: str) -> list[str]:
    value = data.get(name)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _text(data: Object, name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""
