"""The motion between parked pages, and that nothing else moves."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.presentation.states import Frame
from tests.ui.conftest import Display, MakeDisplay


def _page(display: Display) -> tuple[float, float]:
    layer = display.stage.widget("card" if "card" in display.stage._widgets else "list").parent
    return layer.opacity, layer.slide


def test_a_parked_page_fades_in_and_slides_into_its_place(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    display = make_display(frames["drive_parked"], transitions=True)
    assert _page(display) == (1, 0), "the first page is there at once"
    display.controller.change(frames["agenda_list"])
    opacity, slide = _page(display)
    assert opacity < 0.5
    assert 0 < slide <= display.stage.metrics.mm(2.0)
    rail = display.stage.widget("rail.0")
    assert rail.parent is display.stage, "what stands around the pages stays still"
    display.until(lambda: _page(display) == (1, 0))


def test_a_page_from_right_to_left_enters_from_its_own_side(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive_parked"], transitions=True)
    display.controller.change(replace(frames["agenda_list"], rtl=True))
    assert _page(display)[1] < 0


def test_targets_answer_at_their_final_places_while_the_page_still_moves(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive_parked"], transitions=True)
    display.controller.answers["settings"] = frames["agenda_list"]
    for kind in ("down", "up"):
        display.injector.touch(kind, 1, *display.center("rail.2"))
    assert _page(display)[0] < 1
    place = display.stage.widget("rail.0").place()
    still = make_display(frames["agenda_list"]).stage.widget("rail.0").place()
    assert place == still


@pytest.mark.rule("L4")
@pytest.mark.parametrize("changes", [("drive", "agenda_page"), ("drive_parked", "agenda_page")])
def test_nothing_moves_while_restricted(
    make_display: MakeDisplay, frames: dict[str, Frame], changes: tuple[str, str]
) -> None:
    first, second = changes
    display = make_display(frames[first], transitions=True)
    display.controller.change(frames[second])
    assert display.stage.widget("status.clock").parent is display.stage
    assert all(layer.opacity == 1 and not getattr(layer, "slide", 0) for layer in display.stage.walk(restrict=True))


@pytest.mark.rule("L4")
def test_a_restriction_ends_the_motion_at_once(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    display = make_display(frames["drive_parked"], transitions=True)
    display.controller.change(frames["agenda_list"])
    assert _page(display)[0] < 1
    display.controller.change(frames["drive"])
    assert _page(display) == (1, 0)
    drawn = display.stage.widget("card").parent
    display.turn(5)
    assert (drawn.opacity, drawn.slide) == (1, 0)


def test_the_same_page_with_new_content_does_not_move(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    display = make_display(frames["drive_parked"], transitions=True)
    display.controller.change(replace(frames["drive_parked"], night=not frames["drive_parked"].night))
    assert _page(display) == (1, 0)
