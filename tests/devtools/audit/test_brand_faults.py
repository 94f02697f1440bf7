"""Faults that only one brand has are found, although brands share a display and equal results are judged once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from carlendar.brands import library
from carlendar.brands.brand import Brand
from carlendar.brands.palette import DAY, rgba
from carlendar.brands.typeface import Typeface, bundled
from carlendar.presentation.states import Frame
from carlendar.ui.composition import Composition, compose
from carlendar.ui.geometry import Rect
from carlendar_devtools.audit import pixels
from carlendar_devtools.audit.finding import Findings
from carlendar_devtools.audit.offscreen_renderer import OffscreenRenderer
from carlendar_devtools.audit.page import Private
from carlendar_devtools.audit.pixels import PixelImage
from carlendar_devtools.stories.audit_matrix import DISPLAYS
from carlendar_devtools.stories.audit_pages import Pages, SituationFrames
from tests.devtools.audit.conftest import FrameOf

DISPLAY = "small-7"
NAME = "drive-next"
MONO = Typeface(bundled() / "RobotoMono-Regular.ttf", bundled() / "Roboto-Bold.ttf")
PLAIN = Brand()
OTHER_FONT = replace(PLAIN, name="mono", typeface=MONO)
HEAVY = replace(PLAIN, name="heavy", border=1.0)
Applies = Callable[[Frame, Brand], bool]


def plant(monkeypatch: pytest.MonkeyPatch, applies: Applies) -> None:
    """Let the second button leave the display where `applies` says so."""

    def changed(frame: Frame, metrics: Any, ruler: Any, brand: Brand) -> Composition:
        made = compose(frame, metrics, ruler, brand)
        if not applies(frame, brand):
            return made
        low = metrics.height_px - 10.0
        parts = (replace(p, rect=p.rect._replace(y=low)) if p.key == "secondary" else p for p in made.parts)
        return made._replace(parts=tuple(parts))

    monkeypatch.setattr("carlendar.ui.root_view.compose", changed)


def audited(frame_of: FrameOf, *brands: Brand) -> Findings:
    """What the audit finds on one situation, in its own and in one other driving state, in these brands."""
    # a shipped brand has palettes of its own: displays that change to it keep their widgets
    brands = tuple(replace(b, day=replace(b.day, press=0.2 + at / 50)) for at, b in enumerate(brands))
    brands = tuple(replace(b, night=replace(b.night, press=0.2 + at / 50)) for at, b in enumerate(brands))
    pages = Pages({DISPLAY: DISPLAYS[DISPLAY]}, {brand.name: brand for brand in brands})
    other = frame_of(NAME, DISPLAY, forced="idling")
    findings = Findings()
    for language in ("en", "de"):  # a brand is rendered in one of two languages
        own = replace(frame_of(NAME, DISPLAY), language=language)
        pages.measure({DISPLAY: SituationFrames(NAME, own, (other,), Private())}, findings)
    return findings


def places(findings: Findings, rule: str) -> set[tuple[str, str]]:
    """Brand and driving state where the rule is broken."""
    return {(each.scope.brand, each.scope.state) for each in findings.violations if each.rule == rule}


def test_brands_without_a_fault_pass_and_equal_geometry_is_judged_once(frame_of: FrameOf) -> None:
    found = audited(frame_of, PLAIN, replace(PLAIN, name="twin"), HEAVY)
    assert not found.violations
    laid_out = {(scope.brand, scope.theme) for scope in found.laid_out if scope.state == "moving"}
    assert len(laid_out) == 6
    assert found.renders >= 6
    assert found.layouts < 18  # of each size of text once for each language


@pytest.mark.rule("D2")
def test_a_typeface_that_moves_a_target_is_found(frame_of: FrameOf, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, lambda _, brand: brand.typeface is not None)
    assert places(audited(frame_of, PLAIN, OTHER_FONT), "D2") == {("mono", "moving"), ("mono", "idling")}


@pytest.mark.rule("D2")
def test_a_typeface_that_fails_in_another_driving_state_is_found(
    frame_of: FrameOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, lambda frame, brand: brand.typeface is not None and frame.restrictions.state.value == "idling")
    assert places(audited(frame_of, PLAIN, OTHER_FONT), "D2") == {("mono", "idling")}


@pytest.mark.rule("D2")
def test_borders_that_move_a_target_are_found_in_the_same_typeface(
    frame_of: FrameOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, lambda _, brand: brand.border > PLAIN.border)
    assert ("heavy", "moving") in places(audited(frame_of, PLAIN, HEAVY), "D2")


@pytest.mark.rule("D2")
def test_a_theme_that_moves_a_target_is_found(frame_of: FrameOf, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, lambda frame, _: not frame.night)
    wrong = [each.scope.theme for each in audited(frame_of, PLAIN).violations if each.rule == "D2"]
    assert "day" in wrong


@pytest.mark.rule("T5")
def test_a_typeface_whose_capitals_are_lower_than_it_says_is_found(frame_of: FrameOf) -> None:
    boast = replace(MONO, cap_ratio=1.2)
    assert places(audited(frame_of, PLAIN, replace(OTHER_FONT, typeface=boast)), "T5") >= {("mono", "moving")}


@pytest.mark.rule("T7", "T8")
def test_colours_that_fail_by_day_in_one_brand_are_found(frame_of: FrameOf) -> None:
    pale = replace(PLAIN, name="pale", day=replace(DAY, text=rgba("#9aa3af")))
    found = audited(frame_of, PLAIN, pale)
    assert {(each.scope.brand, each.scope.theme) for each in found.violations if each.rule == "T8"} == {("pale", "day")}


@pytest.mark.parametrize("name", [NAME, "settings"])
def test_a_display_that_changes_its_brand_draws_what_a_new_one_draws(frame_of: FrameOf, name: str) -> None:
    outlined = replace(PLAIN, name="outlined", outlined_icons=True)
    frame = frame_of(name, DISPLAY)
    renderer = OffscreenRenderer(DISPLAYS[DISPLAY], PLAIN)
    for brand in (PLAIN, OTHER_FONT, HEAVY, outlined, library.load("voltane"), library.load("aurelle"), PLAIN):
        fresh = OffscreenRenderer(DISPLAYS[DISPLAY], brand)
        expected = fresh.show(frame), fresh.picture().image.tobytes()
        assert (renderer.show(frame, brand), renderer.picture().image.tobytes()) == expected


def test_a_display_measures_its_own_typeface_after_another_display_used_its(frame_of: FrameOf) -> None:
    frame = frame_of(NAME, DISPLAY)
    first, second = (OffscreenRenderer(DISPLAYS[DISPLAY], brand) for brand in (PLAIN, OTHER_FONT))
    before = first.show(frame)
    second.show(frame)
    assert first.show(frame) == before


def image_of(*, glyph: tuple[int, int, int], ground: tuple[int, int, int], mark: int = 0) -> PixelImage:
    """A box of 8 by 8 on a ground, `mark` px of it in the ground's colour."""
    rows = [[ground] * 16 for _ in range(16)]
    for y in range(4 + mark, 12):
        rows[y][4:12] = [glyph] * 8
    flat = b"".join(bytes((*color, 255)) for row in reversed(rows) for color in row)
    return PixelImage((16, 16), flat)


