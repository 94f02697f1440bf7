"""Tomorrow's first meeting, in one line: after the day's last drive, and when the ignition goes off."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.domain.place import Position
from carlendar.ipc.messages import Travel, TravelLeg
from carlendar.presentation.options import Options
from carlendar.presentation.states import DriveState
from carlendar.presentation.vehicle_context import VehicleContext
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import HAFEN, REVIEW, TEAMS, At, Car, meeting

HOME = VehicleContext(here=Position(53.62, 10.12))
OFF = replace(HOME, ignition_off=True)
VISIT = meeting("Visit", "8:30", "9:30", day=24, place=HAFEN)
KEY = "id Visit@2026-11-24T07:30:00Z"
LINE = "Tomorrow 8:30 · leave 7:52"


def evening(new_car: type[Car], at: At, *events: object, state: DrivingState = DrivingState.PARKED) -> Car:
    """A car that has come home at 18:30."""
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(REVIEW, VISIT, *events))
    car.clock.wall = at("18:30")
    car.start(Options(region="DE"), state).fresh()
    car.presenter.vehicle(HOME)
    car.presenter.tick()
    return car


def report(car: Car, *, live: bool = True) -> None:
    car.presenter.service_said(Travel((TravelLeg(KEY, 33 * 60, 24_000, live, "routing"),)))
    car.wait(11)


def lines(car: Car) -> list[str]:
    return [line.text for line in car.shown(DriveState).lines]


def test_a_parked_car_says_when_to_leave_tomorrow(new_car: type[Car], at: At) -> None:
    car = evening(new_car, at)
    assert lines(car) == ["Next: tomorrow 8:30"]
    report(car)
    assert lines(car) == [LINE]


def test_without_live_traffic_it_is_rough(new_car: type[Car], at: At) -> None:
    car = evening(new_car, at)
    report(car, live=False)
    assert lines(car) == ["Tomorrow 8:30 · leave about 7:50"]


def test_without_a_source_only_the_meeting_is_named(new_car: type[Car], at: At) -> None:
    car = evening(new_car, at)
    report(car)
    car.presenter.service_said(Travel())
    car.wait(61)
    assert lines(car) == ["Next: tomorrow 8:30"]


def test_while_driving_there_is_no_line_and_no_position_is_sent(new_car: type[Car], at: At) -> None:
    car = evening(new_car, at, state=DrivingState.MOVING)
    assert not [done for done in car.done if done[:2] == ("send", "travel")]
    car.drive(DrivingState.PARKED)
    car.presenter.tick()
    assert [done[2] for done in car.done if done[:2] == ("send", "travel")] == [
        {"latitude": "53.6200", "longitude": "10.1200", "keys": KEY}
    ]


def test_a_first_meeting_by_phone_has_no_time_to_leave(new_car: type[Car], at: At) -> None:
    car = evening(new_car, at, meeting("Call", "8:00", "8:15", TEAMS, day=24))
    report(car)
    assert lines(car) == ["Next: tomorrow 8:00"]


@pytest.mark.parametrize("screen", ["settings", "agenda"])
def test_when_the_ignition_goes_off_every_screen_says_it_once(new_car: type[Car], at: At, screen: str) -> None:
    car = evening(new_car, at)
    report(car)
    car.touch(screen)
    car.presenter.vehicle(OFF)
    car.presenter.tick()
    assert car.toast == LINE
    car.wait(61)
    assert car.frame.toast is None
    car.wait(300)
    assert car.frame.toast is None


def test_on_now_it_is_not_said_twice(new_car: type[Car], at: At) -> None:
    car = evening(new_car, at)
    report(car)
    car.presenter.vehicle(OFF)
    car.presenter.tick()
    assert lines(car) == [LINE]
    assert car.frame.toast is None


def test_it_is_said_beside_a_meeting_of_the_evening_that_has_no_place(new_car: type[Car], at: At) -> None:
    car = evening(new_car, at, meeting("Late call", "19:00", "19:30", TEAMS))
    report(car)
    car.presenter.vehicle(OFF)
    car.presenter.tick()
    assert car.shown(DriveState).title == "Late call"
    assert car.toast == LINE


def test_before_the_days_last_drive_it_is_not_said(new_car: type[Car], at: At) -> None:
    car = evening(new_car, at, meeting("Dinner", "20:00", "21:00", place=HAFEN))
    report(car)
    car.presenter.vehicle(OFF)
    car.presenter.tick()
    assert car.frame.toast is None


def test_what_becomes_known_after_the_ignition_went_off_is_still_said(new_car: type[Car], at: At) -> None:
    car = evening(new_car, at)
    car.touch("settings")
    car.presenter.vehicle(OFF)
    car.presenter.tick()
    assert car.frame.toast is None
    report(car)
    assert car.toast == LINE


def test_after_the_ignition_is_on_again_nothing_is_displayed(new_car: type[Car], at: At) -> None:
    car = evening(new_car, at)
    car.touch("settings")
    car.presenter.vehicle(OFF)
    car.presenter.vehicle(HOME)
    report(car)
    assert car.frame.toast is None
