"""Rows, columns and stacks share their room; what is not shown takes none; a place without an action stays free."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from carlendar.presentation.states import Action
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lengths import Extent
from carlendar.ui.layout.node import ScreenLayout, Sheet, px_of
from carlendar.ui.page import Page
from carlendar.ui.parts import ButtonPart, CardPart, IconPart, Part, TextPart
from carlendar.ui.tokens import t
from tests.ui.conftest import JOIN
from tests.ui.layout.conftest import Build


def vars_of(action: Action) -> dict[str, object]:
    """The fields of an action."""
    return {name: getattr(action, name) for name in action.__struct_fields__}


def placed(layout: ScreenLayout, page: Page) -> dict[str, Part]:
    """The parts by their keys."""
    parts: list[Part] = []
    layout.place(page.content, Sheet(page, parts))
    return {part.key: part for part in parts}


def test_a_row_gives_what_is_left_to_those_without_a_width(build: Build, page: Page) -> None:
    parts = placed(build("""
    Row:
        gap: mm(4)
        Card:
            key: 'a'
            width: mm(40)
        Card:
            key: 'b'
        Card:
            key: 'c'
            width: of_width(0.3)
"""), page)  # fmt: skip
    assert parts["a"].rect == Rect(0, 0, 200, 500)
    assert parts["b"].rect == Rect(220, 0, 460, 500)
    assert parts["c"].rect == Rect(700, 0, 300, 500)


def test_a_column_without_anything_that_grows_stands_where_it_is_pinned(build: Build, page: Page) -> None:
    lines = """
    Column:
        pins: '{}'
        Card:
            key: 'a'
            height: mm(20)
        Card:
            key: 'b'
            height: of_height(0.2)
"""
    tops = {pins: placed(build(lines.format(pins)), page)["b"].rect.y for pins in ("top", "center", "bottom")}
    assert tops == {"top": 100, "center": 250, "bottom": 400}


def test_padding_of_a_stack_is_start_top_end_bottom(build: Build, page: Page) -> None:
    parts = placed(build("""
    Stack:
        padding: mm(1), mm(2), mm(3), mm(4)
        Card:
            key: 'a'
"""), page)  # fmt: skip
    assert parts["a"].rect == Rect(5, 10, 980, 470)


def test_what_is_not_shown_takes_no_room_but_a_missing_action_keeps_its_place(build: Build, page: Page) -> None:
    lines = """
    Row:
        Action:
            key: 'first'
            action: root.state.first
            shown: root.state.shown
        Action:
            key: 'second'
            action: root.state.second
"""
    layout = build(lines, SimpleNamespace(first=None, shown=True, second=JOIN))
    assert placed(layout, page)["second"].rect.x == 500
    layout.state = SimpleNamespace(first=None, shown=False, second=JOIN)
    assert placed(layout, page)["second"].rect.x == 0


def test_a_bare_number_is_no_length(build: Build, page: Page) -> None:
    layout = build("    Stack:\n        padding: 8\n        Card:\n            key: 'a'\n")
    with pytest.raises(ValueError, match=r"write mm\(8\)"):
        placed(layout, page)


def test_what_lies_on_a_card_is_its_group_and_an_action_alone_its_own(build: Build, page: Page) -> None:
    parts = placed(build("""
    Column:
        Card:
            key: 'card'
            group: 'meeting'
            Icon:
                icon: 'phone'
                side: mm(8)
        Action:
            key: 'join'
            action: root.state
"""  , JOIN), page)  # fmt: skip
    assert isinstance(parts["card"], CardPart)
    assert isinstance(parts["icon"], IconPart)
    assert isinstance(parts["join"], ButtonPart)
    assert [parts[key].group for key in ("card", "icon", "join")] == ["meeting", "meeting", "join"]


def test_items_keep_their_width_and_those_without_a_place_are_left_out(build: Build, page: Page) -> None:
    lines = """
    Each:
        key: 'foot'
        rule: 'Answer'
        items: root.state
        places: 3
        narrow: mm({})
"""
    wide, narrow = build(lines.format(150), (JOIN, JOIN)), build(lines.format(250), (JOIN, JOIN))
    assert [part.rect.width for part in placed(wide, page).values()] == [pytest.approx(1000 / 3)] * 2
    assert list(placed(narrow, page)) == ["foot.0"]


def test_of_many_places_there_are_as_many_as_are_large_enough(build: Build, page: Page) -> None:
    lines = """
    Each:
        key: 'row'
        by_key: True
        rule: 'Answer'
        items: root.state
        down: True
        places: 4
        least: mm({})
"""
    actions = tuple(SimpleNamespace(**{**vars_of(JOIN), "key": name}) for name in "ab")
    high, low = placed(build(lines.format(20), actions), page), placed(build(lines.format(60), actions), page)
    assert list(high) == ["row.a", "row.b"]
    assert [part.rect.height for part in high.values()] == [125, 125]
    assert [part.rect.height for part in low.values()] == [250, 250]


def test_items_in_columns_have_as_many_rows_as_that_takes(build: Build, page: Page) -> None:
    parts = placed(build("""
    Each:
        key: 'foot'
        rule: 'Answer'
        items: root.state
        columns: 2
"""  , (JOIN,) * 3), page)  # fmt: skip
    assert [part.rect[:2] for part in parts.values()] == [(0, 0), (500, 0), (0, 250)]
    assert {part.rect[2:] for part in parts.values()} == {(500, 250)}


def test_a_card_is_a_target_as_far_as_the_one_that_lies_on_it(build: Build, page: Page) -> None:
    lines = """
    Card:
        key: 'card'
        open: root.state.open
        Row:
            Space:
            Action:
                key: 'join'
                action: root.state.join
                width: mm(40)
"""
    card = placed(build(lines, SimpleNamespace(open=JOIN, join=JOIN)), page)["card"]
    alone = placed(build(lines, SimpleNamespace(open=JOIN, join=None)), page)["card"]
    assert isinstance(card, CardPart)
    assert isinstance(alone, CardPart)
    assert card.reserved == 200 + px_of(t.gap, page, Extent(1000, 500))
    assert alone.reserved == 0


def test_an_optional_item_is_not_asked_for_anything_while_there_is_none(build: Build, page: Page) -> None:
    layout = build("    Optional:\n        key: 'clash'\n        rule: 'ClashingCard'\n        item: root.state\n")
    assert placed(layout, page) == {}


def test_texts_under_each_other_are_as_high_as_their_lines(build: Build, page: Page) -> None:
    parts = placed(build("""
    Column:
        pins: 'top'
        gap: mm(2)
        Text:
            key: 'title'
            role: 'event_title'
            text: 'Quarterly planning with everybody from the plants and the suppliers of battery housings'
            fit: 'title'
            lines: 2
            bold: True
        Text:
            key: 'detail'
            role: 'detail'
            text: 'Room 4'
"""), page)  # fmt: skip
    title, detail = parts["title"], parts["detail"]
    assert isinstance(title, TextPart)
    assert len(title.lines) == 2
    assert detail.rect.y == pytest.approx(title.rect.bottom + 10)
