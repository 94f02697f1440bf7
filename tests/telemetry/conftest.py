"""A car's telemetry against a real broker and a small back end."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar.platform.clock import BoottimeClock
from carlendar.telemetry.control import Reported
from carlendar.telemetry.envelope import instant
from carlendar.telemetry.link import Endpoint, MqttLink, tls_context
from carlendar.telemetry.publisher import DataBudget, Pace, Publisher, VehicleInfo
from carlendar.telemetry.queue import EventQueue
from carlendar.telemetry.schema import Topic
from carlendar.telemetry.topics import Incoming, Outgoing, TopicMap, VehicleTopics
from tests.fakes.back_end import BackEnd
from tests.fakes.clocks import ManualClocks
from tests.fakes.mosquitto import Mosquitto, mosquitto

NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
CAR = "car-0001"
ANA = "profile-ana"
ALL_TOPICS = {ANA: {Topic.DIAGNOSTICS: 1, Topic.USAGE: 1, Topic.MOBILITY: 1}}
QUICK = Pace(settle=0.0, every=0.2, collect=0.0, receipt=0.5, back_off=0.1, most=1.0)


@dataclass
class Car:
    """A car: its queue, and publishers as they are started."""

    folder: Path
    broker: Mosquitto
    clocks: ManualClocks
    topics: TopicMap = field(default_factory=lambda: VehicleTopics(CAR))
    limit: int = 1_000_000
    pace: Pace = QUICK
    handle: Callable[[Incoming], list[Outgoing]] = field(default=lambda _: [])
    name: str = CAR

    def __post_init__(self) -> None:
        self.queue = queue(self.folder)
        self.budget = DataBudget(self.queue, self.clocks, self.limit)
        certificate, key = self.broker.authority.issue(self.name, brand="aurora")
        pem = self.folder / "vehicle.pem"
        pem.write_bytes(certificate.read_bytes() + key.read_bytes())
        self.certificate = certificate
        self.endpoint = Endpoint("localhost", self.broker.port, self.broker.authority.ca_file, pem)
        self.context = tls_context(self.endpoint)
        self.links: list[MqttLink] = []

    def reopen(self) -> None:
        """Reopen the queue, as after a restart."""
        self.queue.close()
        self.queue = queue(self.folder)
        self.budget = DataBudget(self.queue, self.clocks, self.limit)

    def publisher(self) -> Publisher:
        """A new publisher, not started."""
        vehicle = VehicleInfo(self.name, "aurora", "A1", "0.1.0")
        return Publisher(
            self.queue, vehicle, self.topics, self._connect, BoottimeClock(), self.clocks, lambda: 0.5, self.budget,
            self.handle, self._report, pace=self.pace,
        )  # fmt: skip

    def _connect(self, received: Callable[[Incoming], None], lost: Callable[[], None]) -> MqttLink:
        self.links.append(MqttLink(self.endpoint, self.topics, self.context, received, lost))
        return self.links[-1]

    def _report(self) -> Reported:
        return Reported(softwareversion="0.1.0", brand="aurora", model="A1", time=instant(self.clocks.now()))


def queue(folder: Path, most: int = 4_000) -> EventQueue:
    """The queue in a folder."""
    return EventQueue(folder, lambda: str(uuid.uuid4()), lambda: uuid.uuid4().hex, most=most)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    """A broker for the tests of a module."""
    with mosquitto(tmp_path_factory.mktemp("broker")) as running:
        yield running


@pytest.fixture
def back_end(broker: Mosquitto) -> Iterator[BackEnd]:
    """A back end that confirms everything."""
    running = BackEnd(broker)
    yield running
    running.stop()


@pytest.fixture
def car(tmp_path: Path, broker: Mosquitto) -> Iterator[Car]:
    """A car whose driver consented to everything."""
    made = Car(tmp_path / "telemetry", broker, ManualClocks(NOW))
    made.queue.consent(ALL_TOPICS, NOW)
    yield made
    made.queue.close()


@pytest.fixture
def running(car: Car) -> Iterator[Callable[[], Publisher]]:
    """Starts publishers, which are stopped at the end."""
    with ExitStack() as stack:

        def start() -> Publisher:
            publisher = car.publisher()
            publisher.network(True)
            publisher.start()
            stack.callback(publisher.stop, 10.0)
            return publisher

        yield start
