"""What a text lies on: the card that is visible under it."""

from __future__ import annotations

import pytest

from carlendar.ui.geometry import Rect
from carlendar.ui.metrics import PRESETS
from carlendar_devtools.audit import structure
from carlendar_devtools.audit.column import IDLING, PARKED
from carlendar_devtools.audit.finding import Findings, Judge, Scope
from carlendar_devtools.audit.legibility import unbroken
from carlendar_devtools.audit.nodes import Node, NodeKind
from carlendar_devtools.audit.page import PageView, graphemes

LIST = Rect(0, 0, 400, 100)
TOAST = Node("toast", NodeKind.CARD, Rect(0, 110, 600, 60))
ROW = Node("row", NodeKind.CARD, Rect(0, 90, 400, 80), clip=LIST)
"""The last row of a list, of which the list shows ten pixels; the rest of it would lie under the toast."""


@pytest.mark.parametrize(("y", "card"), [(130, "toast"), (92, "row"), (104, "")])
def test_a_row_holds_only_what_lies_on_the_part_that_its_list_shows(y: float, card: str) -> None:
    text = Node("text", NodeKind.TEXT, Rect(20, y, 100, 4))
    page = PageView((TOAST, ROW, text), PRESETS["12.3"], PARKED, "agenda", "parked", "en")
    found = page.card_of(text)
    assert (found.key if found else "") == card


def drawn(text: str, *sources: str) -> PageView:
    """A page with a text that was drawn of one of the sources."""
    node = Node("text", NodeKind.TEXT, Rect(0, 0, 100, 20), text=text, role="line")
    return PageView((node,), PRESETS["12.3"], IDLING, "now", "idling", "de", frozenset(sources))


@pytest.mark.rule("T1", "G1")
@pytest.mark.parametrize(
    ("text", "source", "counted"),
    [
        ("Quartals- planung", "Quartalsplanung", 15),
        ("E-Mail- Programm", "E-Mail-Programm", 15),
        ("Quartalspla-…", "Quartalsplanung", 12),
        ("Quartals- pla…", "Quartalsplanung", 13),
        ("E-Mail-…", "E-Mail-Programm", 8),
        ("E-Mail…", "E-Mail-Programm", 7),
        ("Ein- Wort", "Etwas anderes", 9),
    ],
)
def test_letters_are_counted_as_written_and_of_what_was_cut_as_drawn(text: str, source: str, counted: int) -> None:
    page = drawn(text, source)
    assert graphemes(unbroken(page.nodes[0], page)) == counted


@pytest.mark.rule("G1")
def test_a_hyphen_counts_where_any_source_of_the_drawn_letters_has_it() -> None:
    page = drawn("Re-sign", "Resign", "Re-sign")
    assert graphemes(unbroken(page.nodes[0], page)) == 7
    page = drawn("Re-sign…", "Resignation", "Re-signing the lease")
    assert graphemes(unbroken(page.nodes[0], page)) == 8


@pytest.mark.rule("G1")
@pytest.mark.parametrize(("last", "wrong"), [(60, False), (61, True)])
def test_a_page_of_301_letters_in_parted_words_has_too_many(last: int, wrong: bool) -> None:
    words = tuple(letter * length for letter, length in zip("abcde", (60, 60, 60, 60, last), strict=True))
    nodes = tuple(
        Node(f"text{at}", NodeKind.TEXT, Rect(0, 30 * at, 100, 20), text=f"{word[:20]}- {word[20:40]}- {word[40:]}")
        for at, word in enumerate(words)
    )
    page = PageView(nodes, PRESETS["12.3"], IDLING, "now", "idling", "de", frozenset(words))
    findings = Findings()
    structure.judge(page, Judge(findings, Scope("12.3", "now", "idling", "night", "de", "neutral", "test")))
    found = [(each.rule, each.measured) for each in findings.violations if each.node == "graphemes of the page"]
    assert found == ([("G1", 301.0)] if wrong else [])
