"""The order of a line's parts, held against python-bidi, and the direction of a text."""

from __future__ import annotations

import pytest
from bidi import get_display
from hypothesis import given, settings
from hypothesis import strategies as st

from carlendar.text.bidi import BidiRun, is_rtl, isolated, pieces

CHARACTERS = "abאבجد 12٣٤:,.+-/%€()[]{}«»!?\u05b8\u064b\u060c "


def displayed(line: str, *, rtl: bool) -> str:
    """The characters in the order of the display."""
    return "".join(piece.text[::-1] if piece.rtl else piece.text for piece in pieces(line, rtl=rtl))


@settings(max_examples=1000, deadline=None)
@given(st.text(st.sampled_from(CHARACTERS), max_size=14), st.booleans())
def test_the_order_is_that_of_the_unicode_algorithm(line: str, rtl: bool) -> None:
    assert displayed(line, rtl=rtl) == get_display(line, base_dir="R" if rtl else "L")


def test_no_piece_holds_a_time_and_right_to_left_letters() -> None:
    assert pieces("اجتماع 10:30", rtl=True) == [BidiRun("10:30", rtl=False), BidiRun("اجتماع ", rtl=True)]
    assert pieces("פגישה 9:00 – 10:30", rtl=True)[0].rtl is False


def test_brackets_around_right_to_left_text_run_with_it() -> None:
    assert pieces("פגישה (רבעון)", rtl=True) == [BidiRun("פגישה (רבעון)", rtl=True)]


def test_a_mark_after_a_bracket_runs_with_the_bracket() -> None:
    line = "\u05d0(1)\u064b"
    assert displayed(line, rtl=False) == get_display(line, base_dir="L")


def test_each_part_of_a_composed_line_runs_in_its_own_direction() -> None:
    title = BidiRun("פגישה ", rtl=True)
    assert isolated("Teams 2 · פגישה 10:30", rtl=False) == [BidiRun("Teams 2 · 10:30", rtl=False), title]
    assert isolated("Teams 2 · פגישה 10:30", rtl=True) == [
        BidiRun("10:30", rtl=False), BidiRun(" · פגישה ", rtl=True), BidiRun("Teams 2", rtl=False),
    ]  # fmt: skip
    assert isolated("פגישה 10:30 · Teams 2", rtl=False) == [
        BidiRun("10:30", rtl=False), BidiRun(" · פגישה ", rtl=True), BidiRun("Teams 2", rtl=False),
    ]  # fmt: skip


def test_a_composed_line_of_one_direction_is_one_piece() -> None:
    assert isolated("Teams · Ana Ruiz · 9:00", rtl=False) == [BidiRun("Teams · Ana Ruiz · 9:00", rtl=False)]
    assert isolated("פגישה · רבעון", rtl=True) == [BidiRun("פגישה · רבעון", rtl=True)]


def test_digits_of_a_part_stay_beside_its_words() -> None:
    found = isolated("פגישה · +49 69 1234 · ID 987", rtl=False)
    shown = "".join(piece.text[::-1] if piece.rtl else piece.text for piece in found)
    assert shown == f"{'פגישה'[::-1]} · +49 69 1234 · ID 987"


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(CHARACTERS), max_size=14), st.booleans())
def test_a_line_of_one_part_is_ordered_as_before(line: str, rtl: bool) -> None:
    assert isolated(line, rtl=rtl) == pieces(line, rtl=rtl)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(st.sampled_from(CHARACTERS), max_size=8), min_size=2, max_size=4), st.booleans())
def test_no_letter_of_a_composed_line_is_lost(parts: list[str], rtl: bool) -> None:
    line = " · ".join(parts)
    assert sorted("".join(piece.text for piece in isolated(line, rtl=rtl))) == sorted(line)


@pytest.mark.parametrize(
    ("text", "rtl"), [("اجتماع 10:30", True), ("10:30 meeting اجتماع", False), ("10:30 פגישה", True), ("10:30", False)]
)
def test_the_first_letter_decides_the_direction(text: str, rtl: bool) -> None:
    assert is_rtl(text) is rtl
