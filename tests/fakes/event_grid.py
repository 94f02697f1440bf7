"""A proxy in front of a broker that refuses what Azure Event Grid's MQTT broker refuses, and can disturb connections.

Limits: Microsoft, "MQTT features supported by Azure Event Grid's MQTT broker".
"""

from __future__ import annotations

import select
import socket
import ssl
from contextlib import suppress
from pathlib import Path

from tests.fakes.mosquitto import Mosquitto
from tests.fakes.tls_servers import Listener

PACKET_LIMIT = 512 * 1024
RETAIN_LIMIT = 64 * 1024
KEEP_ALIVE_LIMIT = 1160
SESSION_LIMIT = 8 * 3600
WILL_DELAY_LIMIT = 300
BRIEF = 0.2
"""Seconds to wait for data behind a record of TLS."""
CONNECT, PUBLISH, SUBSCRIBE, DISCONNECT = 1, 3, 8, 14
WILL_DELAY, SESSION_EXPIRY, SUBSCRIPTION_ID, TOPIC_ALIAS, USER_PROPERTY = 0x18, 0x11, 0x0B, 0x23, 0x26

_BYTE, _TWO, _FOUR, _VARIABLE, _TEXT, _PAIR = range(6)
_KINDS = {
    0x01: _BYTE, 0x02: _FOUR, 0x03: _TEXT, 0x08: _TEXT, 0x09: _TEXT, 0x0B: _VARIABLE, 0x11: _FOUR, 0x12: _TEXT,
    0x13: _TWO, 0x15: _TEXT, 0x16: _TEXT, 0x17: _BYTE, 0x18: _FOUR, 0x19: _BYTE, 0x1A: _TEXT, 0x1C: _TEXT, 0x1F: _TEXT,
    0x21: _TWO, 0x22: _TWO, 0x23: _TWO, 0x24: _BYTE, 0x25: _BYTE, 0x26: _PAIR, 0x27: _FOUR, 0x28: _BYTE, 0x29: _BYTE,
    0x2A: _BYTE,
}  # fmt: skip
"""Kinds of MQTT 5 properties by identifier (OASIS, section 2.2.2.2)."""


