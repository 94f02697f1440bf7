"""Real touches on the real widget tree: what they do, and what they must not do."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.presentation.states import CallState, DriveState, Frame
from tests.intents import sample
from tests.ui.conftest import MakeDisplay


def test_a_touch_is_seen_at_touch_down_and_acts_at_touch_up(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    display.injector.touch("down", 1, *display.center("primary"))
    assert display.stage.widget("primary").pressed
    assert display.intents == []
    display.injector.touch("up", 1, *display.center("primary"))
    assert display.intents == ["join"]
    assert display.stage.widget("primary").pressed, "a quick tap is shown for a moment"
    display.until(lambda: not display.stage.widget("primary").pressed)


def test_a_second_tap_is_shown_as_long_as_the_first(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    display = make_display(frames["drive"])
    target = display.stage.widget("agenda")
    for kind in ("down", "up", "down"):
        display.injector.touch(kind, 1, *display.center("agenda"))
    display.until(lambda: not target._seen.is_triggered)
    assert target.pressed, "the finger is still down"
    display.injector.touch("up", 1, *display.center("agenda"))
    assert not target.pressed


def test_what_takes_the_place_of_a_tapped_target_is_not_drawn_as_pressed(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    for kind in ("down", "up"):
        display.injector.touch(kind, 1, *display.center("primary"))
    body = frames["drive"].body
    assert isinstance(body, DriveState)
    display.controller.change(replace(frames["drive"], body=replace(body, primary=body.secondary)))
    assert not display.stage.widget("primary").pressed


def test_the_pressed_look_is_in_the_next_frame(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    display = make_display(frames["drive"])
    before = tuple(display.stage.widget("secondary").fill)
    drawn = len(display.acknowledged)
    display.injector.touch("down", 1, *display.center("secondary"))
    display.turn(1)
    assert len(display.acknowledged) == drawn + 1
    assert tuple(display.stage.widget("secondary").fill) != before


def test_a_finger_that_slides_off_does_nothing(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    display = make_display(frames["drive"])
    display.injector.touch("down", 1, *display.center("primary"))
    display.injector.touch("move", 1, 0.02, 0.98)
    assert not display.stage.widget("primary").pressed
    display.injector.touch("up", 1, 0.02, 0.98)
    assert display.intents == []


@pytest.mark.parametrize("key", ["primary", "secondary"])
def test_a_double_tap_on_what_sends_acts_once(make_display: MakeDisplay, frames: dict[str, Frame], key: str) -> None:
    display = make_display(frames["drive"])
    display.tap(key)
    display.clock.now += 0.2
    display.tap(key)
    assert len(display.intents) == 1
    display.clock.now += 0.7
    display.tap(key)
    assert len(display.intents) == 2


def test_nothing_that_appears_under_a_sending_touch_answers_at_once(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    display.controller.answers["join"] = frames["call"]
    place = display.center("primary")
    display.tap("primary")
    display.clock.now += 0.69
    display.tap_at(*place)
    assert display.intents == ["join"], "Mute stands where Join stood"
    display.clock.now += 0.02
    display.tap_at(*place)
    assert display.intents == ["join", "mute"]


def test_a_tap_through_an_arriving_reminder_does_not_hit_what_is_new(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    place = display.center("agenda")
    display.controller.change(frames["reminder"])
    display.turn()
    display.tap_at(*place)
    assert display.intents == [], "Agenda is gone, and nothing takes its place"
    at = display.center("foot.1")
    display.tap_at(*at)
    assert display.intents == [], "the answers have just come"
    display.clock.now += 0.71
    display.tap_at(*place)
    assert display.intents == []
    display.tap_at(*at)
    assert display.intents == ["skip"]


def test_join_stays_where_it_is_when_a_reminder_comes_and_answers_at_once(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    before = display.stage.widget("primary").place()
    display.controller.change(frames["reminder"])
    display.turn()
    assert display.stage.widget("primary").place() == before
    display.tap("primary")
    assert display.intents == ["join"]


def test_what_the_finger_lies_on_changes_its_meaning_and_nothing_happens(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["call"])
    place = display.center("large")
    display.injector.touch("down", 1, *place)
    body = frames["call"].body
    assert isinstance(body, CallState)
    assert body.large is not None
    other = replace(body, large=replace(body.large, intent=sample("unmute")))
    display.controller.change(replace(frames["call"], body=other))
    display.injector.touch("up", 1, *place)
    assert display.intents == []


def test_a_screen_reached_by_touch_answers_at_once(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    display = make_display(frames["drive"])
    display.controller.answers["agenda"] = frames["agenda_page"]
    display.tap("agenda")
    display.tap("home")
    assert display.intents == ["agenda", "home"]


def test_rows_of_the_parked_list_open_and_their_action_does_not(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["agenda_list"])
    display.turn(4)
    join = next(
        widget
        for widget in display.stage.widget("list").walk()
        if getattr(widget, "action", None) and widget.action.intent.name == "join"
    )
    rect = join.place()
    display.tap_at((rect.x + rect.width / 2) / 1560, (rect.y + rect.height / 2) / 700)
    display.until(lambda: bool(display.intents))
    assert display.intents == ["join"]
    display.clock.now += 1
    display.tap_at((rect.x - 200) / 1560, (rect.y + rect.height / 2) / 700)
    display.until(lambda: len(display.intents) > 1)
    assert display.controller.acts[-1].intent == sample("open", "a")


def test_the_wheel_scrolls_the_list_and_its_place_is_kept(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    display = make_display(frames["agenda_list"])
    display.turn(4)
    display.injector.wheel(0.5, 0.6, -4)
    display.until(lambda: bool(display.controller.scrolls) and display.controller.scrolls[-1][1] < 1)
    left_at = display.stage.widget("list").view.scroll_y
    display.controller.change(frames["agenda_page"])
    display.turn(4)
    display.controller.change(frames["agenda_list"])
    display.turn(4)
    assert display.stage.widget("list").view.scroll_y == pytest.approx(left_at)
