"""Rectangles on a display, in pixels from its top left corner.

Small values of the UI are named tuples: creating such a class takes a tenth of the time of a data class, and all of
them are created before the first frame.
"""

from __future__ import annotations

from typing import NamedTuple


class Rect(NamedTuple):
    """`x` and `y` are of the upper left corner; `y` grows downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The first column to the right of it."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The first row below it."""
        return self.y + self.height

    def contains(self, x: float, y: float) -> bool:
        """Whether it contains the point."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def overlaps(self, other: Rect) -> bool:
        """Whether the two overlap by more than an edge."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def gap_to(self, other: Rect) -> float:
        """Return their distance along the axis on which it is larger; negative if they overlap."""
        across = max(self.x - other.right, other.x - self.right)
        along = max(self.y - other.bottom, other.y - self.bottom)
        return max(across, along)

    def inset(self, across: float, along: float | None = None) -> Rect:
        """Return it reduced by `across` at the sides and `along` (the same if None) above and below."""
        along = across if along is None else along
        return Rect(self.x + across, self.y + along, self.width - 2 * across, self.height - 2 * along)

    def from_left(self, width: float) -> Rect:
        """Its left part."""
        return Rect(self.x, self.y, width, self.height)

    def from_right(self, width: float) -> Rect:
        """Its right part."""
        return Rect(self.right - width, self.y, width, self.height)

    def from_top(self, height: float) -> Rect:
        """Its upper part."""
        return Rect(self.x, self.y, self.width, height)

    def from_bottom(self, height: float) -> Rect:
        """Its lower part."""
        return Rect(self.x, self.bottom - height, self.width, height)

    def without_left(self, width: float) -> Rect:
        """All but its left part."""
        return Rect(self.x + width, self.y, self.width - width, self.height)

    def without_right(self, width: float) -> Rect:
        """All but its right part."""
        return Rect(self.x, self.y, self.width - width, self.height)

    def without_top(self, height: float) -> Rect:
        """All but its upper part."""
        return Rect(self.x, self.y + height, self.width, self.height - height)

    def columns(self, count: int, gap: float) -> tuple[Rect, ...]:
        """`count` equal columns with `gap` between them."""
        width = (self.width - gap * (count - 1)) / count
        return tuple(Rect(self.x + at * (width + gap), self.y, width, self.height) for at in range(count))

    def rows(self, count: int, gap: float) -> tuple[Rect, ...]:
        """`count` equal rows with `gap` between them."""
        height = (self.height - gap * (count - 1)) / count
        return tuple(Rect(self.x, self.y + at * (height + gap), self.width, height) for at in range(count))

    def mirrored(self, width: float) -> Rect:
        """As seen in a mirror on a display `width` wide: for scripts from right to left."""
        return Rect(width - self.right, self.y, self.width, self.height)
