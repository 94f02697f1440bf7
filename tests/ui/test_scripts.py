"""Titles in the world's scripts: shaped as HarfBuzz does, in a font that has them, regular and bold."""

from __future__ import annotations

import select
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from carlendar.presentation.states import DriveState, EventState, Frame
from carlendar.text.bidi import is_rtl
from carlendar.text.shape import MISSING, Run, is_legible, script_of
from carlendar.ui import font_files, fonts
from carlendar.ui.coverage import coverage
from carlendar.ui.metrics import PRESETS
from carlendar.ui.parts import ListPart, TextPart
from carlendar.ui.picture import Gallery
from tests.ui.conftest import MakeDisplay
from tests.ui.script_collection import COLLECTION, PX, TOLERANCE

TITLES = [pytest.param(script, title, id=f"{script}{number}") for number, (script, title, _) in enumerate(COLLECTION)]
UNSEEN = "\U00012000\U00012001"
"""Letters of cuneiform."""


@pytest.fixture(autouse=True)
def kivy() -> None:
    """The window that Kivy's fonts need."""
    Gallery(PRESETS["12.9"]).open()


def runs(title: str, *, bold: bool) -> tuple[Run, ...]:
    """The title's runs; skips the test where a font is not installed."""
    found = fonts.runs(title, bold=bold)
    if any(MISSING in run.text for run in found):
        fonts.use(fonts.look_up_missing())
        found = fonts.runs(title, bold=bold)
    if any(MISSING in run.text for run in found):
        pytest.skip("no font for the script is installed (packaging/debian-packages.txt)")
    return found


