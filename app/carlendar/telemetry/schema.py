"""The events that a car may publish. The data dictionary is generated from these definitions.

An event has fields of three types only: whole numbers of at most six digits, booleans and enumerations. None of them
can hold a title, a name, a telephone number, a meeting ID, an address or a position: the types exclude it, no filter
has to recognise it. An event checks its fields whenever it is made or decoded, so none with another content exists.

What happens often is counted in the car: an event then stands for `count` occurrences of the same values, and measures
weigh it by that field. This keeps a car within its monthly budget of bytes.
"""

from __future__ import annotations

import math
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar, get_type_hints

import msgspec
from msgspec import Meta, Struct

from carlendar.domain.base import Value

LARGEST = 999_999
"""Largest number in any field: six digits, fewer than a telephone number or a meeting ID has."""

LONGEST_MS = 600_000
"""Longest duration in milliseconds; a longer one is published as this."""

CELL_RESOLUTION = 4
"""Resolution of a coarse cell in the H3 grid: about 1,770 km² each."""

CELLS = 122 * 8**CELL_RESOLUTION
"""Number of values of a coarse cell (see `carlendar.telemetry.cells`)."""

TYPE_PREFIX = "carlendar."


class Topic(StrEnum):
    """What a driver consents to, and the last level of the MQTT topic `vehicles/<id>/telemetry/<topic>`."""

    DIAGNOSTICS = "diagnostics"
    USAGE = "usage"
    MOBILITY = "mobility"
    SECURITY = "security"
    """Events of security monitoring: about the car, never about a person; they need no consent."""
    CONSENT = "consent"
    """Consents that were given or withdrawn, as the back end has to know them."""


CONSENT_TOPICS = (Topic.DIAGNOSTICS, Topic.USAGE, Topic.MOBILITY)
"""The topics that need the driver's consent."""


class Category(StrEnum):
    """Categories of data of ISO 20078."""

    ANONYMOUS = "anonymous"
    PSEUDONYMISED = "pseudonymised"
    TECHNICAL = "technical"
    PERSONAL = "personal"


class About(Value, frozen=True):
    """What the data dictionary has about an event. `retention_days` applies to the back end.

    Events with a field `count` are counted together if their other fields are equal, except those in `largest`, of
    which the largest value is kept.
    """

    name: str
    topic: Topic
    category: Category
    purpose: str
    retention_days: int
    frequency: str
    version: int = 1
    largest: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """The event's CloudEvents type."""
        return f"{TYPE_PREFIX}{self.name}.v{self.version}"


class MeetingService(StrEnum):
    """The service of a meeting; `phone` for a conference without a link, `other` for all that are not listed."""

    TEAMS = "teams"
    ZOOM = "zoom"
    WEBEX = "webex"
    MEET = "meet"
    SKYPE = "skype"
    GOTO = "goto"
    BLUEJEANS = "bluejeans"
    CHIME = "chime"
    JITSI = "jitsi"
    WHEREBY = "whereby"
    PHONE = "phone"
    OTHER = "other"


class JoinWay(StrEnum):
    """The way of joining a meeting."""

    DIAL_IN = "dial_in"
    LINK = "link"
    DATA = "data"
    """Audio over the car's data connection."""
    HAND_OVER = "hand_over"
    """The link was shown as a QR code for a phone."""


class JoinOutcome(StrEnum):
    """How an attempt to join ended."""

    CONNECTED = "connected"
    STARTED = "started"
    """Handed over to another program or phone, whose success the car does not learn."""
    CANCELLED = "cancelled"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NO_PHONE = "no_phone"
    REFUSED = "refused"
    NETWORK = "network"
    TONES_FAILED = "tones_failed"
    """Connected, but the conference ID was not typed completely."""
    OTHER = "other"


class ErrorKind(StrEnum):
    """Why a synchronisation failed; `none` if it succeeded."""

    NONE = "none"
    OFFLINE = "offline"
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    PROXY = "proxy"
    THROTTLED = "throttled"
    OUTAGE = "outage"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    GONE = "gone"
    SIGN_IN = "sign_in"
    MAILBOX = "mailbox"
    FEED = "feed"
    STORE = "store"
    OTHER = "other"


