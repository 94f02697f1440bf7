"""`carlendar emulator --headless`: pictures of the sizes that their names tell, no two situations alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from carlendar_devtools.stories import pictures
from carlendar_devtools.stories.situations import SITUATIONS

DRAWN = ("drive-next", "drive-guest", "drive-blocked-parked", "event-parked-german")


def test_each_situation_is_drawn_by_night_and_by_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = tuple(each for each in SITUATIONS if each.name in DRAWN)
    assert len(chosen) == len(DRAWN)
    monkeypatch.setattr(pictures, "SITUATIONS", chosen)
    told: list[str] = []
    assert pictures.render_all(tmp_path / "made" / "here", told.append) == 0
    files = sorted((tmp_path / "made" / "here").iterdir())
    assert told == [f"{len(files)} pictures in {tmp_path / 'made' / 'here'}"]
    assert len(files) == 3 * 4 * 2 + 2 * 2
    for file in files:
        with Image.open(file) as picture:
            assert f"{picture.width}x{picture.height}" == file.stem.split("-")[-2]
            assert len(picture.convert("L").getcolors(256) or ()) > 20
    assert len({file.read_bytes() for file in files}) == len(files)


def test_few_are_one_of_each_screen_and_progress_is_written_without_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pictures.render_all(tmp_path, few=True) == 0
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == sorted(f"{name}-1560x700-night.png" for name in pictures.FEW)
    said = capsys.readouterr()
    assert said.out == f"6 pictures in {tmp_path}\n"
    assert said.err.splitlines()[0] == "Drawing screens: 6 to do"
    assert said.err.splitlines()[-1].startswith("Drawing screens: 6 of 6, ")
