"""`carlendar emulator --headless`: pictures of the sizes that their names tell, and contact sheets of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from carlendar.errors import UsageError
from carlendar_devtools.stories import picture_choice, pictures
from carlendar_devtools.stories.contact_sheet import ContactSheet
from carlendar_devtools.stories.picture_choice import DISPLAYS, LANGUAGES, THEMES, PictureChoice
from carlendar_devtools.stories.situations import SITUATIONS


def test_a_situation_is_drawn_on_every_display_in_every_theme_and_language(tmp_path: Path) -> None:
    said: list[str] = []
    folder = tmp_path / "made" / "here"
    assert pictures.render_all(folder, picture_choice.chosen("event-parked"), said.append) == 0
    files = sorted(file for file in folder.iterdir() if not file.name.startswith("sheet-"))
    assert len(files) == 5 * 2 * 3
    assert said[0].startswith(f"30 pictures and 6 contact sheets in {folder}, ")
    for file in files:
        with Image.open(file) as picture:
            assert f"{picture.width}x{picture.height}" == file.stem.split("-")[-2]
            assert len(picture.convert("L").getcolors(256) or ()) > 20
    assert len({file.read_bytes() for file in files}) == len(files)
    sheets = sorted(file.stem for file in folder.glob("sheet-*"))
    assert sheets == sorted(f"sheet-event-{language}-{theme}" for language in LANGUAGES for theme in THEMES)


def test_few_are_one_of_each_screen_and_progress_is_written_without_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pictures.render_all(tmp_path, picture_choice.few(), sheets=False) == 0
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == sorted(f"{name}-en-1560x700-night.png" for name in picture_choice.FEW)
    said = capsys.readouterr()
    assert said.out.startswith(f"6 pictures in {tmp_path}, ")
    assert said.err.splitlines()[0] == "Drawing screens: 6 to do"
    assert said.err.splitlines()[-1].startswith("Drawing screens: 6 of 6, ")


def test_a_list_is_drawn_where_it_was_scrolled_to(tmp_path: Path) -> None:
    both = picture_choice.chosen("settings-blocked,settings-lower,en,800x480,night")
    pictures.render_all(tmp_path, both, lambda _: None, sheets=False)
    upper, lower = (
        (tmp_path / f"{name}-en-800x480-night.png").read_bytes() for name in ("settings-blocked", "settings-lower")
    )
    assert upper != lower
    again = tmp_path / "again"
    pictures.render_all(again, picture_choice.chosen("settings-lower,en,800x480,night"), lambda _: None, sheets=False)
    assert (again / "settings-lower-en-800x480-night.png").read_bytes() == lower


def test_everything_is_chosen_without_a_list() -> None:
    assert picture_choice.chosen("") == PictureChoice()
    assert picture_choice.chosen("").count == len(SITUATIONS) * 5 * 2 * 3


@pytest.mark.parametrize(
    ("text", "screens", "languages", "displays", "themes"),
    [
        ("now,call", {"now", "call"}, tuple(LANGUAGES), tuple(DISPLAYS), THEMES),
        ("now, rtl ,800x480", {"now"}, ("rtl",), ("800x480",), THEMES),
        ("day,de,en", {each.screen for each in SITUATIONS}, ("en", "de"), tuple(DISPLAYS), ("day",)),
    ],
)
def test_a_list_narrows_the_kinds_that_it_names(
    text: str, screens: set[str], languages: tuple[str, ...], displays: tuple[str, ...], themes: tuple[str, ...]
) -> None:
    choice = picture_choice.chosen(text)
    assert {each.screen for each in choice.situations} == screens
    assert (choice.languages, choice.displays, choice.themes) == (languages, displays, themes)


@pytest.mark.parametrize("text", ["nwo", "now,fr", "640x480", "now;call"])
def test_a_word_that_names_no_picture_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="there is no such picture"):
        picture_choice.chosen(text)


def test_a_contact_sheet_holds_all_pictures_whatever_their_shape(tmp_path: Path) -> None:
    sheet = ContactSheet()
    colours = {"wide": (255, 0, 0), "small": (0, 255, 0), "upright": (0, 0, 255)}
    sizes = {"wide": (1560, 700), "small": (800, 480), "upright": (1080, 1920)}
    for number in range(7):
        for name, colour in colours.items():
            sheet.add(f"situation-{number}", name, Image.new("RGB", sizes[name], colour))
    sheet.write(tmp_path / "sheet.png", tuple(colours))
    with Image.open(tmp_path / "sheet.png") as picture:
        seen = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20) or ()}
    assert set(colours.values()) <= seen
