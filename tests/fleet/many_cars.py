"""Many simulated cars at once over TLS, through a restart and a SIGKILL of the broker: nothing is lost or doubled.

    python -m tests.fleet.many_cars --cars 300

The cars use the car's own queue and client. They run in several processes of 30 cars each.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from carlendar.telemetry.commands import VerificationKeys
from carlendar.telemetry.envelope import decode, encode
from carlendar.telemetry.publisher import BrokerConnection, Pace
from carlendar.telemetry.schema import CONSENT_TOPICS, TYPES
from carlendar.telemetry.topics import Outgoing
from carlendar_fleet.broker.mosquitto import LOCAL, Mosquitto, mortal
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.registry.authority import Authority
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment
from carlendar_fleet.simulate.car import CarEnvironment, SimulatedCar, SkewedClock
from carlendar_fleet.simulate.fleet import Fleet, simulated_fleet
from carlendar_fleet.simulate.live import simulated_events, vehicle_of
from tests.fakes.waiting import wait_until
from tests.fleet.cars import rows
from tests.fleet.chaos import Ingestion, Truth

EACH = 30
"""Cars of one process."""
PACE = Pace(settle=0.0, every=5.0, collect=0.0, receipt=20.0, back_off=1.0, most=10.0)
DRAIN_SECONDS = 300.0


class Noted:
    """A connection whose messages are noted."""

    def __init__(self, inner: BrokerConnection, truth: Truth) -> None:
        self._inner, self._truth = inner, truth
        self.open, self.traffic, self.close = inner.open, inner.traffic, inner.close

    @property
    def up(self) -> bool:
        return self._inner.up

    def publish(self, message: Outgoing) -> bool:
        if "/telemetry/" in message.topic:
            self._truth.note(message)
        return self._inner.publish(message)


def car_of(fleet: Fleet, number: int, folder: Path, port: int, truth: Truth) -> SimulatedCar:
    """One car, in its own folder."""
    environment = CarEnvironment(
        LOCAL, port, folder / "fleet" / "authority" / "ca.pem", VerificationKeys({}, {}, {}), PACE,
        lambda inner: Noted(inner, truth),
    )  # fmt: skip
    vehicle, clock = vehicle_of(fleet, number), SkewedClock(lambda: datetime.now(UTC))
    return SimulatedCar(folder / vehicle.id, vehicle, fleet.subjects[number], environment, clock, vehicle.id)


def work(folder: Path, cars: int, seed: int, first: int, port: int) -> None:
    """The cars of one process, commanded by lines on standard input: `drive`, `drain`, `stop`."""
    truth, fleet = Truth(), simulated_fleet(cars, 30, seed, datetime.now(UTC).date())
    own = {number: car_of(fleet, number, folder, port, truth) for number in range(first, min(first + EACH, cars))}
    for car in own.values():
        car.consent(*CONSENT_TOPICS)
        car.start()
    events = simulated_events(fleet)
    for line in sys.stdin:
        match line.strip():
            case "drive":
                for _ in range(cars * 5):
                    number, name, fields = next(events)
                    if number in own:
                        own[number].record(name, fields)
            case "drain":
                deadline, again = time.monotonic() + DRAIN_SECONDS, 0.0
                while (left := [car for car in own.values() if car.agent.held()]) and time.monotonic() < deadline:
                    if time.monotonic() > again:
                        again = time.monotonic() + 5
                        for car in left:
                            car.agent.flush()
                    time.sleep(0.1)
                assert not left, f"{len(left)} cars still hold events"
            case _:
                break
        sys.stdout.write("done\n")
        sys.stdout.flush()
    for car in own.values():
        car.agent.network(online=False)
    for car in own.values():
        car.stop()
    lines = b"".join(encode(each) + b"\n" for each in truth.published.values())
    (folder / f"truth-{first}.jsonl").write_bytes(lines)
    sys.stdout.write("done\n")


class Fleets:
    """The processes."""

    def __init__(self, folder: Path, cars: int, seed: int, port: int) -> None:
        command = [sys.executable, "-m", "tests.fleet.many_cars", "--work", str(folder), "--cars", str(cars)]
        command += ["--seed", str(seed), "--port", str(port), "--first"]
        self._processes = [
            subprocess.Popen(
                mortal([*command, str(first)]), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            for first in range(0, cars, EACH)
        ]  # fmt: skip

    def all(self, word: str) -> None:
        """Have all do something, and wait until it is done."""
        for each in self._processes:
            assert each.stdin is not None
            each.stdin.write(f"{word}\n")
            each.stdin.flush()
        for each in self._processes:
            assert each.stdout is not None
            assert each.stdout.readline() == "done\n", f"a process failed to {word}"

    def kill(self) -> None:
        for each in self._processes:
            each.kill()
            each.wait()


def sessions(port: int) -> int:
    """Established connections to a port of this machine, from the kernel's table (proc(5), state 01)."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(1 for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "01")


