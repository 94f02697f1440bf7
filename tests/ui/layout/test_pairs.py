"""Two texts that share a room, and what stands at the end of their row."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from carlendar.ui.layout.texts import widest_time
from carlendar.ui.page import LINE, Page
from carlendar.ui.parts import ButtonPart, Part, TextPart
from tests.ui.conftest import JOIN
from tests.ui.layout.conftest import Build
from tests.ui.layout.test_boxes import placed

PAIR = """
    Stack:
        TextPair:
            height: mm({height})
            share: 0.55
            kept: {kept}
            Text:
                key: 'title'
                role: 'row_title'
                text: root.state.title
            Text:
                key: 'detail'
                role: 'detail'
                text: root.state.detail
"""
ROW = """
    Row:
        TextPair:
            hugs: True
            least: mm({least})
            most: of_width(0.5)
            after: mm(4)
            share: 0.58
            kept: True
            Text:
                key: 'time'
                role: 'time'
                text: root.state.time
                like: widest_time(root.state.time)
                bold: True
                lines: 2
            Text:
                key: 'day'
                role: 'detail'
                text: root.state.day
        Card:
            key: 'rest'
"""


def text(parts: dict[str, Part], key: str) -> TextPart:
    """One of the texts."""
    part = parts[key]
    assert isinstance(part, TextPart)
    return part


def test_both_texts_get_smaller_before_the_second_is_left_out(build: Build, page: Page) -> None:
    said = SimpleNamespace(title="Product review", detail="Teams")
    sizes: list[tuple[int, ...]] = []
    for height in (40, 15, 13.4, 10):
        parts = placed(build(PAIR.format(height=height, kept=False), said), page)
        sizes.append(tuple(part.px for part in parts.values() if isinstance(part, TextPart)))
        assert sum(part.rect.height for part in parts.values()) <= height * 5 + 1
    assert sizes[0] > sizes[1] > sizes[2]
    assert sizes[0][1] > sizes[2][1]
    assert len(sizes[-1]) == 1
    assert sizes[2] >= (page.least_main_px, page.least_px)


def test_a_text_that_is_kept_stands_even_without_room(build: Build, page: Page) -> None:
    parts = placed(build(PAIR.format(height=8, kept=True), SimpleNamespace(title="9:00", detail="Tomorrow")), page)
    assert text(parts, "detail").lines == ("Tomorrow",)
    assert text(parts, "detail").rect.y == pytest.approx(text(parts, "title").rect.bottom)


@pytest.mark.parametrize("least", [0, 34])
def test_what_stands_beside_the_times_begins_at_one_place_in_all_rows(build: Build, page: Page, least: int) -> None:
    rows = [("9:00", ""), ("10:15", ""), ("All day", ""), ("8:45", "Tmrw"), ("", ""), ("Ganztägig", "")]
    starts = set()
    for time, day in rows:
        layout = build(ROW.format(least=least).replace("widest_time(root.state.time)", "root.state.like"),
            SimpleNamespace(time=time, day=day, like=widest_time(time)))  # fmt: skip
        parts = placed(layout, page)
        starts.add(parts["rest"].rect.x)
        assert all(part.rect.right <= parts["rest"].rect.x for key, part in parts.items() if key != "rest")
    assert len(starts) == 1


def test_a_day_that_is_longer_than_the_column_widens_it_and_is_whole(build: Build, page: Page) -> None:
    lines = ROW.format(least=0).replace("widest_time(root.state.time)", "root.state.time")
    parts = placed(build(lines, SimpleNamespace(time="8:45", day="Wednesday 25 November")), page)
    assert text(parts, "day").lines == ("Wednesday 25 November",)
    assert not text(parts, "day").cut
    assert text(parts, "day").px == page.least_px


def test_a_column_is_as_wide_as_the_widest_time_of_its_form() -> None:
    assert [widest_time(time) for time in ("9:05", "9:05 AM", "All day", "")] == ["00:00", "00:00 AM", "00:00", "00:00"]


ACTION = """
    Row:
        width: mm({width})
        Row:
            Text:
                key: 'title'
                role: 'row_title'
                text: 'Product review'
                fit: 'line'
            RowAction:
                key: 'action'
                action: root.state
                height: mm(20)
                least: mm(44)
                most: of_width(0.42)
                around: mm(12)
                icon_scale: 1.18
                icon_room: 1.2
                narrow: mm(130)
                square: mm(20)
                square_cap: 20
                alone: 0.46
