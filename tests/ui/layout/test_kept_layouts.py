"""Kept nodes say after any sequence of states what new ones would, whatever went wrong before."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from carlendar.presentation.states import DriveState, Frame, Line
from carlendar.ui.composition import compose
from carlendar.ui.fonts import RULER
from carlendar.ui.layout import loader
from carlendar.ui.metrics import PRESETS
from carlendar.ui.parts import Part, TextPart


def forgotten() -> None:
    """Have all nodes built anew."""
    loader.forget()


def parts_of(frame: Frame, display: str) -> tuple[Part, ...]:
    """The parts of a frame on a display."""
    return compose(frame, PRESETS[display], RULER).parts


@pytest.mark.parametrize("display", sorted(PRESETS))
def test_kept_nodes_say_what_new_ones_say(frames: dict[str, Frame], display: str) -> None:
    fresh = {}
    for name, frame in frames.items():
        forgotten()
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
    drawn = parts_of(bad, "12.9")
    assert not any("bad" in line for part in drawn if isinstance(part, TextPart) for line in part.lines)
    assert parts_of(frame, "12.9") == before
