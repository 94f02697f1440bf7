"""What the two processes say to each other: bounded JSON lines with a `kind` each.

Screen to service: `Hello`, `Command`. Service to screen: `Hello`, `DataChanged`, `SyncStatus`,
`SignInStatus`, `Failure`. Unknown keys are ignored, an unknown kind is a ChannelError. Neither side
ever sends titles or tokens over it: the screen reads the store.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from msgspec import field
from msgspec.structs import asdict, fields

from carlendar.domain.base import Value
from carlendar.domain.bounded import from_json, number, whole
from carlendar.errors import ChannelError

LINE_LIMIT = 65_536
"""Bytes of one line, its end included."""

PROTOCOL = 1


class Hello(Value, frozen=True):
    """First on both sides. Any difference makes the service exit and be replaced.

    A screen may send it again at any time, to see whether the service still answers.
    """

    protocol: int
    code: str
    schema: int
    pid: int


class Command(Value, frozen=True):
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


class DataChanged(Value, frozen=True):
    """The store has something new; `what` is `events`, `accounts`, `outbox` or `erased`."""

    what: str


class SyncStatus(Value, frozen=True):
    """How fresh the data is. `as_of` is ISO 8601 of the last success of all sources, empty for never.

    `failing` names the key of the worst failure, empty when all is well.
    """

    running: bool
    as_of: str
    online: bool
    failing: str = ""


class SignInStatus(Value, frozen=True):
    """Where a sign-in stands: `starting`, `code`, `browser`, `done`, `failed`, `cancelled`, `expired`.

    `expires_in` is in seconds from when this was sent. `reason` is a key of the reviewed table of
    outcomes, `number` the service's own number of it for display.
    """

    phase: str
    user_code: str = ""
    verification_uri: str = ""
    expires_in: float = 0.0
    account: str = ""
    reason: str = ""
    number: str = ""


class Failure(Value, frozen=True):
    """A command that could not be carried out."""

    command: str
    reason: str


Message = Hello | Command | DataChanged | SyncStatus | SignInStatus | Failure

KINDS: dict[str, type[Message]] = {
    "hello": Hello,
    "command": Command,
    "data_changed": DataChanged,
    "sync_status": SyncStatus,
    "sign_in_status": SignInStatus,
    "failure": Failure,
}
_NAMES = {cls: name for name, cls in KINDS.items()}


def encode(message: Message) -> bytes:
    """One line of JSON, its end included; ChannelError when it would be too long."""
    line = json.dumps({"kind": _NAMES[type(message)], **asdict(message)}).encode() + b"\n"
    if len(line) > LINE_LIMIT:
        raise ChannelError("a message is too long for the channel")
    return line


def decode(line: bytes) -> Message:
    """The message of one line; ChannelError for anything else."""
    if len(line) > LINE_LIMIT:
        raise ChannelError("a message is too long for the channel")
    try:
        data: dict[str, Any] = from_json(line)
        cls = KINDS[data.pop("kind")]
        return _checked(cls(**{name: data[name] for name in cls.__struct_fields__ if name in data}))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ChannelError("a message cannot be understood") from error


def _checked(message: Message) -> Message:
    """The message, when each of its fields is of its kind."""
    for each in fields(message):
        found = getattr(message, each.name)
        if not _KINDS_OF_FIELDS[str(each.type)](found):
            raise TypeError(f"{each.name} is of another kind")
    return message


def _is_text(found: object) -> bool:
    return isinstance(found, str)  # with halves of characters too: the name of a file may hold any bytes


_KINDS_OF_FIELDS: dict[str, Callable[[object], bool]] = {
    "str": _is_text,
    "bool": lambda found: isinstance(found, bool),
    "int": lambda found: whole(found) is not None,
    "float": lambda found: number(found) is not None,
    "dict[str, str]": lambda found: isinstance(found, dict) and all(map(_is_text, (*found, *found.values()))),
}
