"""What the probe reads out of a widget tree, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carlendar.ui.geometry import Rect

_MAIN = re.compile(r"(?:^|\.)(?:title|time|number|code|clock|label)$|^when$|^band\.text$")


class NodeKind(StrEnum):
    """What a node is to a person."""

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
    """One picture of letters of one font as it is drawn: `font_px` from its drawn height and the font's own metrics.

    `ink_px` is how high its ink would be at that size, measured in the font file itself; 0 where that is not known.
    """

    text: str
    rect: Rect
    font_px: float
    ink_px: float = 0.0


@dataclass(frozen=True, slots=True)
class Node:
    """A widget that is drawn. `owner` is the key of the button or row it lies in; `clip` what cuts it, if anything.

    `reach` is where it answers a touch, None where it does not.
    """

    key: str
    kind: NodeKind
    rect: Rect
    owner: str = ""
    lines: tuple[tuple[TextRun, ...], ...] = ()
    text: str = ""
    color: tuple[int, int, int] | None = None
    """What its letters are drawn with, as its canvas says."""
    reach: Rect | None = None
    intent: str = ""
    sends: bool = False
    look: str = ""
    selected: bool = False
    clip: Rect | None = None

    @property
    def main(self) -> bool:
        """A title, a time, the countdown or the label of an action: what a glance is for."""
        return bool(_MAIN.search(self.key))

    @property
    def whole(self) -> bool:
        """Whether nothing of it is scrolled out of sight."""
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
        """Whether anything of it is in sight."""
        return self.clip is None or self.rect.overlaps(self.clip)