class SourceKind(StrEnum):
    """Where a calendar comes from."""

    MICROSOFT = "microsoft"
    FEED = "feed"


class Process(StrEnum):
    """A process of the application."""

    SCREEN = "screen"
    SERVICE = "service"


class WatchdogKind(StrEnum):
    """What a watchdog did or found."""

    DEADLINE_MISSED = "deadline_missed"
    """The screen was ended because it had not drawn a restriction in time."""
    SCREEN_ENDED = "screen_ended"
    """The screen process ended unexpectedly."""
    SERVICE_RESTARTED = "service_restarted"
    PART_DISABLED = "part_disabled"
    """A part that cannot be drawn was taken off the screen."""
    STORE_REPAIRED = "store_repaired"


class ReminderOutcome(StrEnum):
    """What became of a reminder."""

    SHOWN = "shown"
    JOINED = "joined"
    DISMISSED = "dismissed"
    SNOOZED = "snoozed"
    EXPIRED = "expired"


class LateOutcome(StrEnum):
    """What became of a message that the driver is late."""

    SENT = "sent"
    UNDONE = "undone"
    FAILED = "failed"


class ScreenKind(StrEnum):
    """A screen of the display."""

    NOW = "now"
    AGENDA = "agenda"
    EVENT = "event"
    CALL = "call"
    SIGN_IN = "sign_in"
    PROFILES = "profiles"
    NOTICE = "notice"
    SETTINGS = "settings"


class SecurityKind(StrEnum):
    """What the security monitoring noticed."""

    COMMAND_REPLAYED = "command_replayed"
    COMMAND_EXPIRED = "command_expired"
    COMMAND_FOREIGN = "command_foreign"
    """Addressed to another vehicle, or signed by an unknown key."""
    COMMAND_MALFORMED = "command_malformed"
    COMMAND_REFUSED = "command_refused"
    """Well-formed, but it would lift a restriction or is not allowed."""
    BROKER_UNTRUSTED = "broker_untrusted"
    CERTIFICATE_REJECTED = "certificate_rejected"
    """The broker did not accept the car's certificate."""
    VEHICLE_SIGNALS_UNTRUSTED = "vehicle_signals_untrusted"
    SETTINGS_REJECTED = "settings_rejected"


def _number(unit: str, text: str, *, low: int = 0, high: int = LARGEST) -> Meta:
    return Meta(ge=low, le=high, description=text, extra={"unit": unit})


def _choice(text: str) -> Meta:
    return Meta(description=text, extra={"unit": ""})


class TelemetryEvent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The base class of all events. Making one with a value that its type does not allow raises ValueError."""

    about: ClassVar[About]

    def __post_init__(self) -> None:
        for name, kind in field_types(type(self)):
            value = getattr(self, name)
            try:
                checked = msgspec.convert(value, kind)
            except msgspec.ValidationError as error:
                raise ValueError(f"{type(self).__name__}.{name}: {error}") from None
            if type(checked) is not type(value):  # a text that merely equals a member of an enumeration, a float 1.0
                raise ValueError(f"{type(self).__name__}.{name}: must be a {type(checked).__name__}")


@cache
def field_types(event: type[TelemetryEvent]) -> tuple[tuple[str, Any], ...]:
    """The names of an event's fields and their types, with unit and bounds."""
    hints = get_type_hints(event, include_extras=True)
    return tuple((each, hints[each]) for each in event.__struct_fields__)


class SyncEvent(TelemetryEvent, frozen=True):
    """A synchronisation of a calendar, or several of the same outcome."""

    about = About(
        "sync", Topic.DIAGNOSTICS, Category.PSEUDONYMISED,
        "Shows whether calendars are up to date in the field, and what prevents it.", 180,
        "Once per trip and hour for each outcome.", largest=("age_minutes", "duration_ms"),
    )  # fmt: skip
    source: Annotated[SourceKind, _choice("where the calendar comes from")]
    error: Annotated[ErrorKind, _choice("why it failed; none if it succeeded")]
    age_minutes: Annotated[int, _number("min", "age of the calendar before it, at most 14 days", high=20_160)]
    duration_ms: Annotated[int, _number("ms", "how long it took; the longest of several", high=LONGEST_MS)]
    count: Annotated[int, _number("1", "how many synchronisations this stands for", low=1)] = 1


