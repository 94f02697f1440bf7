"""Examines messages: registered and active, then consent, then decoding. What passes becomes a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from carlendar.domain.base import Value
from carlendar.telemetry.envelope import BATCH_LIMIT, MESSAGE_LIMIT, instant, plain, split
from carlendar.telemetry.schema import CONSENT_TOPICS, TYPES, ConsentEvent, Topic, event_from
from carlendar_fleet.ingest.message import Message
from carlendar_fleet.ingest.received import ReceivedEvent, Undecoded, batch_decoder, classes_of, decoder, with_data
from carlendar_fleet.ingest.refusal import EventRefusedError, Reason
from carlendar_fleet.registry.vehicles import Status, Vehicle
from carlendar_fleet.registry.view import RegistryView
from carlendar_fleet.tables.partitions import is_day
from carlendar_fleet.tables.schema import EPOCH, MICROSECOND, row_type

OLDEST = timedelta(days=400)
"""Age of the oldest event that is accepted. The numbers of older ones are forgotten."""
AHEAD = timedelta(days=2)
"""By how much a car's clock may be fast."""
VERSIONS = 1_000
"""Versions of the software that are remembered as well-formed."""
SUBJECTS = 1_000
"""The most subjects of one vehicle. Each profile has one, and a new one after it was erased."""


class Refused(Value, frozen=True, gc=False):
    """An event, or a whole message (`event_id` is empty), that is not stored."""

    event_id: str
    reason: Reason
    detail: str
    payload: bytes


class Examined(Value, frozen=True, gc=False):
    """What became of the events of a message: those that may be stored, and those that are refused.

    `vehicle` is None if its sender may not send; `received` is in microseconds since 1970.
    """

    vehicle: Vehicle | None
    received: int
    events: Sequence[ReceivedEvent]
    refused: Sequence[Refused] = ()


class _Span(msgspec.Struct, frozen=True, gc=False):
    """The times that are accepted of events that arrive at a time."""

    received_at: datetime
    oldest: datetime
    latest: datetime
    oldest_text: str
    latest_text: str

    @classmethod
    def of(cls, received_at: datetime) -> _Span:
        oldest, latest = received_at - OLDEST, received_at + AHEAD
        return cls(received_at, oldest, latest, instant(oldest), instant(latest))


class _Sent(msgspec.Struct, frozen=True, gc=False):
    """What all events of a message have in common."""

    vehicle: Vehicle
    topic: str
    source: str
    span: _Span


class _Identified(msgspec.Struct, frozen=True):
    """What of an invalid envelope is still wanted."""

    id: str


