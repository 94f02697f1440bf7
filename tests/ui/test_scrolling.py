"""Drags, throws, taps and the wheel on a list that scrolls. Time is passed in: the clock stands until it is moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from carlendar.presentation.states import AgendaState, Frame
from carlendar.ui.metrics import PRESETS
from tests.intents import sample
from tests.ui.conftest import Display, MakeDisplay

if TYPE_CHECKING:  # importing these opens a window
    from carlendar.ui.widgets.scroller import Scroller

    Listed = tuple[Display, Scroller]

DRAGS = {
    "slow": (25, 0.9, 0.0),
    "very slow": (60, 12.0, 0.0),
    "fast": (4, 0.06, 0.0),
    "in one jump": (1, 0.02, 0.0),
    "held for 0.1 s before": (25, 0.9, 0.1),
    "held for 0.5 s before": (10, 0.2, 0.5),
    "held for a minute before": (25, 3.0, 60.0),
}
"""Steps, seconds that they take, seconds that the finger lay still before."""


@pytest.fixture
def listed(make_display: MakeDisplay, frames: dict[str, Frame]) -> Listed:
    """A parked Agenda of 66 rows, and its view."""
    display = make_display(frames["agenda_list"], PRESETS["7"])
    display.turn(4)
    return display, display.stage.widget("list").view


def offset(view: Scroller) -> float:
    """Pixels between the list's top and what is seen of it."""
    return float((1 - view.scroll_y) * (view.children[0].height - view.height))


def drag(
    display: Display,
    y: float,
    to: float,
    steps: int,
    seconds: float,
    hold: float = 0.0,
    x: float = 0.5,
    up: bool = True,
) -> None:
    """Move a finger from one height to another, in parts of the display's height from its top."""
    display.injector.touch("down", 1, x, y)
    display.turn(1)
    display.clock.now += hold
    for step in range(1, steps + 1):
        display.clock.now += seconds / steps
        display.injector.touch("move", 1, x, y + (to - y) * step / steps)
        if step % 8 == 0:
            display.turn(1)
    if up:
        display.clock.now += 0.3  # at rest, so that nothing is thrown
        display.injector.touch("up", 1, x, to)
        display.turn(2)


def middle_of_a_row(display: Display, view: Scroller) -> tuple[float, float]:
    """A point on a row that can be opened, in parts of width and height from the top left."""
    places = [each.place() for each in view.walk() if getattr(each, "action", None)]
    place = min(places, key=lambda place: abs(place.y + place.height / 2 - display.stage.height / 2))
    return 0.4, (place.y + place.height / 2) / display.stage.height


@pytest.mark.parametrize("speed", DRAGS)
def test_content_follows_the_finger_at_any_speed(listed: Listed, speed: str) -> None:
    display, view = listed
    steps, seconds, hold = DRAGS[speed]
    whole = view.height / display.stage.height
    drag(display, 0.85, 0.85 - 0.6 * whole, steps, seconds, hold)
    moved = offset(view)
    assert moved == pytest.approx(0.6 * view.height - view.slop, abs=1.5)
    drag(display, 0.3, 0.3 + 0.3 * whole, steps, seconds, hold)
    assert offset(view) == pytest.approx(moved - 0.3 * view.height + view.slop, abs=1.5)
    assert display.intents == []
    assert not any(getattr(widget, "pressed", False) for widget in view.walk())


def test_a_drag_that_begins_on_an_action_scrolls_and_does_not_act(listed: Listed) -> None:
    display, view = listed
    join = next(each for each in view.walk() if getattr(each, "action", None) and each.action.intent.name == "join")
    place = join.place()
    x, y = (place.x + place.width / 2) / display.stage.width, (place.y + place.height / 2) / display.stage.height
    display.injector.touch("down", 1, x, y)
    display.turn(1)
    assert join.pressed, "seen within a frame"
    for step in range(1, 30):
        display.injector.touch("move", 1, x, y - step * 0.004)
    assert not join.pressed
    display.injector.touch("move", 1, x, y)
    display.injector.touch("up", 1, x, y)
    display.turn(2)
    assert display.intents == []


@pytest.mark.parametrize("seconds", [0.05, 0.4, 5.0])
def test_a_finger_that_shakes_taps(listed: Listed, seconds: float) -> None:
    display, view = listed
    wobble = 0.9 * view.slop / display.stage.height
    display.injector.touch("down", 1, 0.4, 0.4)
    for step in range(40):  # 40 times from one side to the other: far in all, never far away
        display.clock.now += seconds / 40
        display.injector.touch("move", 1, 0.4, 0.4 + (wobble if step % 2 else -wobble))
    display.injector.touch("up", 1, 0.4, 0.4)
    display.turn(2)
    assert [intent.partition(":")[0] for intent in display.intents] == ["open"]
    assert offset(view) == 0.0


