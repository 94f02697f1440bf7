"""How many events a car puts into a message: simulated drives, with the car's own queue and publisher."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import msgspec

from carlendar.domain.ports import Fields
from carlendar.telemetry.control import Reported
from carlendar.telemetry.envelope import Receipt, instant, split
from carlendar.telemetry.publisher import DataBudget, Pace, Publisher, VehicleInfo
from carlendar.telemetry.queue import EventQueue
from carlendar.telemetry.schema import CONSENT_TOPICS, EVENTS
from carlendar.telemetry.topics import Incoming, Outgoing, Received, VehicleTopics
from carlendar_fleet.simulate.fleet import simulated_fleet
from carlendar_fleet.simulate.live import simulated_day, vehicle_of
from carlendar_fleet.simulate.tables import Numbering
from tests.fakes.clocks import ManualClocks

CARS, DAYS = 40, 5
PROFILE = "driver"
FIRST = date(2026, 11, 2)
MIDNIGHT = datetime.combine(FIRST, datetime.min.time(), UTC)
TimedEvent = tuple[datetime, str, Fields]


class Confirmed:
    """A connection whose messages are confirmed at once, and whose events are counted."""

    def __init__(self, received: Callable[[Incoming], None], sizes: Counter[int]) -> None:
        self._received, self._sizes = received, sizes
        self.up = True

    def open(self) -> None:
        """Nothing has to be opened."""

    def publish(self, message: Outgoing) -> bool:
        if "/telemetry/" in message.topic:
            ids = tuple(str(msgspec.json.decode(part)["id"]) for part in split(message.payload))
            self._sizes[len(ids)] += 1
            self._received(Incoming(Received.RECEIPT, msgspec.json.encode(Receipt(committed=ids))))
        return True

    def traffic(self) -> int:
        return 0

    def close(self) -> None:
        self.up = False


def run(scratch: Path, say: Callable[[str], None]) -> None:
    """Let the cars drive for some days, and print how many events a message has."""
    fleet = simulated_fleet(CARS, DAYS, 1, FIRST)
    by_car: list[list[TimedEvent]] = [[] for _ in fleet.ids]
    numbering = Numbering(CARS)
    for day in range(DAYS):
        for at, car, name, fields in simulated_day(fleet, day, numbering):
            by_car[car].append((at, name, fields))
    sizes: Counter[int] = Counter()
    for number, events in enumerate(by_car):
        _drive(scratch / fleet.ids[number], vehicle_of(fleet, number), events, sizes)
    messages, total = sizes.total(), sum(size * count for size, count in sizes.items())
    events_of = sorted(size for size, count in sizes.items() for _ in range(size * count))
    say(
        f"events a message        {total:,} events of {CARS} cars and {DAYS} days in {messages:,} messages: "
        f"{total / messages:.1f} on average; half of all events travel in messages of at most "
        f"{events_of[len(events_of) // 2]}, nine tenths in such of at most {events_of[len(events_of) * 9 // 10]}; "
        f"{sizes[1] / messages:.0%} of the messages have one event"
    )


def _drive(folder: Path, vehicle: VehicleInfo, events: list[TimedEvent], sizes: Counter[int]) -> None:
    """Record what happens in a car; in each trip a publisher works as in a service that has just been started."""
    clock, chance = ManualClocks(MIDNIGHT), Random(vehicle.id)
    queue = EventQueue(
        folder, lambda: str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        lambda: f"{chance.getrandbits(128):032x}",
    )  # fmt: skip
    queue.consent({PROFILE: dict.fromkeys(CONSENT_TOPICS, 1)}, clock.now())
    for trip in _trips(events):
        _advance_to(trip[0][0], clock)
        publisher = _publisher(queue, vehicle, clock, sizes)
        due = clock.wall + timedelta(seconds=Pace().settle)
        for at, name, fields in trip:
            while due <= at:
                _advance_to(due, clock)
                due += timedelta(seconds=max(publisher.step() or 0.0, 1.0))
            _advance_to(at, clock)
            queue.record(msgspec.convert(fields, EVENTS[name]), at, PROFILE)
    queue.close()


def _advance_to(at: datetime, clock: ManualClocks) -> None:
    clock.advance((at - clock.wall).total_seconds())


def _trips(events: list[TimedEvent]) -> Iterator[list[TimedEvent]]:
    """The events of one trip after the other: each begins with a start of the application."""
    trip: list[TimedEvent] = []
    for each in events:
        if trip and each[1] == "start_up" and each[0] - trip[-1][0] > timedelta(minutes=5):
            yield trip
            trip = []
        trip.append(each)
    if trip:
        yield trip


def _publisher(queue: EventQueue, vehicle: VehicleInfo, clock: ManualClocks, sizes: Counter[int]) -> Publisher:
    topics = VehicleTopics(vehicle.id)
    made = Publisher(
        queue, vehicle, topics, lambda received, _lost: Confirmed(received, sizes), clock, clock, lambda: 0.5,
        DataBudget(queue, clock, 10**9), lambda _incoming: (), lambda: _report(vehicle, clock),
    )  # fmt: skip
    made.network(online=True)
    return made


def _report(vehicle: VehicleInfo, clock: ManualClocks) -> Reported:
    return Reported(
        softwareversion=vehicle.software, brand=vehicle.brand, model=vehicle.model, time=instant(clock.now())
    )
