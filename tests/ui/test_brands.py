"""A brand changes the look of every screen, at once and without moving anything."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.brands import library
from carlendar.brands.brand_file import INKS
from carlendar.brands.palette import COLORS
from carlendar.presentation.states import Frame
from carlendar.ui.composition import compose
from carlendar.ui.font_files import Face, first, roboto
from carlendar.ui.fonts import RULER, use_brand
from carlendar.ui.icons import GLYPHS, OUTLINED, glyph
from carlendar.ui.kivy_hooks import lay_out
from carlendar.ui.metrics import PRESETS
from carlendar.ui.parts import ButtonPart, MarkPart, TextPart
from carlendar.ui.picture import Gallery, settle
from carlendar.ui.tokens import t

BRANDS = library.names()


@pytest.fixture(autouse=True)
def _roboto_afterwards() -> object:
    yield
    use_brand(roboto(), outlined_icons=False)


def test_a_brand_is_changed_within_one_frame_and_leaves_nothing_of_the_last_one(frames: dict[str, Frame]) -> None:
    gallery = Gallery(PRESETS["12.9"])
    root = gallery.stage(frames["drive"])
    for name in ("drive", "agenda_list", "call"):
        gallery.pixels(frames[name])
        for brand in (*BRANDS[1:], BRANDS[0]):
            root.rebrand(library.load(brand))
            lay_out()  # what the loop does before each flip
            at_once = gallery.rgba_of_shown()
            settle()
            assert gallery.rgba_of_shown() == at_once, (name, brand)
            fresh = Gallery(PRESETS["12.9"], brand=library.load(brand))
            assert at_once == fresh.rgba(frames[name]), (name, brand)


def test_a_list_stays_where_it_was_scrolled_to(frames: dict[str, Frame]) -> None:
    gallery = Gallery(PRESETS["7"])
    root = gallery.stage(frames["agenda_list"])
    place = f"{frames['agenda_list'].screen}:{frames['agenda_list'].place}"
    root.scrolled(place, 0.4)
    root.rebrand(library.load("strada"))
    assert root.position(place) == 0.4


@pytest.mark.parametrize("name", BRANDS)
@pytest.mark.parametrize("display", ["12.9", "7", "11"])
def test_a_brand_moves_no_target(frames: dict[str, Frame], name: str, display: str) -> None:
    brand = library.load(name)
    for frame in (frames["drive"], frames["reminder"], frames["call"]):
        own = {part.key: part.rect for part in compose(frame, PRESETS[display], RULER).parts}
        for part in compose(frame, PRESETS[display], RULER, brand).parts:
            if isinstance(part, ButtonPart):
                assert part.rect == own[part.key]


def test_the_mark_is_drawn_on_empty_states_alone(frames: dict[str, Frame]) -> None:
    brand = library.load("aurelle")
    for name, frame in frames.items():
        marks = [part for part in compose(frame, PRESETS["12.9"], RULER, brand).parts if isinstance(part, MarkPart)]
        assert bool(marks) == bool(getattr(frame.body, "empty", False) is True), name
    drive = frames["drive"]
    empty = replace(drive, body=replace(drive.body, ring=None, cards=(), lines=(), secondary=None, empty=True))
    parts = compose(empty, PRESETS["12.9"], RULER, brand).parts
    (mark,) = [part for part in parts if isinstance(part, MarkPart)]
    assert all(not part.rect.overlaps(mark.rect) for part in parts if isinstance(part, TextPart))
    assert not [part for part in compose(empty, PRESETS["12.9"], RULER).parts if isinstance(part, MarkPart)]


def test_text_of_another_typeface_has_the_same_height_of_capitals(frames: dict[str, Frame]) -> None:
    strada = library.load("strada")
    root = Gallery(PRESETS["12.9"], brand=strada).stage(frames["drive"])
    assert first() == Face(strada.fonts.regular, strada.fonts.bold)
    ratio = strada.fonts.cap_ratio
    assert root.metrics.arcmin(t.event_title) * ratio == pytest.approx(
        PRESETS["12.9"].arcmin(t.event_title) * 0.711, abs=ratio
    )
    Gallery(PRESETS["12.9"]).stage(frames["drive"])
    assert first() == roboto()


def test_outlined_pictograms_exist_and_no_two_of_them_look_alike() -> None:
    assert set(OUTLINED) <= set(GLYPHS)
    drawn = [glyph(name, outlined=True) for name in GLYPHS if name not in ("clock_outline",)]
    assert len(set(drawn)) == len(drawn)
    assert glyph("cog", outlined=True) != glyph("cog")
    assert set(INKS) <= set(COLORS)