def thrown(display: Display, view: Scroller) -> float:
    """Throw the list upwards; returns where it was when the finger left."""
    display.injector.touch("down", 1, 0.4, 0.9)
    for step in range(1, 7):
        display.clock.now += 1 / 60
        display.injector.touch("move", 1, 0.4, 0.9 - step * 0.05)
        display.turn(1)
    display.injector.touch("up", 1, 0.4, 0.6)
    return offset(view)


@pytest.mark.parametrize("frame", [1 / 60, 1 / 20, 1 / 8])
def test_a_throw_goes_on_for_a_moment_as_far_at_any_frame_rate(listed: Listed, frame: float) -> None:
    from carlendar.ui.widgets.scroller import COAST, SLOWING  # brings Kivy, which is prepared first

    display, view = listed
    released = thrown(display, view)
    speed = abs(view.effect_y.velocity)
    assert speed == pytest.approx(0.05 * display.stage.height * 60, rel=0.3)
    passed = 0.0
    while view.effect_y.velocity:
        view.effect_y.update_velocity(frame)
        passed += frame
    assert passed <= COAST + frame
    assert offset(view) - released == pytest.approx(speed * SLOWING, rel=0.3)
    assert display.intents == []


def test_a_touch_stops_what_was_thrown(listed: Listed) -> None:
    display, view = listed
    thrown(display, view)
    display.injector.touch("down", 1, 0.4, 0.5)
    stopped = offset(view)
    view.effect_y.update_velocity(1 / 60)
    assert offset(view) == stopped
    display.injector.touch("up", 1, 0.02, 0.5)


def test_a_throw_ends_at_the_lists_end(listed: Listed) -> None:
    display, view = listed
    view.scroll_y = 0.01
    display.turn(2)
    thrown(display, view)
    view.effect_y.update_velocity(1 / 20)
    assert (view.scroll_y, view.effect_y.velocity) == (pytest.approx(0.0), 0)


def test_sixty_notches_of_the_wheel_reach_the_end_and_sixty_the_top(listed: Listed) -> None:
    display, view = listed
    for _ in range(60):
        display.injector.wheel(0.5, 0.6, -1)
    display.turn(2)
    assert view.scroll_y == pytest.approx(0.0)
    for _ in range(6):
        display.injector.wheel(0.5, 0.6, 10)
    display.turn(2)
    assert view.scroll_y == pytest.approx(1.0)


def test_parts_of_notches_add_up_while_they_go_the_same_way(listed: Listed) -> None:
    display, view = listed
    for _ in range(10):
        display.injector.wheel(0.5, 0.6, -0.3)
    display.turn(2)
    assert offset(view) == pytest.approx(3 * 0.4 * view.height, abs=1)
    display.injector.wheel(0.5, 0.6, -0.9)
    display.injector.wheel(0.5, 0.6, 0.9)
    display.turn(2)
    assert offset(view) == pytest.approx(3 * 0.4 * view.height, abs=1)


def test_a_second_finger_neither_scrolls_nor_acts(listed: Listed) -> None:
    display, view = listed
    drag(display, 0.8, 0.6, 10, 0.2, up=False)
    moved = offset(view)
    display.injector.touch("down", 2, 0.4, 0.5)
    display.injector.touch("move", 2, 0.4, 0.2)
    display.injector.touch("up", 2, 0.4, 0.2)
    display.turn(2)
    assert (offset(view), display.intents) == (moved, [])
    display.injector.touch("up", 1, 0.5, 0.6)


def test_a_list_that_goes_while_a_finger_drags_it_neither_scrolls_nor_acts(
    listed: Listed, frames: dict[str, Frame]
) -> None:
    display, _ = listed
    drag(display, 0.8, 0.6, 10, 0.2, up=False)
    scrolls = len(display.controller.scrolls)
    display.controller.change(frames["agenda_page"])
    display.turn(2)
    display.injector.touch("move", 1, 0.5, 0.3)
    display.injector.touch("up", 1, 0.5, 0.3)
    display.turn(2)
    assert (len(display.controller.scrolls), display.intents) == (scrolls, [])
    display.controller.change(frames["agenda_list"])
    display.turn(4)
    display.clock.now += 1
    display.tap_at(*middle_of_a_row(display, display.stage.widget("list").view))
    assert display.intents == ["open"]


def test_new_rows_under_a_finger_that_taps_do_not_answer(listed: Listed, frames: dict[str, Frame]) -> None:
    display, _ = listed
    display.injector.touch("down", 1, 0.4, 0.4)
    display.turn(1)
    body = frames["agenda_list"].body
    assert isinstance(body, AgendaState)
    moved = replace(body, rows=(body.rows[0], *body.rows[4:]))
    display.controller.change(replace(frames["agenda_list"], body=moved))
    display.turn(2)
    display.injector.touch("up", 1, 0.4, 0.4)
    display.turn(2)
    assert sample("open", "a") not in [action.intent for action in display.controller.acts]
    assert display.intents == []
