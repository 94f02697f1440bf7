"""One meeting of one calendar, as the car needs it, whatever the calendar's provider.

An `Event` is a single occurrence: series are expanded before they become events. Texts are as
their authors wrote them and are hostile until they have been shaped for the screen. Values have no
generated `repr`: what a calendar says must not reach a log by way of a traceback.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import field

from carlendar.domain.base import Value
from carlendar.domain.place import Place
from carlendar.domain.timespan import DateSpan, Timespan

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

BODY_LIMIT = 500
"""Characters of an invitation's text that are kept for reading (parked)."""


class ShowAs(StrEnum):
    """How the time is blocked (Graph freeBusyStatus)."""

    UNKNOWN = "unknown"
    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "oof"
    WORKING_ELSEWHERE = "working_elsewhere"


class Response(StrEnum):
    """What the calendar's owner answered."""

    NONE = "none"
    ORGANIZER = "organizer"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    NOT_RESPONDED = "not_responded"


class Sensitivity(StrEnum):
    """Who may see what the meeting is about (Graph sensitivity)."""

    NORMAL = "normal"
    PERSONAL = "personal"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


LINK_LIMIT = 8192
"""Characters of an address for joining; a longer one is left out, because a part of it leads nowhere."""


class Person(Value, frozen=True):
    """Somebody on an invitation."""

    name: str
    address: str = ""


class OnlineMeeting(Value, frozen=True):
    """Structured data on joining, as the provider gave it; unchecked."""

    join_url: str = ""
    conference_id: str = ""
    toll_number: str = ""
    toll_free_numbers: tuple[str, ...] = ()
    quick_dial: str = ""
    provider: str = ""
    conference_uris: tuple[str, ...] = ()
    """Conference URIs of the invitation in their order, `tel:` among them."""


class Event(Value, frozen=True):
    """One occurrence. `span` is a `Timespan`, or a `DateSpan` for whole days."""

    id: str
    calendar_id: str
    title: str
    span: Timespan | DateSpan
    version: str = ""
    """Changes whenever anything of the event does (an ETag)."""
    ical_uid: str = ""
    series_id: str = ""
    show_as: ShowAs = ShowAs.BUSY
    response: Response = Response.NONE
    sensitivity: Sensitivity = Sensitivity.NORMAL
    cancelled: bool = False
    is_organizer: bool = False
    organizer: Person | None = None
    attendees: tuple[Person, ...] = field(default=())
    """The first few, of a meeting that one organises up to 50; `attendee_count` tells how many there are in all."""
    attendee_count: int = 0
    place: Place | None = None
    online: OnlineMeeting | None = None
    url: str = ""
    body: str = ""
    """Text of the invitation, at most `BODY_LIMIT` characters; empty until it has been fetched."""
    reminder_minutes: int | None = None
    """Minutes before the start; None where the event has no reminder."""
    zone_name: str = ""
    """The zone its author planned it in, as the provider names it."""
    allow_proposals: bool = True

    @property
    def all_day(self) -> bool:
        """Whether it covers whole days."""
        return isinstance(self.span, DateSpan)

    @property
    def private(self) -> bool:
        """Whether its title is not for others' eyes."""
        return self.sensitivity in (Sensitivity.PRIVATE, Sensitivity.CONFIDENTIAL)

    def moments(self, zone: tzinfo) -> Timespan:
        """Its moments; whole days are read in `zone`."""
        return self.span.in_zone(zone) if isinstance(self.span, DateSpan) else self.span

    def start(self, zone: tzinfo) -> datetime:
        """When it starts, in `zone`."""
        return self.moments(zone).start.astimezone(zone)

    def end(self, zone: tzinfo) -> datetime:
        """When it ends, in `zone`."""
        return self.moments(zone).end.astimezone(zone)
