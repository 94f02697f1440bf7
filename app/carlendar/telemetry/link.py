"""One connection to the broker: MQTT by paho over TLS, within what Azure's brokers allow.

Quality of service 1 only, no user properties, no shared subscriptions, no retained messages, a clean session: what must
arrive is offered again by either side. The TLS session is kept in memory, so that a reconnection during a trip costs
about half of the first connection.
"""

from __future__ import annotations

import logging
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from carlendar.domain.base import Value
from carlendar.errors import OfflineError, RefusedError, ServiceError
from carlendar.telemetry.topics import Incoming, Outgoing, Received, TopicMap

KEEP_ALIVE = 900
"""Seconds; Event Grid allows 1,160 at most."""
TIMEOUT = 20.0
"""Seconds for connecting, and for the broker's acknowledgement of a message."""
FAREWELL = 1.0
"""Seconds for the packet that ends a connection."""
PACKET_LIMIT = 256 * 1024
"""Maximum size of a message to the car in bytes."""
PACKET_HEADER = 52
"""Bytes of IP and TCP headers in each segment."""

_log = logging.getLogger(__name__)


class Endpoint(Value, frozen=True):
    """A broker's address, the authority that it is verified against, and the car's certificate with its key (PEM).

    `password` returns the password of the next connection; None where the certificate is enough.
    """

    host: str
    port: int
    ca_file: Path | None = None
    certificate: Path | None = None
    password: Callable[[], str] | None = None


class ResumingContext(ssl.SSLContext):
    """A context whose connections resume the TLS session of the one before."""

    session: ssl.SSLSession | None = None
    opened: ssl.SSLSocket | None = None
    """The latest connection, which the client does not close if its handshake fails."""

    def wrap_socket(self, sock: socket.socket, *args: Any, **options: Any) -> ssl.SSLSocket:
        """As of `ssl.SSLContext`, with the session."""
        options["session"], self.session = self.session, None  # after a failure a full handshake is made
        self.opened = super().wrap_socket(sock, *args, **options)
        return self.opened


def tls_context(endpoint: Endpoint) -> ResumingContext:
    """Return the context of an endpoint's connections: TLS 1.2 or later. Raises RefusedError for unusable files."""
    context = ResumingContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if endpoint.ca_file is None:
            context.load_default_certs()
        else:
            context.load_verify_locations(endpoint.ca_file)
        if endpoint.certificate is not None:
            context.load_cert_chain(endpoint.certificate)
    except (OSError, ssl.SSLError) as error:
        raise RefusedError("The certificates of the fleet's broker cannot be used.", key="certificate") from error
    return context


