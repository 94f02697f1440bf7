"""Where messages go: the topics, user name and protocol version of each kind of broker.

One client serves all of them. A `TopicMap` says how to connect, where each kind of message is published, and what a
received message is.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from carlendar.domain.base import Value
from carlendar.telemetry.envelope import CONTENT_TYPE


class Kind(StrEnum):
    """The kinds of messages from a car."""

    TELEMETRY = "telemetry"
    REPORTED = "reported"
    RESULTS = "results"
    SETTINGS = "settings"
    """Requests for a driver's settings; not at an IoT hub."""


class Outgoing(Value, frozen=True):
    """A message to publish, always with quality of service 1."""

    topic: str
    payload: bytes
    content_type: str = ""


class Received(StrEnum):
    """The kinds of received messages."""

    TELEMETRY = "telemetry"
    """Of a car, as an aggregating module receives it; so with the next two."""
    REPORTED = "reported"
    RESULTS = "results"
    RECEIPT = "receipt"
    DESIRED = "desired"
    COMMAND = "command"
    SETTINGS = "settings"
    """The answer about a driver's settings."""
    IGNORED = "ignored"


class Incoming(Value, frozen=True):
    """A received message; `topic` is the consent topic of telemetry.

    A call expects a response at the topic `reply_to`, where `{status}` is 200 or 400.
    """

    kind: Received
    payload: bytes = b""
    reply_to: str = ""
    topic: str = ""


class TopicMap(Protocol):
    """The conventions of one kind of broker."""

    client_id: str
    """The session's name."""
    username: str
    """Empty where the certificate says it."""
    version5: bool
    """Whether it speaks MQTT 5, else 3.1.1."""
    subscriptions: tuple[str, ...]

    def outgoing(self, kind: Kind, payload: bytes, *, topic: str = "", content_type: str = CONTENT_TYPE) -> Outgoing:
        """Return the message to publish; `topic` is the consent topic of telemetry."""

    def incoming(self, topic: str, payload: bytes) -> Incoming:
        """Return what a received message is."""

    def greeting(self) -> tuple[Outgoing, ...]:
        """Return what is published after each connection, before anything else."""


class VehicleTopics:
    """Topics of our own on an MQTT 5 broker, within what Azure Event Grid's broker allows; used on mosquitto as well.

    The client's name is the certificate's common name, which is the vehicle's id.
    """

    version5 = True

    def __init__(self, vehicle: str) -> None:
        self.client_id = self.username = vehicle
        self._base = f"vehicles/{vehicle}/"
        wanted = ("receipts", "desired", "commands/+", "settings/answer")
        self.subscriptions = tuple(self._base + each for each in wanted)

    def outgoing(self, kind: Kind, payload: bytes, *, topic: str = "", content_type: str = CONTENT_TYPE) -> Outgoing:
        """Return the message to publish on `vehicles/<id>/<kind>`."""
        path = f"{kind.value}/{topic}" if kind is Kind.TELEMETRY else kind.value
        return Outgoing(self._base + path, payload, content_type)

    def incoming(self, topic: str, payload: bytes) -> Incoming:
        """Return what a received message is, by its topic."""
        path = topic.removeprefix(self._base) if topic.startswith(self._base) else ""
        if path == "receipts":
            return Incoming(Received.RECEIPT, payload)
        if path == "desired":
            return Incoming(Received.DESIRED, payload)
        if path.startswith("commands/"):
            return Incoming(Received.COMMAND, payload)
        if path == "settings/answer":
            return Incoming(Received.SETTINGS, payload)
        return Incoming(Received.IGNORED)

    def greeting(self) -> tuple[Outgoing, ...]:
        """Nothing: the back end sends the desired state when the car reports."""
        return ()


class ModuleTopics:
    """The other side of `VehicleTopics`: of a module between one car and its back end, on the same local broker."""

    version5 = True

    def __init__(self, vehicle: str, name: str) -> None:
        self.client_id = self.username = name
        self._base = f"vehicles/{vehicle}/"
        self.subscriptions = tuple(self._base + each for each in ("telemetry/+", "reported", "results"))

    def outgoing(self, kind: Kind, payload: bytes, *, topic: str = "", content_type: str = CONTENT_TYPE) -> Outgoing:
        """Return the message to publish to the car on `vehicles/<id>/<topic>`."""
        return Outgoing(self._base + (topic or kind.value), payload, content_type)

    def incoming(self, topic: str, payload: bytes) -> Incoming:
        """Return what a car has published, by its topic."""
        path = topic.removeprefix(self._base) if topic.startswith(self._base) else ""
        kind, _, rest = path.partition("/")
        known = {each.value: each for each in (Received.TELEMETRY, Received.REPORTED, Received.RESULTS)}
        return Incoming(known.get(kind, Received.IGNORED), payload, topic=rest)

    def greeting(self) -> tuple[Outgoing, ...]:
        """Nothing."""
        return ()
