"""Keys and the focus: what they reach, parked and on the road, and what they must not do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from msgspec.structs import replace

from carlendar.presentation.states import Action, Frame, Line
from carlendar.ui import kivy_hooks
from carlendar.ui.direction import Direction, in_reading_order, nearest
from carlendar.ui.geometry import Rect
from carlendar.ui.metrics import PRESETS
from tests.intents import sample
from tests.ui.conftest import Display, MakeDisplay

GRID = {f"{x}{y}": Rect(x * 100, y * 100, 80, 80) for x in range(3) for y in range(3)}


@pytest.mark.parametrize(
    ("direction", "found"),
    [(Direction.UP, "10"), (Direction.DOWN, "12"), (Direction.LEFT, "01"), (Direction.RIGHT, "21")],
)
def test_an_arrow_finds_what_lies_next_in_its_direction(direction: Direction, found: str) -> None:
    assert nearest({key: place for key, place in GRID.items() if key != "11"}, GRID["11"], direction) == found
    outward = {Direction.UP: "10", Direction.DOWN: "12", Direction.LEFT: "01", Direction.RIGHT: "21"}[direction]
    assert nearest({key: place for key, place in GRID.items() if key != outward}, GRID[outward], direction) is None


def test_what_lies_straight_ahead_comes_before_what_is_nearer_but_to_the_side() -> None:
    places = {"ahead": Rect(300, 0, 50, 50), "aside": Rect(90, 170, 50, 50)}
    assert nearest(places, Rect(0, 0, 80, 80), Direction.RIGHT) == "ahead"


def test_the_reading_order_is_by_rows_and_mirrored_where_one_reads_from_the_right() -> None:
    places = {"b": Rect(100, 4, 50, 50), "a": Rect(0, 0, 50, 50), "c": Rect(0, 80, 50, 50), "d": Rect(100, 70, 50, 80)}
    assert in_reading_order(places) == ["a", "b", "c", "d"]
    assert in_reading_order(places, rtl=True) == ["b", "a", "d", "c"]


def test_no_ring_is_drawn_until_a_key_is_used_and_a_touch_takes_it_away(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    assert (display.focus, ring(display)) == ("", None)
    display.key("ArrowDown")
    assert display.focus == "primary"
    place = display.stage.widget("primary").place()
    drawn = ring(display)
    assert drawn is not None
    assert drawn.overlaps(place)
    assert drawn.width > place.width
    display.injector.touch("down", 1, 0.02, 0.02)
    display.injector.touch("up", 1, 0.02, 0.02)
    display.turn()
    assert (display.focus, ring(display)) == ("", None)


def ring(display: Display) -> Rect | None:
    """Where the ring is drawn, from the frame's instructions; None where there is none."""
    lines = [each for each in display.stage.focus._ring.children if type(each).__name__ == "SmoothLine"]
    if not lines:
        return None
    x, y, width, height = lines[0].rounded_rectangle[:4]
    return Rect(x, display.stage.height - y - height, width, height)


