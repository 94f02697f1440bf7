"""What the two processes say to each other: bounded JSON lines with a `kind` each.

Screen to service: `Hello`, `Command`. Service to screen: `Hello`, `DataChanged`, `SyncStatus`,
`SignInStatus`, `Failure`. Unknown keys are ignored, an unknown kind is a ChannelError. Neither side
ever sends titles or tokens over it: the screen reads the store.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated

import msgspec
from msgspec import Meta, field

from carlendar.domain.base import Value, to_json
from carlendar.domain.bounded import LARGEST, from_json
from carlendar.errors import ChannelError

LINE_LIMIT = 65_536
"""Bytes of one line, its end included."""

PROTOCOL = 1

Integer = Annotated[int, Meta(ge=-LARGEST, le=LARGEST)]
Number = Annotated[float, Meta(ge=-LARGEST, le=LARGEST)]


class Hello(Value, frozen=True, tag_field="kind", tag="hello"):
    """First on both sides. Any difference makes the service exit and be replaced.

    A screen may send it again at any time, to see whether the service still answers.
    """

    protocol: Integer
    code: str
    schema: Integer
    pid: Integer


class Command(Value, frozen=True, tag_field="kind", tag="command"):
    """What the screen asks. Names and their arguments:

    `refresh` · `sign_in` (profile, way: `device`|`browser`, account: to renew, or empty, more: `1` to ask for
    the permissions to answer in the person's name as well) · `sign_in_cancel` ·
    `sign_out` (account) · `erase` · `outbox` (something was put there) · `profile` (id of the profile in the
    seat, or empty) · `end_guest` (profile) · `network` (online: what the car says of
    its data connection, `1`|`0`, or empty) ·
    `add_feed` (source: an address or a path, which is a secret; title; profile: a driver's name, or empty).
    """

    name: str
    arguments: dict[str, str] = field(default_factory=dict)


class DataChanged(Value, frozen=True, tag_field="kind", tag="data_changed"):
    """The store has something new; `what` is `events`, `accounts`, `outbox` or `erased`."""

    what: str


class SyncStatus(Value, frozen=True, tag_field="kind", tag="sync_status"):
    """How fresh the data is. `as_of` is ISO 8601 of the last success of all sources, empty for never.

    `failing` names the key of the worst failure, empty when all is well.
    """

    running: bool
    as_of: str
    online: bool
    failing: str = ""


class SignInStatus(Value, frozen=True, tag_field="kind", tag="sign_in_status"):
    """Where a sign-in stands: `starting`, `code`, `browser`, `done`, `failed`, `cancelled`, `expired`.

    `expires_in` is in seconds from when this was sent. `reason` is a key of the catalogue
    of reasons, `number` the service's own number of it for display. `host` is who failed; `reference` and `at` are the
    identifier and the time by which an administrator finds a refusal in the service's log.
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


class Failure(Value, frozen=True, tag_field="kind", tag="failure"):
    """A command that could not be carried out."""

    command: str
    reason: str


Message = Hello | Command | DataChanged | SyncStatus | SignInStatus | Failure


def encode(message: Message) -> bytes:
    """One line of JSON, its end included; ChannelError when it would be too long."""
    line = to_json(message) + b"\n"
    if len(line) > LINE_LIMIT:
        raise ChannelError("a message is too long for the channel")
    return line


def decode(line: bytes) -> Message:
    """The message of one line; ChannelError for anything else."""
    if len(line) > LINE_LIMIT:
        raise ChannelError("a message is too long for the channel")
    try:
        return _decoded(line)
    except (ValueError, TypeError) as error:
        raise ChannelError("a message cannot be understood") from error


def _decoded(line: bytes) -> Message:
    message: Message
    try:
        message = _decoder().decode(line)
    except (msgspec.DecodeError, RecursionError):
        # Half surrogate pairs, which the name of a file may hold, and deep nesting are beyond msgspec's parser.
        message = msgspec.convert(from_json(line), Message)
    return message


@cache  # built when it is first needed, which is after the first frame
def _decoder() -> msgspec.json.Decoder[Message]:
    return msgspec.json.Decoder(Message)
