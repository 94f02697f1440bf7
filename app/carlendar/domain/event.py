"""One meeting of one calendar, independent of the provider.
An `Event` is a single occurrence: series are expanded beforehand. Texts are untrusted and unprocessed until they are
prepared for the screen. Values have no generated `repr`: calendar data must not reach a log through a traceback.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import field
from msgspec.structs import astuple, replace

from carlendar.domain.base import Value, decoded, to_json, writable
from carlendar.domain.place import Place
from carlendar.domain.timespan import DateSpan, Timespan

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

BODY_LIMIT = 500
"""Maximum number of characters stored of an invitation's text, for reading while parked."""


class ShowAs(StrEnum):
    """How the time is blocked (Graph freeBusyStatus)."""

    UNKNOWN = "unknown"
    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "oof"
    WORKING_ELSEWHERE = "working_elsewhere"


class Response(StrEnum):
    """The answer of the calendar's owner."""

    NONE = "none"
    ORGANIZER = "organizer"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    NOT_RESPONDED = "not_responded"


class Sensitivity(StrEnum):
    """Confidentiality of the meeting (Graph sensitivity)."""

    NORMAL = "normal"
    PERSONAL = "personal"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


LINK_LIMIT = 8192
"""Characters of an address for joining; a longer one is left out, because a part of it leads nowhere."""


class Person(Value, frozen=True, gc=False):
    """The organiser or an attendee."""

    name: str
    address: str = ""


class OnlineMeetingInfo(Value, frozen=True, gc=False):
    """Structured join information from the provider; not validated."""

    join_url: str = ""
    conference_id: str = ""
    toll_number: str = ""
    toll_free_numbers: tuple[str, ...] = ()
    quick_dial: str = ""
    provider: str = ""
    conference_uris: tuple[str, ...] = ()
    """Conference URIs of the invitation in order, including `tel:`."""


class Event(Value, frozen=True, gc=False):
    """One occurrence. `span` is a `Timespan`, or a `DateSpan` for an all-day event."""

    id: str
    calendar_id: str
    title: str
    span: Timespan | DateSpan
    version: str = ""
    """Changes with every change of the event (an ETag)."""
    ical_uid: str = ""
    series_id: str = ""
    show_as: ShowAs = ShowAs.BUSY
    response: Response = Response.NONE
    sensitivity: Sensitivity = Sensitivity.NORMAL
    cancelled: bool = False
    is_organizer: bool = False
    organizer: Person | None = None
    attendees: tuple[Person, ...] = field(default=())
    """The first few, or up to 50 if the owner is the organiser; `attendee_count` is the total."""
    attendee_count: int = 0
    place: Place | None = None
    online: OnlineMeetingInfo | None = None
    url: str = ""
    body: str = ""
    """Text of the invitation, at most `BODY_LIMIT` characters; empty until fetched."""
    reminder_minutes: int | None = None
    """Minutes before the start; None where the calendar says nothing of a reminder that can be used."""
    zone_name: str = ""
    """The time zone in which it was created, as named by the provider."""
    allow_proposals: bool = True
    reminder_off: bool = False
    """Whether the reminder was switched off, which is more than not naming one."""

    @property
    def all_day(self) -> bool:
        """Whether it is an all-day event."""
        return isinstance(self.span, DateSpan)

    @property
    def private(self) -> bool:
        """Whether its title is hidden from onlookers."""
        return self.sensitivity in (Sensitivity.PRIVATE, Sensitivity.CONFIDENTIAL)

    def moments(self, zone: tzinfo) -> Timespan:
        """Return its time span; all-day events start and end at midnight in `zone`."""
        return self.span.in_zone(zone) if isinstance(self.span, DateSpan) else self.span

    def start(self, zone: tzinfo) -> datetime:
        """Return the start in `zone`."""
        return self.moments(zone).start.astimezone(zone)

    def end(self, zone: tzinfo) -> datetime:
        """Return the end in `zone`."""
        return self.moments(zone).end.astimezone(zone)


def without_texts(event: Event, *, reminder: bool) -> Event:
    """Return the event with its times and states alone: no title, people, place, link or text.

    `reminder` keeps its reminder.
    """
    return Event(
        id=event.id,
        calendar_id=event.calendar_id,
        title="",
        span=event.span,
        version=event.version,
        ical_uid=event.ical_uid,
        show_as=event.show_as,
        response=event.response,
        sensitivity=event.sensitivity,
        cancelled=event.cancelled,
        reminder_minutes=event.reminder_minutes if reminder else None,
        reminder_off=reminder and event.reminder_off,
    )


# --- JSON of the store ---------------------------------------------------------------------------

_DAYS_KEY = '"days":'
"""The quotes would be escaped within a JSON string, so this can only be a key."""


class _TimedRow(Event, frozen=True):
    """A timed event, stored with `span`."""

    span: Timespan


class _DaysRow(Event, frozen=True, rename={"span": "days"}):
    """An all-day event, stored with `days`."""

    span: DateSpan


def event_to_json(event: Event) -> str:
    """Encode an event for the store."""
    if isinstance(event.span, DateSpan):
        return to_json(_DaysRow(*astuple(event))).decode()
    start, end = writable(event.span.start), writable(event.span.end)
    if start is not event.span.start or end is not event.span.end:
        event = replace(event, span=Timespan(start, end))
    return to_json(event).decode()


def event_from_json(text: str, body: str = "") -> Event:
    """Decode a stored event; a non-empty `body` replaces its own. Raises as `decoded` does."""
    event = Event(*astuple(decoded(_DaysRow if _DAYS_KEY in text else _TimedRow, text)))
    return replace(event, body=body) if body else event