def test_what_was_measured_is_used_again_for_equal_pixels_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Path] = []
    real = pixels._ink

    def counted(*given: Any) -> pixels.Ink:
        measured.append(Path())
        return real(*given)

    monkeypatch.setattr(pixels, "_ink", counted)
    monkeypatch.setattr(pixels, "_INKS", pixels._Measured())
    box, white, black = Rect(3, 3, 10, 10), (255, 255, 255), (0, 0, 0)
    image = image_of(glyph=white, ground=black)
    first = image.ink(box)
    assert (round(first.contrast), first.height) == (21, 8)
    assert image_of(glyph=white, ground=black).ink(box) == first
    assert len(measured) == 1
    assert image_of(glyph=white, ground=black, mark=1).ink(box).height == 7
    assert image_of(glyph=(90, 90, 90), ground=black).ink(box).contrast < 4
    assert image_of(glyph=white, ground=(200, 200, 200)).ink(box).contrast < 2
    assert image.ink(Rect(2, 3, 10, 10)).height == 8
    assert len(measured) == 5


@pytest.mark.parametrize("at", [(4, 4), (11, 11), (7, 9)])
def test_a_single_pixel_makes_other_pixels(at: tuple[int, int]) -> None:
    one = image_of(glyph=(255, 255, 255), ground=(0, 0, 0))
    other = image_of(glyph=(255, 255, 255), ground=(0, 0, 0))
    other.image.putpixel(at, (254, 255, 255))
    values = pixels._Measured[int]()
    assert values.value(one.image, (), lambda: 1) == 1
    assert values.value(other.image, (), lambda: 2) == 2
    assert values.value(one.image, ("other arguments",), lambda: 3) == 3
    assert values.value(one.image, (), lambda: 4) == 1
