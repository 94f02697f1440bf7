"""What mosquitto keeps while ingestion is away is bounded, and what it drops at the bound is not lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from carlendar.telemetry.commands import VerificationKeys
from carlendar.telemetry.publisher import BrokerConnection, Pace, VehicleInfo
from carlendar.telemetry.schema import Topic
from carlendar.telemetry.topics import Outgoing
from carlendar_fleet.broker.mosquitto import QueueLimit
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment
from carlendar_fleet.simulate.car import CarEnvironment, SimulatedCar, SkewedClock
from tests.fakes.waiting import wait_until
from tests.fleet.cars import JOIN, Car, rows
from tests.fleet.clients import Client
from tests.fleet.conftest import Stand

MESSAGES, SIZE = 5, 2**20
PACE = Pace(settle=0.0, every=0.2, collect=0.0, receipt=0.5, back_off=0.05, most=0.5)
EVENTS = 30


@pytest.fixture
def bounded(tmp_path: Path) -> Iterator[Callable[[QueueLimit], Stand]]:
    """Makes a back end whose broker keeps little."""
    made: list[Stand] = []

    def make(limit: QueueLimit) -> Stand:
        made.append(Stand(DataFolder(tmp_path / "fleet"), limit))
        return made[-1]

    yield make
    for stand in made:
        stand.close()


def filler(stand: Stand) -> tuple[Client, Car]:
    """A client that publishes each event once only, whose consent is known."""
    client, car = stand.client("filler"), Car("filler")
    client.wait_connected()
    consent = car.consent(Topic.USAGE, at=stand.now())
    client.send(consent, topic=Topic.CONSENT)
    wait_until(lambda: consent.id in client.receipted(), what="the receipt of the consent")
    return client, car


class Published:
    """A car's connection that counts the messages with events which the broker has acknowledged."""

    def __init__(self, inner: BrokerConnection, acknowledged: list[bool]) -> None:
        self._inner, self._acknowledged = inner, acknowledged

    @property
    def up(self) -> bool:
        return self._inner.up

    def open(self) -> None:
        self._inner.open()

    def publish(self, message: Outgoing) -> bool:
        accepted = self._inner.publish(message)
        if message.topic.endswith(f"/telemetry/{Topic.USAGE}"):
            self._acknowledged.append(accepted)
        return accepted

    def traffic(self) -> int:
        return self._inner.traffic()

    def close(self) -> None:
        self._inner.close()


def driven(stand: Stand, acknowledged: list[bool]) -> SimulatedCar:
    """A car with its own queue, connected, with a driver who has consented."""
    environment = CarEnvironment(
        stand.broker.host, stand.broker.port, stand.authority.certificate_file, VerificationKeys({}, {}, {}), PACE,
        lambda inner: Published(inner, acknowledged),
    )  # fmt: skip
    vehicle = VehicleInfo("car-1", "neutral", "m1", "0.1.0")
    car = SimulatedCar(
        stand.data.root / "cars" / "car-1", vehicle, "a" * 32, environment, SkewedClock(stand.now, timedelta()), "1"
    )
    database = Database(stand.data.registry)
    enrolment = Enrolment(database, stand.authority)
    enrolment.vehicles.enrol(vehicle.id, vehicle.brand, vehicle.model, stand.now())
    car.install(enrolment.certify(vehicle.id, car.request(), stand.now()))
    database.close()
    car.consent(Topic.USAGE)
    car.start()
    return car


def test_what_the_broker_drops_at_its_bound_is_published_again_until_it_is_in_the_tables(
    bounded: Callable[[QueueLimit], Stand],
) -> None:
    stand = bounded(QueueLimit(messages=MESSAGES))
    stand.start_ingestion()
    other, others = filler(stand)
    acknowledged: list[bool] = []
    car = driven(stand, acknowledged)
    try:
        wait_until(lambda: not car.agent.held(), what="the receipt of the car's consent")
        stand.stop_ingestion()
        for _ in range(20):
            assert other.send(others.event(JOIN, stand.now())) == "Success", "no publisher is notified"
        for number in range(EVENTS):
            car.record("join", {"service": "zoom", "way": "data", "outcome": "connected", "connected_ms": number})
        car.agent.flush()
        wait_until(lambda: acknowledged and all(acknowledged), what="the broker's acknowledgement of what it drops")
        stand.start_ingestion()
        wait_until(lambda: not car.agent.held(), 30, what="the receipts of the car's events")
    finally:
        car.stop()
    stand.stop_ingestion()
    found = rows(stand.data, "join")
    stored = [row["connected_ms"] for row in found if row["vehicle_id"] == "car-1"]
    assert sorted(stored, key=str) == sorted(range(EVENTS), key=str)
    assert sum(row["vehicle_id"] == "filler" for row in found) == MESSAGES, "the bound was reached"


def test_the_brokers_memory_is_bounded_while_ingestion_is_away(bounded: Callable[[QueueLimit], Stand]) -> None:
    stand = bounded(QueueLimit(size=SIZE))
    stand.start_ingestion()
    stand.stop_ingestion()  # its session stays
    client = stand.client("car-1")
    client.wait_connected()
    before = memory(stand)
    for _ in range(40):
        client.publish("vehicles/car-1/telemetry/usage", b"x" * 500_000)
    assert memory(stand) - before < 8 * SIZE, "20 MB were published"


def memory(stand: Stand) -> int:
    """The broker's memory in bytes (proc(5))."""
    return int(Path(f"/proc/{stand.broker.pid}/statm").read_text().split()[1]) * 4096
