"""A data folder that ingestion has filled with the events of two drivers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from carlendar.telemetry.schema import Topic, TripEvent
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.ingest.batch import Batch
from tests.fleet.cars import JOIN, NOW, Car, enrol, folder

TRIP = TripEvent(hour=8, minutes=25, distance_km=15)


@pytest.fixture
def cars() -> tuple[Car, Car]:
    return Car("car-1"), Car("car-2")


@pytest.fixture
def data(tmp_path: Path, cars: tuple[Car, Car]) -> DataFolder:
    """Two days of joins and a trip of both, and a message that was refused but kept for diagnosis."""
    made = folder(tmp_path)
    enrol(made, "car-1", "car-2")
    batch = Batch(made)
    for car in cars:
        topics = (Topic.USAGE, Topic.MOBILITY)
        batch.add(car.message(*(car.consent(each) for each in topics), topic=Topic.CONSENT))
        batch.add(car.message(car.event(JOIN), car.event(JOIN, NOW - timedelta(days=1))))
        batch.add(car.message(car.event(TRIP), topic=Topic.MOBILITY))
        batch.add(car.message(car.event(JOIN, type="carlendar.unknown.v1")))
    batch.commit()
    batch.close()
    return made
