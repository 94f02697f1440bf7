"""Letters that stand apart: a code is read letter by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carlendar.ui.geometry import Rect
from carlendar.ui.layout.node import Sheet
from carlendar.ui.parts import Part, TextPart

if TYPE_CHECKING:
    from carlendar.ui.page import Page
    from tests.ui.layout.conftest import Build

CODE = "HX4 KQP 7ZR"


def placed(build: Build, page: Page, spacing: float, width: float) -> TextPart:
    """The code as it stands in a room of that width."""
    lines = f"""
    Text:
        role: 'code'
        text: '{CODE}'
        bold: True
        fit: 'title'
        letter_spacing: {spacing}
"""
    parts: list[Part] = []
    build(lines).place(Rect(0, 0, width, 300), Sheet(page, parts))
    (part,) = parts
    assert isinstance(part, TextPart)
    return part


def test_letters_stand_apart_by_a_part_of_their_size(build: Build, page: Page) -> None:
    close, apart = placed(build, page, 0.0, 900), placed(build, page, 0.05, 900)
    assert close.px == apart.px
    assert apart.spacing == pytest.approx(0.05 * apart.px)
    assert apart.rect.width >= close.rect.width + 0.9 * apart.spacing * (len(CODE) - 1)


def test_a_code_with_letters_apart_gets_smaller_before_it_is_wider_than_its_room(build: Build, page: Page) -> None:
    whole = placed(build, page, 0.05, 900)
    narrow = placed(build, page, 0.05, whole.rect.width * 0.9)
    assert narrow.lines == (CODE,)
    assert narrow.px < whole.px
    assert narrow.rect.width <= whole.rect.width * 0.9
