"""The entries of a mailbox: appointments, meetings and series masters, as values.

Enumerated values (`show_as`, `sensitivity`, `response`, …) are spelled as in Microsoft Graph v1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType

from carlendar.domain.timespan import DateSpan, Timespan
from carlendar_devtools.emulator.world.pattern import Recurrence


@dataclass(frozen=True, slots=True)
class Contact:
    """A person, a room or a mailing list."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attendee:
    """An invited person or resource. `kind` is `required`, `optional` or `resource`."""

    contact: Contact
    kind: str = "required"
    response: str = "none"
    replied: datetime | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """The location. `address` has the keys of Graph's physicalAddress; coordinates are in degrees."""

    name: str
    kind: str = "default"
    address: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    latitude: float | None = None
    longitude: float | None = None
    email: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class RegisteredMeeting:
    """An online meeting as its provider registered it (Graph onlineMeetingInfo)."""

    join_url: str
    provider: str = "teamsForBusiness"
    conference_id: str = ""
    toll_number: str = ""
    toll_free_numbers: tuple[str, ...] = ()
    meeting_id: str = ""
    passcode: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a calendar: a single one, a series master, or an exception of a series.

    `revision` is the mailbox's at its last change. `changes` of a master maps the original date of
    an occurrence to the exception that replaces it, or to None where that occurrence was deleted.
    A `Timespan` has the time zone in which it was planned; `zone_name` is that zone as its author spelled it.
    """

    key: str
    calendar: str
    title: str
    span: Timespan | DateSpan
    zone_name: str
    organizer: Contact
    is_organizer: bool = True
    attendees: tuple[Attendee, ...] = ()
    response: str = "none"
    replied: datetime | None = None
    show_as: str = "busy"
    sensitivity: str = "normal"
    importance: str = "normal"
    body: str = ""
    body_type: str = "html"
    spots: tuple[Spot, ...] = ()
    room: RegisteredMeeting | None = None
    cancelled: bool = False
    draft: bool = False
    reminder: int | None = 15
    """Minutes before the start; None where it has no reminder."""
    snoozed_until: datetime | None = None
    dismissed: bool = False
    categories: tuple[str, ...] = ()
    response_requested: bool = True
    allow_proposals: bool = True
    hide_attendees: bool = False
    transaction_id: str | None = None
    marks: tuple[tuple[str, str], ...] = ()
    """Ids and values of its extended properties."""
    ical_uid: str = ""
    recurrence: Recurrence | None = None
    changes: Mapping[date, Entry | None] = field(default_factory=lambda: MappingProxyType({}))
    created: datetime | None = None
    modified: datetime | None = None
    revision: int = 0

    @property
    def all_day(self) -> bool:
        """Whether it covers whole days."""
        return isinstance(self.span, DateSpan)

    def on(self, day: date) -> Timespan | DateSpan:
        """Return its span moved to `day`, with the same local times across changes of daylight saving time."""
        if isinstance(self.span, DateSpan):
            return DateSpan(day, day + (self.span.end - self.span.start))
        start, end = self.span.start, self.span.end
        shift = timedelta(days=(day - start.date()).days)
        return Timespan(start + shift, end + shift)


@dataclass(frozen=True, slots=True)
class EntryOccurrence:
    """A single entry, or one occurrence of a series.

    `entry` has the span of this occurrence. `original` is the date given by the series' rule, None for a single entry;
    `kind` is `singleInstance`, `occurrence`, `exception` or `seriesMaster`.
    """

    entry: Entry
    kind: str
    original: date | None = None
    master: Entry | None = None
