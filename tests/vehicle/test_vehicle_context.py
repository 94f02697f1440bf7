"""What the screen reads from the car besides safety."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carlendar.domain import vss
from carlendar.domain.account import driver_identity
from carlendar.domain.place import Position
from carlendar.domain.ports import Reading
from carlendar.presentation.options import Options, as_in_car, preferred
from carlendar.presentation.vehicle_context import Side, VehicleContext
from carlendar.vehicle import signals
from carlendar.wiring.vehicle_context import VehicleContextReader

ANA = driver_identity("https://drivers.contoso.example", "ana")


class Screen:
    """Keeps the last context that it received, and counts them."""

    def __init__(self) -> None:
        self.night: bool | None = None
        self.aboard: bool | None = None
        self.setting: tuple[str, str, float] = ("", "", 1.0)
        self.times = 0
        self.driver = "never set"
        self.inside = VehicleContext()
        self.words: list[object] = []

    def theme(self, *, night: bool) -> None:
        self.night = night

    def set_occupants(self, *, passenger_aboard: bool | None, driver_subject: str) -> None:
        self.aboard, self.driver = passenger_aboard, driver_subject

    def car(self, *, language: str, hours: str, text_scale: float) -> None:
        self.setting = (language, hours, text_scale)
        self.times += 1

    def vehicle(self, vehicle: VehicleContext) -> None:
        self.inside = vehicle

    def connected(self, word: object) -> None:
        self.words.append(word)


def at_once(call: Callable[[], None]) -> None:
    call()


def screen_after(*values: tuple[str, float | bool | str | None]) -> Screen:
    screen = Screen()
    reader = VehicleContextReader(screen, at_once, screen.connected)
    reader.watch_position(True)
    for signal, value in values:
        reader.take([Reading(1.0, signal, value)])
    return screen


FRONT, REAR = vss.PASSENGER_SEAT, vss.REAR_SEATS[0]


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
def test_no_one_is_aboard_only_when_each_seat_that_reports_is_empty(
    values: list[tuple[str, float | bool | str | None]], aboard: bool | None
) -> None:
    assert screen_after(*values).aboard is aboard


def test_light_tells_the_night_only_while_the_car_has_no_mode() -> None:
    dark, between, bright = ((vss.LIGHT, value) for value in (5.0, 25.0, 80.0))
    assert screen_after(dark).night is True
    assert screen_after(bright).night is False
    assert screen_after(dark, between).night is True
    assert screen_after(bright, between).night is False
    assert screen_after((vss.DAY_NIGHT, "DAY"), dark).night is False
    assert screen_after((vss.DAY_NIGHT, "DAY"), dark, (vss.DAY_NIGHT, None)).night is True
    assert screen_after((vss.LIGHT, float("nan"))).night is None


def test_language_hours_and_size_of_the_cars_own_screens() -> None:
    known = screen_after((vss.LANGUAGE, "de"), (vss.TIME_FORMAT, "HR_12"), (vss.FONT_SIZE, "LARGE"))
    assert known.setting == ("de", "12", 1.15)
    strange = screen_after((vss.LANGUAGE, 4), (vss.TIME_FORMAT, "HR_13"), (vss.FONT_SIZE, "HUGE"))
    assert strange.setting == ("", "", 1.0)


def test_what_is_equal_is_not_reported_again() -> None:
    assert screen_after((vss.LANGUAGE, "de"), (vss.LANGUAGE, "de"), (vss.SPEED, 3.0)).times == 1


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
    assert {*signals.USED, *vss.TRIP} == set(signals.ALIASES)
    assert set(signals.WITHOUT) <= {*signals.USED, vss.DESTINATION_LATITUDE}


POS1, POS2, POS3 = vss.FRONT_SEATS


@pytest.mark.parametrize(
    ("side", "seats", "aboard"),
    [
        ("LEFT", {POS1: "OCCUPIED", POS2: "EMPTY"}, False),
        ("LEFT", {POS1: "OCCUPIED", POS2: "OCCUPIED"}, True),
        ("RIGHT", {POS1: "EMPTY", POS2: "OCCUPIED"}, False),
        ("RIGHT", {POS1: "OCCUPIED", POS2: "OCCUPIED"}, True),
        ("RIGHT", {POS1: "EMPTY", POS2: "EMPTY", POS3: "OCCUPIED"}, False),
        ("RIGHT", {POS1: "EMPTY", POS2: "OCCUPIED", POS3: "OCCUPIED"}, True),
        (None, {POS1: "OCCUPIED", POS2: "EMPTY"}, None),
        ("MIDDLE", {POS1: "EMPTY", POS2: "OCCUPIED", POS3: "EMPTY"}, None),
        ("LEFT", {POS1: "OCCUPIED"}, None),
        ("LEFT", {POS1: "OCCUPIED", POS2: None}, None),
        ("RIGHT", {FRONT: "EMPTY", POS1: "OCCUPIED", POS2: "OCCUPIED"}, False),
    ],
)
def test_the_drivers_side_says_whose_the_seats_are_that_are_only_counted(
    side: str | None, seats: dict[str, str | None], aboard: bool | None
) -> None:
    assert screen_after((vss.DRIVER_POSITION, side), *seats.items()).aboard is aboard


def test_side_position_unit_and_loudness() -> None:
    known = screen_after(
        (vss.DRIVER_POSITION, "RIGHT"), (vss.LATITUDE, 53.55012), (vss.LONGITUDE, 9.97),
        (vss.DISTANCE_UNIT, "MILES"), (vss.VOLUME, 35),
    )  # fmt: skip
    assert known.inside == VehicleContext(Side.RIGHT, Position(53.55, 9.97), miles=True, loudness=0.35)
    strange = screen_after(
        (vss.DRIVER_POSITION, "ROOF"), (vss.LATITUDE, 91.0), (vss.LONGITUDE, 9.97),
        (vss.DISTANCE_UNIT, "PARSECS"), (vss.VOLUME, 180),
    )  # fmt: skip
    assert strange.inside == VehicleContext()
    assert screen_after((vss.VOLUME, 0)).inside.loudness == 0.0


def test_a_car_on_the_move_tells_its_position_only_every_hundred_metres() -> None:
    screen = screen_after((vss.LATITUDE, 53.5), *((vss.LONGITUDE, 9.9 + n * 1e-5) for n in range(1, 300)))
    assert 3 <= screen.times <= 5


def test_the_cars_word_on_its_connection_goes_on_as_it_is() -> None:
    assert screen_after((vss.CONNECTED, True), (vss.CONNECTED, False), (vss.CONNECTED, None)).words == [
        True,
        False,
        None,
    ]


@pytest.mark.parametrize(
    ("values", "driver"),
    [
        ({}, ""),
        ({vss.DRIVER_SUBJECT: "ana"}, "ana"),
        ({vss.DRIVER_ISSUER: "https://drivers.contoso.example", vss.DRIVER_SUBJECT: "ana"}, ANA),
        ({vss.DRIVER_ISSUER: "https://drivers.contoso.example", vss.DRIVER_SUBJECT: ""}, ""),
        ({vss.DRIVER_ISSUER: "https://drivers.contoso.example", vss.DRIVER_SUBJECT: None}, ""),
        ({vss.DRIVER_SUBJECT: True}, ""),
    ],
)
def test_the_driver_is_passed_on_with_the_first_batch_even_if_unknown(
    values: dict[str, float | bool | str | None], driver: str
) -> None:
    screen = Screen()
    reader = VehicleContextReader(screen, at_once, screen.connected)
    reader.take([Reading(1.0, vss.SPEED, 0.0), *(Reading(1.0, *value) for value in values.items())])
    assert screen.driver == driver
    reader.take([Reading(2.0, vss.DRIVER_SUBJECT, "ben"), Reading(2.0, vss.DRIVER_ISSUER, "")])
    assert screen.driver == "ben"
    reader.take([Reading(3.0, vss.DRIVER_SUBJECT, None)])
    assert screen.driver == ""


def test_after_a_suspend_the_driver_is_unknown_until_the_car_names_one_again() -> None:
    asleep, asked, screen = [100.0], list[str](), Screen()
    reader = VehicleContextReader(screen, at_once, screen.connected, lambda: asked.append("again"), lambda: asleep[0])
    reader.take([Reading(1.0, vss.DRIVER_SUBJECT, "ana"), Reading(1.0, vss.LIGHT, 80.0)])
    reader.wake()
    assert (screen.driver, asked) == ("ana", [])
    asleep[0] += 3600.0
    reader.wake()
    assert (screen.driver, asked) == ("", ["again"])
    reader.wake()
    reader.take([Reading(2.0, vss.LIGHT, 10.0)])
    assert (screen.driver, asked) == ("", ["again"])
    reader.take([Reading(3.0, vss.DRIVER_SUBJECT, "ben")])
    assert screen.driver == "ben"


def test_the_position_is_passed_on_only_while_it_is_wanted() -> None:
    screen = Screen()
    reader = VehicleContextReader(screen, at_once, screen.connected)

    def here() -> Position | None:
        return screen.inside.here

    reader.take([Reading(1.0, vss.LATITUDE, 53.55), Reading(1.0, vss.LONGITUDE, 9.97)])
    assert here() is None
    reader.watch_position(True)
    reader.wake()  # comes with every batch, also of a car that stands
    assert here() == Position(53.55, 9.97)
    reader.watch_position(False)
    reader.wake()
    assert here() is None
