"""What answers the emulated car: confirms its events, and gives it signed commands until it reports their results."""

from __future__ import annotations

import base64
import ssl
import uuid
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from carlendar.telemetry import control, envelope
from carlendar.telemetry.schema import ConsentEvent
from carlendar.telemetry.signing import public_bytes, sign
from carlendar_devtools.emulator.fleet.broker import BACK_END, VEHICLE, FleetBroker

KEPT = 40
"""Events that are shown."""
COMMANDS = ("calendar_changed", "show_stored", "managed_settings", "erase_car")
POLICY = "[late]\nallowed = false\n"
"""The settings of the command `managed_settings`: a restriction that is seen on the display."""
VALID = timedelta(hours=1)


class FleetBackEnd:
    """Connects to the broker as the back end. `now` is the emulated time; `changed` is called on another thread."""

    def __init__(self, broker: FleetBroker, now: Callable[[], datetime], changed: Callable[[], None]) -> None:
        self._now, self._changed = now, changed
        self.events: deque[tuple[str, str]] = deque(maxlen=KEPT)
        """Time and text of the latest events, newest first."""
        self.published = 0
        self.consents: dict[str, bool] = {}
        """The consents of the driver whose event came last, by topic."""
        self.results: deque[tuple[str, str]] = deque(maxlen=6)
        """Name and outcome of the latest commands, newest first."""
        self._seen: set[str] = set()
        self._numbers: Counter[str] = Counter()
        self._open: dict[str, bytes] = {}
        keys = [Ed25519PrivateKey.generate() for _ in range(4)]
        self._command_key, self._policy_key, *self._approvers = keys
        context = ssl.create_default_context(cafile=str(broker.ca_file))
        context.load_cert_chain(broker.certificate(BACK_END))
        self._client = Client(CallbackAPIVersion.VERSION2, BACK_END, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.tls_set_context(context)
        self._client.reconnect_delay_set(1, 2)
        topics = [(f"vehicles/{VEHICLE}/{each}", 1) for each in ("telemetry/#", "reported", "results")]
        self._client.on_connect = lambda client, *_: client.subscribe(topics)
        self._client.on_message = self._on_message
        self._port = broker.port

    def platform_section(self, broker: FleetBroker) -> str:
        """Return the section of the platform file that names this back end."""
        public = [base64.b64encode(public_bytes(each)).decode() for each in (self._command_key, self._policy_key)]
        approvers = ", ".join(f'"{base64.b64encode(public_bytes(each)).decode()}"' for each in self._approvers)
        return (
            f'[fleet]\nbroker = "localhost:{broker.port}"\nvehicle = "{VEHICLE}"\nmodel = "emulated"\n'
            f'ca_file = "{broker.ca_file}"\ncommand_keys = ["{public[0]}"]\npolicy_keys = ["{public[1]}"]\n'
            f"erase_keys = [{approvers}]\n"
        )

    def start(self) -> None:
        """Connect; it is repeated for as long as the broker is away."""
        self._client.connect_async("localhost", self._port)
        self._client.loop_start()

    def stop(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()

    def command(self, name: str) -> None:
        """Give a command: it is sent now, and again whenever the car reports, until there is a result."""
        self._numbers[name] += 1
        now = self._now()
        common: dict[str, Any] = {
            "id": str(uuid.uuid4()), "vehicle": VEHICLE, "number": self._numbers[name],
            "issued": envelope.instant(now), "expires": envelope.instant(now + VALID), "version": 1,
        }  # fmt: skip
        made: control.VehicleCommand
        signers = [self._command_key]
        if name == "managed_settings":
            made, signers = control.ManagedSettings(settings=POLICY, **common), [self._policy_key]
        elif name == "erase_car":
            made, signers = control.EraseCar(**common), self._approvers
        else:
            made = control.CalendarChanged(**common) if name == "calendar_changed" else control.ShowStored(**common)
        document = sign(msgspec.json.encode(made), *signers)
        self._open[made.id] = document
        self.results.appendleft((name, "sent"))
        self._send(f"commands/{name}", document)

    def _send(self, topic: str, payload: bytes) -> None:
        self._client.publish(f"vehicles/{VEHICLE}/{topic}", payload, qos=1)

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        kind = message.topic.split("/")[2]
        payload = bytes(message.payload)
        try:
            if kind == "telemetry":
                self._take_events(payload)
            elif kind == "results":
                self._take_result(msgspec.json.decode(payload, type=control.CommandResult))
            elif self._open:
                documents = tuple(each.decode() for each in self._open.values())
                self._send("desired", msgspec.json.encode(control.Desired(documents)))
        except (ValueError, msgspec.DecodeError) as error:
            self.events.appendleft(("", f"unreadable: {type(error).__name__}"))
        self._changed()

    def _take_events(self, payload: bytes) -> None:
        found = [envelope.decode(each) for each in envelope.split(payload)]
        for each in found:
            if each.id in self._seen:
                continue
            self._seen.add(each.id)
            event = envelope.event_of(each)
            if isinstance(event, ConsentEvent):
                self.consents[event.topic.value] = event.granted
            self.events.appendleft((each.time[11:19], _text(event.about.name, msgspec.to_builtins(event))))
            self.published += 1
        receipt = envelope.Receipt(committed=tuple(each.id for each in found))
        self._send("receipts", msgspec.json.encode(receipt))

    def _take_result(self, result: control.CommandResult) -> None:
        if result.outcome is not control.CommandOutcome.WAITING:
            self._open.pop(result.id, None)
        if not result.repeated:
            counts = ", ".join(f"{name} {count}" for name, count in result.counts.items())
            self.results.appendleft(
                (result.name or "unknown", f"{result.outcome.value}{': ' if counts else ''}{counts}")
            )


def _text(name: str, fields: dict[str, Any]) -> str:
    """An event as a person reads it."""
    known = ((field, value) for field, value in fields.items() if value is not None)
    said = (f"{field.replace('_', ' ')} {str(value).replace('_', ' ')}" for field, value in known)
    return f"{name.replace('_', ' ')}: {', '.join(said)}"
