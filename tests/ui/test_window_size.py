"""A window of another size than the display: what is composed for it, and that nothing is drawn past the loop."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from carlendar.presentation.states import Frame
from carlendar.ui.geometry import Rect
from carlendar.ui.metrics import PRESETS, DisplayMetrics
from carlendar.ui.screen_area import Size, fitted, usable_screen
from tests.ui.conftest import MakeDisplay


@pytest.mark.parametrize("display", sorted(PRESETS))
@pytest.mark.parametrize("size", [(1366, 612), (700, 500), (500, 900), (2560, 1300), (240, 135)])
def test_a_model_of_a_display_has_at_least_its_millimetres_and_a_cars_display_its_own_pixels(
    display: str, size: tuple[int, int]
) -> None:
    glass = PRESETS[display]
    model = glass.in_window(*size, scaled=True)
    assert model.width_mm >= glass.width_mm - 0.01
    assert model.height_mm >= glass.height_mm - 0.01
    assert min(model.width_mm / glass.width_mm, model.height_mm / glass.height_mm) == pytest.approx(1.0)
    own = glass.in_window(*size, scaled=False)
    assert (own.px_per_mm, own.distance_mm) == (glass.px_per_mm, glass.distance_mm)
    assert (own.width_px, own.height_px) == size


def test_a_window_of_the_displays_size_is_that_display() -> None:
    glass = PRESETS["12.9"]
    assert glass.in_window(1560, 700, scaled=True) == glass


@pytest.mark.parametrize(
    ("size", "screen", "window"),
    [
        ((1560, 700), (1920, 1080), (1560, 700)),
        ((1560, 700), (1366, 720), (1366, 612)),
        ((1080, 1920), (1366, 720), (405, 720)),
        ((1920, 720), (800, 480), (800, 300)),
    ],
)
def test_a_window_fits_the_screen_and_keeps_its_proportions(
    size: tuple[int, int], screen: tuple[int, int], window: tuple[int, int]
) -> None:
    assert fitted(Size(*size), Size(*screen)) == window


def test_where_there_is_no_x_server_the_window_has_the_displays_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    assert usable_screen() is None


@pytest.mark.parametrize("size", [(900, 500), (480, 900), (240, 135)])
def test_another_size_of_the_window_is_composed_for_it_at_once(
    make_display: MakeDisplay, frames: dict[str, Frame], size: tuple[int, int]
) -> None:
    display = make_display(frames["drive_parked"])
    display.stage._scaled = True
    before = display.stage.metrics
    display.stage.resize(*size)
    metrics: DisplayMetrics = display.stage.metrics
    assert metrics == before.in_window(*size, scaled=True)
    whole = Rect(0, 0, *size)
    assert display.stage.composition is not None
    for part in display.stage.composition.parts:
        widget = display.stage.widget(part.key)
        assert part.rect.overlaps(whole), part.key
        assert widget.top == pytest.approx(size[1] - part.rect.y), "counted from the window's own top"
    display.stage.resize(before.width_px, before.height_px)
    assert display.stage.metrics == before


def test_a_part_that_stays_where_it_is_is_moved_with_the_windows_top(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["drive"])
    clock = display.stage.widget("status.clock")
    below_top = 700 - clock.top
    display.stage.resize(1560, 900)  # its own place, size and text are the same
    assert 900 - display.stage.widget("status.clock").top == pytest.approx(below_top)


def test_the_loop_follows_the_window_and_takes_restrictions_before_it_draws_it(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["event"])
    tight = replace(frames["drive"].restrictions, sequence=9)
    display.controller.restricted = lambda new: replace(frames["drive"], restrictions=new)
    drawn = list[str]()
    display.loop.drawn = lambda _, frame: drawn.append(f"{frame.screen} {display.stage.size[0]:.0f}")
    display.loop._peeked = _NoInput()  # type: ignore[assignment]  # as for a separate window
    from carlendar.ui.window import open_window

    open_window((1000, 500), "Test")
    display.newest[0] = tight
    display.turn(1)
    display.turn(1)
    assert set(drawn) == {"drive 1000"}
    assert display.acknowledged[-1] == 9
    open_window((1560, 700), "Test")


class _NoInput:
    def waiting(self) -> bool:
        return False


def test_a_change_of_size_is_not_drawn_by_kivy_itself(make_display: MakeDisplay, frames: dict[str, Frame]) -> None:
    from carlendar.ui import kivy_hooks

    display = make_display(frames["drive"])
    taken: list[Any] = []

    class Storage:
        def set_event_filter(self, function: Any) -> None:
            taken.append(function)

        def resize_window(self, *size: int) -> None:
            taken.append(size)

    class Window:
        _win, _size = Storage(), (1, 1)

        def _event_filter(self, action: str, *_values: Any) -> str:
            return f"Kivy's {action}"

    window = Window()
    kivy_hooks.resize_without_drawing(window)
    drawn = len(display.acknowledged)
    assert taken[0]("windowresized", 800, 600) == 0
    assert (window._size, taken[1]) == ((800, 600), (800, 600))
    assert len(display.acknowledged) == drawn
    assert taken[0]("app_terminating") == "Kivy's app_terminating"