class MqttLink:
    """One connection. `received` and `lost` are called on its own thread."""

    def __init__(
        self,
        endpoint: Endpoint,
        topics: TopicMap,
        context: ssl.SSLContext,
        received: Callable[[Incoming], None],
        lost: Callable[[], None],
    ) -> None:
        self._endpoint, self._topics, self._context = endpoint, topics, context
        self._received, self._lost = received, lost
        self._answered, self._refusal = threading.Event(), ""
        self._up = self._subscribed = False
        self._bytes = 0
        self._answers: dict[int, bool] = {}
        self._changed = threading.Condition()
        self._client = self._new_client()

    def open(self) -> None:
        """Connect and subscribe. Raises OfflineError, RefusedError (by the broker) or ServiceError."""
        endpoint, client = self._endpoint, self._client
        try:
            client.connect(endpoint.host, endpoint.port, KEEP_ALIVE)  # the first one of a client starts clean
        except OSError as error:
            self._close_opened()
            if isinstance(error, ssl.SSLCertVerificationError):
                raise RefusedError("The broker's certificate is not trusted.", key="certificate") from error
            raise OfflineError("The fleet's broker cannot be reached.", detail=type(error).__name__) from error
        client.loop_start()
        if not self._answered.wait(TIMEOUT) or not self._up:
            self.close()
            if self._answered.is_set():
                raise RefusedError("The broker refused the connection.", detail=self._refusal or "closed")
            raise ServiceError("The broker did not answer.")
        self._keep_session()
        client.subscribe([(topic, 1) for topic in self._topics.subscriptions])
        with self._changed:
            self._changed.wait_for(lambda: self._subscribed or not self._up, TIMEOUT)
        if not self._subscribed:
            self.close()
            raise ServiceError("The broker did not answer.")

    @property
    def up(self) -> bool:
        """Whether the connection stands."""
        return self._up

    def publish(self, message: Outgoing) -> bool:
        """Publish and wait for the broker's acknowledgement; False if it refused the message.

        Raises ServiceError if the connection is lost or the broker does not answer.
        """
        properties = None
        if self._topics.version5:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # of paho
            properties.PayloadFormatIndicator = 1
            if message.content_type:
                properties.ContentType = message.content_type
        mid = self._client.publish(message.topic, message.payload, qos=1, properties=properties).mid
        with self._changed:
            self._changed.wait_for(lambda: mid in self._answers or not self._up, TIMEOUT)
            if mid not in self._answers:
                raise ServiceError("The connection to the broker was lost.")
            accepted = self._answers.pop(mid)
        self._keep_session()
        return accepted

    def traffic(self) -> int:
        """The bytes on the wire since the connection was opened, both ways, with TLS and the headers of packets."""
        self._measure(self._client.socket())
        return self._bytes

    def close(self) -> None:
        """Disconnect, if connected."""
        self._client.disconnect()
        with self._changed:
            self._changed.wait_for(lambda: not self._up, FAREWELL)
        self._client.loop_stop()
        self._up = False

    def _close_opened(self) -> None:
        context = self._context
        if isinstance(context, ResumingContext) and context.opened is not None:
            context.opened.close()

    def _measure(self, connection: object) -> None:
        if isinstance(connection, socket.socket):
            with suppress(OSError):
                self._bytes = max(self._bytes, _traffic(connection))

    def _keep_session(self) -> None:
        """Keep the TLS session for the next connection; its tickets arrive after the handshake."""
        found, context = self._client.socket(), self._context
        if isinstance(found, ssl.SSLSocket) and isinstance(context, ResumingContext):
            context.session = found.session or context.session

    def _new_client(self) -> Client:
        topics = self._topics
        version = MQTTProtocolVersion.MQTTv5 if topics.version5 else MQTTProtocolVersion.MQTTv311
        clean = None if topics.version5 else True
        client = Client(
            CallbackAPIVersion.VERSION2, topics.client_id, clean_session=clean, protocol=version,
            reconnect_on_failure=False,
        )  # fmt: skip
        client.tls_set_context(self._context)
        client.connect_timeout = TIMEOUT
        password = self._endpoint.password
        if topics.username:
            client.username_pw_set(topics.username, password() if password is not None else None)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_disconnect = self._on_disconnect
        client.on_socket_close = lambda _client, _data, connection: self._measure(connection)
        return client

    def _on_connect(self, _client: Client, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        self._up = not code.is_failure
        self._refusal = code.getName() if code.is_failure else ""
        self._answered.set()

    def _on_subscribe(self, *_: object) -> None:
        with self._changed:
            self._subscribed = True
            self._changed.notify_all()

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        if len(message.payload) > PACKET_LIMIT:
            return
        incoming = self._topics.incoming(message.topic, bytes(message.payload))
        if incoming.kind is not Received.IGNORED:
            self._received(incoming)

    def _on_publish(self, _client: Client, _data: Any, mid: int, code: Any, _properties: Any) -> None:
        if code.is_failure:
            _log.warning("the broker refused a message: %s", code.getName())
        with self._changed:
            self._answers[mid] = not code.is_failure
            self._changed.notify_all()

    def _on_disconnect(self, _client: Client, _data: Any, _flags: Any, _code: Any, _properties: Any) -> None:
        with self._changed:
            self._up = False
            self._changed.notify_all()
        self._answered.set()
        self._lost()


def _traffic(connection: socket.socket) -> int:
    """The bytes that a TCP connection has sent and received, with headers (tcp(7), struct tcp_info of Linux)."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    sent, received = struct.unpack_from("QQ", info, 120)
    segments = sum(struct.unpack_from("II", info, 136))
    return int(sent + received + PACKET_HEADER * segments)
