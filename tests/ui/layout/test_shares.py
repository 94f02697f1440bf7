"""Widths of things beside each other."""

from __future__ import annotations

import pytest

from carlendar.ui.layout.node import shares


@pytest.mark.parametrize(
    ("needs", "widths"),
    [
        ([0.0, 0.0], [145.0, 145.0]),
        ([93.0, 185.0], [105.0, 185.0]),
        ([185.0, 93.0], [185.0, 105.0]),
        ([200.0, 100.0], [145.0, 145.0]),
    ],
    ids=["alike", "the second needs more", "the first needs more", "no room for both"],
)
def test_a_row_is_shared_equally_but_where_one_needs_more(needs: list[float], widths: list[float]) -> None:
    assert shares(needs, 300.0, 10.0) == widths
