"""Faults of every kind between simulated cars and the tables, which must equal what the cars published.

    python -m tests.fleet.chaos --seconds 60 --cars 20 --seed 1

The cars use the car's own queue and client. Their connections deliver 5 % of the messages twice, deliver others in
another order, and are cut. Clocks are skewed. Ingestion is killed again and again, and so is the broker. One car is
revoked, and one driver withdraws a consent. `tests.fleet.many_cars` connects many more, with fewer faults.
"""

from __future__ import annotations

import argparse
import random
import shutil
import socket
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import msgspec

from carlendar.errors import ServiceError
from carlendar.telemetry.commands import VerificationKeys
from carlendar.telemetry.envelope import Envelope, decode, split
from carlendar.telemetry.link import MqttLink
from carlendar.telemetry.publisher import BrokerConnection, Pace
from carlendar.telemetry.schema import CONSENT_TOPICS, TYPES, Topic
from carlendar.telemetry.topics import Outgoing
from carlendar_fleet.broker.mosquitto import Mosquitto
from carlendar_fleet.broker.topics import INGEST
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.registry.authority import Authority
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment
from carlendar_fleet.simulate.car import CarEnvironment, SimulatedCar, SkewedClock
from carlendar_fleet.simulate.fleet import Fleet, simulated_fleet
from carlendar_fleet.simulate.live import simulated_events, vehicle_of
from tests.fleet import ingestion_process
from tests.fleet.cars import letters, rows

PACE = Pace(settle=0.0, every=0.2, collect=0.0, receipt=1.0, back_off=0.05, most=0.5)
DUPLICATES, REORDERED, CUTS = 0.05, 0.1, 0.02
SKEWS = (timedelta(), timedelta(hours=30), timedelta(hours=-30), timedelta(days=-20))
DRAIN_SECONDS, FLUSH_SECONDS = 120.0, 3.0


