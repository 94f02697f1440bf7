"""Detects a repeated message by its bytes, without decoding all of it.
An unchanged speed arrives ten times a second with only its timestamp different, and decoding it costs more than
processing it. Everything but the timestamp is compared as bytes, and only the timestamp is decoded. By the protobuf
encoding (protobuf.dev, "Encoding") and the messages of `kuksa.val.v2`, the `SubscribeResponse` of one entry is

    0A len  { 0A len path   12 len { 0A len timestamp   12 len value } }

A message with any other encoding is not recognised and is decoded as usual.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError
from google.protobuf.timestamp_pb2 import Timestamp

ONE_BYTE = 0x80
"""Lengths below this are encoded in one byte; a message with one speed is never longer."""
ENTRY, KEY, POINT, TIMESTAMP, VALUE = b"\x0a", b"\x0a", b"\x12", b"\x0a", b"\x12"
"""Tags of the length-delimited fields: field number × 8 + 2."""


def nanoseconds(time: Timestamp) -> int:
    """Convert a source's timestamp to nanoseconds."""
    return int(time.seconds) * 1_000_000_000 + int(time.nanos)


class Repetition:
    """The expected message: `path` has `value` (an encoded `kuksa.val.v2.Value`), with any timestamp."""

    __slots__ = ("_heads", "_key", "_tail")

    def __init__(self, path: str, value: bytes) -> None:
        name = path.encode()
        self._key = KEY + _length(len(name)) + name
        self._tail = VALUE + _length(len(value)) + value
        self._heads: dict[int, bytes] = {}

    def matches(self, message: bytes) -> bool:
        """Return whether the message is the expected one, with any timestamp, even one that cannot be decoded."""
        head = self._heads.get(len(message))
        if head is None:
            head = self._heads[len(message)] = self._head(len(message))
        return bool(head) and message.startswith(head) and message.endswith(self._tail)

    def reported_in(self, message: bytes) -> int | None:
        """Return the source's timestamp in nanoseconds if the message is exactly the expected one; else None."""
        if not self.matches(message):
            return None
        try:
            return nanoseconds(Timestamp.FromString(message[len(self._heads[len(message)]) : -len(self._tail)]))
        except DecodeError:
            return None

    def _head(self, length: int) -> bytes:
        """Return the bytes before the timestamp in a message of this length; empty if it cannot match."""
        entry = length - 2
        point = entry - len(self._key) - 2
        timestamp = point - len(self._tail) - 2
        if timestamp < 0 or entry >= ONE_BYTE:
            return b""
        return ENTRY + _length(entry) + self._key + POINT + _length(point) + TIMESTAMP + _length(timestamp)


def _length(count: int) -> bytes:
    """Encode a length in one byte; a longer one results in bytes that match no message."""
    return bytes([min(count, 0xFF)])
