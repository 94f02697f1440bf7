"""G1, G8, G9, D4: amount and grouping of content on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar_devtools.audit.legibility import unbroken
from carlendar_devtools.audit.nodes import TITLES, NodeKind
from carlendar_devtools.audit.page import graphemes

if TYPE_CHECKING:
    from carlendar_devtools.audit.finding import Judge
    from carlendar_devtools.audit.nodes import Node
    from carlendar_devtools.audit.page import PageView

LINES = 2
"""Maximum lines of a title, and of the text below it."""
LEAST_ROWS = 2
"""Minimum number of stacked cards that count as rows of a list."""


def judge(page: PageView, verdict: Judge) -> None:
    """Check the page as a whole, and its rows."""
    column = page.column
    verdict.most(
        "G1", "graphemes of the page", sum(graphemes(unbroken(node, page)) for node in page.texts), column.page
    )
    verdict.most("G1", "reading groups", groups(page), column.groups)
    if not column.restricted:
        return
    rows = rows_of(page)
    verdict.most("G8", "rows", len(rows), column.rows)
    for row in rows:
        inside = [node for node in page.buttons if page.card_of(node) is row]
        verdict.most("G9", f"{row.key} actions", len(inside), 1, row.rect)
    for node in page.texts:
        if node.role in TITLES or node.role == "detail":
            verdict.most("G9", f"{node.key} lines", len(node.lines), LINES, node.rect)
    free = [node for node in page.buttons if page.card_of(node) not in rows]
    strong = [node for node in free if node.look in ("go", "stop")]
    verdict.most("D4", "primary actions", len(strong), 1)
    verdict.most("D4", "actions", len(free), 1 + (column.secondary or 0))


def groups(page: PageView) -> int:
    """Count the visual groups: a card with its content, a separate button, the status bar, any other text.

    The status bar is one with what is filled in it: a warning, the mark of a recording. A card that is divided into
    blocks, each with a group of its own, is as many.
    """
    surfaces = {card.key for card in page.cards if card.group != "status"}
    divided = sum(len(blocks) - 1 for blocks in _blocks(page).values())
    loose = [
        node
        for node in page.nodes
        if node.kind in (NodeKind.TEXT, NodeKind.BUTTON) and not node.owner and page.card_of(node) is None
    ]
    bar = any(node.group == "status" for node in page.nodes)
    return len(surfaces) + divided + bar + sum(node.group != "status" for node in loose)


def _blocks(page: PageView) -> dict[str, set[str]]:
    """Return the groups of the texts on each card, by the card's key."""
    found: dict[str, set[str]] = {}
    for node in page.texts:
        card = page.card_of(node)
        if card is not None and card.group != "status" and not node.owner:
            found.setdefault(card.key, set()).add(node.group)
    return found


def rows_of(page: PageView) -> list[Node]:
    """Return stacked cards of equal width with a time: the meetings of a list."""
    timed = [card for card in page.cards if any(_is_time(node) and page.card_of(node) is card for node in page.texts)]
    columns: dict[tuple[int, int], list[Node]] = {}
    for card in timed:
        columns.setdefault((round(card.rect.x), round(card.rect.width)), []).append(card)
    longest = max(columns.values(), key=len, default=[])
    return longest if len(longest) >= LEAST_ROWS or page.screen == "agenda" else []


def _is_time(node: Node) -> bool:
    return node.role == "time"


def groups_before(page: PageView, target: Node) -> int:
    """Count the groups from the top to the target, including its own."""
    tops = [card.rect.y for card in page.cards]
    tops += [node.rect.y for node in page.buttons if page.card_of(node) is None and node is not target]
    return sum(top <= target.rect.y + 1 for top in tops) + 1
