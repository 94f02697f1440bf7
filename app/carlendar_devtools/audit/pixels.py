"""Measures on a rendered picture: contrast as WCAG 2.2 defines it, of what is drawn against what is behind it."""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

from PIL import Image, ImageChops

if TYPE_CHECKING:
    from carlendar.ui.geometry import Rect

Rgb = tuple[int, int, int]
NEAR = 10
"""Difference of a channel (0 to 255) up to which two colours are taken for one."""
BEHIND = 0.1
"""Share of a text's surroundings from which on a colour counts as being behind it."""
CORE = 0.85
"""Letters are judged by this part of their pixels in order of strength: the rest are soft edges."""


@lru_cache(maxsize=8192)
def luminance(color: Rgb) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance")."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (each / 255 for each in color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=65536)
def contrast(one: Rgb, other: Rgb) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


RIM = (0.6, 1.6)
"""Pixels within a shape's edge where its rim is looked for: the outermost pixel may be covered in part."""


class Ink(NamedTuple):
    """What was drawn in a box: its contrast against the worst colour behind it, and how high it is in px."""

    contrast: float
    height: int


class PixelImage:
    """A rendered frame."""

    def __init__(self, size: tuple[int, int], rgba: bytes) -> None:
        """From OpenGL's pixels: RGBA, rows from the bottom."""
        upside_down = Image.frombytes("RGBA", size, rgba).convert("RGB")
        self.image = upside_down.transpose(Image.Transpose.FLIP_TOP_BOTTOM)

    def box(self, rect: Rect) -> tuple[int, int, int, int]:
        """Whole pixels of the rectangle, no farther than the display."""
        width, height = self.image.size
        left, top = _whole(rect.x), _whole(rect.y)
        right, bottom = max(left + 1, _whole(rect.right)), max(top + 1, _whole(rect.bottom))
        return max(0, left), max(0, top), min(width, right), min(height, bottom)

    def colors(self, rect: Rect) -> Counter[Rgb]:
        """How many pixels of each colour there are; nothing outside the display."""
        left, top, right, bottom = self.box(rect)
        if right <= left or bottom <= top:
            return Counter()
        found = self.image.crop((left, top, right, bottom)).getcolors((right - left) * (bottom - top))
        return Counter({cast("Rgb", color): number for number, color in found or ()})

    def main(self, rect: Rect) -> Rgb | None:
        """The colour that most of the pixels have; None where there are none."""
        found = self.colors(rect).most_common(1)
        return found[0][0] if found else None

    def ink(self, rect: Rect, *, leading: float = 0.0, color: Rgb | None = None) -> Ink:
        """Of what is drawn within the box; contrast 1 where nothing is.

        What is behind is looked for around the box without its `leading` px above and below: a line's box is
        higher than its letters. `color` is what the letters are drawn with, where that is known: letters of some
        scripts reach beyond their line, and must not be taken for what is behind them.
        """
        box = rect.inset(0, leading)
        inside = self.colors(box)
        grounds = _grounds(self.colors(box.inset(-1)) - inside, color)
        if not grounds:
            return Ink(1.0, 0)
        inks = sorted(
            (min(contrast(color, ground) for ground in grounds), number)
            for color, number in inside.items()
            if not any(_near(color, ground) for ground in grounds)
        )
        left = sum(number for _, number in inks) * CORE
        for ratio, number in inks:
            left -= number
            if left <= 0:
                return Ink(ratio, self._height(rect, grounds))
        return Ink(1.0, 0)

    def _height(self, rect: Rect, grounds: list[Rgb]) -> int:
        crop = self.image.crop(self.box(rect))
        differs: Image.Image | None = None
        for ground in grounds:
            away = ImageChops.difference(crop, Image.new("RGB", crop.size, ground)).convert("L")
            differs = away if differs is None else ImageChops.darker(differs, away)
        box = differs.point(lambda value: 255 if value > NEAR else 0).getbbox() if differs is not None else None
        return box[3] - box[1] if box else 0

    def edges(self, rect: Rect, *, depth: float) -> float:
        """How a shape stands out at the weakest of its sides: its rim or its filling against what is beside it.

        `depth` is how far within the rim the filling is looked for, in px.
        """
        middle_x, middle_y = rect.width * 0.2, rect.height * 0.2
        across, along = rect.inset(middle_x, 0), rect.inset(0, middle_y)
        weakest = 21.0
        for side in ("top", "bottom", "left", "right"):
            long = across if side in ("top", "bottom") else along
            beside = self.main(_strip(long, side, -2.5))
            inner = [self.main(_strip(long, side, off)) for off in (*RIM, depth)]
            ratios = [contrast(color, beside) for color in inner if color is not None and beside is not None]
            if ratios:  # else at the edge of the display
                weakest = min(weakest, max(ratios))
        return weakest


def _whole(length: float) -> int:
    """To the nearest pixel, halves always upwards: a strip of one pixel stays one."""
    return math.floor(length + 0.5)


def _strip(rect: Rect, side: str, off: float) -> Rect:
    """A strip a pixel wide along a side, `off` px within it."""
    if side == "top":
        return rect.from_top(1)._replace(y=rect.y + off)
    if side == "bottom":
        return rect.from_bottom(1)._replace(y=rect.bottom - 1 - off)
    if side == "left":
        return rect.from_left(1)._replace(x=rect.x + off)
    return rect.from_right(1)._replace(x=rect.right - 1 - off)


def _grounds(frame: Counter[Rgb], ink: Rgb | None) -> list[Rgb]:
    """Colours that a box stands on: those that its frame, a pixel wide, is made of, but for some ink on it."""
    total = sum(frame.values())
    return [
        color
        for color, number in frame.most_common(8)
        if number >= total * BEHIND and not (ink and _near(color, ink) and number < total / 2)
    ]


def _near(one: Rgb, other: Rgb) -> bool:
    return abs(one[0] - other[0]) <= NEAR and abs(one[1] - other[1]) <= NEAR and abs(one[2] - other[2]) <= NEAR


STRONG = 40
"""Difference in grey (0 to 255) from which on two pixels are told apart at a glance."""


def grey_difference(one: PixelImage, other: PixelImage, rect: Rect) -> int:
    """How many pixels of the box differ strongly when both are seen in grey (ITU-R BT.601 luma)."""
    box = one.box(rect)
    grey = [each.image.crop(box).convert("L") for each in (one, other)]
    return sum(ImageChops.difference(*grey).histogram()[STRONG:])
