"""One page as it is held against the rules: what the probe read, on which display, under which column."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import regex  # type: ignore[import-untyped]  # its types are a package of their own

from carlendar.text.hyphenate import HYPHEN
from carlendar.ui.scripts import clean
from carlendar_devtools.audit.nodes import Node, NodeKind

if TYPE_CHECKING:
    from carlendar.ui.metrics import DisplayMetrics
    from carlendar_devtools.audit.column import Column

TAIL = 10
"""Letters before an ellipsis that tell whose words they are."""
JOINING = frozenset({"join", "join_confirmed", "leave", "mute", "unmute"})
"""What the primary action of a screen does (restriction profile)."""


@dataclass(frozen=True)
class Private:
    """What no driver may read of the world that is shown: bodies of invitations, and who takes part."""

    bodies: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    content: frozenset[str] = frozenset()
    """Titles and places: words of the calendar, which may be cut where nothing shorter is left of them."""

    @cached_property
    def unspaced(self) -> str:
        """All titles and places without spaces, one a line."""
        return "\n".join(unspaced(words) for words in self.content)


@dataclass(frozen=True)
class PageView:
    """`strings` are the words that the page was made from; a line that is none of them was cut by the layout."""

    nodes: tuple[Node, ...]
    metrics: DisplayMetrics
    column: Column
    screen: str
    state: str
    language: str
    strings: frozenset[str] = frozenset()
    private: Private = field(default_factory=Private)

    @cached_property
    def texts(self) -> tuple[Node, ...]:
        """All texts that are in sight."""
        return tuple(node for node in self.nodes if node.text)

    def of_the_calendar(self, cut: str) -> bool:
        """Whether what stands before an ellipsis is the calendar's, not the application's own words."""
        tail = unspaced(cut.removesuffix("…"))[-TAIL:]
        return bool(tail) and tail in self.private.unspaced

    @cached_property
    def words(self) -> dict[str, str]:
        """The words that the page was made from, as they are drawn, by themselves without their spaces."""
        return {unspaced(word): word for word in map(clean, sorted(self.strings))}

    @cached_property
    def targets(self) -> tuple[Node, ...]:
        """All that answers and is wholly in sight."""
        return tuple(node for node in self.nodes if node.reach is not None and node.whole)

    @cached_property
    def buttons(self) -> tuple[Node, ...]:
        """All buttons that are wholly in sight."""
        return tuple(node for node in self.nodes if node.kind is NodeKind.BUTTON and node.whole)

    @cached_property
    def cards(self) -> tuple[Node, ...]:
        """All surfaces."""
        return tuple(node for node in self.nodes if node.kind is NodeKind.CARD)

    def card_of(self, node: Node) -> Node | None:
        """The smallest surface that the middle of the node lies on."""
        x, y = node.rect.x + node.rect.width / 2, node.rect.y + node.rect.height / 2
        under = [card for card in self.cards if card.rect.contains(x, y)]
        return min(under, key=lambda card: card.rect.width * card.rect.height, default=None)

    def mm(self, px: float) -> float:
        """Millimetres on this display."""
        return px / self.metrics.px_per_mm


def unspaced(text: str) -> str:
    """The text as it is however it was set on lines, and wherever a word was parted there with a hyphen."""
    return "".join(text.split()).replace(HYPHEN, "")


def graphemes(text: str) -> int:
    """Extended grapheme clusters (UAX 29), counted by another library than the application's."""
    return len(regex.findall(r"\X", text))


def weight(text: str, latin: int, wide: int) -> float:
    """How much of a limit a text takes, 1 for all of it: a wide letter weighs more than a Latin one."""
    letters = regex.findall(r"\X", text)
    broad = sum(unicodedata.east_asian_width(letter[0]) in "WF" for letter in letters)
    return (len(letters) - broad) / latin + broad / wide
