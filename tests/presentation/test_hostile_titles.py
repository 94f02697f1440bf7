"""Titles that any sender can choose, from the store's snapshot to the widgets that draw them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from carlendar.domain.event import Person
from carlendar.domain.place import Place
from carlendar.presentation.apply_limits import fits
from carlendar.presentation.intents import OpenEvent
from carlendar.presentation.options import Options
from carlendar.presentation.states import AgendaState, DriveState
from carlendar.safety.restrictions import DrivingState
from carlendar.ui.metrics import PRESETS
from carlendar.ui.picture import Gallery
from tests.presentation.conftest import PROFILE, At, Car

MOVING, PARKED = DrivingState.MOVING, DrivingState.PARKED
DAY = ("Product review", "Budget sync", "Lunch with Ana", "Supplier call")
HOSTILE = (
    "\u200d\u0644\u0627",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0648 \u0633\u0644\u0627\u200d\u0645",
    "\ud800\udfff",
    "a" + "\u0301" * 10_000,
    "\u202e\u2067\u2066" * 300 + "\u05d0",
    "\u0644\u0627, " * 500,
    "x" * 20_000,
    "[ref=a]&bl;[/b]{title}%s\x00",
    "\ufffe\U0010ffff\U000e0041",
    "",
)
PLACES = ["first row", "middle row", "last row", "running", "reminder"]
CASES = [(HOSTILE[0], where) for where in PLACES] + [
    (text, PLACES[number % len(PLACES)]) for number, text in enumerate(HOSTILE[1:])
]


@pytest.fixture(scope="module")
def stage() -> Gallery:
    """A display, off-screen."""
    return Gallery(PRESETS["12.9"])


def hostile(new_car: type[Car], text: str, position: int) -> Car:
    """A car one of whose events says that wherever an event can say something."""
    car = new_car()
    events = list(car.snapshot.events)
    person = Person(text, text)
    event = replace(
        events[position].event, title=text, body=text, place=Place(text, text), organizer=person, attendees=(person,)
    )
    calendar = replace(events[position].calendar, name=text)
    events[position] = replace(events[position], event=event, calendar=calendar)
    account = replace(car.snapshot.accounts[0], name=text)
    profile = replace(PROFILE, name=text)
    car.snapshot = replace(
        car.snapshot, events=tuple(events), accounts=(account,), profile=profile, profiles=(profile,)
    )
    return car


def drawn(stage: Gallery, car: Car) -> list[str]:
    """What the widgets of texts draw of the car's frame."""
    assert fits(car.frame)
    found = stage.stage(car.frame).walk(restrict=True)
    return [" ".join(widget.part.lines) for widget in found if type(widget).__name__ == "TextBlock" and widget.part]


def walk(stage: Gallery, new_car: type[Car], at: At, text: str, where: str) -> None:
    """Show the text there and on every screen that leads on from it; the other events stay as they are."""
    position = {"first row": 0, "middle row": 1, "last row": 3}.get(where, 0)
    for state in (MOVING, PARKED):
        car = hostile(new_car, text, position)
        car.clock.wall = at({"running": "9:10", "reminder": "8:57"}.get(where, "8:48"))
        car.start(Options(region="DE"), state=state, quiet=where != "reminder").fresh()
        if where == "reminder":
            assert car.shown(DriveState).band is not None
            drawn(stage, car)
            continue
        assert drawn(stage, car)
        car.touch("agenda")
        shown = drawn(stage, car)
        assert all(title in shown for number, title in enumerate(DAY) if number != position)
        if state is PARKED:
            key = car.shown(AgendaState).rows[position + 1].key.rpartition("/")[0]
            car.touch(OpenEvent(key))
            assert drawn(stage, car)
            car.touch("settings")
            assert drawn(stage, car)


@pytest.mark.parametrize(("text", "where"), CASES)
def test_a_hostile_text_leaves_every_screen_and_the_other_events(
    stage: Gallery, new_car: type[Car], at: At, text: str, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    walk(stage, new_car, at, text, where)
    assert "cannot be" not in caplog.text  # shaped, set and drawn, not caught


@given(text=st.text(st.characters(codec=None), max_size=50), where=st.sampled_from(PLACES))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_leaves_every_screen_and_the_other_events(
    stage: Gallery, new_car: type[Car], at: At, text: str, where: str
) -> None:
    walk(stage, new_car, at, text, where)
