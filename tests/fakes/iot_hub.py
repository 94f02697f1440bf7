"""A small Azure IoT hub on the loopback interface: MQTT 3.1.1 over TLS for devices and modules, twins, direct methods.

It refuses what a hub refuses: another protocol version, a wrong user name, an invalid or expired token, quality of
service 2, messages over 256 KiB, more than five subscriptions. Follows Microsoft's documentation; not a broker for
anything else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections import Counter
from contextlib import suppress
from urllib.parse import parse_qs, unquote

from carlendar.telemetry import envelope
from tests.fakes.event_grid import packet_of
from tests.fakes.mosquitto import FleetAuthority
from tests.fakes.tls_servers import Listener

PACKET_LIMIT = 256 * 1024
SUBSCRIPTIONS = 5
API = "?api-version=2021-04-12"


class IotHub(Listener):
    """A hub for one device and its modules. `key` is the shared access key, in base64.

    Events that arrive are confirmed by the direct method `receipts`, unless `silent`.
    """

    def __init__(self, authority: FleetAuthority, host: str, device: str, key: str = "") -> None:
        self.host, self.device, self.key = host, device, key
        self.silent = False
        self.refusals: list[str] = []
        self.events: list[tuple[str, bytes]] = []
        """The properties (in the topic) and payloads of messages to the hub."""
        self.times: Counter[str] = Counter()
        self.reported: dict[str, object] = {}
        self.desired: dict[str, object] = {"$version": 1}
        self.methods: list[tuple[int, bytes]] = []
        """The responses to direct methods: status and payload."""
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority.ca_file))
        self._context.verify_mode = ssl.CERT_OPTIONAL
        self._context.load_cert_chain(authority.server_certificate, authority.server_key)
        self._lock = threading.Lock()
        self._connection: ssl.SSLSocket | None = None
        self._calls = 0
        super().__init__(self._serve)

    def call(self, method: str, payload: bytes) -> None:
        """Call a direct method of the connected device."""
        self._calls += 1
        self._send(f"$iothub/methods/POST/{method}/?$rid={self._calls}", payload)

    def cut(self) -> None:
        """Cut the connection."""
        if self._connection is not None:
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)

    def ids(self) -> list[str]:
        """The ids of all events that arrived, each once."""
        return list(self.times)

    def _send(self, topic: str, payload: bytes) -> None:
        encoded = topic.encode()
        body = len(encoded).to_bytes(2, "big") + encoded + payload
        with self._lock, suppress(OSError):
            if self._connection is not None:
                self._connection.sendall(bytes([0x30]) + _size(len(body)) + body)

    def _reply(self, data: bytes) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.sendall(data)

    def _serve(self, plain: socket.socket) -> None:
        plain.settimeout(60)
        with self._context.wrap_socket(plain, server_side=True) as connection:
            pending, subscriptions = b"", 0
            while data := connection.recv(65536):
                pending += data
                while (packet := packet_of(pending)) is not None:
                    kind, flags, body, pending = packet
                    subscriptions += _topics(body) if kind == 8 else 0
                    if (why := self._on_message(connection, kind, flags, body)) or subscriptions > SUBSCRIPTIONS:
                        self.refusals.append(why or "too many subscriptions")
                        return

    def _on_message(self, connection: ssl.SSLSocket, kind: int, flags: int, body: bytes) -> str:
        if len(body) > PACKET_LIMIT:
            return "message larger than 256 KiB"
        if kind == 1:
            if why := self._refusal(connection, body):
                connection.sendall(b"\x20\x02\x00\x05")
                return why
            self._connection = connection
            self._reply(b"\x20\x02\x00\x00")
        elif kind == 8:
            count = _topics(body)
            self._reply(b"\x90" + _size(2 + count) + body[:2] + b"\x01" * count)
        elif kind == 12:
            self._reply(b"\xd0\x00")
        elif kind == 3:
            if flags >> 1 & 3 == 2:
                return "quality of service 2"
            size = int.from_bytes(body[:2], "big")
            topic, rest = body[2 : 2 + size].decode(), body[2 + size :]
            if flags >> 1 & 3:
                mid, rest = rest[:2], rest[2:]
                self._reply(b"\x40\x02" + mid)
            return self._published(topic, rest)
        return ""

    def _refusal(self, connection: ssl.SSLSocket, body: bytes) -> str:
        fields, at = [], 10
        flags = body[7]
        if body[6] != 4:
            return "not MQTT 3.1.1"
        for present in (True, flags & 0x04, flags & 0x04, flags & 0x80, flags & 0x40):
            size = int.from_bytes(body[at : at + 2], "big") if present else 0
            fields.append(body[at + 2 : at + 2 + size].decode() if present else "")
            at += 2 + size if present else 0
        client, _, _, user, password = fields
        if user != f"{self.host}/{client}/{API}" or client.split("/")[0] != self.device:
            return "wrong user name"
        if not password:
            subject = dict(item[0] for item in (connection.getpeercert() or {}).get("subject", ()))  # type: ignore[misc]  # of ssl
            return "" if subject.get("commonName") == self.device else "no certificate of the device"
        return self._token_refusal(client, password)

    def _token_refusal(self, client: str, password: str) -> str:
        device, _, module = client.partition("/")
        name = f"{self.host}/devices/{device}" + (f"/modules/{module}" if module else "")
        given = parse_qs(password.removeprefix("SharedAccessSignature "))
        resource, signature, expires = (given[each][0] for each in ("sr", "sig", "se"))
        encoded = password.partition("sr=")[2].partition("&")[0]
        signed = hmac.new(base64.b64decode(self.key), f"{encoded}\n{expires}".encode(), hashlib.sha256).digest()
        if resource != name or base64.b64encode(signed).decode() != signature:
            return "invalid token"
        return "" if int(expires) > time.time() else "expired token"

    def _published(self, topic: str, payload: bytes) -> str:
        if topic.startswith("$iothub/twin/GET/"):
            twin = {"desired": self.desired, "reported": self.reported}
            self._send(f"$iothub/twin/res/200/{topic.removeprefix('$iothub/twin/GET/')}", json.dumps(twin).encode())
        elif topic.startswith("$iothub/twin/PATCH/properties/reported/"):
            self.reported |= json.loads(payload)
            self._send(f"$iothub/twin/res/204/{topic.rpartition('/')[2]}&$version=2", b"")
        elif topic.startswith("$iothub/methods/res/"):
            self.methods.append((int(topic.split("/")[3]), payload))
        elif topic.startswith(f"devices/{self.device}/"):
            self._event(unquote(topic.partition("messages/events/")[2]), payload)
        else:
            return f"unknown topic {topic}"
        return ""

    def _event(self, properties: str, payload: bytes) -> None:
        self.events.append((properties, payload))
        if "kind=telemetry" in properties:
            found = [envelope.decode(each).id for each in envelope.split(payload)]
            self.times.update(found)
            if not self.silent:
                self.call("receipts", json.dumps({"committed": found}).encode())


def _topics(body: bytes) -> int:
    """The number of topics in a SUBSCRIBE."""
    at, count = 2, 0
    while at < len(body):
        at += 3 + int.from_bytes(body[at : at + 2], "big")
        count += 1
    return count


def _size(size: int) -> bytes:
    """The remaining length of a packet."""
    encoded = bytearray()
    while True:
        size, digit = divmod(size, 128)
        encoded.append(digit | (0x80 if size else 0))
        if not size:
            return bytes(encoded)