class StartUpEvent(TelemetryEvent, frozen=True):
    """A start of a process, with the version of the software."""

    about = About(
        "start_up", Topic.DIAGNOSTICS, Category.PSEUDONYMISED,
        "Shows how long the display takes to appear, and how versions spread.", 365, "Once per start.",
    )  # fmt: skip
    process: Annotated[Process, _choice("which process started")]
    duration_ms: Annotated[int, _number("ms", "from the start to the first frame, or to ready", high=LONGEST_MS)]
    major: Annotated[int, _number("1", "version of the software, first number", high=9_999)]
    minor: Annotated[int, _number("1", "version of the software, second number", high=9_999)]
    patch: Annotated[int, _number("1", "version of the software, third number", high=9_999)]


class UptimeEvent(TelemetryEvent, frozen=True):
    """How long a process ran, and whether it ended unexpectedly."""

    about = About(
        "uptime", Topic.DIAGNOSTICS, Category.PSEUDONYMISED,
        "Gives the hours without a crash, by version.", 365, "Once per run of a process, at the next start.",
    )  # fmt: skip
    process: Annotated[Process, _choice("which process ran")]
    minutes: Annotated[int, _number("min", "how long it ran")]
    crashed: Annotated[bool, _choice("whether it ended unexpectedly")]


class TighteningEvent(TelemetryEvent, frozen=True):
    """The time from a signal of the car that restricts the display to the frame that obeys it."""

    about = About(
        "tightening", Topic.DIAGNOSTICS, Category.PSEUDONYMISED,
        "Proves in the field that the display obeys the car within its limit.", 365,
        "Once per trip for each latency that occurred, rounded up to 10 ms.",
    )  # fmt: skip
    latency_ms: Annotated[int, _number("ms", "from the signal to the drawn frame", high=LONGEST_MS)]
    count: Annotated[int, _number("1", "how many frames this stands for", low=1)] = 1


class WatchdogEvent(TelemetryEvent, frozen=True):
    """What a watchdog did."""

    about = About(
        "watchdog", Topic.DIAGNOSTICS, Category.PSEUDONYMISED,
        "Shows faults from which the application recovered by itself.", 365, "At each occurrence.",
    )  # fmt: skip
    kind: Annotated[WatchdogKind, _choice("what happened")]
    count: Annotated[int, _number("1", "how often", low=1)] = 1


class DroppedEvent(TelemetryEvent, frozen=True):
    """Events that were deleted in the car because its queue was full."""

    about = About(
        "dropped", Topic.DIAGNOSTICS, Category.TECHNICAL,
        "Shows how complete the other figures are.", 180, "After events were deleted, at most once per connection.",
    )  # fmt: skip
    count: Annotated[int, _number("1", "how many events were deleted", low=1)]


class JoinEvent(TelemetryEvent, frozen=True):
    """An attempt to join a meeting."""

    about = About(
        "join", Topic.USAGE, Category.PSEUDONYMISED,
        "Shows which meeting services can be joined from the car, and how fast.", 365, "At each attempt.",
    )  # fmt: skip
    service: Annotated[MeetingService, _choice("service of the meeting")]
    way: Annotated[JoinWay, _choice("how it was joined")]
    outcome: Annotated[JoinOutcome, _choice("how the attempt ended")]
    connected_ms: Annotated[int, _number("ms", "from the touch to the connection", high=LONGEST_MS)] | None = None


class ReminderEvent(TelemetryEvent, frozen=True):
    """What became of a reminder of a meeting."""

    about = About(
        "reminder", Topic.USAGE, Category.PSEUDONYMISED,
        "Shows whether reminders are useful or a nuisance.", 180, "When it is shown, and when it is answered.",
    )  # fmt: skip
    outcome: Annotated[ReminderOutcome, _choice("what became of it")]
    moving: Annotated[bool, _choice("whether the car was moving")]


class LateEvent(TelemetryEvent, frozen=True):
    """A message that the driver is late."""

    about = About(
        "late", Topic.USAGE, Category.PSEUDONYMISED,
        "Shows whether the message is used and arrives.", 180, "At each message.",
    )  # fmt: skip
    minutes: Annotated[int, _number("min", "how late the message said", high=180)]
    outcome: Annotated[LateOutcome, _choice("what became of it")]


