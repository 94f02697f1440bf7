"""Examines messages: registered and active, then consent, then decoding. What passes becomes a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from carlendar.domain.base import Value
from carlendar.telemetry.envelope import BATCH_LIMIT, MESSAGE_LIMIT, Sequence31, plain, split
from carlendar.telemetry.schema import CONSENT_TOPICS, LARGEST, TYPES, Consent, Event, Topic, event_from
from carlendar_fleet.ingest.message import Message
from carlendar_fleet.ingest.refusal import Reason, RefusedError
from carlendar_fleet.registry.vehicles import Status, Vehicle
from carlendar_fleet.registry.view import RegistryView
from carlendar_fleet.tables.schema import Row, row_decoder

OLDEST = timedelta(days=400)
"""Age of the oldest event that is accepted. The numbers of older ones are forgotten."""
AHEAD = timedelta(days=2)
"""By how much a car's clock may be fast."""
VERSIONS = 1_000
"""Versions of the software that are remembered as well-formed."""
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


class Received(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An envelope whose texts are not checked yet: only those that are stored have to be, see `Examination`.

    This is `carlendar.telemetry.envelope.Envelope` without its patterns, which take several times as long.
    """

    id: str
    source: str
    type: str
    time: Annotated[datetime, Meta(tz=True)]
    brand: str
    model: str
    softwareversion: str
    sequence: Sequence31
    data: msgspec.Raw
    specversion: Literal["1.0"]
    subject: str | None = None
    consentversion: Annotated[int, Meta(ge=0, le=LARGEST)] = 0


class _Sent(msgspec.Struct, frozen=True, gc=False):
    """What all events of a message have in common. `received` is in microseconds since 1970."""

    vehicle: Vehicle
    topic: str
    source: str
    oldest: datetime
    latest: datetime
    received: int


class _Identified(msgspec.Struct, frozen=True):
    """What of an invalid envelope is still wanted."""

    id: str


class Examination:
    """Examines messages in the order in which they arrive, since consents are among them."""

    def __init__(self, registry: RegistryView) -> None:
        self._registry = registry
        self._versions: set[str] = set()

    def of(self, message: Message) -> Iterator[Accepted | Refused]:
        """The events of a message."""
        try:
            vehicle = self._sender(message)
            received = _received(message.payload)
        except RefusedError as refused:
            yield Refused("", refused.reason, refused.detail, message.payload)
            return
        at = message.received_at
        sent = _Sent(
            vehicle, message.topic, f"/vehicles/{vehicle.id}", at - OLDEST, at + AHEAD, (at - _EPOCH) // _MICROSECOND
        )  # fmt: skip
        for part, found in received:
            if isinstance(found, RefusedError):
                yield Refused(_id_of(part), found.reason, found.detail, part)
                continue
            try:
                yield self._examined(found, sent)
            except RefusedError as refused:
                text = part or msgspec.json.encode(found)
                yield Refused(_id_of(text), refused.reason, refused.detail, text)
            except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
                # a fault of this program: it would end ingestion again whenever the message is delivered
                text = part or msgspec.json.encode(found)
                yield Refused(_id_of(text), Reason.UNREADABLE, type(error).__name__, text)

    def _sender(self, message: Message) -> Vehicle:
        if not message.vehicle:
            raise RefusedError(Reason.TOPIC, "not a topic of telemetry")
        vehicle = self._registry.vehicle(message.vehicle)
        if vehicle is None:
            raise RefusedError(Reason.UNREGISTERED)
        if vehicle.status is not Status.ACTIVE:
            raise RefusedError(Reason.INACTIVE, vehicle.status)
        return vehicle

    def _examined(self, found: Received, sent: _Sent) -> Accepted:
        if found.source != sent.source:
            raise RefusedError(Reason.FOREIGN_SOURCE)
        if not _ID.fullmatch(found.id):
            raise RefusedError(Reason.UNREADABLE, "the id is not a UUID")
        event = TYPES.get(found.type)
        if event is None:
            raise RefusedError(Reason.UNKNOWN_TYPE)
        topic = event.about.topic
        if topic != sent.topic:
            raise RefusedError(Reason.TOPIC, f"{event.about.name} does not belong to this topic")
        if found.softwareversion not in self._versions:
            self._check_version(found.softwareversion)
        self._check_consent(found, topic, sent.vehicle)
        if not sent.oldest <= found.time <= sent.latest:
            raise RefusedError(Reason.CLOCK, f"{found.time:%Y-%m-%d}")
        return self._accepted(found, event, sent)

    def _check_version(self, version: str) -> None:
        if not _VERSION.fullmatch(version):
            raise RefusedError(Reason.UNREADABLE, "the version of the software has another form")
        if len(self._versions) < VERSIONS:
            self._versions.add(version)

    def _accepted(self, found: Received, event: type[Event], sent: _Sent) -> Accepted:
        vehicle = sent.vehicle
        try:
            row = row_decoder(event).decode(found.data)
        except (msgspec.DecodeError, RecursionError) as error:
            raise RefusedError(Reason.INVALID, without_values(str(error))) from None
        if event is Consent:
            self._state(found, vehicle)
        microseconds = (found.time - _EPOCH) // _MICROSECOND
        common = (
            found.id, vehicle.id, found.subject, vehicle.brand, vehicle.model, found.softwareversion, microseconds,
            sent.received, found.sequence,
        )  # fmt: skip
        return Accepted(found.id, vehicle, event, microseconds // 86_400_000_000, found.sequence, common, row)

    def _check_consent(self, found: Received, topic: Topic, vehicle: Vehicle) -> None:
        if topic is Topic.SECURITY:
            if found.subject is not None:
                raise RefusedError(Reason.SUBJECT, "events of security monitoring have no subject")
            return
        if found.subject is None:
            raise RefusedError(Reason.SUBJECT, "the subject is missing")
        if topic is Topic.CONSENT:
            return
        consent = self._registry.consent(found.subject, topic)
        if consent is None or (consent.granted and found.consentversion > consent.purpose_version):
            raise RefusedError(Reason.NO_CONSENT)
        if consent.vehicle != vehicle.id:
            raise RefusedError(Reason.SUBJECT, "the subject belongs to another vehicle")
        if not consent.covers(found.sequence, found.consentversion):
            raise RefusedError(Reason.WITHDRAWN)

    def _state(self, found: Received, vehicle: Vehicle) -> None:
        """Apply a consent that was given or withdrawn."""
        stated = event_from(found.type, msgspec.json.decode(found.data))
        assert isinstance(stated, Consent)  # noqa: S101 - by its type
        if stated.topic not in CONSENT_TOPICS:
            raise RefusedError(Reason.INVALID, "this topic needs no consent")
        subject = found.subject or ""
        if not _SUBJECT.fullmatch(subject):
            raise RefusedError(Reason.SUBJECT, "the subject has another form")
        others = (self._registry.consent(subject, topic) for topic in CONSENT_TOPICS)
        owners = {each.vehicle for each in others if each is not None}
        if owners - {vehicle.id}:
            raise RefusedError(Reason.SUBJECT, "the subject belongs to another vehicle")
        if not owners and self._registry.subjects_of(vehicle.id) >= SUBJECTS:
            raise RefusedError(Reason.SUBJECT, "the vehicle has too many subjects")
        self._registry.state(
            subject, stated.topic, vehicle.id, granted=stated.granted, version=stated.purpose_version,
            sequence=found.sequence, at=found.time.astimezone(UTC),
        )  # fmt: skip


def _received(payload: bytes) -> list[tuple[bytes, Received | RefusedError]]:
    """The envelopes of a message; the text of each is present if it was decoded on its own, as it is after a fault."""
    if len(payload) > MESSAGE_LIMIT:
        raise RefusedError(Reason.OVERSIZE, f"{len(payload)} bytes")
    try:
        payload = plain(payload)
        whole = _BATCH.decode(payload) if payload[:1] == b"[" else [_ONE.decode(payload)]
        if len(whole) <= BATCH_LIMIT:
            return [(b"", each) for each in whole]
    except (ValueError, RecursionError):  # of msgspec as well
        pass
    try:
        parts = split(payload)
    except ValueError as error:
        raise RefusedError(Reason.UNREADABLE, str(error)) from None
    return [(part, _single(part)) for part in parts]


def _single(part: bytes) -> Received | RefusedError:
    try:
        return _ONE.decode(part)
    except (msgspec.DecodeError, RecursionError) as error:
        return RefusedError(Reason.UNREADABLE, without_values(str(error)))


def _id_of(part: bytes) -> str:
    """The id of an envelope that is invalid otherwise; empty if it has none that a receipt can name."""
    try:
        found = _IDENTIFIED.decode(part).id
    except (msgspec.DecodeError, RecursionError):
        return ""
    return found if _ID.fullmatch(found) else ""


_IDENTIFIED = msgspec.json.Decoder(_Identified)
_ONE = msgspec.json.Decoder(Received)
_BATCH = msgspec.json.Decoder(list[Received])
_ID = re.compile("[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_SUBJECT = re.compile("[0-9a-f]{32}")
_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,3}")


_VALUE = re.compile(r"""['"`].*""", re.DOTALL)
_PATH = re.compile(r" - at `(\$[\w.\[\]]*)`\Z")


def without_values(text: str) -> str:
    """A validation error without the value that was refused, which it may quote, but with its place."""
    place = _PATH.search(text)
    return _VALUE.sub("", text.removesuffix(place[0]) if place else text).strip() + (f" at {place[1]}" if place else "")
