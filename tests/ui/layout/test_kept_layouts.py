"""Kept nodes say after any sequence of states what new ones would, whatever went wrong before."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

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
    StatusBar,
    Tone,
)
from carlendar.ui.composition import compose
from carlendar.ui.fonts import RULER
from carlendar.ui.geometry import Rect
from carlendar.ui.layout import lists, loader
from carlendar.ui.layout.frame import Word
from carlendar.ui.layout.node import Node, Sheet
from carlendar.ui.metrics import PRESETS
from carlendar.ui.page import Page
from carlendar.ui.parts import ListPart, Part, TextPart
from tests.ui.conftest import JOIN, LATE

Arranged = Callable[..., list[tuple[Node, Rect]]]


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


RINGS = st.builds(
    Ring, st.sampled_from(["9", "12", "120"]), st.sampled_from(["minutes", "minute"]), st.just("min"),
    st.sampled_from([0.0, 0.2]), st.sampled_from(Tone),
)  # fmt: skip
STATUSES = st.builds(
    StatusBar, st.sampled_from(["9:05", "10:06", "12:59 PM", ""]), st.sampled_from(["", "Updated 8:55"]),
    tone=st.sampled_from(Tone), date=st.sampled_from(["", "Monday 30 November"]),
    recording=st.sampled_from([(), ("Being recorded", "Recorded")]),
)  # fmt: skip
MINUTES = st.tuples(st.none() | RINGS, STATUSES, st.none() | LINES, ARRIVALS)
"""What may be another one while most of a screen stays: what counts, the status, and what comes and goes beside it."""


@pytest.mark.parametrize(("display", "name"), [("12.9", "drive_parked"), ("7", "drive"), ("11", "drive_parked")])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(minutes=st.lists(MINUTES, min_size=2, max_size=5))
def test_after_any_minutes_everything_stands_where_new_nodes_place_it(
    frames: dict[str, Frame],
    display: str,
    name: str,
    minutes: list[tuple[Ring | None, StatusBar, Line | None, ArrivalPanel]],
) -> None:
    base = frames[name]
    assert isinstance(base.body, DriveState)
    sequence = [
        replace(base, status=status, toast=word, body=replace(base.body, ring=ring, arrival=arrival))
        for ring, status, word, arrival in minutes
    ]
    sequence = [each for each in sequence for _ in range(2)]  # the second time from what was kept
    loader.discard()
    kept = [parts_of(each, display) for each in sequence]
    for each, parts in zip(sequence, kept, strict=True):
        loader.discard()
        assert parts_of(each, display) == parts


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


def test_of_a_minute_that_passes_only_what_counts_it_is_placed_again(
    frames: dict[str, Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    from carlendar.ui.layout.action import LargeAction  # Kivy is prepared first
    from carlendar.ui.layout.boxes import Column, Row, Stack
    from carlendar.ui.layout.facts import Facts
    from carlendar.ui.layout.ring import Ring as RingNode

    placed: list[str] = []

    def count(node: type[LargeAction | Facts | RingNode]) -> None:
        real = node.place

        def place(self: LargeAction | Facts | RingNode, at: Rect, sheet: Sheet) -> None:
            placed.append(node.__name__)
            real(self, at, sheet)

        monkeypatch.setattr(node, "place", place)

    for node in (LargeAction, Facts, RingNode):
        count(node)
    arranged: list[str] = []
    for box in (Row, Column, Stack):

        def arrange(
            self: Row | Column | Stack, room: Rect, on: Page, real: Arranged = box.arranged
        ) -> list[tuple[Node, Rect]]:
            arranged.append(type(self.parent).__name__)
            return real(self, room, on)

        monkeypatch.setattr(box, "arranged", arrange)
    frame = frames["drive"]
    body = frame.body
    assert isinstance(body, DriveState)
    assert body.ring is not None
    loader.discard()
    parts_of(frame, "12.9")
    placed.clear()
    later = replace(body, ring=replace(body.ring, number="11"))
    parts_of(replace(frame, body=later), "12.9")
    assert placed == ["Ring"]
    arranged.clear()
    for minute in ("10:06", "10:07", "10:08"):
        parts_of(replace(frame, body=later, status=replace(frame.status, clock=minute)), "12.9")
    assert arranged == ["StatusLine"] * 3, "a minute alone arranges no other box again"
    placed.clear()
    parts_of(replace(frame, body=replace(later, title="Another title", primary=LATE)), "12.9")
    assert sorted(placed) == ["Facts", "LargeAction"]
