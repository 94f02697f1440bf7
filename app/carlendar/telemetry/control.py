"""Messages beside telemetry: what a car reports, the desired state, commands and their results.

The back end imports these types as well. Commands travel as signed documents (`carlendar.telemetry.signing`)
whose payload is one of the `VehicleCommand` types.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, field

from carlendar.domain.base import Value
from carlendar.telemetry.envelope import Brand, Identifier, Instant, Model, Version
from carlendar.telemetry.schema import LARGEST

POLICY_LIMIT = 16 * 1024
"""Maximum length of a policy in characters."""
CERTIFICATE_LIMIT = 16 * 1024
DESIRED_LIMIT = 16
"""Maximum number of commands in a desired state."""

VehicleId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")]
Number = Annotated[int, Meta(ge=1, le=2**53)]
Count = Annotated[int, Meta(ge=0, le=LARGEST)]


class VehicleCommand(Value, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="name"):
    """A command for one vehicle. `number` increases with each command of its name for the vehicle.

    A car executes it once, and not after `expires`. `version` is that of the command's form.
    """

    id: Identifier
    vehicle: VehicleId
    number: Number
    issued: Instant
    expires: Instant
    version: Literal[1]


class CalendarChanged(VehicleCommand, frozen=True, tag="calendar_changed"):
    """The calendar has changed: the car fetches the changes now."""


class ShowStored(VehicleCommand, frozen=True, tag="show_stored"):
    """The car shows the driver what it stores; the back end receives counts."""


class EraseCar(VehicleCommand, frozen=True, tag="erase_car"):
    """All data of all drivers is deleted, for a car that was stolen or sold. Needs two approvals."""


class ManagedSettings(VehicleCommand, frozen=True, tag="managed_settings"):
    """Settings of the fleet's administrator, in the form of `managed.toml`. They may restrict only."""

    settings: Annotated[str, Meta(max_length=POLICY_LIMIT)]


class InstallCertificate(VehicleCommand, frozen=True, tag="install_certificate"):
    """The certificate that the car has requested, in PEM."""

    certificate: Annotated[str, Meta(max_length=CERTIFICATE_LIMIT)]


AnyCommand = CalendarChanged | ShowStored | EraseCar | ManagedSettings | InstallCertificate
COMMANDS: tuple[type[VehicleCommand], ...] = (
    CalendarChanged,
    ShowStored,
    EraseCar,
    ManagedSettings,
    InstallCertificate,
)


class CommandOutcome(StrEnum):
    """The result of a command."""

    DONE = "done"
    FAILED = "failed"
    REPLAYED = "replayed"
    EXPIRED = "expired"
    FOREIGN = "foreign"
    """For another vehicle, or not signed by a key that may give this command."""
    MALFORMED = "malformed"
    REFUSED = "refused"
    """Valid, but not allowed in this car."""
    WAITING = "waiting"
    """It will be executed later, as after an emergency call; the result follows."""


class CommandResult(Value, frozen=True, kw_only=True):
    """The result of a command, published on `vehicles/<id>/results`; `id` is empty for a malformed one.

    `counts` is the answer to `show_stored`. `repeated` says that it had been executed before.
    """

    id: str
    name: str
    outcome: CommandOutcome
    time: Instant
    repeated: bool = False
    counts: dict[str, Count] = field(default_factory=dict)


class Desired(Value, frozen=True):
    """The desired state: the signed commands that the car has not acknowledged yet, oldest first.

    The back end publishes it on `vehicles/<id>/desired` whenever the car has reported, until each has its result.
    """

    commands: Annotated[tuple[str, ...], Meta(max_length=DESIRED_LIMIT)] = ()


class Reported(Value, frozen=True, kw_only=True):
    """What a car reports after each connection, on `vehicles/<id>/reported`.

    `queued` is the number of events that wait, `dropped` that of events deleted since the last report because the queue
    was full. `numbers` are the highest numbers of executed commands by name. `certificate_request` is a PEM certificate
    request, present when the certificate has to be renewed.
    """

    softwareversion: Version
    brand: Brand
    model: Model
    time: Instant
    queued: Count = 0
    dropped: Count = 0
    numbers: dict[str, Number] = field(default_factory=dict)
    certificate_expires: Instant | None = None
    certificate_request: str | None = None


def decode_command(payload: bytes) -> AnyCommand:
    """Return the command of a verified payload. Raises ValueError if it is none."""
    try:
        return msgspec.json.decode(payload, type=AnyCommand)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def decode_desired(payload: bytes) -> Desired:
    """Return a desired state. Raises ValueError if it is malformed."""
    try:
        return msgspec.json.decode(payload, type=Desired)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def at(text: str) -> datetime:
    """Return the time of an `Instant`. Raises ValueError if there is no such time."""
    return datetime.fromisoformat(text)