class ScreenEvent(TelemetryEvent, frozen=True):
    """What a screen showed while the car was moving, during one trip."""

    about = About(
        "screen", Topic.USAGE, Category.PSEUDONYMISED,
        "Shows whether drivers use the display without distraction.", 180, "Once per trip for each screen.",
    )  # fmt: skip
    screen: Annotated[ScreenKind, _choice("which screen")]
    seconds: Annotated[int, _number("s", "how long it was on the display while the car was moving", high=86_400)]
    frames: Annotated[int, _number("1", "frames drawn in that time")]
    touches: Annotated[int, _number("1", "touches in that time", high=9_999)]
    glances: Annotated[int, _number("1", "glances that reading and touching it takes, as modelled", high=9_999)]
    glance_ms: Annotated[int, _number("ms", "their duration together, as modelled", high=LARGEST)]


class TripEvent(TelemetryEvent, frozen=True):
    """A trip from departure to parking."""

    about = About(
        "trip", Topic.MOBILITY, Category.PSEUDONYMISED,
        "Relates the use of the calendar to driving, and plans charging and parking.", 90, "Once per trip.",
    )  # fmt: skip
    hour: Annotated[int, _number("h", "hour of the day at departure, in local time", high=23)]
    minutes: Annotated[int, _number("min", "duration, rounded to 5 minutes", high=1_440)]
    distance_km: Annotated[int, _number("km", "distance, rounded to 5 km", high=9_999)]
    range_km: Annotated[int, _number("km", "range at the end, rounded to 10 km", high=9_999)] | None = None
    charge_percent: Annotated[int, _number("%", "charge at the end, rounded to 5 %", high=100)] | None = None
    cell: Annotated[int, _number("1", "coarse cell of the end: H3, about 1,770 km²", high=CELLS - 1)] | None = None


class SecurityEvent(TelemetryEvent, frozen=True):
    """What the security monitoring noticed. It is about the car and bears no subject."""

    about = About(
        "security", Topic.SECURITY, Category.TECHNICAL,
        "Security monitoring of the vehicle (UN R155).", 730, "At each occurrence, at most once an hour for each kind.",
    )  # fmt: skip
    kind: Annotated[SecurityKind, _choice("what was noticed")]
    count: Annotated[int, _number("1", "how often", low=1)] = 1


class ConsentEvent(TelemetryEvent, frozen=True):
    """A consent that the driver gave or withdrew. Events of a topic are sent after it was received only."""

    about = About(
        "consent", Topic.CONSENT, Category.PERSONAL,
        "Lets the back end check the consent again, and delete what it no longer covers.", 1_095, "At each change.",
    )  # fmt: skip
    topic: Annotated[Topic, _choice("what the consent is about")]
    granted: Annotated[bool, _choice("whether it was given (true) or withdrawn (false)")]
    purpose_version: Annotated[int, _number("1", "version of the purpose that was shown", low=1, high=999)]


ALL: tuple[type[TelemetryEvent], ...] = (
    SyncEvent, StartUpEvent, UptimeEvent, TighteningEvent, WatchdogEvent, DroppedEvent, JoinEvent, ReminderEvent,
    LateEvent, ScreenEvent, TripEvent, SecurityEvent, ConsentEvent,
)  # fmt: skip
EVENTS: dict[str, type[TelemetryEvent]] = {each.about.name: each for each in ALL}
"""All events by name."""
TYPES: dict[str, type[TelemetryEvent]] = {each.about.type: each for each in ALL}
"""All events by CloudEvents type."""


def event_from(cloud_event_type: str, data: object) -> TelemetryEvent:
    """Return the event that a CloudEvent's data, decoded from JSON, describes. Raises ValueError if it is none."""
    kind = TYPES.get(cloud_event_type)
    if kind is None:
        raise ValueError("unknown type of event")
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None


def clamp(value: float, high: int = LARGEST, low: int = 0) -> int:
    """Return `value` as a whole number within the bounds of a field; `low` if it is not a number."""
    return low if math.isnan(value) else round(min(max(value, low), high))