class Truth:
    """Everything that the cars have handed to the broker, by id; an id must always mean the same event."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.published: dict[str, Envelope] = {}
        self.messages = self.duplicates = self.reordered = self.cuts = 0

    def note(self, message: Outgoing) -> None:
        """Remember the events of a message."""
        with self._lock:
            self.messages += 1
            for part in split(message.payload):
                envelope = decode(part)
                known = self.published.setdefault(envelope.id, envelope)
                before, now = msgspec.json.encode(known), msgspec.json.encode(envelope)
                assert before == now, f"an id stands for two events: {before!r} {now!r}"


class FaultyConnection:
    """A connection that delivers twice, in another order, or is cut."""

    def __init__(self, inner: BrokerConnection, truth: Truth, chance: random.Random) -> None:
        assert isinstance(inner, MqttLink)
        self._inner, self._truth, self._chance = inner, truth, chance
        self._held: Outgoing | None = None

    @property
    def up(self) -> bool:
        return self._inner.up

    def open(self) -> None:
        self._inner.open()

    def traffic(self) -> int:
        return self._inner.traffic()

    def close(self) -> None:
        self._inner.close()

    def publish(self, message: Outgoing) -> bool:
        if "/telemetry/" not in message.topic:
            return self._inner.publish(message)
        self._truth.note(message)
        if self._chance.random() < CUTS:
            self._truth.cuts += 1
            connection = self._inner._client.socket()
            with suppress(OSError):
                if isinstance(connection, socket.socket):
                    connection.shutdown(socket.SHUT_RDWR)
            raise ServiceError("the connection was cut")
        if self._held is None and self._chance.random() < REORDERED:
            self._held = message  # until after the next one, or never
            self._truth.reordered += 1
            return True
        accepted = self._inner.publish(message)
        if self._chance.random() < DUPLICATES:
            self._truth.duplicates += 1
            accepted = self._inner.publish(message)
        if self._held is not None:
            held, self._held = self._held, None
            accepted = self._inner.publish(held) and accepted
        return accepted


class Ingestion:
    """Ingestion in a process of its own, which can be killed."""

    def __init__(self, data: DataFolder, broker: Mosquitto) -> None:
        self._data, self._broker, self._context = data, broker, ingestion_process.context()
        self._log = data.root / "ingestion.log"
        self._log.touch()
        self._process: ForkServerProcess | None = None
        self.kills = 0

    def start(self) -> None:
        files = self._broker.credentials(INGEST)
        credentials = files.certificate, files.key, files.authority
        self._process = ingestion_process.start(
            self._context, self._data.root, self._log, self._broker.port, credentials
        )

    def commits(self) -> int:
        """The number of commits of all processes so far."""
        return len(self._log.read_bytes().splitlines())

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.join()
        self.kills += 1
        self.start()

    def stop(self) -> str:
        """End it properly; returns what it wrote."""
        if self._process is not None:
            self._process.terminate()
            self._process.join(30)
            self._process = None
        return self._log.read_text()


class Chaos:
    """One run. `check` raises AssertionError."""

    def __init__(self, folder: Path, cars: int, seed: int) -> None:
        self.chance = random.Random(seed)
        self.truth = Truth()
        self.data = DataFolder(folder / "fleet").prepare()
        self._ends = ExitStack()
        now = datetime.now(UTC)
        self.authority = Authority(self.data.authority, now)
        self.broker = Mosquitto(self.data.broker, self.authority, now)
        self.broker.start()
        self._ends.callback(self.broker.kill)
        self.ingestion = Ingestion(self.data, self.broker)
        self.ingestion.start()
        self._ends.callback(self.ingestion.stop)
        self.fleet: Fleet = simulated_fleet(cars, 30, seed, now.date())
        self.cars = [self._car(folder, number) for number in range(cars)]
        self.enrolment = Enrolment(Database(self.data.registry), self.authority)
        for car in self.cars:
            self.enrolment.vehicles.enrol(car.vehicle.id, car.vehicle.brand, car.vehicle.model, now)
            car.install(self.enrolment.certify(car.vehicle.id, car.request(), now))
            car.wall.skew = SKEWS[self.cars.index(car) % len(SKEWS)]
            car.consent(*CONSENT_TOPICS)
            car.start()
            self._ends.callback(car.stop)
        self._events = simulated_events(self.fleet)
        self.revoked = self.withdrawn = ""

    def _car(self, folder: Path, number: int) -> SimulatedCar:
        chance = random.Random(f"{self.fleet.seed} {number}")
        environment = CarEnvironment(
            self.broker.host, self.broker.port, self.authority.certificate_file, VerificationKeys({}, {}, {}),
            PACE,
            lambda inner: FaultyConnection(inner, self.truth, chance),
        )  # fmt: skip
        clock = SkewedClock(lambda: datetime.now(UTC))
        vehicle = vehicle_of(self.fleet, number)
        return SimulatedCar(folder / vehicle.id, vehicle, self.fleet.subjects[number], environment, clock, vehicle.id)

    def drive(self, events: int) -> None:
        """Let this many things happen in the cars."""
        for _ in range(events):
            car, name, fields = next(self._events)
            self.cars[car].record(name, fields)

    def wait_commits(self, number: int = 1) -> None:
        """Wait until ingestion has committed that often from now on."""
        before, deadline = self.ingestion.commits(), time.monotonic() + DRAIN_SECONDS
        while self.ingestion.commits() < before + number and time.monotonic() < deadline:
            time.sleep(0.01)

    def revoke(self, number: int) -> None:
        """Revoke a car: ingestion refuses it at once."""
        self.revoked = self.cars[number].vehicle.id
        self.enrolment.revoke(self.revoked, datetime.now(UTC))

    def withdraw(self, number: int) -> None:
        """A driver withdraws the consent to one topic."""
        self.withdrawn = self.cars[number].vehicle.id
        self.cars[number].consent(Topic.DIAGNOSTICS, Topic.MOBILITY)

    def restart_car(self, number: int) -> None:
        """Stop a car at any moment, and start it again from its folder."""
        self.cars[number].restart()

    def drain(self) -> None:
        """Wait until the cars that may publish hold nothing any more."""
        deadline = time.monotonic() + DRAIN_SECONDS
        while left := {
            c.vehicle.id: c.agent.held() for c in self.cars if c.vehicle.id != self.revoked and c.agent.held()
        }:
            assert time.monotonic() < deadline, f"still held: {left}"
            for car in self.cars:
                car.agent.flush()
            time.sleep(0.1)

    def close(self) -> None:
        self._ends.close()

    def check(self) -> dict[str, int]:
        """Compare the tables with what was published; returns the number of rows by table."""
        for car in self.cars:
            car.stop()
        log = self.ingestion.stop()
        assert "Traceback" not in log, log
        counts: dict[str, int] = {}
        seen: set[str] = set()
        for kind, event in TYPES.items():
            found = rows(self.data, event.about.name)
            counts[event.about.name] = len(found)
            for row in found:
                identifier = str(row["event_id"])
                assert identifier not in seen, f"{identifier} is there twice"
                seen.add(identifier)
                envelope = self.truth.published[identifier]
                assert kind == envelope.type
                self._compare(row, envelope)
        strict = {
            identifier
            for identifier, envelope in self.truth.published.items()
            if envelope.vehicle != self.revoked and not self._deleted(envelope)
        }
        assert not strict - seen, f"{len(strict - seen)} events were lost"
        assert not {str(each["reason"]) for each in letters(self.data)} - {"inactive", "withdrawn", "no_consent"}
        return counts

    def _deleted(self, envelope: Envelope) -> bool:
        """Whether the car may have deleted the event, since its driver withdrew the consent."""
        return envelope.vehicle == self.withdrawn and TYPES[envelope.type].about.topic is Topic.USAGE

    def _compare(self, row: dict[str, object], envelope: Envelope) -> None:
        number = self.fleet.ids.index(envelope.vehicle)
        vehicle = vehicle_of(self.fleet, number)
        assert (row["vehicle_id"], row["brand"], row["model"]) == (vehicle.id, vehicle.brand, vehicle.model)
        assert (row["subject"], row["sequence"]) == (envelope.subject, envelope.sequence)
        assert row["time"] == envelope.at
        for name, value in msgspec.json.decode(envelope.data).items():
            assert row[name] == value, (envelope.type, name)


def run(folder: Path, cars: int, seed: int, *, seconds: float = 0.0, most: int = 10**9) -> dict[str, int]:
    """Drive with faults for about that long, or that many; returns the rows by table. Raises AssertionError."""
    chaos = Chaos(folder, cars, seed)
    try:
        end = time.monotonic() + (seconds or 3_600.0)
        faults = 0
        chaos.drive(cars * 10)
        while time.monotonic() < end and faults < most:
            chaos.drive(cars * 4)
            chaos.wait_commits()
            time.sleep(chaos.chance.random() * 0.2)
            faults += 1
            _fault(chaos, faults)
        chaos.drive(cars * 2)
        chaos.drain()
        counts = chaos.check()
        truth = chaos.truth
        sys.stdout.write(
            f"{len(truth.published)} events, {truth.messages} messages, {truth.duplicates} twice, {truth.reordered} "
            f"held back, {truth.cuts} cuts, {chaos.ingestion.kills} kills of ingestion, {faults} faults; "
            f"{sum(counts.values())} rows\n"
        )
        return counts
    finally:
        chaos.close()


def _fault(chaos: Chaos, number: int) -> None:
    """The next fault: mostly a kill of ingestion."""
    if number == 2:
        chaos.withdraw(1)
    elif number == 3:
        chaos.broker.restart()
    elif number == 4:
        chaos.revoke(2)
    elif number % 5 == 0:
        chaos.broker.kill()
        chaos.broker.start()
    elif number % 7 == 0:
        chaos.restart_car(chaos.chance.randrange(len(chaos.cars)))
    else:
        chaos.ingestion.kill()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--cars", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="carlendar-chaos-"))
    try:
        run(folder, given.cars, given.seed, seconds=given.seconds)
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