@pytest.mark.parametrize(("script", "title", "widths"), COLLECTION, ids=[str(each.id) for each in TITLES])
def test_a_title_is_as_wide_as_harfbuzz_sets_it(script: str, title: str, widths: dict[str, float]) -> None:
    font = next(run.font.stem for run in runs(title, bold=False) if run.script == script)
    if font not in widths:
        pytest.skip(f"{font}, another font than that of the reference, is installed")
    assert fonts.RULER.width(title, PX, bold=False) == pytest.approx(widths[font], rel=TOLERANCE)


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(("script", "title"), TITLES)
def test_the_font_that_is_chosen_draws_the_title(script: str, title: str, bold: bool) -> None:
    found = runs(title, bold=bold)
    for run in found:
        assert all(coverage(run.font).has(char) for char in run.text if char not in " \u200c\u200d")
        assert len({script_of(char) for char in run.text} - {None}) <= 1
    assert script in {run.script for run in found}
    pictures = fonts.line_pictures(title, PX, bold=bold, rtl=is_rtl(title))
    assert len(pictures) == len(fonts.runs(title, bold=bold, rtl=is_rtl(title)))
    assert sum(texture.width for texture, _ in pictures) == fonts.RULER.width(title, PX, bold=bold)
    assert all(any(texture.pixels[3::4]) for texture, _ in pictures if texture.width > PX // 2)


def test_a_bold_title_is_drawn_by_the_regular_font_where_the_bold_one_lacks_it(tmp_path: Path) -> None:
    face = font_files.Face(font_files.kivy_fonts() / "DejaVuSans.ttf", font_files.first().bold)
    assert coverage(face.regular).has("\u2654")
    assert not coverage(face.bold).has("\u2654")
    assert font_files.font_in(face, "\u2654", bold=True) == face.regular
    assert font_files.font_in(face, "A", bold=True) == face.bold


@pytest.fixture
def fontconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine with no other font than Roboto; fontconfig answers what is written to the file."""
    answer = tmp_path / "answer"
    answer.touch()
    program = tmp_path / "fc-list"
    program.write_text(f"#!/bin/sh\nexec cat '{answer}'\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(font_files, "preferred", lambda: (font_files.first(),))
    forget()
    yield answer
    forget()


def forget() -> None:
    """Forget what was found, and what is remembered of it."""
    for held in (font_files._further, font_files._wanted, font_files._asked):
        held.clear()
    font_files.font_of.cache_clear()
    fonts._known.renew(added=True)


def listed(name: str, weight: int, family: str, *, slant: int = 0, color: bool = False) -> str:
    """A line of fontconfig's answer, of one of Kivy's fonts."""
    return f"{font_files.kivy_fonts() / name}\t0\t{weight}\t{slant}\t{color}\tTrue\t{family}\n"


def test_fontconfig_finds_a_font_that_is_not_on_the_list(fontconfig: Path) -> None:
    assert font_files.font_of("\u0628") is None
    fontconfig.write_text(
        listed("RobotoMono-Regular.ttf", 80, "Hand Mono")
        + listed("Roboto-Italic.ttf", 80, "Hand Sans", slant=100)
        + listed("DejaVuSans.ttf", 80, "Hand Sans")
        + listed("Roboto-Bold.ttf", 200, "Hand Sans")
    )
    assert fonts.use(fonts.look_up_missing())
    assert font_files.font_of("\u0628") == font_files.kivy_fonts() / "DejaVuSans.ttf"
    assert font_files.faces()[-1].bold == font_files.kivy_fonts() / "Roboto-Bold.ttf"


def test_fontconfig_is_asked_once_about_a_character_and_may_be_missing(
    fontconfig: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert font_files.font_of(UNSEEN) is None
    assert font_files.wanted() == set(UNSEEN)
    font_files.font_of.cache_clear()
    assert font_files.font_of(UNSEEN) is None
    assert font_files.wanted() == set()
    monkeypatch.setenv("PATH", str(fontconfig))
    assert font_files.look_up(frozenset(UNSEEN)) == {}


def titles(frame: Frame, screen: Gallery) -> list[str]:
    """The titles that are drawn."""
    composition = screen.stage(frame).composition
    parts = [part for part in composition.parts if isinstance(part, TextPart)]
    assert not any(isinstance(part, ListPart) for part in composition.parts)
    return [" ".join(part.lines) for part in parts if part.key.endswith("title")]


@pytest.mark.usefixtures("fontconfig")
@pytest.mark.parametrize("screen", ["drive", "agenda_page", "event"])
def test_a_title_without_a_font_is_replaced_by_a_square_and_a_plain_word(frames: dict[str, Frame], screen: str) -> None:
    body = frames[screen].body
    body = replace(body, title=UNSEEN) if isinstance(body, DriveState | EventState) else body
    rows = getattr(body, "rows", ())
    body = replace(body, rows=tuple(replace(row, title=UNSEEN) for row in rows)) if rows else body
    shown = titles(replace(frames[screen], body=body, stand_in="Cannot be shown"), Gallery(PRESETS["12.9"]))
    assert f"{MISSING} Cannot be shown" in shown


def test_a_title_of_which_a_font_has_a_part_keeps_it() -> None:
    assert is_legible(f"{UNSEEN} 10:30", font_files.font_of)
    assert not is_legible(UNSEEN, lambda _: None)
    assert is_legible("…", lambda _: None)


def test_a_display_draws_a_title_once_its_font_is_found_and_never_waits_for_it(
    make_display: MakeDisplay, frames: dict[str, Frame], fontconfig: Path
) -> None:
    fontconfig.write_text(listed("DejaVuSans.ttf", 80, "Hand Sans"))
    frame = replace(frames["drive"], body=DriveState("اجتماع"), stand_in="Cannot be shown")
    display = make_display(frame)

    def shown() -> tuple[str, ...]:
        part = display.stage.widget("title").part
        assert isinstance(part, TextPart)
        return part.lines

    end = time.monotonic() + 20
    while shown() != ("اجتماع",) and time.monotonic() < end:
        select.select([display.bridge], [], [], 0.1)
        display.turn(1)
    assert shown() == ("اجتماع",)


def test_the_page_of_scripts_has_the_whole_collection() -> None:
    page = (Path(__file__).parents[2] / "docs" / "scripts.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| ")]
    assert [(row[0], row[1]) for row in rows[1:]] == [(script, title) for script, title, _ in COLLECTION]
    for row, (_, _, widths) in zip(rows[1:], COLLECTION, strict=True):
        font, drawn, reference = row[2], float(row[3]), float(row[4])
        assert reference == widths[font]
        assert drawn == pytest.approx(reference, rel=TOLERANCE)
