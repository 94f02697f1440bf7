"""The envelope of an event: CloudEvents 1.0 in structured JSON, one event or a batch; and the back end's receipt.

Every attribute has a pattern: none can hold text of a calendar or of the driver.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from carlendar.domain.base import Value
from carlendar.telemetry.schema import LARGEST, TelemetryEvent, event_from

CONTENT_TYPE = "application/cloudevents+json"
BATCH_TYPE = "carlendar.batch.v1"
"""Type of the event that carries a compressed batch: brokers route single events only."""
BATCH_LIMIT = 100
"""Maximum number of events in one message."""
MESSAGE_LIMIT = 64 * 1024
"""Maximum size of a message in bytes; Event Grid accepts 512 KiB, IoT Hub 256 KiB."""

_GZIP = 31
"""`wbits` of zlib for the format of gzip."""
_START = 256

Identifier = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z")]
Subject = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
Source = Annotated[str, Meta(pattern=r"^/vehicles/[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")]
Brand = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}\Z")]
Model = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}\Z")]
Version = Annotated[str, Meta(pattern=r"^[0-9]{1,4}(?:\.[0-9]{1,4}){0,3}\Z")]
TypeName = Annotated[str, Meta(pattern=r"^carlendar\.[a-z_]{1,32}\.v[0-9]{1,3}\Z")]
Instant = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z\Z")]
Sequence31 = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Envelope(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A CloudEvent. `subject` is the random subject of a driver's profile in this car; None for events of no person.

    `sequence` increases by one with each event of a car. `consentversion` is the version of the purpose that was
    consented to, 0 where no consent is needed. `data` is the event as JSON; `event_of` decodes it.
    """

    id: Identifier
    source: Source
    type: TypeName
    time: Instant
    brand: Brand
    model: Model
    softwareversion: Version
    sequence: Sequence31
    data: msgspec.Raw
    specversion: Literal["1.0"]
    subject: Subject | None = None
    consentversion: Annotated[int, Meta(ge=0, le=LARGEST)] = 0

    @property
    def vehicle(self) -> str:
        """The id of the vehicle that it comes from."""
        return self.source.rpartition("/")[2]

    @property
    def at(self) -> datetime:
        """The time of the event. Raises ValueError if there is no such time."""
        return datetime.fromisoformat(self.time)


class Receipt(Value, frozen=True, forbid_unknown_fields=True):
    """The back end's receipt: events that it has committed, and events that it refused for good.

    A car deletes both.
    """

    committed: tuple[Identifier, ...] = ()
    refused: tuple[Identifier, ...] = ()


class _Compressed(Value, frozen=True, gc=False):
    """What is read of an `EventBatch`: its other attributes are of no meaning to a receiver, and not checked."""

    type: Literal["carlendar.batch.v1"]
    contentencoding: Literal["gzip"]
    data_base64: bytes


class EventBatch(Value, frozen=True, forbid_unknown_fields=True):
    """A CloudEvent that carries a compressed JSON batch of CloudEvents (`application/cloudevents-batch+json`)."""

    specversion: Literal["1.0"]
    type: Literal["carlendar.batch.v1"]
    id: Identifier
    source: Source
    contentencoding: Literal["gzip"]
    data_base64: bytes


def instant(at: datetime) -> str:
    """Return a time as in an envelope: UTC with milliseconds."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def event_of(envelope: Envelope) -> TelemetryEvent:
    """Return the event of an envelope. Raises ValueError if its data is not what its type defines."""
    try:
        data = msgspec.json.decode(envelope.data)
    except (msgspec.DecodeError, RecursionError):
        raise ValueError("the event's data cannot be read") from None
    return event_from(envelope.type, data)


def encode(envelope: Envelope) -> bytes:
    """Return the envelope as JSON."""
    return msgspec.json.encode(envelope)


def batch(encoded: Sequence[bytes]) -> bytes:
    """Return encoded envelopes as one JSON batch."""
    return b"[" + b",".join(encoded) + b"]"


def message(encoded: Sequence[bytes], source: str, identifier: str) -> bytes:
    """Return the message for these envelopes: the one there is, or a compressed batch with an id of its own.

    Envelopes of one car resemble each other, so that a batch takes about a fifth of their size. It is a CloudEvent in
    structured JSON as well, which Event Grid and IoT Hub route unchanged.
    """
    if len(encoded) == 1:
        return encoded[0]
    data = zlib.compress(batch(encoded), 9, wbits=_GZIP)
    return msgspec.json.encode(EventBatch("1.0", "carlendar.batch.v1", identifier, source, "gzip", data))


def split(payload: bytes) -> list[bytes]:
    """Return the encoded envelopes of a message: one, a JSON batch, or a compressed one. ValueError if it is unusable.

    They are decoded one by one (`decode`), so that a bad one does not cost the others.
    """
    payload = plain(payload)
    if not payload[:_START].lstrip().startswith(b"["):
        return [payload]
    try:
        parts = _batch_decoder().decode(payload)
    except (msgspec.DecodeError, RecursionError):
        raise ValueError("the batch cannot be read") from None
    if len(parts) > BATCH_LIMIT:
        raise ValueError("the batch has too many events")
    return [bytes(each) for each in parts]


def plain(payload: bytes) -> bytes:
    """Return a message without compression: one envelope or a JSON batch. Raises ValueError if it is unusable."""
    if len(payload) > MESSAGE_LIMIT:
        raise ValueError("the message is too long")
    start = payload[:_START].lstrip()
    return _unpacked(payload) if start.startswith(b"{") and BATCH_TYPE.encode() in start else payload


def _unpacked(payload: bytes) -> bytes:
    """Return the JSON batch of a compressed one. Raises ValueError for an invalid one, or one that is too long."""
    try:
        found = _compressed_decoder().decode(payload)
        unpacker = zlib.decompressobj(wbits=_GZIP)
        data = unpacker.decompress(found.data_base64, MESSAGE_LIMIT)
    except (msgspec.DecodeError, RecursionError, zlib.error):
        raise ValueError("the batch cannot be read") from None
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("the batch is too long or incomplete")
    return data


def decode(encoded: bytes) -> Envelope:
    """Return the envelope of a JSON text. Raises ValueError if it is invalid."""
    try:
        return _decoder().decode(encoded)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None


@cache
def _decoder() -> msgspec.json.Decoder[Envelope]:
    return msgspec.json.Decoder(Envelope)


@cache
def _batch_decoder() -> msgspec.json.Decoder[list[msgspec.Raw]]:
    return msgspec.json.Decoder(list[msgspec.Raw])


@cache
def _compressed_decoder() -> msgspec.json.Decoder[_Compressed]:
    return msgspec.json.Decoder(_Compressed)