class Examination:
    """Examines messages in the order in which they arrive, since consents are among them."""

    def __init__(self, registry: RegistryView) -> None:
        self._registry = registry
        self._versions: set[str] = set()
        self._span = _Span.of(EPOCH)

    def of(self, message: Message) -> Examined:
        """What becomes of the events of a message."""
        if message.received_at != self._span.received_at:
            self._span = _Span.of(message.received_at)
        received = (message.received_at - EPOCH) // MICROSECOND
        try:
            vehicle = self._sender(message)
            sent = _Sent(vehicle, message.topic, f"/vehicles/{vehicle.id}", self._span)
            events = self._together(message, sent)
            if events is not None:
                return Examined(vehicle, received, events)
            parts = _parts(message.payload)
        except EventRefusedError as refused:
            return Examined(None, received, (), [Refused("", refused.reason, refused.detail, message.payload)])
        one_by_one = [self._single(part, sent) for part in parts]
        return Examined(
            vehicle, received, [each for each in one_by_one if not isinstance(each, Refused)],
            [each for each in one_by_one if isinstance(each, Refused)],
        )  # fmt: skip

    def _together(self, message: Message, sent: _Sent) -> list[ReceivedEvent] | None:
        """The events of a message that all pass; None if each has to be examined on its own, as consents always are.

        Most messages are of this kind, and what their events have in common is examined once.
        """
        events = _decoded(message)
        if not events or len(events) > BATCH_LIMIT:
            return None
        return events if self._pass(events, sent) else None

    def _pass(self, events: list[ReceivedEvent], sent: _Sent) -> bool:
        """Whether all events of a message may be stored. This loop takes a good part of ingestion's time."""
        classes, versions = classes_of(sent.topic), self._versions
        source, oldest, latest = sent.source, sent.span.oldest_text, sent.span.latest_text
        kinds = {(events[0].subject, events[0].consentversion)}
        subject, version = events[0].subject, events[0].consentversion
        for each in events:
            if (
                each.source != source
                or type(each) not in classes
                or each.softwareversion not in versions
                or not oldest <= each.time <= latest
            ):
                return False
            if each.subject != subject or each.consentversion != version:
                subject, version = each.subject, each.consentversion
                kinds.add((subject, version))
        return (
            _IDS.fullmatch("".join([each.id for each in events])) is not None
            and _TIMES.fullmatch("".join([each.time for each in events])) is not None
            and all(map(is_day, {each.time[:10] for each in events}))
            and self._all_consented(kinds, min([each.sequence for each in events]), sent)
        )

    def _all_consented(self, kinds: set[tuple[str | None, int]], first: int, sent: _Sent) -> bool:
        """Whether there is consent for these subjects and versions, from the event with the number `first` on."""
        try:
            for subject, version in kinds:
                self._check_consent(subject, version, first, sent)
        except EventRefusedError:
            return False
        return True

    def _single(self, part: bytes, sent: _Sent) -> ReceivedEvent | Refused:
        """One event of a message."""
        try:
            return self._examined(part, sent)
        except EventRefusedError as refused:
            return Refused(_id_of(part), refused.reason, refused.detail, part)
        except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
            # a fault of this program: it would end ingestion again whenever the message is delivered
            return Refused(_id_of(part), Reason.UNREADABLE, type(error).__name__, part)

    def _sender(self, message: Message) -> Vehicle:
        if not message.vehicle:
            raise EventRefusedError(Reason.TOPIC, "not a topic of telemetry")
        vehicle = self._registry.vehicle(message.vehicle)
        if vehicle is None:
            raise EventRefusedError(Reason.UNREGISTERED)
        if vehicle.status is not Status.ACTIVE:
            raise EventRefusedError(Reason.INACTIVE, vehicle.status)
        return vehicle

    def _examined(self, part: bytes, sent: _Sent) -> ReceivedEvent:
        found = _undecoded(part)
        if found.source != sent.source:
            raise EventRefusedError(Reason.FOREIGN_SOURCE)
        if not _ID.fullmatch(found.id):
            raise EventRefusedError(Reason.UNREADABLE, "the id is not a UUID")
        event = TYPES.get(found.type)
        if event is None:
            raise EventRefusedError(Reason.UNKNOWN_TYPE)
        if event.about.topic != sent.topic:
            raise EventRefusedError(Reason.TOPIC, f"{event.about.name} does not belong to this topic")
        if found.softwareversion not in self._versions:
            self._check_version(found.softwareversion)
        self._check_consent(found.subject, found.consentversion, found.sequence, sent)
        if not sent.span.oldest <= found.time <= sent.span.latest:
            raise EventRefusedError(Reason.CLOCK, f"{found.time:%Y-%m-%d}")
        try:
            row = msgspec.json.decode(found.data, type=row_type(event))
        except (msgspec.DecodeError, RecursionError) as error:
            raise EventRefusedError(Reason.INVALID, without_values(str(error))) from None
        if event is ConsentEvent:
            self._state(found, sent.vehicle)
        return with_data(found, event, row)

    def _check_version(self, version: str) -> None:
        if not _VERSION.fullmatch(version):
            raise EventRefusedError(Reason.UNREADABLE, "the version of the software has another form")
        if len(self._versions) < VERSIONS:
            self._versions.add(version)

    def _check_consent(self, subject: str | None, version: int, sequence: int, sent: _Sent) -> None:
        """Raise EventRefusedError if an event of this subject, version of the purpose and number may not be stored."""
        if sent.topic == Topic.SECURITY:
            if subject is not None:
                raise EventRefusedError(Reason.SUBJECT, "events of security monitoring have no subject")
            return
        if subject is None:
            raise EventRefusedError(Reason.SUBJECT, "the subject is missing")
        if sent.topic == Topic.CONSENT:
            return
        consent = self._registry.consent(subject, sent.topic)
        if consent is None or (consent.granted and version > consent.purpose_version):
            raise EventRefusedError(Reason.NO_CONSENT)
        if consent.vehicle != sent.vehicle.id:
            raise EventRefusedError(Reason.SUBJECT, "the subject belongs to another vehicle")
        if not consent.covers(sequence, version):
            raise EventRefusedError(Reason.WITHDRAWN)

    def _state(self, found: Undecoded, vehicle: Vehicle) -> None:
        """Apply a consent that was given or withdrawn."""
        stated = event_from(found.type, msgspec.json.decode(found.data))
        assert isinstance(stated, ConsentEvent)  # noqa: S101 - by its type
        if stated.topic not in CONSENT_TOPICS:
            raise EventRefusedError(Reason.INVALID, "this topic needs no consent")
        subject = found.subject or ""
        if not _SUBJECT.fullmatch(subject):
            raise EventRefusedError(Reason.SUBJECT, "the subject has another form")
        others = (self._registry.consent(subject, topic) for topic in CONSENT_TOPICS)
        owners = {each.vehicle for each in others if each is not None}
        if owners - {vehicle.id}:
            raise EventRefusedError(Reason.SUBJECT, "the subject belongs to another vehicle")
        if not owners and self._registry.subjects_of(vehicle.id) >= SUBJECTS:
            raise EventRefusedError(Reason.SUBJECT, "the vehicle has too many subjects")
        self._registry.state(
            subject, stated.topic, vehicle.id, granted=stated.granted, version=stated.purpose_version,
            sequence=found.sequence, at=found.time.astimezone(UTC),
        )  # fmt: skip


