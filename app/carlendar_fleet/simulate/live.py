"""Simulated cars that drive now, and publish over MQTT what happens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

import pyarrow as pa

from carlendar.domain.ports import Fields
from carlendar.telemetry.publisher import VehicleInfo
from carlendar.telemetry.schema import CONSENT_TOPICS, ConsentEvent
from carlendar_fleet.registry.enrolment import Enrolment
from carlendar_fleet.simulate.car import CarEnvironment, SimulatedCar, SkewedClock
from carlendar_fleet.simulate.fleet import BRANDS, MODELS, NEW, OLD, Fleet
from carlendar_fleet.simulate.tables import Numbering, day_tables
from carlendar_fleet.tables.schema import COMMON

EVENT_SECONDS = 1.0
"""Between two events of a car."""

SimulatedEvent = tuple[int, str, Fields]
"""The car's position in the fleet, the event's name, and its fields."""


class LiveFleet:
    """The cars of a fleet, each with its own connection."""

    def __init__(self, fleet: Fleet, folder: Path, environment: CarEnvironment, now: Callable[[], datetime]) -> None:
        self._fleet = fleet
        self.cars = [
            SimulatedCar(
                folder / vehicle, vehicle_of(fleet, number), fleet.subjects[number], environment, SkewedClock(now),
                f"{fleet.seed} {vehicle}",
            )
            for number, vehicle in enumerate(fleet.ids)
        ]  # fmt: skip
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._drive, name="simulated-cars", daemon=True)

    def enrol(self, enrolment: Enrolment, now: datetime) -> None:
        """Register the cars, and install a certificate for the key of each. Raises UsageError."""
        for car in self.cars:
            enrolment.vehicles.enrol(car.vehicle.id, car.vehicle.brand, car.vehicle.model, now)
            car.install(enrolment.certify(car.vehicle.id, car.request(), now))

    def start(self) -> None:
        """Let the drivers decide about consents, and the cars drive."""
        for number, car in enumerate(self.cars):
            car.consent(*(topic for topic in CONSENT_TOPICS if self._fleet.consents[topic][number]))
            car.start()
        self._thread.start()

    def stop(self) -> None:
        """End all connections."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()
        for car in self.cars:
            car.stop()

    def _drive(self) -> None:
        pause = EVENT_SECONDS / max(len(self.cars), 1)
        for car, name, fields in simulated_events(self._fleet):
            if self._stopped.wait(pause):
                return
            self.cars[car].record(name, fields)


def simulated_events(fleet: Fleet) -> Iterator[SimulatedEvent]:
    """What happens in the cars, day after day without an end, in the order of time. Consents are left out."""
    numbering = Numbering(fleet.size)
    for day in count():
        for _, car, name, fields in simulated_day(fleet, day, numbering):
            yield car, name, fields


def simulated_day(fleet: Fleet, day: int, numbering: Numbering) -> list[tuple[datetime, int, str, Fields]]:
    """The events of one day, as those of `simulated_events` but each with its time (UTC)."""
    positions = {vehicle: number for number, vehicle in enumerate(fleet.ids)}
    found = [
        (row["time"], positions[row["vehicle_id"]], event.about.name, own)
        for event, table in day_tables(fleet, day, numbering)
        if event is not ConsentEvent
        for row, own in zip(table.select(["time", "vehicle_id"]).to_pylist(), _own(table), strict=True)
    ]
    return sorted(found, key=lambda each: (each[0], each[1], each[2]))


def _own(table: pa.Table) -> list[dict[str, int | bool | str]]:
    """The events' own fields, without those that are not present."""
    rows = table.select(table.column_names[len(COMMON) :]).to_pylist()
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def vehicle_of(fleet: Fleet, number: int) -> VehicleInfo:
    """A car as it names itself in its events."""
    version = NEW if fleet.updated[number] <= 0 else OLD
    return VehicleInfo(
        fleet.ids[number], BRANDS[fleet.brands[number]], MODELS[fleet.models[number]], ".".join(map(str, version))
    )
