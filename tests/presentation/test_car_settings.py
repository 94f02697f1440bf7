"""The car's own settings on the screen: language, hours and size of the text; none of them loosens anything."""

from __future__ import annotations

import re

import pytest

from carlendar.domain.place import Position
from carlendar.presentation.apply_limits import actions, texts
from carlendar.presentation.options import Options
from carlendar.presentation.vehicle_context import Side, VehicleContext
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import Car


def test_the_screen_speaks_as_the_car_does(new_car: type[Car]) -> None:
    car = new_car().start(Options(region="DE", follows_car=True))
    car.presenter.car(language="de", hours="12", text_scale=1.15)
    shown = car.wait(70.0)
    assert shown.language == "de"
    assert shown.text_scale == 1.15
    assert "M" in shown.status.clock.upper()


def test_a_language_that_was_set_stays(new_car: type[Car]) -> None:
    car = new_car().start(Options(region="DE"))
    car.presenter.car(language="de", hours="", text_scale=1.0)
    assert car.wait(70.0).language == "en"


@pytest.mark.rule("S6")
def test_no_setting_of_the_car_loosens_anything(new_car: type[Car]) -> None:
    car = new_car().start(Options(region="DE", follows_car=True))
    before = car.frame
    car.presenter.theme(night=False)
    car.presenter.set_occupants(passenger_aboard=False, driver_subject="")
    car.presenter.car(language="de", hours="24", text_scale=1.15)
    car.presenter.vehicle(VehicleContext(Side.RIGHT, Position(48.1, 11.5), miles=True, loudness=0.0))
    after = car.wait(70.0)
    assert after.restrictions == before.restrictions
    assert [action.intent.name for action in actions(after)] == [action.intent.name for action in actions(before)]


@pytest.mark.parametrize(
    ("options", "car_language", "title"),
    [
        (Options(region="DE", follows_car=True), "en-US", "Colors"),
        (Options(region="DE", follows_car=True), "en_GB", "Colours"),
        (Options(region="US"), "", "Colors"),
        (Options(region="US", spelling="GB"), "", "Colours"),
        (Options(region="US", language="de"), "", "Farben"),
    ],
)
def test_the_spelling_follows_the_locale(new_car: type[Car], options: Options, car_language: str, title: str) -> None:
    car = new_car().start(options)
    car.presenter.car(language=car_language, hours="", text_scale=1.0)
    car.drive(DrivingState.PARKED)
    car.touch("settings")
    assert title in set(texts(car.frame))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("state", [DrivingState.MOVING, DrivingState.IDLING, DrivingState.PARKED])
def test_all_times_of_a_screen_have_one_format(new_car: type[Car], language: str, state: DrivingState) -> None:
    car = new_car().start(Options(region="DE", language=language), state)
    for frame in (car.frame, car.touch("agenda")):
        times = re.findall(r"\d+:\d\d", " ".join(texts(frame)))
        assert len(times) > 1
        assert not [time for time in times if time.startswith("0")]
