"""What the screen takes of a car beside safety."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.bootstrap.surroundings import Surroundings
from app.domain.ports import Reading
from app.vehicle import signals
from app.viewmodels.options import Options, as_in_car, preferred


class Screen:
    """Keeps what it is told last, and how often."""

    def __init__(self) -> None:
        self.night: bool | None = None
        self.aboard: bool | None = None
        self.setting: tuple[str, str, float] = ("", "", 1.0)
        self.times = 0

    def theme(self, *, night: bool) -> None:
        self.night = night

    def seat(self, *, passenger_aboard: bool | None, driver_subject: str) -> None:
        self.aboard, self.driver = passenger_aboard, driver_subject

    def car(self, *, language: str, hours: str, text_scale: float) -> None:
        self.setting = (language, hours, text_scale)
        self.times += 1


def at_once(call: Callable[[], None]) -> None:
    call()


def told(*values: tuple[str, float | bool | str | None]) -> Screen:
    screen = Screen()
    surroundings = Surroundings(screen, at_once)
    for signal, value in values:
        surroundings.take([Reading(1.0, signal, value)])
    return screen


FRONT, REAR = signals.PASSENGER_SEAT, signals.REAR_SEATS[0]


@pytest.mark.parametrize(
    ("values", "aboard"),
    [
        ([(FRONT, "EMPTY")], False),
        ([(FRONT, "EMPTY"), (REAR, "OCCUPIED")], True),
        ([(FRONT, "EMPTY"), (REAR, "UNDETERMINED")], None),
        ([(FRONT, "EMPTY"), (REAR, None)], None),
        ([(REAR, "EMPTY")], None),
        ([(FRONT, "OCCUPIED"), (FRONT, None)], None),
    ],
)
def test_nobody_is_aboard_only_when_each_seat_that_tells_is_empty(
    values: list[tuple[str, float | bool | str | None]], aboard: bool | None
) -> None:
    assert told(*values).aboard is aboard


def test_light_tells_the_night_only_while_the_car_has_no_mode() -> None:
    dark, between, bright = ((signals.LIGHT, value) for value in (5.0, 25.0, 80.0))
    assert told(dark).night is True
    assert told(bright).night is False
    assert told(dark, between).night is True
    assert told(bright, between).night is False
    assert told((signals.DAY_NIGHT, "DAY"), dark).night is False
    assert told((signals.DAY_NIGHT, "DAY"), dark, (signals.DAY_NIGHT, None)).night is True
    assert told((signals.LIGHT, float("nan"))).night is None


def test_language_hours_and_size_of_the_cars_own_screens() -> None:
    known = told((signals.LANGUAGE, "de"), (signals.TIME_FORMAT, "HR_12"), (signals.FONT_SIZE, "LARGE"))
    assert known.setting == ("de", "12", 1.15)
    strange = told((signals.LANGUAGE, 4), (signals.TIME_FORMAT, "HR_13"), (signals.FONT_SIZE, "HUGE"))
    assert strange.setting == ("", "", 1.0)


def test_what_is_equal_is_not_told_again() -> None:
    assert told((signals.LANGUAGE, "de"), (signals.LANGUAGE, "de"), (signals.SPEED, 3.0)).times == 1


def test_the_cars_language_goes_after_what_was_set_and_what_the_person_prefers() -> None:
    there = ("de", "en", "fr")
    free = Options(follows_car=True)
    assert as_in_car(free, "de-AT", "24", there).language == "de"
    assert as_in_car(free, "de-AT", "24", there).hours == "24"
    assert as_in_car(free, "xx", "", there) == free
    assert as_in_car(Options(language="fr"), "de", "", there).language == "fr"
    assert as_in_car(Options(follows_car=True, locked=frozenset({"language"})), "de", "", there).language == "en"
    assert preferred(as_in_car(free, "de", "", there), {"language": "fr"}, there).language == "fr"


def test_what_is_read_of_a_car_is_what_something_uses() -> None:
    assert set(signals.USED) <= set(signals.ALIASES)
    unused = {signals.LATITUDE, signals.VOLUME, signals.CONNECTED, signals.DRIVER_POSITION, signals.DISTANCE_UNIT}
    assert not unused & {*signals.USED, *signals.WITHOUT}
