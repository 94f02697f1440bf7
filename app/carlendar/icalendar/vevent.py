"""What a VEVENT says beside its times: title, people, place, and how to join (RFC 5545, RFC 7986).

Parsed by `icalendar`. The lines of time are taken out beforehand: `carlendar.icalendar.vevent_times` reads them with
the calendar's own zones. Beside CONFERENCE (RFC 7986) the properties of Microsoft, Google and Apple that
tell the way in are known.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import icalendar
from icalendar.prop import vGeo

from carlendar.domain.base import Value
from carlendar.domain.event import LINK_LIMIT, Event, OnlineMeeting, Person, Response, Sensitivity, ShowAs
from carlendar.domain.place import Place
from carlendar.domain.timespan import Timespan
from carlendar.icalendar.components import decoded
from carlendar.icalendar.vevent_times import VEventTimes

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
_LINKS = (
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK",
    "X-MICROSOFT-ONLINEMEETINGCONFLINK",
    "X-GOOGLE-CONFERENCE",
    "X-GOOGLE-HANGOUT",
    "X-CONFERENCE-URL",
)
"""In the order in which they are believed."""
_OF_TIME = re.compile(
    r"^(?:DTSTART|DTEND|DURATION|RRULE|RDATE|EXRULE|EXDATE|RECURRENCE-ID|DTSTAMP|CREATED|LAST-MODIFIED"
    r"|ATTACH|SEQUENCE)[;:][^\n]*\n?",
    re.MULTILINE | re.IGNORECASE,
)
_NEVER = Timespan(datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC))
BLOCK_READ = 262_144
"""Bytes of one event that are parsed for what it says."""
TEXT_LIMIT = 2000
"""Characters of any one text that are kept, the invitation's own apart."""
_NAMED = 5
"""People who are kept by name; the others are counted."""
_PEOPLE = 50
"""The same of a meeting that the driver organises: they are notified when the driver is late."""


class Facts(Value, frozen=True):
    """All but when: `event` bears no id, version and span of its own yet."""

    event: Event
    text: str


def facts(timing: VEventTimes, calendar_id: str, mine: frozenset[str] = frozenset()) -> Facts:
    """What the event says; of one that cannot be parsed only that it is there."""
    component = _parsed(timing)
    people = _people(component)
    organizer = _person(component.get("ORGANIZER"))
    organizes = organizer is not None and organizer.address.lower() in mine
    cancelled = timing.setting.cancels or _text(component, "STATUS").upper() == "CANCELLED"
    event = Event(
        id="",
        calendar_id=calendar_id,
        title=_text(component, "SUMMARY"),
        span=_NEVER,
        ical_uid=timing.uid,
        show_as=_show_as(component),
        response=Response.ORGANIZER if organizes else _response(component, mine),
        sensitivity=_SENSITIVITIES.get(_text(component, "CLASS").upper(), Sensitivity.NORMAL),
        cancelled=cancelled,
        is_organizer=organizes,
        organizer=organizer,
        attendees=people[: _PEOPLE if organizes else _NAMED],
        attendee_count=len(people),
        place=_place(component),
        online=_online(component),
        url=_link(component, "URL"),
        zone_name=timing.zone_name,
    )
    text = _text(component, "DESCRIPTION", BLOCK_READ) or _text(component, "X-ALT-DESC", BLOCK_READ)
    return Facts(event, text)


def nothing_but_there(timing: VEventTimes, calendar_id: str) -> Facts:
    """The facts of an event that says nothing that can be read."""
    return Facts(Event(id="", calendar_id=calendar_id, title="", span=_NEVER, ical_uid=timing.uid), "")


def _parsed(timing: VEventTimes) -> Any:
    lines = _OF_TIME.sub("", decoded(timing.block[:BLOCK_READ].rpartition(b"\n")[0] or timing.block[:BLOCK_READ]))
    try:
        return icalendar.Event.from_ical(f"BEGIN:VEVENT\n{lines}\nEND:VEVENT\n")
    except Exception:  # noqa: BLE001 - whatever it is: the event is there all the same
        return icalendar.Event()


def _text(component: Any, name: str, most: int = TEXT_LIMIT) -> str:
    value = component.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    return "" if value is None else str(value).strip()[:most]


def _link(component: Any, name: str) -> str:
    """An address as it is; none rather than a part of one."""
    link = _text(component, name, LINK_LIMIT + 1)
    return link if len(link) <= LINK_LIMIT else ""


def _several(component: Any, name: str) -> list[Any]:
    value = component.get(name)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _person(value: Any) -> Person | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if value is None:
        return None
    address = str(value).strip()
    if address.lower().startswith("mailto:"):
        address = address[7:]
    name = getattr(value, "params", {}).get("CN", "")
    return Person((str(name) or address)[:TEXT_LIMIT], address[:TEXT_LIMIT])


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
    status = _text(component, "X-MICROSOFT-CDO-BUSYSTATUS").upper()
    if status in _SHOW_AS:
        return _SHOW_AS[status]
    if _text(component, "TRANSP").upper() == "TRANSPARENT":
        return ShowAs.FREE
    return ShowAs.TENTATIVE if _text(component, "STATUS").upper() == "TENTATIVE" else ShowAs.BUSY


def _place(component: Any) -> Place | None:
    name = _text(component, "LOCATION")
    geo = component.get("GEO")
    latitude, longitude = (geo.latitude, geo.longitude) if isinstance(geo, vGeo) else (None, None)
    known = latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180
    if not name and not known:
        return None
    return Place(name, latitude=latitude if known else None, longitude=longitude if known else None)


def _online(component: Any) -> OnlineMeeting | None:
    named = _several(component, "CONFERENCE")[: _NAMED * 4]
    uris = tuple(str(value) for value in named if not _is_host_only(value) and len(str(value)) <= LINK_LIMIT)
    links = [link for name in _LINKS if (link := _link(component, name))]
    if not uris and not links:
        return None
    return OnlineMeeting(join_url=links[0] if links else "", conference_uris=uris)


def _is_host_only(conference: Any) -> bool:
    """Whether a CONFERENCE is the moderator's way in (RFC 7986, 6.3)."""
    return "MODERATOR" in str(getattr(conference, "params", {}).get("FEATURE", "")).upper()
