"""Recognises a message that repeats the last one by its bytes, without decoding all of it.

A speed that does not change comes ten times a second, and only its timestamp differs. Decoding it costs more than all
that is done with it. What is compared is everything but the timestamp, which alone is decoded: the encoded
`SubscribeResponse` of one entry is, by the protobuf encoding (protobuf.dev, "Encoding") and the messages of
`kuksa.val.v2`,

    0A len  { 0A len path   12 len { 0A len timestamp   12 len value } }

A message that is encoded in any other way is not recognised, and is decoded like every other.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError
from google.protobuf.timestamp_pb2 import Timestamp

ONE_BYTE = 0x80
"""Lengths below this take one byte; no message of one speed is longer."""
ENTRY, KEY, POINT, TIMESTAMP, VALUE = b"\x0a", b"\x0a", b"\x12", b"\x0a", b"\x12"
"""Tags of the fields that are delimited by a length: field number × 8 + 2."""


def nanoseconds(time: Timestamp) -> int:
    """A source's timestamp as it is compared with others."""
    return int(time.seconds) * 1_000_000_000 + int(time.nanos)


class Repetition:
    """The message that is waited for: that `path` has `value` (an encoded `kuksa.val.v2.Value`), at any time."""

    __slots__ = ("_heads", "_key", "_tail")

    def __init__(self, path: str, value: bytes) -> None:
        name = path.encode()
        self._key = KEY + _length(len(name)) + name
        self._tail = VALUE + _length(len(value)) + value
        self._heads: dict[int, bytes] = {}

    def is_in(self, message: bytes) -> bool:
        """Whether the message is this and nothing else, be it with a timestamp that cannot be decoded."""
        head = self._heads.get(len(message))
        if head is None:
            head = self._heads[len(message)] = self._head(len(message))
        return bool(head) and message.startswith(head) and message.endswith(self._tail)

    def reported_in(self, message: bytes) -> int | None:
        """The source's timestamp in nanoseconds, if the message is this and nothing else; else None."""
        if not self.is_in(message):
            return None
        try:
            return nanoseconds(Timestamp.FromString(message[len(self._heads[len(message)]) : -len(self._tail)]))
        except DecodeError:
            return None

    def _head(self, length: int) -> bytes:
        """All that precedes the timestamp in a message of this length; empty where it cannot be this."""
        entry = length - 2
        point = entry - len(self._key) - 2
        timestamp = point - len(self._tail) - 2
        if timestamp < 0 or entry >= ONE_BYTE:
            return b""
        return ENTRY + _length(entry) + self._key + POINT + _length(point) + TIMESTAMP + _length(timestamp)


def _length(count: int) -> bytes:
    """A length in one byte; a longer one makes a head that fits no message."""
    return bytes([min(count, 0xFF)])