def run(folder: Path, cars: int, seed: int) -> str:
    """Run; returns what happened. Raises AssertionError."""
    data, now = DataFolder(folder / "fleet").prepare(), datetime.now(UTC)
    authority = Authority(data.authority, now)
    broker = Mosquitto(data.broker, authority, now)
    fleet = simulated_fleet(cars, 30, seed, now.date())
    enrolment = Enrolment(Database(data.registry), authority)
    for number in range(cars):
        car = car_of(fleet, number, folder, broker.port, Truth())
        enrolment.vehicles.enrol(car.vehicle.id, car.vehicle.brand, car.vehicle.model, now)
        car.install(enrolment.certify(car.vehicle.id, car.request(), now))
        car.stop()
    with ExitStack() as ends:
        broker.start()
        ends.callback(broker.kill)
        ingestion = Ingestion(data, broker)
        ingestion.start()
        ends.callback(ingestion.stop)
        begin = time.monotonic()
        processes = Fleets(folder, cars, seed, broker.port)
        ends.callback(processes.kill)
        processes.all("drain")
        connected = time.monotonic() - begin
        # one that a car has given up on a busy machine lasts until the broker notices
        wait_until(lambda: sessions(broker.port) == cars + 1, what=lambda: f"{sessions(broker.port)} connections")
        for end in (broker.stop, broker.kill):
            processes.all("drive")
            end()
            broker.start()
            processes.all("drive")
            processes.all("drain")
        processes.all("stop")
        ingestion.stop()
    return f"{cars} cars connected at once, and receipted after {connected:.0f} s; {_compare(folder, data)}"


def _compare(folder: Path, data: DataFolder) -> str:
    lines = [line for path in folder.glob("truth-*.jsonl") for line in path.read_bytes().splitlines()]
    truth = {(envelope := decode(line)).id: envelope for line in lines}
    found = [(event, row) for event in TYPES.values() for row in rows(data, event.about.name)]
    assert len(found) == len({row["event_id"] for _, row in found}), "an event is there twice"
    assert {row["event_id"] for _, row in found} == truth.keys(), "events are lost, or were never published"
    for event, row in found:
        envelope = truth[str(row["event_id"])]
        fields = msgspec.json.decode(envelope.data)
        assert (event.about.type, row["sequence"], row["time"]) == (envelope.type, envelope.sequence, envelope.at)
        assert {name: row[name] for name in fields} == fields
    return f"{len(truth)} events through a restart and a SIGKILL of the broker, {len(found)} rows"


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cars", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    for name, kind in (("--work", str), ("--first", int), ("--port", int)):
        parser.add_argument(name, type=kind, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(Path(given.work), given.cars, given.seed, given.first, given.port)
        return 0
    folder = Path(tempfile.mkdtemp(prefix="carlendar-many-"))
    try:
        sys.stdout.write(run(folder, given.cars, given.seed) + "\n")
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
