"""Times follow the car's zone; parked, the event also shows those of its own zone."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from carlendar.presentation.options import Options
from carlendar.presentation.states import DriveState, EventState
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import Car, Make


def opened(
    new_car: type[Car], make: Make, zone_name: str, state: DrivingState = DrivingState.PARKED, **more: Any
) -> Car:
    language = more.pop("language", "en")
    car = new_car()
    stored = make("Product review", more.pop("start", "9:00"), more.pop("end", "9:30"), zone_name=zone_name, **more)
    car.snapshot = replace(car.snapshot, events=(stored,))
    car.start(Options(language=language), state)
    car.touch("agenda")
    car.touch("open")
    return car


def zone_lines(car: Car) -> list[str]:
    assert isinstance(car.frame.body, DriveState | EventState)
    return [line.text for line in car.frame.body.lines if line.icon == "map-clock"]


@pytest.mark.parametrize(
    ("zone_name", "language", "said"),
    [
        ("Eastern Standard Time", "en", ["In New York: 3:00 – 3:30"]),
        ("America/New_York", "en", ["In New York: 3:00 – 3:30"]),
        ("Russian Standard Time", "de", ["Ortszeit Moskau: 11:00 – 11:30"]),
        ("Tokyo Standard Time", "de", ["Ortszeit Tokio: 17:00 – 17:30"]),
        ("W. Europe Standard Time", "en", []),
        ("Romance Standard Time", "en", []),
        ("UTC", "en", []),
        ("tzone://Microsoft/Custom", "en", []),
        ("Customized Time Zone", "en", []),
        ("../../etc/passwd", "en", []),
        ("", "en", []),
    ],
)
def test_the_events_own_zone_is_shown_where_its_clocks_differ(
    new_car: type[Car], make: Make, zone_name: str, language: str, said: list[str]
) -> None:
    assert zone_lines(opened(new_car, make, zone_name, language=language)) == said


def test_another_day_there_is_named(new_car: type[Car], make: Make) -> None:
    car = opened(new_car, make, "Pacific Standard Time", start="8:50", end="9:30")
    assert zone_lines(car) == ["In Los Angeles: 23:50 – 0:30"] or zone_lines(car)[0].startswith(
        "In Los Angeles: Sunday"
    )


def test_only_when_parked(new_car: type[Car], make: Make) -> None:
    assert zone_lines(opened(new_car, make, "Tokyo Standard Time", DrivingState.IDLING)) == []


def test_over_a_border_times_follow_the_car_at_once(new_car: type[Car], make: Make) -> None:
    car = opened(new_car, make, "W. Europe Standard Time")
    assert car.shown(EventState).when.endswith("9:00 – 9:30")
    car.clock.car_zone = ZoneInfo("Europe/London")
    car.presenter.clock_changed()
    assert car.shown(EventState).when.endswith("8:00 – 8:30")
    assert zone_lines(car) == ["In Berlin: 9:00 – 9:30"]


def test_over_a_border_while_driving_it_does_not_wait_for_the_minute(new_car: type[Car]) -> None:
    car = new_car().start()
    car.wait(61)
    car.clock.advance(2)
    car.clock.car_zone = ZoneInfo("Europe/London")
    car.presenter.clock_changed()
    assert car.frame.status.clock == "7:49"
