"""A plain MQTT client with the certificate of a car, which may behave badly."""

from __future__ import annotations

import ssl
import threading
from pathlib import Path

import msgspec
import paho.mqtt.client as mqtt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from carlendar.telemetry.envelope import Envelope, Receipt
from carlendar.telemetry.schema import Topic
from carlendar_fleet.broker.connection import Address
from tests.fakes.waiting import wait_until
from tests.fleet.cars import payload


def key_and_request(vehicle: str) -> tuple[bytes, bytes]:
    """A new key, and the certificate request that it signs (both PEM)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, vehicle)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return text, request.public_bytes(serialization.Encoding.PEM)


class Client:
    """Connects at once, and keeps what it receives."""

    def __init__(
        self,
        name: str,
        address: Address,
        files: tuple[Path, Path] | None,
        authority: Path,
        client_id: str,
        qos: int = 1,
    ) -> None:
        self.name, self.qos = name, qos
        self.received: dict[str, list[bytes]] = {}
        self.answers: dict[int, ReasonCode] = {}
        self.connections = self.ends = 0
        self.refused = ""
        self._lock = threading.Lock()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5)
        context = ssl.create_default_context(cafile=str(authority))
        if files is not None:
            context.load_cert_chain(*files)
        self._client.tls_set_context(context)
        self._client.username_pw_set(name)
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)
        self._client.on_connect, self._client.on_message = self._on_connect, self._on_message
        self._client.on_publish, self._client.on_disconnect = self._on_publish, self._on_disconnect
        self._client.connect(address.host, address.port, 60)
        self._client.loop_start()

    def _on_connect(
        self, made: mqtt.Client, _data: object, _flags: mqtt.ConnectFlags, code: ReasonCode, _more: Properties | None
    ) -> None:
        if code.is_failure:
            self.refused = str(code)
        else:
            made.subscribe("vehicles/#", qos=1)
            self.connections += 1

    def _on_message(self, _made: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._lock:
            self.received.setdefault(message.topic, []).append(bytes(message.payload))

    def _on_publish(self, _made: mqtt.Client, _data: object, number: int, code: ReasonCode, _more: Properties) -> None:
        self.answers[number] = code

    def _on_disconnect(self, *_values: object) -> None:
        self.ends += 1

    def wait_connected(self) -> None:
        wait_until(lambda: self.connections, what="the connection")

    def publish(self, topic: str, content: bytes) -> str:
        """Publish, and return the broker's answer."""
        number = self._client.publish(topic, content, qos=self.qos).mid
        wait_until(lambda: number in self.answers, what="the broker's answer")
        return str(self.answers[number])

    def publish_retained(self, topic: str, content: bytes) -> None:
        """Publish a message that the broker is to keep, without waiting for its answer."""
        self._client.publish(topic, content, qos=self.qos, retain=True)

    def send(self, *envelopes: Envelope, topic: Topic = Topic.USAGE, vehicle: str = "") -> str:
        """Publish events, as one message."""
        return self.publish(f"vehicles/{vehicle or self.name}/telemetry/{topic}", payload(envelopes))

    def receipted(self) -> set[str]:
        """The ids of all receipts."""
        with self._lock:
            found = list(self.received.get(f"vehicles/{self.name}/receipts", []))
        receipts = [msgspec.json.decode(each, type=Receipt) for each in found]
        return {each for one in receipts for each in (*one.committed, *one.refused)}

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
