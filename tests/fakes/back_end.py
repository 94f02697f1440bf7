"""The smallest back end: collects what cars publish on a real broker; sends receipts, desired states and commands."""

from __future__ import annotations

import ssl
import threading
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from carlendar.telemetry import envelope
from carlendar.telemetry.control import CommandResult, Desired, Reported
from carlendar.telemetry.envelope import Envelope, Receipt
from carlendar.telemetry.schema import TelemetryEvent
from tests.fakes.mosquitto import BACK_END, Mosquitto


class BackEnd:
    """Receives everything, and confirms events unless `silent`. `desired` is offered whenever a car reports."""

    def __init__(self, broker: Mosquitto, *, silent: bool = False) -> None:
        self.silent = silent
        self.messages: list[tuple[str, bytes]] = []
        self.envelopes: list[Envelope] = []
        self.times: Counter[str] = Counter()
        """How often each event arrived, by id."""
        self.reports: list[Reported] = []
        self.results: list[CommandResult] = []
        self.desired: tuple[str, ...] = ()
        self._subscribed = threading.Event()
        certificate, key = broker.authority.issue(BACK_END)
        context = ssl.create_default_context(cafile=str(broker.authority.ca_file))
        context.load_cert_chain(certificate, key)
        self._client = Client(CallbackAPIVersion.VERSION2, BACK_END, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.tls_set_context(context)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe([(f"vehicles/+/{each}", 1) for each in _TOPICS])
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._on_message
        self._client.connect("localhost", broker.port)
        self._client.loop_start()
        assert self._subscribed.wait(20)

    def stop(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()

    def confirm(self, vehicle: str, ids: Sequence[str]) -> None:
        """Send a receipt."""
        self.send(vehicle, "receipts", msgspec.json.encode(Receipt(committed=tuple(ids))))

    def send(self, vehicle: str, topic: str, payload: bytes) -> None:
        """Publish to a vehicle."""
        self._client.publish(f"vehicles/{vehicle}/{topic}", payload, qos=1)

    def events(self, name: str = "") -> list[TelemetryEvent]:
        """The events that arrived, each once, in order of arrival; those of one name, or all."""
        seen: dict[str, Envelope] = {}
        for each in tuple(self.envelopes):
            seen.setdefault(each.id, each)
        events = [envelope.event_of(each) for each in seen.values()]
        return [each for each in events if name in ("", each.about.name)]

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        vehicle, kind = message.topic.split("/")[1:3]
        payload = bytes(message.payload)
        self.messages.append((message.topic, payload))
        if kind == "telemetry":
            found = [envelope.decode(each) for each in envelope.split(payload)]
            self.envelopes += found
            self.times.update(each.id for each in found)
            if not self.silent:
                self.confirm(vehicle, [each.id for each in found])
        elif kind == "reported":
            self.reports.append(msgspec.json.decode(message.payload, type=Reported))
            if self.desired:
                self.send(vehicle, "desired", msgspec.json.encode(Desired(self.desired)))
        elif kind == "results":
            self.results.append(msgspec.json.decode(message.payload, type=CommandResult))


_TOPICS = ("telemetry/#", "reported", "results")