class _Reader:
    """Reads the fields of one packet."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def number(self, size: int) -> int:
        found = int.from_bytes(self.data[self.at : self.at + size], "big")
        self.at += size
        return found

    def text(self) -> bytes:
        size = self.number(2)
        self.at += size
        return self.data[self.at - size : self.at]

    def variable(self) -> int:
        value, shift = 0, 0
        while True:
            byte = self.number(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return value

    def properties(self) -> dict[int, int]:
        """The numeric properties; others have the value 1."""
        found: dict[int, int] = {}
        end = self.variable() + self.at
        while self.at < end:
            identifier = self.variable()
            kind = _KINDS[identifier]
            if kind in (_BYTE, _TWO, _FOUR):
                found[identifier] = self.number({_BYTE: 1, _TWO: 2, _FOUR: 4}[kind])
            elif kind == _VARIABLE:
                found[identifier] = self.variable()
            else:
                self.text()
                if kind == _PAIR:
                    self.text()
                found[identifier] = 1
        return found


def violation(kind: int, flags: int, body: bytes, *, version5: bool = True) -> str:
    """Return what Event Grid refuses about a packet; empty if it accepts it."""
    if len(body) > PACKET_LIMIT:
        return "packet larger than 512 KiB"
    reader = _Reader(body)
    if kind == CONNECT:
        return _connect(reader)
    if kind == PUBLISH:
        return _publish(reader, flags, body, version5=version5)
    if kind == SUBSCRIBE:
        return _subscribe(reader, version5=version5)
    if kind == DISCONNECT and len(body) > 1:
        reader.number(1)
        return "user property on DISCONNECT" if USER_PROPERTY in reader.properties() else ""
    return ""


def _connect(reader: _Reader) -> str:
    reader.text()
    version, flags, keep_alive = reader.number(1), reader.number(1), reader.number(2)
    if keep_alive > KEEP_ALIVE_LIMIT or keep_alive == 0:
        return "keep-alive longer than 1160 s"
    if flags & 0x18 == 0x10:
        return "will with quality of service 2"
    if version < 5:
        return ""
    found = reader.properties()
    if USER_PROPERTY in found:
        return "user property on CONNECT"
    if found.get(SESSION_EXPIRY, 0) > SESSION_LIMIT:
        return "session expiry longer than 8 h"
    if flags & 0x04:
        reader.text()
        if reader.properties().get(WILL_DELAY, 0) > WILL_DELAY_LIMIT:
            return "will delay longer than 300 s"
    return ""


def _publish(reader: _Reader, flags: int, body: bytes, *, version5: bool) -> str:
    if (flags >> 1) & 3 == 2:
        return "quality of service 2"
    if flags & 1 and len(body) > RETAIN_LIMIT:
        return "retained message larger than 64 KiB"
    reader.text()
    if (flags >> 1) & 3:
        reader.number(2)
    if version5 and reader.properties().get(TOPIC_ALIAS, 0) > 10:
        return "more than 10 topic aliases"
    return ""


def _subscribe(reader: _Reader, *, version5: bool) -> str:
    reader.number(2)
    if version5:
        found = reader.properties()
        if USER_PROPERTY in found:
            return "user property on SUBSCRIBE"
        if SUBSCRIPTION_ID in found:
            return "subscription identifier"
    while reader.at < len(reader.data):
        topic, options = reader.text(), reader.number(1)
        if topic.startswith(b"$share/"):
            return "shared subscription"
        if options & 3 == 2:
            return "subscription with quality of service 2"
    return ""


class EventGrid(Listener):
    """Accepts cars over TLS in place of a broker, checks each packet, and passes it on. Closes on a violation.

    The vehicle connects to mosquitto with the certificate in `identities`, named by its common name.
    """

    def __init__(self, broker: Mosquitto, identities: dict[str, tuple[Path, Path]]) -> None:
        authority = broker.authority
        self._broker, self._identities = broker, identities
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority.ca_file))
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._context.load_cert_chain(authority.server_certificate, authority.server_key)
        self.violations: list[str] = []
        self.packets: list[tuple[int, int]] = []
        """Kinds and sizes of the packets of cars."""
        super().__init__(self._serve)

    def _serve(self, connection: socket.socket) -> None:
        with self._context.wrap_socket(connection, server_side=True) as car:
            subject = dict(item[0] for item in (car.getpeercert() or {}).get("subject", ()))  # type: ignore[misc]  # of ssl
            certificate, key = self._identities[str(subject["commonName"])]
            context = ssl.create_default_context(cafile=str(self._broker.authority.ca_file))
            context.load_cert_chain(certificate, key)
            plain = socket.create_connection(("127.0.0.1", self._broker.port), 5)
            with context.wrap_socket(plain, server_hostname="localhost") as upstream:
                self._relay(car, upstream)

    def _relay(self, car: ssl.SSLSocket, upstream: ssl.SSLSocket) -> None:
        pending = b""
        for each in (car, upstream):
            each.settimeout(BRIEF)
        while True:
            if not any(map(_readable, (car, upstream))) and not select.select([car, upstream], [], [], 30)[0]:
                return
            if (data := _received(car)) is not None:
                if not data:
                    return
                pending = self._checked(pending + data)
                if self.violations:
                    return
                upstream.sendall(data)
            if (data := _received(upstream)) is not None:
                if not data:
                    return
                with suppress(OSError):  # what it sent before it closed is still to be read
                    car.sendall(data)

    def _checked(self, data: bytes) -> bytes:
        """Check all complete packets; return the rest."""
        while True:
            packet = packet_of(data)
            if packet is None:
                return data
            kind, flags, body, data = packet
            self.packets.append((kind, len(body)))
            if why := violation(kind, flags, body):
                self.violations.append(why)


def _received(connection: ssl.SSLSocket) -> bytes | None:
    """What arrived, empty at the end; None if it was nothing but TLS's own."""
    if not _readable(connection):
        return None
    try:
        return connection.recv(65536)
    except TimeoutError:
        return None


def _readable(connection: ssl.SSLSocket) -> bool:
    return connection.pending() > 0 or bool(select.select([connection], [], [], 0)[0])


def packet_of(data: bytes) -> tuple[int, int, bytes, bytes] | None:
    """Return the kind, flags and body of the first packet of MQTT, and the rest; None while it is incomplete."""
    size, shift = 0, 0
    for at in range(1, min(len(data), 5)):
        size |= (data[at] & 0x7F) << shift
        shift += 7
        if not data[at] & 0x80:
            end = at + 1 + size
            return (data[0] >> 4, data[0] & 15, data[at + 1 : end], data[end:]) if len(data) >= end else None
    return None
