"""The parts of Graph's JSON that are read, as typed structs (Graph v1.0, microsoft.graph.event).

Decoding an item either succeeds or fails as a whole: `id`, `type`, `start` and `end` are required, and values must have
the documented type. Items that fail are read by the tolerant reader (`wire`), which makes the same structs. The structs
have no `repr`, because their content may be private.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType, field


class GraphStruct(msgspec.Struct, rename="camel", gc=False):
    """A JSON object of Graph; keys are camelCase, unknown ones are ignored."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class GraphDateTime(GraphStruct):
    """`dateTimeTimeZone`."""

    date_time: str
    time_zone: str | None = None


class GraphEmailAddress(GraphStruct):
    """`emailAddress`."""

    name: str | None = None
    address: str | None = None


class GraphRecipient(GraphStruct):
    """`recipient`, and `attendee` with its type."""

    email_address: GraphEmailAddress | None = None
    type: str | None = None


class GraphAddress(GraphStruct):
    """`physicalAddress`."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    country_or_region: str | None = None
    postal_code: str | None = None


class GraphCoordinates(GraphStruct):
    """`outlookGeoCoordinates`; not validated."""

    latitude: float | None = None
    longitude: float | None = None


class GraphLocation(GraphStruct):
    """`location`."""

    display_name: str | None = None
    location_uri: str | None = None
    location_type: str | None = None
    address: GraphAddress | None = None
    coordinates: GraphCoordinates | None = None


class GraphPhone(GraphStruct):
    """`phone`."""

    number: str | None = None


class GraphAudioConferencing(GraphStruct):
    """`audioConferencing` of an `onlineMeeting`."""

    conference_id: str | None = None
    toll_number: str | None = None
    toll_free_number: str | None = None
    toll_numbers: list[str] | None = None
    toll_free_numbers: list[str] | None = None
    dialin_url: str | None = None


class GraphOnlineMeeting(GraphStruct):
    """`onlineMeetingInfo`, and those properties of an `onlineMeeting` that are needed for joining."""

    join_url: str | None = None
    conference_id: str | None = None
    toll_number: str | None = None
    toll_free_numbers: list[str] | None = None
    quick_dial: str | None = None
    phones: list[GraphPhone] | None = None
    audio_conferencing: GraphAudioConferencing | None = None
    join_web_url: str | None = None
    dialin_url: str | None = None


class GraphResponse(GraphStruct):
    """`responseStatus`."""

    response: str | None = None


class GraphEvent(GraphStruct):
    """`event`, with the requested properties."""

    id: str
    type: str
    start: GraphDateTime
    end: GraphDateTime | None
    subject: str | None = None
    is_all_day: bool | None = None
    is_cancelled: bool | None = None
    is_organizer: bool | None = None
    organizer: GraphRecipient | None = None
    attendees: list[GraphRecipient] | None = None
    location: GraphLocation | None = None
    locations: list[GraphLocation] | None = None
    online_meeting: GraphOnlineMeeting | None = None
    online_meeting_provider: str | None = None
    online_meeting_url: str | None = None
    show_as: str | None = None
    sensitivity: str | None = None
    response_status: GraphResponse | None = None
    is_reminder_on: bool | None = None
    reminder_minutes_before_start: int | None = None
    series_master_id: str | None = None
    ical_uid: str | None = field(name="iCalUId", default=None)
    change_key: str | None = None
    original_start_time_zone: str | None = None
    allow_new_time_proposals: bool | None = None
    etag: str | None = field(name="@odata.etag", default=None)
    removed: msgspec.Raw | UnsetType = field(name="@removed", default=UNSET)


class GraphItemBody(GraphStruct):
    """`itemBody`."""

    content: str


class GraphEventBody(GraphStruct):
    """`event` with only its body requested."""

    id: str
    body: GraphItemBody


class GraphChange(GraphStruct):
    """An item of a delta round: an event, a stub of one, a series master or a removal."""

    id: str
    type: str = ""
    series_master_id: str | None = None
    change_key: str | None = None
    etag: str | None = field(name="@odata.etag", default=None)
    removed: msgspec.Raw | UnsetType = field(name="@removed", default=UNSET)

    @property
    def version(self) -> str:
        """A version that changes with every change of the event."""
        return self.etag or self.change_key or ""


class GraphList(GraphStruct):
    """A page of a collection; its items are decoded separately."""

    value: list[msgspec.Raw]
    next_link: str = field(name="@odata.nextLink", default="")
    delta_link: str = field(name="@odata.deltaLink", default="")


class GraphId(GraphStruct):
    """The id of any item."""

    id: str


EVENT = msgspec.json.Decoder(GraphEvent)
EVENT_BODY = msgspec.json.Decoder(GraphEventBody)
CHANGE = msgspec.json.Decoder(GraphChange)
LIST = msgspec.json.Decoder(GraphList)
ID = msgspec.json.Decoder(GraphId)
UNFIT = (msgspec.MsgspecError, RecursionError)
"""Exceptions of decoding JSON of an unexpected shape."""
