"""Values that the probe reads from a widget tree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from carlendar.ui.geometry import Rect

TITLES = frozenset({"event_title", "row_title", "card_title"})
"""Roles of titles of meetings and pages."""
MAIN = TITLES | {
    "countdown", "code", "clock", "time", "when", "band_text", "primary_action", "secondary_action",
}  # fmt: skip
"""Roles of titles, times, the countdown and labels of actions: the audit's own copy, as its table of limits is."""
ROLES = MAIN | {"unit", "line", "detail", "body", "status_text", "heading", "initials"}
"""Roles that a text can declare."""


class NodeKind(StrEnum):
    """What a node is."""

    TEXT = "text"
    ICON = "icon"
    BUTTON = "button"
    CARD = "card"
    SHAPE = "shape"
    CODE = "code"
    LIST = "list"
    FIELD = "field"
    VIDEO = "video"
    PICTURE = "picture"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TextRun:
    """A rendered piece of text in one font: `font_px` is derived from its drawn height and the font's metrics."""

    text: str
    rect: Rect
    font_px: float
    font: Path
    """The font's file."""


@dataclass(frozen=True, slots=True)
class Node:
    """A drawn widget. `owner` is the key of the containing button or row; `clip` its clipping rectangle, if any.

    `reach` is its touch area, None if it has none.
    """

    key: str
    kind: NodeKind
    rect: Rect
    owner: str = ""
    lines: tuple[tuple[TextRun, ...], ...] = ()
    text: str = ""
    color: tuple[int, int, int] | None = None
    """Its text colour, from the canvas."""
    reach: Rect | None = None
    intent: str = ""
    sends: bool = False
    look: str = ""
    selected: bool = False
    clip: Rect | None = None
    role: str = ""
    """What its text declares to be; empty for what is no text."""
    group: str = ""

    @property
    def main(self) -> bool:
        """Whether it is a title, a time, the countdown or the label of an action."""
        return self.role in MAIN

    @property
    def whole(self) -> bool:
        """Whether it is completely visible."""
        clip = self.clip
        if clip is None:
            return True
        rect = self.rect
        return (
            rect.x >= clip.x - 1
            and rect.y >= clip.y - 1
            and rect.right <= clip.right + 1
            and rect.bottom <= clip.bottom + 1
        )

    @property
    def seen(self) -> bool:
        """Whether it is at least partly visible."""
        return self.clip is None or self.rect.overlaps(self.clip)
