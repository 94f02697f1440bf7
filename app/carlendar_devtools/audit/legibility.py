"""T1, T2, T3, T5, D6: length, truncation, size and role of text."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from carlendar.text.hyphenate import HYPHEN
from carlendar.ui.font_files import first
from carlendar_devtools.audit.fontscale import cap_ratio
from carlendar_devtools.audit.nodes import ROLES, TITLES
from carlendar_devtools.audit.page import graphemes, unspaced, weight, words_of

if TYPE_CHECKING:
    from carlendar_devtools.audit.finding import Judge
    from carlendar_devtools.audit.nodes import Node
    from carlendar_devtools.audit.page import PageView

ELLIPSIS = "…"
CONTENT = ("detail", "body")
"""Roles of calendar texts, which may be truncated as a last resort."""


def judge(page: PageView, verdict: Judge) -> None:
    """Check every text of the page."""
    for node in page.texts:
        verdict.absent("D6", node.key, node.rect, there=node.role not in ROLES, text=node.text)
        _sizes(node, page, verdict)
        _length(node, page, verdict)
        _wholeness(node, page, verdict)


def _sizes(node: Node, page: PageView, verdict: Judge) -> None:
    required = page.column.cap_main if node.main else page.column.cap_other
    ratio = cap_ratio(first().regular)
    for line in node.lines:
        for run in line:
            if run.text.strip():
                height = run.font_px * ratio / page.metrics.px_per_mm
                angle = math.degrees(2 * math.atan2(height / 2, page.metrics.distance_mm)) * 60
                verdict.least("T5", node.key, angle, required, run.rect)


def _length(node: Node, page: PageView, verdict: Judge) -> None:
    column = page.column
    text = unbroken(node, page)
    verdict.most("T1", node.key, graphemes(text), column.string, node.rect)
    if column.title is not None and column.title_wide is not None and _is_title(node):
        taken = weight(text, column.title, column.title_wide) * column.title
        verdict.most("T2", node.key, math.ceil(taken - 1e-9), column.title, node.rect)


def unbroken(node: Node, page: PageView) -> str:
    """Return the text as it was before line breaking: hyphenation adds no letters.

    Of a text that was cut only what is drawn is returned, with its ellipsis. Where a hyphen may be of the source text,
    it is kept.
    """
    return _unbroken(node.text, page.strings)


@lru_cache(maxsize=4096)
def _unbroken(text: str, strings: frozenset[str]) -> str:
    words = words_of(strings)
    form = unspaced(text)
    if form in words:
        return words[form]
    head = form.removesuffix(ELLIPSIS)
    own = [_hyphens(word, len(head)) for each, word in words.items() if each.startswith(head)]
    if not own:
        return text
    return text.replace(HYPHEN, "", max(0, text.count(HYPHEN) - max(own)))


def _hyphens(word: str, letters: int) -> int:
    """Count the hyphens in the longest beginning of the word with that number of characters other than spaces."""
    found = 0
    for char in word:
        if char == HYPHEN:
            found += 1
        elif not char.isspace():
            if not letters:
                break
            letters -= 1
    return found


def _is_title(node: Node) -> bool:
    return node.role in TITLES


def _wholeness(node: Node, page: PageView, verdict: Judge) -> None:
    """Detect truncation by the layout: an ellipsis that is not in the source text."""
    title = _is_title(node)
    if node.role in CONTENT or (title and not _own_title(node, page)):
        return
    if title and any(_reaches(word, node.text) for word in page.strings):
        return  # the shortest form was truncated already
    if page.of_the_calendar(node.text) and not _own_title(node, page):
        return
    cut = node.text.endswith(ELLIPSIS) and unspaced(node.text) not in page.words
    verdict.absent("T3", node.key, node.rect, there=cut, text=node.text)


def _own_title(node: Node, page: PageView) -> bool:
    """Whether this is the page title, which is never truncated while driving."""
    return page.column.restricted and node.role == "event_title"


def _reaches(word: str, text: str) -> bool:
    """Whether the word ends with an ellipsis and is otherwise a prefix of the text."""
    return word.endswith(ELLIPSIS) and unspaced(word).startswith(unspaced(text.removesuffix(ELLIPSIS)))
