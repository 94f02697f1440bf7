"""How a title is set: parted, a little smaller, shortened, and only then as small as it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carlendar.ui.page import Page

TITLE = 37.5
"""Minutes of arc."""
STEPS = 2
"""That a title shrinks by before it is shortened."""


def test_a_title_shrinks_by_two_steps_before_it_is_shortened(page: Page) -> None:
    sizes = page.sizes(TITLE)
    title = "Quarterly planning of the supplier base with the purchasing department"
    short = page.title(title, 430, 300, TITLE, few=STEPS)
    assert not short.cut
    assert short.px >= sizes[STEPS]
    assert " ".join(short.lines) != title
    assert 2 * len(" ".join(short.lines)) >= len(title)


def test_a_title_gets_as_small_as_it_may_before_it_says_less_than_half(page: Page) -> None:
    title = "Qualitätssicherungsvereinbarungen Lieferantenentwicklung"
    small = page.title(title, 330, 300, TITLE, few=STEPS)
    assert not small.cut
    assert small.px < page.sizes(TITLE)[STEPS]
