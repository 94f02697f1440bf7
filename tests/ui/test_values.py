"""Sizes, colours, places and characters: the values under the interface."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from carlendar import resources
from carlendar.brands.palette import DAY, NIGHT, Palette
from carlendar.ui.coverage import coverage
from carlendar.ui.font_files import kivy_fonts
from carlendar.ui.fonts import icon_font
from carlendar.ui.geometry import Rect
from carlendar.ui.icons import GLYPHS, glyph
from carlendar.ui.metrics import CAP_HEIGHT_RATIO, PRESETS, DisplayMetrics, from_diagonal, rows_that_fit


@pytest.mark.parametrize(("angle", "px"), [(70, 112), (37.5, 60), (30, 48), (27.5, 44), (22.5, 36), (20, 32)])
def test_angles_become_the_pixels_of_the_design(angle: float, px: int) -> None:
    assert PRESETS["12.9"].arcmin(angle) == px


@pytest.mark.parametrize("display", sorted(PRESETS))
def test_a_floor_is_never_rounded_below_itself(display: str) -> None:
    metrics = PRESETS[display]
    for angle in (12.0, 16.0, 20.0):
        height_mm = metrics.floor(angle) * CAP_HEIGHT_RATIO / metrics.px_per_mm
        assert 60.0 * math.degrees(height_mm / metrics.distance_mm) >= angle - 1e-6
    assert metrics.least(20.0) / metrics.px_per_mm >= 20.0 - 1e-6


def test_the_text_scale_enlarges_roles_but_no_floors() -> None:
    large = DisplayMetrics(1560, 700, 5.22, 750, text_scale=1.3)
    assert large.arcmin(22.5) > PRESETS["12.9"].arcmin(22.5)
    assert large.floor(16) == PRESETS["12.9"].floor(16)


@pytest.mark.parametrize(
    "bad", [(0, 700, 5.2, 750), (1560, 700, 0, 750), (1560, 700, 5.2, -1), (1560, 700, float("nan"), 750)]
)
def test_what_is_no_display_is_refused(bad: tuple[int, int, float, float]) -> None:
    with pytest.raises(ValueError, match="display"):
        DisplayMetrics(*bad)


def test_a_panel_is_as_wide_as_its_diagonal_says() -> None:
    assert from_diagonal(800, 480, 7).width_mm == pytest.approx(152.5, abs=0.1)
    assert {name: rows_that_fit(metrics) for name, metrics in PRESETS.items()} == {
        "12.9": 4,
        "12.3": 5,
        "9": 4,
        "7": 3,
        "11": 8,
    }


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """WCAG 2.2, contrast ratio."""

    def luminance(color: tuple[float, ...]) -> float:
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color[:3]]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [NIGHT, DAY])
def test_contrasts_are_those_of_the_restriction_profile(palette: Palette) -> None:
    for ground in (palette.bg, palette.surface, palette.surface_2):
        assert contrast(palette.text, ground) >= 7
        assert contrast(palette.mute, ground) >= 4.5
        assert contrast(palette.warn, ground) >= 4.5
    for fill, on in ((palette.go, palette.on_go), (palette.stop, palette.on_stop)):
        assert contrast(on, fill) >= 7
    for shape in (palette.go, palette.stop_text):  # of Leave it is the border that is seen
        assert contrast(shape, palette.bg) >= 3
    assert contrast(palette.accent, palette.on_accent) >= 4.5
    assert contrast(palette.outline, palette.bg) >= 3
    assert contrast(palette.outline, palette.surface) >= 3


def test_rectangles() -> None:
    rect = Rect(10, 20, 100, 50)
    assert rect.mirrored(200) == Rect(90, 20, 100, 50)
    assert rect.columns(2, 10) == (Rect(10, 20, 45, 50), Rect(65, 20, 45, 50))
    assert rect.gap_to(Rect(114, 20, 5, 5)) == 4
    assert rect.overlaps(Rect(109, 69, 5, 5))
    assert not rect.overlaps(Rect(110, 20, 5, 5))
    assert rect.contains(10, 20)
    assert not rect.contains(110, 20)


def test_a_font_says_what_it_has() -> None:
    roboto = coverage(kivy_fonts() / "Roboto-Regular.ttf")
    assert all(roboto.has(char) for char in "AzÄß€–’…")
    assert not any(roboto.has(char) for char in "ש議🎉")


def test_a_file_that_is_no_font_has_nothing(tmp_path: Path) -> None:
    for name, data in (
        ("empty.ttf", b""),
        ("text.ttf", b"hello, I am no font at all" * 9),
        ("cut.ttf", b"\0\1\0\0\0\x09" + bytes(9)),
    ):
        (tmp_path / name).write_bytes(data)
        assert not coverage(tmp_path / name).has("A")
    assert not coverage(tmp_path / "missing.ttf").has("A")


def test_the_listed_pictograms_are_those_of_the_package() -> None:
    from fonticon_mdi7 import MDI7

    icons = coverage(icon_font())
    for name, char in GLYPHS.items():
        assert str(getattr(MDI7, name)).endswith(char), name
        assert icons.has(char), name


def test_other_pictograms_are_looked_up_and_unknown_ones_are_nothing() -> None:
    assert "abacus" not in GLYPHS
    assert len(glyph("abacus")) == 1
    assert glyph("calendar-today") == GLYPHS["calendar_today"]
    assert glyph("no-such-icon") == ""
    assert glyph("") == ""


def test_a_missing_resource_says_so() -> None:
    with pytest.raises(FileNotFoundError):
        resources.kv("nothing.kv")
