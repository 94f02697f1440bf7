"""Tokens are measures of the design, and what is computed before they are read agrees with them."""

from __future__ import annotations

import pytest

from carlendar.ui.fonts import RULER
from carlendar.ui.geometry import Rect
from carlendar.ui.layout import loader
from carlendar.ui.layout.lengths import Extent, Length
from carlendar.ui.layout.texts import cap_of
from carlendar.ui.metrics import PRESETS, DisplayMetrics, rows_that_fit
from carlendar.ui.page import Page
from carlendar.ui.roles import TextRole
from carlendar.ui.tokens import t

ROOM = Extent(1000, 500)


@pytest.fixture(autouse=True)
def _loaded() -> None:
    loader.register()


def page_of(metrics: DisplayMetrics) -> Page:
    """All of a display."""
    whole = Rect(0, 0, metrics.width_px, metrics.height_px)
    return Page(metrics, RULER, whole, metrics.height_px, restricted=True)


def test_every_role_has_a_size() -> None:
    assert all(10 <= cap_of(role) <= 100 for role in TextRole)


def test_a_token_that_does_not_exist_is_named() -> None:
    with pytest.raises(AttributeError, match=r"kv/tokens\.kv has no gapp"):
        _ = t.gapp


@pytest.mark.parametrize("display", sorted(PRESETS))
def test_as_many_rows_are_presented_as_the_tokens_leave_room_for(display: str) -> None:
    page = page_of(PRESETS[display])

    def mm(length: Length) -> float:
        return length.px(page, ROOM) / page.metrics.px_per_mm

    above = mm(t.status_compact if page.compact else t.status)
    below = mm(t.margin) + (mm(t.row_action) + mm(t.gap) if page.metrics.portrait else 0.0)
    room = page.metrics.height_mm - above - below
    row = mm(t.row_action) + mm(t.gap)
    assert rows_that_fit(page.metrics) == int((room + mm(t.gap) + 0.3) // row)  # tokens are whole pixels


def test_lengths_are_whole_pixels_and_targets_are_never_smaller_than_stated() -> None:
    page = page_of(PRESETS["12.3"])
    assert t.row_action.px(page, ROOM) >= 20 * page.metrics.px_per_mm
    assert all(length.px(page, ROOM) == round(length.px(page, ROOM)) for length in (t.gap, t.margin, t.band))


@pytest.mark.parametrize("name", ["row_action", "row_action_parked", "secondary_height", "rail_button"])
def test_targets_keep_the_sizes_of_the_design(name: str) -> None:
    wanted = {"row_action": 20.0, "row_action_parked": 16.0, "secondary_height": 22.0, "rail_button": 17.6}
    page = page_of(PRESETS["12.9"])
    assert getattr(t, name).px(page, ROOM) / page.metrics.px_per_mm >= wanted[name] - 1e-6
