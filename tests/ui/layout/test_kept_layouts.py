"""Kept nodes say after any sequence of states what new ones would, whatever went wrong before."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from carlendar.brands.brand import Brand
from carlendar.presentation.states import (
    Action,
    ArrivalPanel,
    Band,
    ClashCard,
    DriveState,
    Frame,
    Line,
    MiniCard,
    Ring,
    Tone,
)
from carlendar.ui.composition import compose
from carlendar.ui.fonts import RULER
from carlendar.ui.geometry import Rect
from carlendar.ui.layout import lists, loader
from carlendar.ui.layout.frame import Word
from carlendar.ui.layout.node import ItemLayout
from carlendar.ui.metrics import PRESETS
from carlendar.ui.page import Page
from carlendar.ui.parts import ListPart, Part, TextPart
from tests.ui.conftest import JOIN, LATE


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


ACTIONS = st.sampled_from([JOIN, LATE, replace(JOIN, labels=("To Hafenstraße 12", "Navigate"), icon="")])
LINES = st.builds(
    Line,
    st.sampled_from([("9:00 – 9:30 · Teams", "9:00"), ("A number abroad",)]),
    st.sampled_from(["", "alert"]),
    st.sampled_from(Tone),
)
CARDS = st.builds(
    MiniCard, st.just("10:15"), st.sampled_from(["Budget sync", "評審 会議"]), st.sampled_from(["", "Teams"])
)
CLASHES = st.builds(
    ClashCard, st.just("Incident"), st.sampled_from(["", "Same time · Zoom"]), LINES, action=st.none() | ACTIONS
)
ARRIVALS = st.builds(
    ArrivalPanel, st.just("You arrive"), st.sampled_from(["13:09", "about 13:10"]), st.none() | LINES, LINES
)
STATES = st.builds(
    DriveState,
    st.sampled_from(["Product review", "Abstimmung der Lieferkette für Batteriegehäuse im Werk 4", ""]),
    st.none() | st.builds(Ring, st.just("12"), st.just("minutes"), st.just("min"), st.just(0.2), st.sampled_from(Tone)),
    st.none() | st.builds(Band, st.just("Starts in 5 minutes"), st.sampled_from(["", "bell"]), st.sampled_from(Tone)),
    st.lists(LINES, max_size=4).map(tuple),
    st.none() | ACTIONS,
    st.none() | ACTIONS,
    st.lists(CARDS, max_size=2).map(tuple),
    st.none() | ACTIONS,
    st.lists(ACTIONS, max_size=3).map(tuple),
    st.none() | CLASHES,
    st.booleans(),
    st.none() | ARRIVALS,
)
"""States of Now in every combination of what they may have."""
CHANGES = st.tuples(STATES, st.none() | LINES, st.none() | ACTIONS, st.booleans(), st.booleans())


@pytest.mark.parametrize("display", ["12.9", "7", "11"])
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(CHANGES, min_size=2, max_size=5))
def test_any_state_can_follow_any_other(
    frames: dict[str, Frame],
    display: str,
    changes: list[tuple[DriveState, Line | None, Action | None, bool, bool]],
) -> None:
    base = {True: frames["drive"], False: frames["drive_parked"]}
    sequence = [
        replace(base[moving], body=state, toast=word, toast_action=undo, rtl=rtl)
        for state, word, undo, moving, rtl in changes
    ]
    loader.discard()
    kept = [parts_of(frame, display) for frame in sequence]
    for frame, parts in zip(sequence, kept, strict=True):
        loader.discard()
        assert parts_of(frame, display) == parts


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


def test_a_row_that_comes_back_is_not_laid_out_again(frames: dict[str, Frame], monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[str] = []
    real = lists.row_layout

    def counted(rule: str, subject: object, page: Page) -> ItemLayout:
        laid_out.append(rule)
        return real(rule, subject, page)

    composition = compose(frames["agenda_list"], PRESETS["12.9"], RULER)
    rows = next(part for part in composition.parts if isinstance(part, ListPart))
    row, at = rows.rows[1], Rect(0, 0, rows.rect.width, rows.rows[1].height)
    loader.discard()
    monkeypatch.setattr(lists, "row_layout", counted)
    first = lists.row_parts(row, at, composition.page)
    again = lists.row_parts(row._replace(), at, composition.page)
    assert (len(laid_out), again) == (1, first)
    lists.row_parts(row, at._replace(width=at.width - 40), composition.page)
    lists.row_parts(row, at, replace(composition.page, brand=Brand(card_radius=2.0)))
    lists.row_parts(row, at, composition.page)
    loader.discard()
    lists.row_parts(row, at, composition.page)
    assert len(laid_out) == 5


def test_only_a_few_screens_of_rows_are_kept(frames: dict[str, Frame]) -> None:
    composition = compose(frames["agenda_list"], PRESETS["12.9"], RULER)
    rows = next(part for part in composition.parts if isinstance(part, ListPart))
    row = rows.rows[1]
    for number in range(lists.ROWS_KEPT + 20):
        lists.row_parts(row._replace(key=str(number)), Rect(0, 0, rows.rect.width, row.height), composition.page)
    assert len(lists._parts) == lists.ROWS_KEPT
