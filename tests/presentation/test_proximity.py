"""Where the car is, and on which side its driver sits: distances, "you are here", and the side of the rail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from carlendar.domain.place import Place, Position, position
from carlendar.presentation.intents import OpenEvent
from carlendar.presentation.options import Options
from carlendar.presentation.states import DriveState, EventState
from carlendar.presentation.vehicle_context import Side, VehicleContext
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import At, Car

LUNCH = "id Lunch with Ana@2026-11-23T12:00:00Z"
HAFEN = Position(53.55, 9.97)
FAR = Position(53.55, 10.27)
"""Twenty kilometres east of it."""


@pytest.fixture
def started(new_car: type[Car], at: At) -> Callable[..., Car]:
    def start(state: DrivingState = DrivingState.MOVING, options: Options | None = None) -> Car:
        car = new_car()
        car.clock.wall = at("12:20")
        car.start(options, state=state)
        car.fresh()
        return car

    return start


def places(car: Car) -> list[tuple[str, ...]]:
    assert isinstance(car.frame.body, DriveState | EventState)
    return [line.variants for line in car.frame.body.lines if line.icon == "map-marker"]


def test_the_way_is_offered_until_the_car_is_there(started: Callable[..., Car]) -> None:
    car = started()
    assert "navigate" in car.offers()
    car.presenter.vehicle(VehicleContext(here=FAR))
    car.wait(70)
    assert "navigate" in car.offers()
    car.presenter.vehicle(VehicleContext(here=Position(53.551, 9.971)))
    car.wait(70)
    assert "navigate" not in car.offers()
    assert places(car) == [("Hafenstraße 12 · you are here", "Hafenstraße 12")]
    car.presenter.vehicle(VehicleContext())
    car.wait(70)
    assert "navigate" in car.offers()


@pytest.mark.parametrize(
    ("miles", "language", "distance"),
    [
        (False, "en", "20 km in a straight line"),
        (True, "en", "12 mi in a straight line"),
        (False, "de", "20 km Luftlinie"),
    ],
)
def test_a_standing_car_tells_how_far_the_place_is_and_that_it_is_no_way_by_road(
    started: Callable[..., Car], miles: bool, language: str, distance: str
) -> None:
    car = started(DrivingState.PARKED, Options(region="DE", language=language))
    car.presenter.vehicle(VehicleContext(here=FAR, miles=miles))
    car.touch("agenda")
    car.touch(OpenEvent(LUNCH))
    assert places(car) == [(f"Hafenstraße 12, Hamburg · {distance}", "Hafenstraße 12, Hamburg", "Hafenstraße 12")]


def test_a_moving_car_tells_no_distance(started: Callable[..., Car]) -> None:
    car = started()
    car.presenter.vehicle(VehicleContext(here=FAR))
    car.wait(70)
    assert places(car) == [("Hafenstraße 12",)]


@pytest.mark.parametrize(
    ("language", "side", "at_end"),
    [("en", Side.LEFT, False), ("en", Side.RIGHT, True), ("en", Side.UNKNOWN, False)],
)
def test_the_rail_stands_on_the_drivers_side(
    started: Callable[..., Car], language: str, side: Side, at_end: bool
) -> None:
    car = started(DrivingState.PARKED, Options(region="DE", language=language))
    car.presenter.vehicle(VehicleContext(side))
    assert car.frame.rail
    assert car.frame.rail_at_end is at_end


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(90.01, 0.5), (-91.0, 0.5), (0.5, 180.5), (float("nan"), 9.0), (float("inf"), 9.0), (True, 9.0), ("53", 9.0),
     (None, 9.0), (53.0, None), (0.0, 0.0)],
)  # fmt: skip
def test_what_is_no_place_on_the_earth_is_none(latitude: Any, longitude: Any) -> None:
    assert position(latitude, longitude) is None
    assert not Place("x", latitude=latitude, longitude=longitude).navigable


def test_a_distance_is_that_of_the_map() -> None:
    berlin, hamburg = Position(52.520, 13.405), Position(53.551, 9.994)
    assert berlin.metres(hamburg) == pytest.approx(255_200, rel=0.006)
    assert Position(0.1, 179.95).metres(Position(0.1, -179.95)) == pytest.approx(11_120, rel=0.006)
    assert Position(53.54951, 9.97049).coarse() == Position(53.55, 9.97)
