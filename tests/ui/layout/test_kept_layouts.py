"""Kept nodes say after any sequence of states what new ones would, whatever went wrong before."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from carlendar.presentation.states import DriveState, Frame, Line
from carlendar.ui.composition import compose
from carlendar.ui.fonts import RULER
from carlendar.ui.geometry import Rect
from carlendar.ui.layout import lists, loader
from carlendar.ui.layout.frame import Word
from carlendar.ui.metrics import PRESETS
from carlendar.ui.parts import ListPart, Part, TextPart
from carlendar.ui.screens.page import Page


def parts_of(frame: Frame, display: str) -> tuple[Part, ...]:
    """The parts of a frame on a display, and those of the rows of its list."""
    composition = compose(frame, PRESETS[display], RULER)
    assert not composition.replaced
    rows = [
        (row, part.rect.width)
        for part in composition.parts
        if isinstance(part, ListPart)
        for row in part.rows[:8]
        if row.rule
    ]
    return (
        *composition.parts,
        *(
            part
            for row, width in rows
            for part in lists.row_parts(row, Rect(0, 0, width, row.height), composition.page)
        ),
    )


@pytest.mark.parametrize("display", sorted(PRESETS))
def test_kept_nodes_say_what_new_ones_say(frames: dict[str, Frame], display: str) -> None:
    fresh = {}
    for name, frame in frames.items():
        loader.discard()
        fresh[name] = parts_of(frame, display)
    for name in random.Random(7).choices(sorted(frames), k=4 * len(frames)):
        assert parts_of(frames[name], display) == fresh[name], name


def test_nothing_of_a_state_that_could_not_be_placed_stays(
    frames: dict[str, Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = frames["drive"]
    assert isinstance(frame.body, DriveState)
    before = parts_of(frame, "12.9")
    real = RULER.width

    def failing(text: str, px: int, *, bold: bool) -> float:
        if "bad" in text:
            raise RuntimeError("a text that cannot be measured")
        return real(text, px, bold=bold)

    monkeypatch.setattr(type(RULER), "width", lambda _, text, px, *, bold: failing(text, px, bold=bold))
    bad = replace(frame, body=replace(frame.body, title="bad", lines=(Line(("also bad",)),)))
    drawn = compose(bad, PRESETS["12.9"], RULER).parts
    assert not any("bad" in line for part in drawn if isinstance(part, TextPart) for line in part.lines)
    assert parts_of(frame, "12.9") == before


def test_kept_nodes_that_raise_on_the_way_to_a_state_are_replaced(
    frames: dict[str, Frame], page: Page, folder: Path
) -> None:
    (folder / "tried.kv").write_text(
        "<TriedWide@ScreenLayout>:\n"
        "    Text:\n"
        "        role: 'line'\n"
        "        text: root.state.band.text if root.word else root.state.title\n"
    )
    from kivy.lang import BuilderException  # Kivy is prepared first

    drive, reminder = frames["drive"].body, frames["reminder"].body
    assert isinstance(drive, DriveState)
    assert isinstance(reminder, DriveState)
    assert reminder.band is not None
    loader.compose("tried", drive, page)
    (part,) = loader.compose("tried", reminder, page, word=Word(Line(("Sent",))))
    assert isinstance(part, TextPart)
    assert part.lines == (reminder.band.text,)
    with pytest.raises(BuilderException, match="'NoneType' object has no attribute 'text'"):
        loader.compose("tried", drive, page, word=Word(Line(("Sent",))))
    (part,) = loader.compose("tried", drive, page)
    assert isinstance(part, TextPart)
    assert part.lines == (drive.title,)
