"""The order of a line's parts, held against python-bidi, and the direction of a text."""

from __future__ import annotations

import pytest
from bidi import get_display
from hypothesis import given, settings
from hypothesis import strategies as st

from carlendar.text.bidi import Piece, is_rtl, pieces

CHARACTERS = "abאבجد 12٣٤:,.+-/%€()[]{}«»!?\u05b8\u064b\u060c "


def displayed(line: str, *, rtl: bool) -> str:
    """The characters in the order of the display."""
    return "".join(piece.text[::-1] if piece.rtl else piece.text for piece in pieces(line, rtl=rtl))


@settings(max_examples=1000, deadline=None)
@given(st.text(st.sampled_from(CHARACTERS), max_size=14), st.booleans())
def test_the_order_is_that_of_the_unicode_algorithm(line: str, rtl: bool) -> None:
    assert displayed(line, rtl=rtl) == get_display(line, base_dir="R" if rtl else "L")


def test_no_piece_holds_a_time_and_right_to_left_letters() -> None:
    assert pieces("اجتماع 10:30", rtl=True) == [Piece("10:30", rtl=False), Piece("اجتماع ", rtl=True)]
    assert pieces("פגישה 9:00 – 10:30", rtl=True)[0].rtl is False


def test_brackets_around_right_to_left_text_run_with_it() -> None:
    assert pieces("פגישה (רבעון)", rtl=True) == [Piece("פגישה (רבעון)", rtl=True)]


@pytest.mark.parametrize(
    ("text", "rtl"), [("اجتماع 10:30", True), ("10:30 meeting اجتماع", False), ("10:30 פגישה", True), ("10:30", False)]
)
def test_the_first_letter_decides_the_direction(text: str, rtl: bool) -> None:
    assert is_rtl(text) is rtl
