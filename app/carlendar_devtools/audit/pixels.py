"""Measurements on a rendered image: contrast of content against its background, as defined by WCAG 2.2."""

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
"""Maximum difference per channel (0 to 255) of colours that count as equal."""
BEHIND = 0.1
"""Minimum fraction of a text's surroundings for a colour to count as background."""
CORE = 0.85
"""Quantile of the text pixels by contrast that is evaluated; the rest is anti-aliasing."""


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
"""Distance in px inside a shape's edge where its rim is sampled: the outermost pixel may be partly covered."""


class Ink(NamedTuple):
    """Content of a box: contrast against the worst background colour, and height in px."""

    contrast: float
    height: int


class PixelImage:
    """A rendered frame."""

    def __init__(self, size: tuple[int, int], rgba: bytes) -> None:
        """Create from OpenGL pixels: RGBA, bottom row first."""
        upside_down = Image.frombytes("RGBA", size, rgba).convert("RGB")
        self.image = upside_down.transpose(Image.Transpose.FLIP_TOP_BOTTOM)

    def box(self, rect: Rect) -> tuple[int, int, int, int]:
        """Return the rectangle in whole pixels, clipped to the display."""
        width, height = self.image.size
        left, top = _whole(rect.x), _whole(rect.y)
        right, bottom = max(left + 1, _whole(rect.right)), max(top + 1, _whole(rect.bottom))
        return max(0, left), max(0, top), min(width, right), min(height, bottom)

    def colors(self, rect: Rect) -> Counter[Rgb]:
        """Count the pixels of each colour, clipped to the display."""
        left, top, right, bottom = self.box(rect)
        if right <= left or bottom <= top:
            return Counter()
        found = self.image.crop((left, top, right, bottom)).getcolors((right - left) * (bottom - top))
        return Counter({cast("Rgb", color): number for number, color in found or ()})

    def main(self, rect: Rect) -> Rgb | None:
        """Return the most frequent colour; None if there are no pixels."""
        found = self.colors(rect).most_common(1)
        return found[0][0] if found else None

    def ink(self, rect: Rect, *, leading: float = 0.0, color: Rgb | None = None) -> Ink:
        """Measure the content of the box; contrast 1 if it is empty.

        The background is sampled around the box without its `leading` px above and below, because a line's box is
        higher than its glyphs. `color` is the text colour, if known: glyphs of some scripts extend beyond their line,
        and must not be mistaken for background.
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
        """Return the contrast of a shape at its weakest side: rim or fill against the adjacent background.

        `depth` is the distance in px inside the rim at which the fill is sampled.
        """
        middle_x, middle_y = rect.width * 0.2, rect.height * 0.2
        across, along = rect.inset(middle_x, 0), rect.inset(0, middle_y)
        weakest = 21.0
        for side in ("top", "bottom", "left", "right"):
            long = across if side in ("top", "bottom") else along
            beside = self.main(_strip(long, side, -2.5))
            inner = [self.main(_strip(long, side, off)) for off in (*RIM, depth)]
            ratios = [contrast(color, beside) for color in inner if color is not None and beside is not None]
            if ratios:  # otherwise at the edge of the display
                weakest = min(weakest, max(ratios))
        return weakest


def _whole(length: float) -> int:
    """Round to the nearest pixel, halves up, so that a strip of one pixel keeps its width."""
    return math.floor(length + 0.5)


def _strip(rect: Rect, side: str, off: float) -> Rect:
    """Return a strip of one pixel along a side, `off` px inside."""
    if side == "top":
        return rect.from_top(1)._replace(y=rect.y + off)
    if side == "bottom":
        return rect.from_bottom(1)._replace(y=rect.bottom - 1 - off)
    if side == "left":
        return rect.from_left(1)._replace(x=rect.x + off)
    return rect.from_right(1)._replace(x=rect.right - 1 - off)


def _grounds(frame: Counter[Rgb], ink: Rgb | None) -> list[Rgb]:
    """Return the background colours of a box: those of its one-pixel frame, except the text colour."""
    total = sum(frame.values())
    return [
        color
        for color, number in frame.most_common(8)
        if number >= total * BEHIND and not (ink and _near(color, ink) and number < total / 2)
    ]


def _near(one: Rgb, other: Rgb) -> bool:
    return abs(one[0] - other[0]) <= NEAR and abs(one[1] - other[1]) <= NEAR and abs(one[2] - other[2]) <= NEAR


STRONG = 40
"""Difference in grey (0 to 255) from which on two pixels are easily distinguishable."""


def grey_difference(one: PixelImage, other: PixelImage, rect: Rect) -> int:
    """Count the pixels of the box that differ strongly in grey (ITU-R BT.601 luma)."""
    box = one.box(rect)
    grey = [each.image.crop(box).convert("L") for each in (one, other)]
    return sum(ImageChops.difference(*grey).histogram()[STRONG:])