"""


def target(build: Build, page: Page, width: int, *labels: str, icon: str = "phone") -> ButtonPart:
    """The action at the end of a row of so many millimetres."""
    narrow = replace(page, content=page.content._replace(width=width * 5.0))
    part = placed(build(ACTION.format(width=width), replace(JOIN, labels=labels, icon=icon)), narrow)["action"]
    assert isinstance(part, ButtonPart)
    assert part.rect.right == pytest.approx(width * 5)
    assert part.rect.height == 100
    return part


def test_an_action_in_a_row_is_as_wide_as_its_label(build: Build, page: Page) -> None:
    join, long = target(build, page, 190, "Join"), target(build, page, 190, "Join · Germany")
    assert join.rect.width == 44 * 5
    assert join.rect.width < long.rect.width <= 0.42 * 190 * 5
    assert long.lines == ("Join · Germany",)


def test_in_a_narrow_row_an_action_is_a_square_that_still_says_what_it_does(build: Build, page: Page) -> None:
    join, word, words = (
        target(build, page, 100, *labels) for labels in (("Join",), ("Teilnehmen",), ("Join · Germany", "Join · DE"))
    )
    assert (join.rect.width, join.lines) == (100, ("Join",))
    assert (word.rect.width, word.lines) == (100, ())
    assert word.icon_px == 46
    assert words.lines
    assert target(build, page, 100, "Anzeigen", icon="").lines == ("Anzeigen",)


FACTS = """
    Column:
        pins: 'top'
        FactList:
            key: 'line'
            role: 'line'
            facts: root.state
            pitch: 1.8
            tight: 1.25
            free: mm({free})
"""


def lines_of(build: Build, page: Page, count: int, height: float, free: int = 0) -> dict[str, TextPart]:
    """So many lines in a room of that height, in millimetres; the last but one warns."""
    from carlendar.presentation.states import Line, Tone

    lines = [Line((f"Line {number}",)) for number in range(count)]
    lines[-2] = replace(lines[-2], tone=Tone.WARN)
    room = replace(page, content=page.content._replace(height=height * 5))
    parts = placed(build(FACTS.format(free=free), tuple(lines)), room)
    return {key: part for key, part in parts.items() if isinstance(part, TextPart)}


def test_lines_stand_closer_before_the_last_go_and_warnings_go_at_last(build: Build, page: Page) -> None:
    wide, close, few = (lines_of(build, page, 5, height) for height in (90, 55, 30))
    assert len(wide) == len(close) == 5
    assert wide["line.1"].rect.y - wide["line.0"].rect.y > close["line.1"].rect.y - close["line.0"].rect.y
    assert len(few) < 5
    assert "line.3" in few
    assert "line.4" not in few
    assert max(part.rect.bottom for part in few.values()) <= 150 + 1


def test_lines_stand_closer_for_what_is_under_them(build: Build, page: Page) -> None:
    alone, kept = lines_of(build, page, 4, 60), lines_of(build, page, 4, 60, free=25)
    assert kept["line.3"].rect.bottom < alone["line.3"].rect.bottom
    assert kept["line.0"].px == alone["line.0"].px


WHEN = """
    Stack:
        Text:
            key: 'when'
            role: 'when'
            text: root.state
            fit: 'split'
            lines: 3
            most: mm({})
"""


def test_a_date_with_times_is_split_between_them_where_it_has_no_room_on_a_line(build: Build, page: Page) -> None:
    said = "Monday 23 November, 9:00 – 9:30"
    assert text(placed(build(WHEN.format(190), said), page), "when").lines == (said,)
    split = text(placed(build(WHEN.format(80), said), page), "when")
    assert split.lines == ("Monday 23 November,", "9:00 – 9:30")
    smaller = text(placed(build(WHEN.format(64), said), page), "when")
    assert smaller.lines == split.lines
    assert smaller.px < split.px


def test_a_body_has_the_lines_that_there_is_room_for(build: Build, page: Page) -> None:
    lines = """
    Stack:
        Stack:
            height: mm({})
            Text:
                key: 'body'
                role: 'body'
                text: root.state
                fit: 'read'
                lines: 40
                grows: True
                pin: 'top'
"""
    said = "Launch checklist, open risks, decision on the October date, " * 8
    px = page.px(20.0)
    three = text(placed(build(lines.format(3.2 * px * LINE / 5), said), page), "body")
    assert len(three.lines) == 3
    assert placed(build(lines.format(0.9 * px * LINE / 5), said), page) == {}
