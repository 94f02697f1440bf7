"""Messages between the two processes: JSON lines of limited length, each with a `kind`.

Screen to service: `Hello`, `Command`. Service to screen: `Hello`, `DataChanged`, `SyncStatus`, `SignInStatus`,
`Travel`, `NavigationStatus`, `Navigated`, `OnlineStatus`, `PresenceStatus`, `Stored`, `Done`, `Failure`. Unknown keys
are ignored, an unknown kind raises ChannelError. Titles, names of places, addresses, links and tokens are never sent:
both sides read the store.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated

import msgspec
from msgspec import Meta, field

from carlendar.domain.base import Value, to_json
from carlendar.domain.bounded import LARGEST, from_json
from carlendar.domain.online_call import OnlineReadiness, OnlineState
from carlendar.errors import ChannelError

LINE_LIMIT = 65_536
"""Maximum length of a line in bytes, including its end."""

PROTOCOL = 2

Integer = Annotated[int, Meta(ge=-LARGEST, le=LARGEST)]
Number = Annotated[float, Meta(ge=-LARGEST, le=LARGEST)]


class Hello(Value, frozen=True, tag_field="kind", tag="hello"):
    """The first message of both sides. On any difference the service exits and is replaced.

    A screen may repeat it at any time to check that the service still answers.
    """

    protocol: Integer
    code: str
    schema: Integer
    pid: Integer


class Command(Value, frozen=True, tag_field="kind", tag="command"):
    """A request of the screen. Names and arguments:

    `refresh` · `sign_in` (profile, way: `device`|`browser`, account: to renew, or empty, more: a `Permission`
    that is requested, or empty) · `sign_in_cancel` · `sign_out` (account) · `erase` · `outbox`
    (an item was added) · `profile` (id of the active profile, or empty) · `end_guest` (profile) · `network` (online:
    the car's data connection, `1`|`0`, or empty if unknown) · `add_feed` (source: an address or a path, which is a
    secret; title; profile: a driver's name, or empty; owners: mail addresses of the
    calendar's owner, separated by blanks) · `consent` (a driver's choice about telemetry was stored) · `emergency`
    (on: whether an emergency call is in progress, `1`|`0`) · `count` (event: the name of an event of telemetry, and
    its fields) · `travel` (latitude, longitude: of the car, in degrees; keys: of the meetings to reach, one a line,
    the first from the car and each other from the place of the one before; all empty once no position is needed) ·
    `navigate` (key: of a meeting; replace: `1` to replace a destination of the driver's own), answered with
    `Navigated` · `navigation_clear` (end guidance to a destination of ours) · `online_prepare` · `online_join`
    (account, key: of the occurrence, muted: `1`|`0`) · `online` (do: `mute`, `unmute`, `consent`, `leave`, or `sound`
    with heard: 0 to 1, and microphone: `1`|`0`) · `presence` (account). A
    command with a `reply` is answered with `Done` or `Failure`.
    """

    name: str
    arguments: dict[str, str] = field(default_factory=dict)
    reply: str = ""


class DataChanged(Value, frozen=True, tag_field="kind", tag="data_changed"):
    """The store has changed; `what` is `events`, `accounts`, `outbox` or `erased`."""

    what: str


class SyncStatus(Value, frozen=True, tag_field="kind", tag="sync_status"):
    """How up to date the data is. `as_of` is when all sources last succeeded (ISO 8601), empty for never.

    `failing` is the reason key of the worst failure, empty if there is none.
    """

    running: bool
    as_of: str
    online: bool
    failing: str = ""


class SignInStatus(Value, frozen=True, tag_field="kind", tag="sign_in_status"):
    """Progress of a sign-in: `starting`, `code`, `browser`, `done`, `failed`, `cancelled`, `expired`.

    `expires_in` is in seconds from when this was sent. `reason` is a key of the catalogue of reasons, `number` the
    identity provider's error number for display. `host` is the host that failed; `reference` and `at` are the
    identifier and the time by which an administrator finds a refusal in the provider's log.
    """

    phase: str
    user_code: str = ""
    verification_uri: str = ""
    expires_in: Number = 0.0
    account: str = ""
    reason: str = ""
    number: str = ""
    host: str = ""
    reference: str = ""
    at: str = ""


class TravelLeg(Value, frozen=True):
    """A travel time: `seconds`, `metres`, whether with live traffic, its source (of `TravelSource`), and its age in
    seconds of the wall clock when this was sent. `key` is the meeting's occurrence key.
    """

    key: str
    seconds: Number
    metres: Number
    live: bool
    source: str
    age: Number = 0.0


class Travel(Value, frozen=True, tag_field="kind", tag="travel"):
    """All current travel times; they replace the previous ones."""

    legs: tuple[TravelLeg, ...] = ()


class NavigationStatus(Value, frozen=True, tag_field="kind", tag="navigation"):
    """The state of the navigation: `phase` (of `NavigationPhase`), and the meeting that it guides to, if known.

    `ours` is whether Carlendar set the destination, `search` whether addresses without coordinates can be found.
    """

    phase: str
    key: str = ""
    ours: bool = False
    search: bool = False


class Navigated(Value, frozen=True, tag_field="kind", tag="navigated"):
    """What came of `navigate`: a value of `NavigationOutcome`, or `refused`, `incomplete`, `perhaps`, `unknown` (the
    address was not found), `lost`, `none` (no navigation) or `failed`. `found`, with the place's coordinates in
    degrees, is the outcome where the screen itself sets the destination. Of `navigation_clear`: `cleared`, `not_ours`
    (it is the driver's own, or has ended), `not_here` (it cannot be ended from here) or `not_cleared`.
    """

    key: str
    outcome: str
    latitude: Number | None = None
    longitude: Number | None = None


FOUND = "found"
"""The outcome of `Navigated` with coordinates."""


class OnlineStatus(Value, frozen=True, tag_field="kind", tag="online_status"):
    """What joining over data can do, and its call: `state` of the meeting with the occurrence `key`.

    `state` is None before the first call. Sent in a car that joins over data, on connecting and at each change.
    """

    readiness: OnlineReadiness
    key: str = ""
    state: OnlineState | None = None


class PresenceStatus(Value, frozen=True, tag_field="kind", tag="presence_status"):
    """Whether Teams has the owner of an account in a call now; which meeting's it is, is not known."""

    account: str
    in_call: bool


class Stored(Value, frozen=True, tag_field="kind", tag="stored"):
    """Counts of what is stored, which the fleet's back end asked to have shown to the driver."""

    counts: dict[str, Integer]


class Done(Value, frozen=True, tag_field="kind", tag="done"):
    """The command with this `reply` was carried out."""

    reply: str


class Failure(Value, frozen=True, tag_field="kind", tag="failure"):
    """A command that could not be carried out."""

    command: str
    reason: str


Message = (
    Hello
    | Command
    | DataChanged
    | SyncStatus
    | SignInStatus
    | Travel
    | NavigationStatus
    | Navigated
    | OnlineStatus
    | PresenceStatus
    | Stored
    | Done
    | Failure
)


def encode(message: Message) -> bytes:
    """Return the message as a JSON line, including its end. Raises ChannelError if it is too long."""
    line = to_json(message) + b"\n"
    if len(line) > LINE_LIMIT:
        raise ChannelError("a message is too long for the channel")
    return line


def decode(line: bytes) -> Message:
    """Return the message of a line. Raises ChannelError if it is invalid."""
    if len(line) > LINE_LIMIT:
        raise ChannelError("a message is too long for the channel")
    try:
        return _decoded(line)
    except (ValueError, TypeError) as error:
        raise ChannelError("a message cannot be decoded") from error


def _decoded(line: bytes) -> Message:
    message: Message
    try:
        message = _decoder().decode(line)
    except (msgspec.DecodeError, RecursionError):
        # msgspec's parser rejects lone surrogates, which file names may contain, and deep nesting.
        message = msgspec.convert(from_json(line), Message)
    return message


@cache  # built on first use, after the first frame
def _decoder() -> msgspec.json.Decoder[Message]:
    return msgspec.json.Decoder(Message)
