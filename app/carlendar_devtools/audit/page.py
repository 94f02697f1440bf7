"""A page to be checked: the probed nodes, the display, and the column of limits."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import regex  # type: ignore[import-untyped]  # its stubs are a separate package

from carlendar.text.clean import clean
from carlendar.text.hyphenate import HYPHEN
from carlendar_devtools.audit.nodes import Node, NodeKind

if TYPE_CHECKING:
    from carlendar.ui.metrics import DisplayMetrics
    from carlendar_devtools.audit.column import ProfileColumn

TAIL = 10
"""Number of letters before an ellipsis that identify the source text."""
JOINING = frozenset({"join", "join_confirmed", "leave", "mute", "unmute"})
"""Intents of primary actions (restriction profile)."""


@dataclass(frozen=True)
class Private:
    """Texts that a driver must not see: bodies of invitations, and names of attendees."""

    bodies: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    content: frozenset[str] = frozenset()
    """Titles and places: calendar texts, which may be truncated as a last resort."""

    @cached_property
    def unspaced(self) -> str:
        """Return all titles and places without spaces, one per line."""
        return "\n".join(unspaced(words) for words in self.content)


@dataclass(frozen=True)
class PageView:
    """`strings` are the source texts of the page; a line that is not one of them was truncated by the layout."""

    nodes: tuple[Node, ...]
    metrics: DisplayMetrics
    column: ProfileColumn
    screen: str
    state: str
    language: str
    strings: frozenset[str] = frozenset()
    private: Private = field(default_factory=Private)

    @cached_property
    def texts(self) -> tuple[Node, ...]:
        """Return all visible texts."""
        return tuple(node for node in self.nodes if node.text)

    def of_the_calendar(self, cut: str) -> bool:
        """Whether the text before an ellipsis is from the calendar rather than the application's."""
        tail = unspaced(cut.removesuffix("…"))[-TAIL:]
        return bool(tail) and tail in self.private.unspaced

    @cached_property
    def words(self) -> dict[str, str]:
        """Return the source texts as drawn, by their forms without spaces and hyphens; of equal forms the longest."""
        return words_of(self.strings)

    @cached_property
    def targets(self) -> tuple[Node, ...]:
        """Return all completely visible touch targets."""
        return tuple(node for node in self.nodes if node.reach is not None and node.whole)

    @cached_property
    def buttons(self) -> tuple[Node, ...]:
        """Return all completely visible buttons."""
        return tuple(node for node in self.nodes if node.kind is NodeKind.BUTTON and node.whole)

    @cached_property
    def cards(self) -> tuple[Node, ...]:
        """Return all cards."""
        return tuple(node for node in self.nodes if node.kind is NodeKind.CARD)

    def card_of(self, node: Node) -> Node | None:
        """Return the smallest card under the centre of the node; of a list's row only what the list shows counts."""
        x, y = node.rect.x + node.rect.width / 2, node.rect.y + node.rect.height / 2
        under = [
            card for card in self.cards if card.rect.contains(x, y) and (card.clip is None or card.clip.contains(x, y))
        ]
        return min(under, key=lambda card: card.rect.width * card.rect.height, default=None)

    def mm(self, px: float) -> float:
        """Convert pixels to millimetres on this display."""
        return px / self.metrics.px_per_mm


KEPT = 65_536
"""Texts for which a measurement is kept: the same ones are on every display, in every brand and theme."""


@lru_cache(maxsize=64)
def words_of(strings: frozenset[str]) -> dict[str, str]:
    """Return the `words` of a page with these source texts."""
    return {unspaced(word): word for word in sorted(map(_cleaned, strings), key=lambda word: (len(word), word))}


_cleaned = lru_cache(maxsize=KEPT)(clean)


@lru_cache(maxsize=KEPT)
def unspaced(text: str) -> str:
    """Return the text independently of line breaks and hyphenation."""
    return "".join(text.split()).replace(HYPHEN, "")


@lru_cache(maxsize=KEPT)
def graphemes(text: str) -> int:
    """Count extended grapheme clusters (UAX 29) with a different library than the application."""
    return len(regex.findall(r"\X", text))


@lru_cache(maxsize=KEPT)
def weight(text: str, latin: int, wide: int) -> float:
    """Return the fraction of a length limit that a text uses; wide characters count more than Latin ones."""
    letters = regex.findall(r"\X", text)
    broad = sum(unicodedata.east_asian_width(letter[0]) in "WF" for letter in letters)
    return (len(letters) - broad) / latin + broad / wide
