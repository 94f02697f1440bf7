"""A simulated car: the car's own telemetry with its queue and its MQTT client, in a folder of its own."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from carlendar.domain.base import Value
from carlendar.domain.driver_settings import KeptSettings
from carlendar.domain.ports import Fields
from carlendar.platform.clock import BoottimeClock
from carlendar.telemetry.agent import AgentPorts, TelemetryAgent
from carlendar.telemetry.commands import VerificationKeys
from carlendar.telemetry.identity import VehicleIdentity
from carlendar.telemetry.link import Endpoint, MqttLink, ResumingContext, tls_context
from carlendar.telemetry.publisher import BrokerConnection, Pace, VehicleInfo
from carlendar.telemetry.schema import Topic
from carlendar.telemetry.topics import Incoming, VehicleTopics

PROFILE = "driver"
MONTHLY_BYTES = 2**40
"""No limit: a simulation passes a month's events in minutes."""
LIVE = Pace(settle=0.0, every=2.0, collect=2.0, receipt=10.0, back_off=0.5, most=5.0)

Wrap = Callable[[BrokerConnection], BrokerConnection]
"""Wraps a connection, for example to inject faults."""


class CarEnvironment(Value, frozen=True):
    """What all simulated cars share: the broker, and how their connections are wrapped."""

    host: str
    port: int
    authority: Path
    keys: VerificationKeys
    pace: Pace = LIVE
    wrap: Wrap = lambda connection: connection


class SkewedClock:
    """The time of day of a car whose clock is fast or slow by `skew`."""

    def __init__(self, now: Callable[[], datetime], skew: timedelta = timedelta()) -> None:
        self._now, self.skew = now, skew

    def now(self) -> datetime:
        """Return the car's time (UTC)."""
        return self._now() + self.skew

    def zone(self) -> tzinfo:
        """Return UTC."""
        return UTC

    def is_set(self) -> bool:
        """Return True."""
        return True

    def rate(self) -> float:
        """Return 1.0."""
        return 1.0


class _Actions:
    """Executes commands for a simulated car."""

    def __init__(self, car: SimulatedCar) -> None:
        self._car = car

    def calendar_changed(self) -> None:
        """Record the call."""
        self._car.done.append("calendar_changed")

    def erase(self) -> None:
        """Erase the telemetry, as a car does with all data."""
        self._car.done.append("erase")
        self._car.agent.erase()

    def show_stored(self) -> Mapping[str, int]:
        """Return counts of what waits."""
        self._car.done.append("show_stored")
        return {f"telemetry_{topic}": count for topic, count in self._car.agent.held().items()}

    def restart(self) -> None:
        """Record the call."""
        self._car.done.append("restart")

    def settings_kept(self, kept: KeptSettings) -> None:
        """Record the call: simulated drivers have no settings."""
        self._car.done.append(f"settings {kept.outcome}")


class SimulatedCar:
    """One car. Its key is made in its folder; connect it after its certificate was installed."""

    def __init__(
        self,
        folder: Path,
        vehicle: VehicleInfo,
        subject: str,
        environment: CarEnvironment,
        wall: SkewedClock,
        seed: str,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.vehicle, self.wall = vehicle, wall
        self.done: list[str] = []
        self.policies: list[str] = []
        self._environment, self._chance = environment, random.Random(seed)
        self._subjects = [subject]
        self._identity = VehicleIdentity(folder, vehicle.id, vehicle.brand, vehicle.model)
        self._folder = folder
        self.agent = self._made()

    def _made(self) -> TelemetryAgent:
        environment = self._environment
        endpoint = Endpoint(environment.host, environment.port, environment.authority, self._identity.file)
        topics = VehicleTopics(self.vehicle.id)

        contexts: list[ResumingContext] = []

        def connect(received: Callable[[Incoming], None], lost: Callable[[], None]) -> BrokerConnection:
            if not contexts:  # not before the certificate is there
                contexts.append(tls_context(endpoint))
            return environment.wrap(MqttLink(endpoint, topics, contexts[0], received, lost))

        ports = AgentPorts(
            connect=connect, topics=topics, elapsed=BoottimeClock(), wall=self.wall, chance=self._chance.random,
            new_id=self._new_id, new_subject=self._new_subject,
            adopt_policy=lambda settings, _document: self.policies.append(settings), authority=environment.authority,
        )  # fmt: skip
        return TelemetryAgent(
            self._folder, self.vehicle, ports, environment.keys, monthly_bytes=MONTHLY_BYTES, pace=environment.pace
        )

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self._chance.getrandbits(128), version=4))

    def _new_subject(self) -> str:
        return self._subjects.pop() if self._subjects else f"{self._chance.getrandbits(128):032x}"

    def request(self) -> bytes:
        """Return the certificate request of the car's key (PEM)."""
        return self._identity.request().encode()

    def install(self, certificate: bytes) -> None:
        """Install the certificate (PEM). Raises RefusedError for one of another key or vehicle."""
        self._identity.install(certificate.decode(), self.wall.now())

    def start(self) -> None:
        """Connect, and publish what is recorded."""
        self.agent.start(_Actions(self))
        self.agent.network(True)

    def stop(self) -> None:
        """Disconnect. What was not published is kept in the folder."""
        self.agent.stop()

    def restart(self) -> None:
        """Stop, and begin again from what the folder holds."""
        self.stop()
        self.agent = self._made()
        self.start()

    def consent(self, *topics: Topic) -> None:
        """Consent to these topics, and to no others."""
        self.agent.consent({PROFILE: dict.fromkeys(topics, 1)})

    def record(self, name: str, fields: Fields) -> None:
        """Record an event of the driver."""
        self.agent.record(name, fields, PROFILE)
