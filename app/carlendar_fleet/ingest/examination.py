"""Examines messages: registered and active, then consent, then decoding. What passes becomes a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from carlendar.domain.base import Value
from carlendar.telemetry.envelope import MESSAGE_LIMIT, Envelope, decode, event_of, split
from carlendar.telemetry.schema import CONSENT_TOPICS, TYPES, Consent, Event, Topic
from carlendar_fleet.ingest.message import Message
from carlendar_fleet.ingest.refusal import Reason, RefusedError
from carlendar_fleet.registry.vehicles import Status, Vehicle
from carlendar_fleet.registry.view import RegistryView
from carlendar_fleet.tables.schema import Row, row_decoder

OLDEST = timedelta(days=400)
"""Age of the oldest event that is accepted. The numbers of older ones are forgotten."""
AHEAD = timedelta(days=2)
"""By how much a car's clock may be fast."""
SUBJECTS = 1_000
"""The most subjects of one vehicle. Each profile has one, and a new one after it was erased."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Accepted(Value, frozen=True, gc=False):
    """An event that may be stored."""

    event_id: str
    vehicle: Vehicle
    event: type[Event]
    day: int
    sequence: int
    common: tuple[object, ...]
    row: Row


class Refused(Value, frozen=True, gc=False):
    """An event, or a whole message (`event_id` is empty), that is not stored."""

    event_id: str
    reason: Reason
    detail: str
    payload: bytes


class _Identified(msgspec.Struct, frozen=True):
    """What of an invalid envelope is still wanted."""

    id: str


class Examination:
    """Examines messages in the order in which they arrive, since consents are among them."""

    def __init__(self, registry: RegistryView) -> None:
        self._registry = registry

    def of(self, message: Message) -> Iterator[Accepted | Refused]:
        """The events of a message."""
        try:
            vehicle = self._sender(message)
            parts = self._parts(message)
        except RefusedError as refused:
            yield Refused("", refused.reason, refused.detail, message.payload)
            return
        for part in parts:
            try:
                yield self._event(part, vehicle, message)
            except RefusedError as refused:
                yield Refused(_id_of(part), refused.reason, refused.detail, part)
            except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
                # a fault of this program: it would end ingestion again whenever the message is delivered
                yield Refused(_id_of(part), Reason.UNREADABLE, type(error).__name__, part)

    def _sender(self, message: Message) -> Vehicle:
        if not message.vehicle:
            raise RefusedError(Reason.TOPIC, "not a topic of telemetry")
        vehicle = self._registry.vehicle(message.vehicle)
        if vehicle is None:
            raise RefusedError(Reason.UNREGISTERED)
        if vehicle.status is not Status.ACTIVE:
            raise RefusedError(Reason.INACTIVE, vehicle.status)
        return vehicle

    def _parts(self, message: Message) -> list[bytes]:
        if len(message.payload) > MESSAGE_LIMIT:
            raise RefusedError(Reason.OVERSIZE, f"{len(message.payload)} bytes")
        try:
            return split(message.payload)
        except ValueError as error:
            raise RefusedError(Reason.UNREADABLE, str(error)) from None

    def _event(self, part: bytes, vehicle: Vehicle, message: Message) -> Accepted:
        try:
            envelope = decode(part)
            at = envelope.at
        except ValueError as error:
            raise RefusedError(Reason.UNREADABLE, without_values(str(error))) from None
        if envelope.vehicle != vehicle.id:
            raise RefusedError(Reason.FOREIGN_SOURCE)
        event = TYPES.get(envelope.type)
        if event is None:
            raise RefusedError(Reason.UNKNOWN_TYPE, envelope.type)
        if event.about.topic != message.topic:
            raise RefusedError(Reason.TOPIC, f"{event.about.name} does not belong to this topic")
        self._check_consent(envelope, event.about.topic, vehicle)
        if not message.received_at - OLDEST <= at <= message.received_at + AHEAD:
            raise RefusedError(Reason.CLOCK, envelope.time)
        try:
            row = row_decoder(event).decode(envelope.data)
        except (msgspec.DecodeError, RecursionError) as error:
            raise RefusedError(Reason.INVALID, without_values(str(error))) from None
        if event is Consent:
            self._state(envelope, vehicle, at)
        microseconds = (at - _EPOCH) // _MICROSECOND
        received = (message.received_at - _EPOCH) // _MICROSECOND
        common = (
            envelope.id, vehicle.id, envelope.subject, vehicle.brand, vehicle.model, envelope.softwareversion,
            microseconds, received, envelope.sequence,
        )  # fmt: skip
        return Accepted(envelope.id, vehicle, event, microseconds // 86_400_000_000, envelope.sequence, common, row)

    def _check_consent(self, envelope: Envelope, topic: Topic, vehicle: Vehicle) -> None:
        if topic is Topic.SECURITY:
            if envelope.subject is not None:
                raise RefusedError(Reason.SUBJECT, "events of security monitoring have no subject")
            return
        if envelope.subject is None:
            raise RefusedError(Reason.SUBJECT, "the subject is missing")
        if topic is Topic.CONSENT:
            return
        consent = self._registry.consent(envelope.subject, topic)
        if consent is None or (consent.granted and envelope.consentversion > consent.purpose_version):
            raise RefusedError(Reason.NO_CONSENT)
        if consent.vehicle != vehicle.id:
            raise RefusedError(Reason.SUBJECT, "the subject belongs to another vehicle")
        if not consent.covers(envelope.sequence, envelope.consentversion):
            raise RefusedError(Reason.WITHDRAWN)

    def _state(self, envelope: Envelope, vehicle: Vehicle, at: datetime) -> None:
        """Apply a consent that was given or withdrawn."""
        stated = event_of(envelope)
        assert isinstance(stated, Consent)  # noqa: S101 - by its type
        if stated.topic not in CONSENT_TOPICS:
            raise RefusedError(Reason.INVALID, "this topic needs no consent")
        subject = envelope.subject or ""
        others = (self._registry.consent(subject, topic) for topic in CONSENT_TOPICS)
        owners = {each.vehicle for each in others if each is not None}
        if owners - {vehicle.id}:
            raise RefusedError(Reason.SUBJECT, "the subject belongs to another vehicle")
        if not owners and self._registry.subjects_of(vehicle.id) >= SUBJECTS:
            raise RefusedError(Reason.SUBJECT, "the vehicle has too many subjects")
        self._registry.state(
            subject, stated.topic, vehicle.id, granted=stated.granted, version=stated.purpose_version,
            sequence=envelope.sequence, at=at,
        )  # fmt: skip


def _id_of(part: bytes) -> str:
    """The id of an envelope that is invalid otherwise; empty if it has none that a receipt can name."""
    try:
        found = _IDENTIFIED.decode(part).id
    except (msgspec.DecodeError, RecursionError):
        return ""
    return found if len(found) == 36 and set(found) <= set("0123456789abcdef-") else ""


_IDENTIFIED = msgspec.json.Decoder(_Identified)


_VALUE = re.compile(r"""['"`].*""", re.DOTALL)
_PATH = re.compile(r" - at `(\$[\w.\[\]]*)`\Z")


def without_values(text: str) -> str:
    """A validation error without the value that was refused, which it may quote, but with its place."""
    place = _PATH.search(text)
    return _VALUE.sub("", text.removesuffix(place[0]) if place else text).strip() + (f" at {place[1]}" if place else "")
