"""Reads the properties of a VEVENT other than its times: title, people, place, joining (RFC 5545, RFC 7986).

Besides CONFERENCE (RFC 7986) the properties of Microsoft, Google and Apple that contain join details are known.
"""

from __future__ import annotations

from datetime import UTC, datetime

from carlendar.domain.base import Value
from carlendar.domain.cancellation import is_marked_cancelled
from carlendar.domain.event import LINK_LIMIT, Event, OnlineMeetingInfo, Person, Response, Sensitivity, ShowAs
from carlendar.domain.place import Place
from carlendar.domain.timespan import Timespan
from carlendar.icalendar.alarms import reminder
from carlendar.icalendar.content_lines import Properties, Property, unescaped
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
    b"X-MICROSOFT-SKYPETEAMSMEETINGURL",
    b"X-MICROSOFT-ONLINEMEETINGEXTERNALLINK",
    b"X-MICROSOFT-ONLINEMEETINGCONFLINK",
    b"X-GOOGLE-CONFERENCE",
    b"X-GOOGLE-HANGOUT",
    b"X-CONFERENCE-URL",
)
"""In order of trust."""
_OF_EXCHANGE = (b"X-MICROSOFT-CDO-BUSYSTATUS", b"X-MICROSOFT-CDO-INTENDEDSTATUS", b"X-MICROSOFT-CDO-INSTTYPE")
_COORDINATE = 40
"""Maximum number of characters of a coordinate."""
_NEVER = Timespan(datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC))
BODY_READ = 262_144
"""Maximum number of characters read of an invitation's body."""
TEXT_LIMIT = 2000
"""Maximum number of characters kept of any other text."""
_NAMED = 5
"""Maximum number of attendees kept by name; the others are counted."""
_PEOPLE = 50
"""The same for a meeting that the driver organises: they are notified when the driver is late."""


class VEventProperties(Value, frozen=True):
    """Everything but the time: the id, version and span of `event` are not set yet."""

    event: Event
    text: str


def facts(timing: VEventTimes, calendar_id: str, mine: frozenset[str] = frozenset()) -> VEventProperties:
    """Return the event's properties. `mine` are the addresses, in lower case, whose responses count as the driver's."""
    lines = timing.properties
    organizer = _person(lines.first(b"ORGANIZER"))
    organizes = organizer is not None and organizer.address.lower() in mine
    show_as = _show_as(lines)
    title = lines.text(b"SUMMARY", TEXT_LIMIT)
    reminder_minutes, reminder_off = reminder(timing)
    event = Event(
        id="",
        calendar_id=calendar_id,
        title=title,
        span=_NEVER,
        ical_uid=timing.uid,
        show_as=show_as,
        response=Response.ORGANIZER if organizes else _response(lines, mine),
        sensitivity=_SENSITIVITIES.get(lines.value(b"CLASS").upper(), Sensitivity.NORMAL),
        cancelled=timing.setting.cancels or _is_cancelled(lines, title, show_as),
        is_organizer=organizes,
        organizer=organizer,
        attendees=_people(lines, _PEOPLE if organizes else _NAMED),
        attendee_count=lines.count(b"ATTENDEE"),
        place=_place(lines),
        online=_online(lines),
        url=_link(lines.value(b"URL")),
        zone_name=timing.zone_name,
        reminder_minutes=reminder_minutes,
        reminder_off=reminder_off,
    )
    return VEventProperties(event, lines.text(b"DESCRIPTION", BODY_READ) or lines.text(b"X-ALT-DESC", BODY_READ))


def nothing_but_there(timing: VEventTimes, calendar_id: str) -> VEventProperties:
    """Return the facts of an event whose properties cannot be read."""
    return VEventProperties(Event(id="", calendar_id=calendar_id, title="", span=_NEVER, ical_uid=timing.uid), "")


def _is_cancelled(lines: Properties, title: str, show_as: ShowAs) -> bool:
    """By STATUS; else as Exchange publishes it with STATUS CONFIRMED: by the title, and shown as free."""
    if lines.value(b"STATUS").upper() == "CANCELLED":
        return True
    of_exchange = any(name in lines for name in _OF_EXCHANGE)
    return of_exchange and show_as is ShowAs.FREE and is_marked_cancelled(title)


def _link(address: str) -> str:
    """Return an address unchanged; empty rather than truncated."""
    return address if len(address) <= LINK_LIMIT else ""


def _person(line: Property | None) -> Person | None:
    if line is None:
        return None
    address = line.value.strip()
    if address[:7].lower() == "mailto:":
        address = address[7:].strip()
    return Person((unescaped(line.parameter("CN")) or address)[:TEXT_LIMIT], address[:TEXT_LIMIT])


def _people(lines: Properties, most: int) -> tuple[Person, ...]:
    people = (_person(line) for line, _ in zip(lines.all(b"ATTENDEE"), range(most), strict=False))
    return tuple(person for person in people if person is not None)


def _response(lines: Properties, mine: frozenset[str]) -> Response:
    for line in lines.all(b"ATTENDEE") if mine else ():
        person = _person(line)
        if person is not None and person.address.lower() in mine:
            return _RESPONSES.get(line.parameter("PARTSTAT").upper(), Response.NOT_RESPONDED)
    return Response.NONE


def _show_as(lines: Properties) -> ShowAs:
    status = lines.value(b"X-MICROSOFT-CDO-BUSYSTATUS").upper()
    if status in _SHOW_AS:
        return _SHOW_AS[status]
    if lines.value(b"TRANSP").upper() == "TRANSPARENT":
        return ShowAs.FREE
    return ShowAs.TENTATIVE if lines.value(b"STATUS").upper() == "TENTATIVE" else ShowAs.BUSY


def _place(lines: Properties) -> Place | None:
    name = lines.text(b"LOCATION", TEXT_LIMIT)
    latitude, longitude = _coordinates(lines.value(b"GEO"))
    if not name and latitude is None:
        return None
    return Place(name, latitude=latitude, longitude=longitude)


def _coordinates(text: str) -> tuple[float, float] | tuple[None, None]:
    """Return degrees; None if out of range."""
    first, _, second = text.replace("\\", "").partition(";")
    try:
        latitude, longitude = float(first[:_COORDINATE]), float(second[:_COORDINATE])
    except ValueError:
        return None, None
    known = abs(latitude) <= 90 and abs(longitude) <= 180  # nan is neither
    return (latitude, longitude) if known else (None, None)


def _online(lines: Properties) -> OnlineMeetingInfo | None:
    conferences = (line for line, _ in zip(lines.all(b"CONFERENCE"), range(_NAMED * 4), strict=False))
    named = (line.value.strip() for line in conferences if not _is_host_only(line))
    uris = tuple(uri for uri in named if len(uri) <= LINK_LIMIT)
    links = [link for name in _LINKS if (link := _link(lines.text(name, LINK_LIMIT + 1)))]
    if not uris and not links:
        return None
    return OnlineMeetingInfo(join_url=links[0] if links else "", conference_uris=uris)


def _is_host_only(conference: Property) -> bool:
    """Whether a CONFERENCE is the moderator's access (RFC 7986, 6.3)."""
    return "MODERATOR" in conference.parameter("FEATURE").upper()
