"""Pictures of all screens, drawn by the real widgets."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image

from carlendar.brands.palette import DAY, NIGHT, Rgba
from carlendar.domain.avatar import SIDE
from carlendar.presentation.states import Avatar, ChoicesState, DriveState, Frame, Line
from carlendar.text.shape import runs
from carlendar.ui.font_files import font_of
from carlendar.ui.metrics import PRESETS
from carlendar.ui.picture import Gallery
from tests.ui.conftest import MakeDisplay


@pytest.fixture(scope="module")
def galleries() -> dict[str, Gallery]:
    return {name: Gallery(PRESETS[name]) for name in ("12.9", "7")}


def pixel(color: Rgba) -> tuple[int, ...]:
    """As a picture has it."""
    return tuple(round(part * 255) for part in color[:3])


def test_a_picture_has_the_size_of_its_display_and_the_colours_of_its_theme(
    galleries: dict[str, Gallery], frames: dict[str, Frame], tmp_path: Path
) -> None:
    for night, palette in ((True, NIGHT), (False, DAY)):
        galleries["12.9"].render(replace(frames["drive"], night=night), tmp_path / "drive.png")
        with Image.open(tmp_path / "drive.png") as image:
            assert image.size == (1560, 700)
            assert image.getpixel((5, 5)) == pixel(palette.bg)
            assert image.getpixel((700, 90)) == pixel(palette.surface)
            assert image.getpixel((1140, 200)) == pixel(palette.go)
            assert image.getpixel((1300, 460)) == pixel(palette.surface_2)


def test_a_theme_changes_every_colour_of_what_is_drawn_already(
    galleries: dict[str, Gallery], frames: dict[str, Frame]
) -> None:
    gallery = galleries["12.9"]
    for name in ("drive", "reminder", "agenda_list", "event_qr", "call"):
        gallery.pixels(replace(frames[name], night=True))
        turned = gallery.pixels(replace(frames[name], night=False))
        fresh = Gallery(PRESETS["12.9"]).pixels(replace(frames[name], night=False))
        assert turned == fresh, name


def test_every_screen_is_drawn_and_differs_from_every_other(
    galleries: dict[str, Gallery], frames: dict[str, Frame]
) -> None:
    assert len(frames) > 1
    beside = [name for name in frames if name.startswith("agenda_detail")]
    for display, gallery in galleries.items():
        # only wide displays show a meeting beside the list
        shown = {name: frame for name, frame in frames.items() if display == "12.9" or name not in beside}
        seen = {name: gallery.pixels(frame) for name, frame in shown.items()}
        assert len(set(seen.values())) == len(seen)


def test_a_screen_leaves_nothing_of_itself_behind(galleries: dict[str, Gallery], frames: dict[str, Frame]) -> None:
    gallery = galleries["12.9"]
    first = gallery.pixels(frames["forbidden"])
    for name in ("event_qr", "agenda_list", "reminder", "toast"):
        gallery.pixels(frames[name])
        assert gallery.pixels(frames["forbidden"]) == first, name


def test_rows_that_are_used_again_show_nothing_of_the_row_before(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    display = make_display(frames["agenda_list"])
    display.turn(4)
    listed = display.stage.widget("list")
    listed.view.scroll_y = 0.0
    display.turn(6)
    rows = [widget for widget in listed.walk() if type(widget).__name__ == "ListRow"]
    assert 3 <= len(rows) <= 12, "only the rows that are seen have widgets"
    drawn = {line for row in rows for child in row.children for line in getattr(child.part, "lines", ())}
    assert "Meeting 59" in drawn
    assert not drawn & {"cancelled", "Product review", "tentative", "9:30 "}


def test_a_list_is_clipped_to_its_place(galleries: dict[str, Gallery], frames: dict[str, Frame]) -> None:
    noticed = replace(frames["agenda_list"], toast=Line(("Starts in 12 minutes",), "bell"))
    gallery = galleries["7"]
    pixels, stage = gallery.pixels(noticed), gallery.stage(noticed)
    listed, toast = stage.widget("list").part.rect, stage.widget("toast").part.rect
    assert listed.bottom < toast.y
    rows = range(round(listed.bottom) + 1, round(toast.y) - 1)
    stripe = b"".join(pixels[(y * 800 + 130) * 3 : (y * 800 + 760) * 3] for y in rows)
    assert stripe == bytes(pixel(NIGHT.bg)) * (len(stripe) // 3)


def test_a_qr_code_holds_its_text(galleries: dict[str, Gallery], frames: dict[str, Frame], tmp_path: Path) -> None:
    import segno

    stage = galleries["12.9"].stage(frames["sign_in"])
    code = stage.widget("qr")
    modules = segno.make("https://microsoft.com/devicelogin", micro=False, error="m").matrix
    assert code.texture.size == (len(modules), len(modules))
    assert code.side % code.texture.width == 0, "whole pixels for each module"
    data = code.texture.pixels
    rows = [[data[(y * len(modules) + x) * 4] == 0 for x in range(len(modules))] for y in range(len(modules))]
    expected = [[bool(module) for module in row] for row in modules]
    assert rows in (expected, expected[::-1])


def test_a_persons_picture_is_round_and_gone_from_a_row_that_is_used_again(
    galleries: dict[str, Gallery], frames: dict[str, Frame]
) -> None:
    gallery, whole = galleries["12.9"], frames["settings"]
    red = b"\xff\0\0\xff" * (SIDE * SIDE - 1) + bytes(4)

    def drawn(likeness: Avatar | None) -> tuple[bytes, bool]:
        assert isinstance(whole.body, ChoicesState)
        choices = tuple(replace(each, avatar=likeness) if each.key == "a" else each for each in whole.body.choices)
        pixels = gallery.pixels(replace(whole, body=replace(whole.body, choices=choices)))
        return pixels, bytes((255, 0, 0)) * 40 in pixels

    without, with_initials, with_picture = (drawn(each) for each in (None, Avatar("PR"), Avatar("PR", red)))
    assert (without[1], with_initials[1], with_picture[1]) == (False, False, True)
    assert len({without[0], with_initials[0], with_picture[0]}) == 3
    assert drawn(Avatar("PR", b"not of that size")) == drawn(Avatar("", b"nor this"))
    assert drawn(Avatar("PR")) == with_initials
    assert drawn(None) == without


def test_hostile_text_is_drawn_as_it_stands(galleries: dict[str, Gallery], frames: dict[str, Frame]) -> None:
    body = DriveState("[b]x[/b] [font=/etc/passwd]\u202eabc[/font] &amp;")
    stage = galleries["12.9"].stage(replace(frames["drive"], body=body))
    drawn = "".join(run.text for line in stage.widget("title").part.lines for run in runs(line, font_of))
    assert drawn.replace(" ", "") == "[b]x[/b][font=/etc/passwd]abc[/font]&amp;"


def test_rules_are_loaded_once_and_kivys_own_style_not_at_all(
    make_display: MakeDisplay, frames: dict[str, Frame]
) -> None:
    from kivy.lang import Builder

    from carlendar.ui.style import load_rule, load_rules

    make_display(frames["agenda_list"])
    before = len(Builder.rules)
    load_rules()
    load_rule("part_list")
    assert len(Builder.rules) == before
    files = [Path(str(rule.ctx.filename)).name for _, rule in Builder.rules]
    assert "textinput.kv" not in files
    names = [str(getattr(selector, "key", "")) for selector, _ in Builder.rules]
    assert len(names) == len(set(names)), "no class has its rule twice"
    assert "textinput" not in names


def test_what_points_back_is_drawn_as_in_a_mirror_from_right_to_left(
    galleries: dict[str, Gallery], frames: dict[str, Frame]
) -> None:
    def undo(*, rtl: bool) -> list[float]:
        stage = galleries["12.9"].stage(replace(frames["toast"], rtl=rtl))
        (target,) = (each for each in stage.walk() if getattr(getattr(each, "part", None), "key", "") == "toast.action")
        return list(target.icon.texture.tex_coords)

    plain, mirrored = undo(rtl=False), undo(rtl=True)
    assert [mirrored[at] for at in (2, 3, 0, 1, 6, 7, 4, 5)] == pytest.approx(plain)
    assert plain != mirrored
    assert undo(rtl=False) == plain  # the picture is shared: it was not turned itself


def test_a_button_that_loses_its_border_leaves_nothing_of_its_old_place(frames: dict[str, Frame]) -> None:
    gallery = Gallery(PRESETS["11"])
    for before, after in (("nothing", "drive"), ("call", "call_ended")):
        gallery.pixels(frames[before])
        turned = gallery.pixels(frames[after])
        assert turned == Gallery(PRESETS["11"]).pixels(frames[after]), after