def test_arrows_reach_every_target_of_every_screen(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    for name in ("drive", "drive_parked", "reminder", "arabic", "agenda_page", "event", "call", "sign_in", "notice"):
        display = make_display(frames[name], PRESETS["7"])
        stage = display.stage
        targets = set(stage.focus._targets())
        stage.focus.move(Direction.DOWN)
        reached, waiting = {stage.focus.key}, [stage.focus.key]
        while waiting:
            start = waiting.pop()
            for direction in Direction:
                stage.focus._give(start)
                stage.focus.move(direction)
                if stage.focus.key not in reached:
                    reached.add(stage.focus.key)
                    waiting.append(stage.focus.key)
        assert reached == targets, name


def test_enter_acts_on_the_focus_and_the_first_press_only_shows_it(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    display.key("Enter")
    assert (display.focus, display.intents) == ("primary", [])
    display.key("Enter", up=False)
    assert display.intents == ["join"]
    assert display.stage.widget("primary").pressed
    display.key("Enter", up=False)
    display.clock.now += 5
    display.key("Enter", up=False)
    assert display.intents == ["join"], "a key that is held acts once"
    display.injector.key("Enter", "up")
    display.until(lambda: not display.stage.widget("primary").pressed)


@pytest.mark.rule("H4")
def test_what_appears_under_the_focus_does_not_answer_to_the_second_press_of_two(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    display.controller.answers["join"] = frames["call"]
    display.key("Enter")
    display.key("Enter")
    assert display.focus, "the person changed the screen: the focus is shown on it"
    display.clock.now += 0.69
    display.key("Enter")
    assert display.intents == ["join"]
    display.clock.now += 0.02
    display.key("Enter")
    assert len(display.intents) == 2


def test_pages_turn_as_fast_as_one_presses(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    display = make_display(frames["agenda_page"])
    for _ in range(3):
        display.key("PageDown")
    assert display.intents == ["later"] * 3


def test_a_screen_that_changes_by_itself_takes_the_focus_from_what_changed(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    display.key("ArrowDown")
    display.stage.focus._give("agenda")
    display.controller.change(frames["reminder"])
    display.turn()
    assert display.focus == "", "Agenda is gone"
    display.key("Enter")
    assert display.intents == []


def test_a_target_that_gets_another_meaning_by_itself_loses_the_focus(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["call"])
    display.key("ArrowDown")
    display.stage.focus._give("large")
    body: Any = frames["call"].body
    other = replace(body, large=replace(body.large, intent=sample("unmute")))
    display.controller.change(replace(frames["call"], body=other))
    display.turn()
    display.key("Enter")
    assert display.intents == []


def test_a_target_that_stays_keeps_the_focus_while_the_minutes_pass(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    display.key("ArrowDown")
    display.controller.change(replace(frames["drive"], status=replace(frames["drive"].status, clock="8:49")))
    display.turn()
    assert display.focus == "primary"


@pytest.mark.rule("S6")
def test_setting_off_leaves_keys_nothing_that_was_for_parked(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["event"])
    display.key("ArrowDown")
    for key in list(display.stage.focus._targets()):
        display.stage.focus._give(key)
    display.newest[0] = replace(frames["drive"].restrictions, sequence=9)
    display.controller.restricted = lambda new: replace(frames["drive"], restrictions=new)
    display.turn()
    offered = {"join", "late", "agenda"}
    display.clock.now += 1
    for key in ("Enter", "ArrowLeft", "Enter", "ArrowDown", "Enter", "Escape", "Backspace", "PageDown", "Tab", "Enter"):
        display.key(key)
        display.clock.now += 1
    assert set(display.intents) <= offered


def test_while_driving_one_press_is_one_step_and_parked_a_held_arrow_repeats(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["agenda_page"])
    display.key("ArrowDown")
    first = display.focus
    for _ in range(4):
        display.key("ArrowRight", up=False)
    held = display.focus
    display.injector.key("ArrowRight", "up")
    assert held != first
    display.stage.focus._give(first)
    display.key("ArrowRight")
    assert display.focus == held
    parked = make_display(frames["agenda_list"])
    parked.turn(4)
    parked.key("ArrowDown")
    for _ in range(6):
        parked.key("ArrowDown", up=False)
    assert parked.focus == "row.r2"


@pytest.mark.parametrize(("name", "way"), [("event", "home"), ("notice", "back"), ("sign_in", "cancel_sign_in")])
@pytest.mark.parametrize("key", ["Escape", "Backspace", "GoBack"])
def test_back_does_what_the_drawn_way_back_does(
    make_display: MakeDisplay, frames: dict[str, Frame], name: str, way: str, key: str
) -> None:
    display = make_display(frames[name])
    display.key(key)
    assert display.intents == [way]


@pytest.mark.parametrize("name", ["drive", "call", "reminder"])
def test_back_never_leaves_a_call_sends_or_dismisses(
    make_display: MakeDisplay, frames: dict[str, Frame], name: str
) -> None:
    display = make_display(frames[name])
    for key in ("Escape", "Backspace", "GoBack"):
        display.key(key)
        display.clock.now += 1
    assert display.intents == []


def test_arrows_go_through_a_list_to_its_end_and_back_with_the_focus_in_sight(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["agenda_list"], PRESETS["7"])
    display.turn(4)
    view = display.stage.widget("list").view
    left, top = view.to_window(view.x, view.y)[0], display.stage.height - view.top
    seen = Rect(left, top, view.width, view.height)
    visited = []
    display.stage.focus._begin(display.stage.focus._targets())
    for way in (Direction.DOWN, Direction.UP):
        for _ in range(75):
            display.stage.focus.move(way)
            kivy_hooks.lay_out()
            if not display.focus.startswith("row."):
                break  # beyond the list's top is the rail
            visited.append(display.focus)
            place = display.stage.focus._targets()[display.focus].place()
            assert place.y >= seen.y - 1, "not over its upper edge"
            assert place.bottom <= seen.bottom + 1, "not under its lower edge"
    assert {f"row.r{number}" for number in range(60)} <= set(visited)
    assert view.scroll_y == pytest.approx(1.0, abs=0.05)


def test_page_keys_scroll_a_list(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    display = make_display(frames["agenda_list"])
    display.turn(4)
    view = display.stage.widget("list").view
    display.key("PageDown")
    assert view.scroll_y < 1.0
    display.key("PageUp")
    assert view.scroll_y == pytest.approx(1.0)


def test_letters_and_unknown_keys_do_nothing(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    display = make_display(frames["event"])
    for key in ("a", "q", "1", "Delete", "F1", "F11", "Home"):
        display.key(key)
    assert (display.intents, display.focus) == ([], "")


def test_a_focus_on_the_toast_acts_on_it(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    undo = Action(sample("undo"), ("Undo",), "undo")
    display = make_display(replace(frames["drive"], toast=Line(("Telling them soon",)), toast_action=undo))
    display.stage.focus._give("toast.action")
    display.key("Enter")
    assert display.intents == ["undo"]


@dataclass
class Window:
    """A window that hears keys and can fill the screen."""

    fullscreen: object = False
    bound: dict[str, Callable[..., object]] = field(default_factory=dict)

    def filled(self) -> bool:
        return self.fullscreen == "auto"

    def bind(self, **listeners: Callable[..., object]) -> None:
        self.bound.update(listeners)

    def key(self, code: int, *modifiers: str) -> None:
        self.bound["on_key_down"](self, code, 0, None, list(modifiers))
        self.bound["on_key_up"](self, code, 0)


def test_f11_fills_a_desktops_screen_escape_leaves_that_and_ctrl_q_closes(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    from carlendar.ui.keys import F11, Keys, Q

    display = make_display(frames["notice"])
    window, closed = Window(), list[int]()
    keys = Keys(window, display.stage, close=lambda: closed.append(1))
    window.key(F11)
    assert window.filled()
    window.key(27)
    assert (window.filled(), display.intents) == (False, [])
    window.key(27)
    assert display.intents == ["back"]
    window.key(F11)
    window.key(F11)
    assert not window.filled()
    window.key(Q)
    window.key(Q, "ctrl", "alt")
    assert closed == []
    window.key(Q, "ctrl", "numlock")
    assert closed == [1]
    assert keys is not None


def test_in_a_car_no_key_closes_or_shrinks_the_display(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    from carlendar.ui.keys import F11, Keys, Q

    display = make_display(frames["drive"])
    window = Window(fullscreen="auto")
    keys = Keys(window, display.stage)
    window.key(F11)
    window.key(27)
    window.key(Q, "ctrl")
    assert (window.filled(), display.intents) == (True, [])
    assert keys is not None
