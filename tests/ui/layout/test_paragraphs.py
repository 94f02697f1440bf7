"""Text to be read: in one size, smaller before anything of it is left out."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from carlendar.presentation.states import Line, Tone
from carlendar.ui.page import LINE, Page
from carlendar.ui.parts import IconPart, TextPart
from tests.ui.layout.conftest import Build
from tests.ui.layout.test_boxes import placed
from tests.ui.layout.test_pairs import text

PARAGRAPHS = """
    Stack:
        Paragraphs:
            key: 'text'
            texts: root.state.texts
            lines: {lines}
            gap: mm(2)
            complete: {complete}
            height: {height}
"""
COLUMN = """
    Stack:
        ShrinkingColumn:
            least_scale: 0.45
            height: mm({height})
            pin: 'top'
            Text:
                key: 'title'
                role: 'event_title'
                text: root.state.title
                bold: True
                fit: 'title'
                lines: 2
            Paragraphs:
                key: 'text'
                texts: root.state.texts
                lines: 40
                complete: True
"""
LONG = "Your meetings of yesterday and the next two weeks, with places, people and what is needed to join them. " * 3


def texts_of(build: Build, page: Page, rule: str, texts: tuple[str | Line, ...]) -> dict[str, TextPart]:
    """The texts of a rule over such paragraphs."""
    parts = placed(build(rule, SimpleNamespace(title="Data stored in this car", texts=texts)), page)
    return {key: part for key, part in parts.items() if isinstance(part, TextPart)}


def test_paragraphs_have_one_size_in_which_all_are_whole(build: Build, page: Page) -> None:
    rule = PARAGRAPHS.format(lines=40, complete=False, height="mm(90)")
    alone = texts_of(build, page, rule, ("One.", "Two."))
    long = texts_of(build, page, rule, ("One.", LONG, LONG, LONG))
    assert len({part.px for part in long.values()}) == 1
    assert page.least_px <= long["text.0"].px < alone["text.0"].px
    assert not any(part.cut for part in long.values())
    assert max(part.rect.bottom for part in long.values()) <= 500


def test_a_word_is_not_parted_where_smaller_letters_keep_it_whole(build: Build, page: Page) -> None:
    reference = "6f1c1a52-0d7b-4a5e-9b0e-2f6c8d1e4a77-6f1c1a52-0d7b-4a5e-9b0e"
    (part,) = texts_of(build, page, PARAGRAPHS.format(lines=2, complete=False, height="mm(90)"), (reference,)).values()
    assert part.lines == (reference,)


def test_what_has_no_room_at_the_least_size_is_cut_then_left_out(build: Build, page: Page) -> None:
    height = f"mm({2.4 * page.least_px * LINE / page.metrics.px_per_mm})"
    parts = texts_of(build, page, PARAGRAPHS.format(lines=40, complete=False, height=height), (LONG, "Two."))
    assert set(parts) == {"text.0"}
    assert parts["text.0"].cut
    assert parts["text.0"].px == page.least_px


def test_a_complete_paragraph_is_left_out_whole_and_a_warning_at_last(build: Build, page: Page) -> None:
    said = (Line(("One.",)), Line(("Two.",), tone=Tone.WARN), Line(("Three.",)))

    def kept(lines: float) -> list[str]:
        height = f"mm({lines * page.least_px * LINE / page.metrics.px_per_mm} + 2 * {lines:.0f})"
        return [*texts_of(build, page, PARAGRAPHS.format(lines=2, complete=True, height=height), said)]

    assert kept(3.3) == ["text.0", "text.1", "text.2"]
    assert kept(2.3) == ["text.0", "text.1"]
    assert kept(1.3) == ["text.1"]


def test_a_line_is_written_in_the_colour_of_its_tone(build: Build, page: Page) -> None:
    rule = PARAGRAPHS.format(lines=1, complete=False, height="mm(60)")
    parts = texts_of(build, page, rule, (Line(("Signed in",), tone=Tone.GO), "Plain"))
    assert [part.ink for part in parts.values()] == ["go", "text"]


def test_the_texts_of_a_column_shrink_together_before_one_is_left_out(build: Build, page: Page) -> None:
    high = texts_of(build, page, COLUMN.format(height=95), ("One.", LONG))
    low = texts_of(build, page, COLUMN.format(height=44), ("One.", LONG))
    assert set(high) == set(low) == {"title", "text.0", "text.1"}
    assert low["title"].px < high["title"].px
    assert low["text.0"].px < high["text.0"].px
    assert low["title"].px >= page.least_main_px
    assert low["text.0"].px >= page.least_px
    assert max(part.rect.bottom for part in low.values()) <= 44 * page.metrics.px_per_mm + 1


def test_a_column_that_has_shrunk_grows_again_with_another_state(build: Build, page: Page) -> None:
    layout = build(COLUMN.format(height=44), SimpleNamespace(title="Title", texts=(LONG,)))
    small = text(placed(layout, page), "title").px
    layout.state = SimpleNamespace(title="Title", texts=("One.",))
    assert text(placed(layout, page), "title").px > small


def test_an_icon_stands_beside_the_first_line_of_a_text(build: Build, page: Page) -> None:
    lines = """
    Row:
        Icon:
            icon: 'check'
            side: mm(8)
            pin: 'top'
            beside: title
        Text:
            id: title
            key: 'title'
            role: 'event_title'
            text: 'A title that has no room on one line and stands on two'
            fit: 'title'
            lines: 2
            pin: 'top'
"""
    parts = placed(build(lines), page)
    title, icon = text(parts, "title"), parts["icon"]
    assert isinstance(icon, IconPart)
    assert len(title.lines) == 2
    assert icon.rect.y + icon.rect.height / 2 == pytest.approx(title.rect.y + title.px * LINE / 2)