def _decoded(message: Message) -> list[ReceivedEvent] | None:
    """The events of a message; None if one of them is invalid, or states a consent."""
    if message.topic not in _TOPICS:
        return None
    try:
        payload = plain(message.payload)
        return batch_decoder().decode(payload) if payload[:1] == b"[" else [decoder().decode(payload)]
    except (ValueError, RecursionError):  # of msgspec as well
        return None


def _parts(payload: bytes) -> list[bytes]:
    """The encoded envelopes of a message."""
    if len(payload) > MESSAGE_LIMIT:
        raise EventRefusedError(Reason.OVERSIZE, f"{len(payload)} bytes")
    try:
        return split(payload)
    except ValueError as error:
        raise EventRefusedError(Reason.UNREADABLE, str(error)) from None


def _undecoded(part: bytes) -> Undecoded:
    try:
        return _UNDECODED.decode(part)
    except (msgspec.DecodeError, RecursionError) as error:
        raise EventRefusedError(Reason.UNREADABLE, without_values(str(error))) from None


def _id_of(part: bytes) -> str:
    """The id of an envelope that is invalid otherwise; empty if it has none that a receipt can name."""
    try:
        found = _IDENTIFIED.decode(part).id
    except (msgspec.DecodeError, RecursionError):
        return ""
    return found if _ID.fullmatch(found) else ""


_IDENTIFIED = msgspec.json.Decoder(_Identified)
_UNDECODED = msgspec.json.Decoder(Undecoded)
_TOPICS = frozenset(str(each) for each in Topic if each is not Topic.CONSENT)
_UUID = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_ID = re.compile(_UUID)
_IDS = re.compile(f"(?:{_UUID})+")
_TIMES = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}\.[0-9]{3}Z)+")
_SUBJECT = re.compile("[0-9a-f]{32}")
_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,3}")


_VALUE = re.compile(r"""['"`].*""", re.DOTALL)
_PATH = re.compile(r" - at `(\$[\w.\[\]]*)`\Z")


def without_values(text: str) -> str:
    """A validation error without the value that was refused, which it may quote, but with its place."""
    place = _PATH.search(text)
    return _VALUE.sub("", text.removesuffix(place[0]) if place else text).strip() + (f" at {place[1]}" if place else "")
