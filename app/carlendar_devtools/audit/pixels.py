"""Measurements on a rendered image: contrast of content against its background, as defined by WCAG 2.2."""

from __future__ import annotations

import math
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar, cast

from PIL import Image, ImageChops

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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
OUTSIDE = -2.5
"""The same for what is beside the shape."""
KEPT = 200_000
"""Maximum number of measured values that are kept."""
Box = tuple[int, int, int, int]
"""Left, top, right and bottom in whole pixels; the last two are beyond the box."""
_NOWHERE: Box = (0, 0, 0, 0)
T = TypeVar("T")


class Ink(NamedTuple):
    """Content of a box: contrast against the worst background colour, and height in px."""

    contrast: float
    height: int


class PixelImage:
    """A rendered frame."""

    def __init__(self, size: tuple[int, int], rgba: bytes) -> None:
        """Create from OpenGL pixels: RGBA, bottom row first."""
        self.image = Image.frombytes("RGB", size, rgba, "raw", "RGBX", 0, -1)

    @classmethod
    def with_part(cls, size: tuple[int, int], box: Box, rgba: bytes) -> PixelImage:
        """Create an image of that size with OpenGL pixels in `box`; it is black elsewhere."""
        left, top, right, bottom = box
        part = cls((right - left, bottom - top), rgba)
        whole = Image.new("RGB", size)
        whole.paste(part.image, (left, top))
        part.image = whole
        return part

    def box(self, rect: Rect) -> Box:
        """Return the rectangle in whole pixels, clipped to the display."""
        width, height = self.image.size
        left, top = _whole(rect.x), _whole(rect.y)
        right, bottom = max(left + 1, _whole(rect.right)), max(top + 1, _whole(rect.bottom))
        return max(0, left), max(0, top), min(width, right), min(height, bottom)

    def main(self, rect: Rect) -> Rgb | None:
        """Return the most frequent colour; None if there are no pixels."""
        return _main(self.image, self.box(rect))

    def grey(self, rect: Rect) -> Image.Image:
        """Return the box in grey (ITU-R BT.601 luma); an image without pixels if none of it is on the display."""
        crop, _ = self._cropped((self.box(rect),))
        return crop.convert("L")

    def ink(self, rect: Rect, *, leading: float = 0.0, color: Rgb | None = None) -> Ink:
        """Measure the content of the box; contrast 1 if it is empty.

        The background is sampled around the box without its `leading` px above and below, because a line's box is
        higher than its glyphs. `color` is the text colour, if known: glyphs of some scripts extend beyond their line,
        and must not be mistaken for background.
        """
        inner = rect.inset(0, leading)
        crop, boxes = self._cropped((self.box(rect), self.box(inner), self.box(inner.inset(-1))))
        return _INKS.value(crop, (boxes, color), lambda: _ink(crop, boxes, color))

    def edges(self, rect: Rect, *, depth: float) -> float:
        """Return the contrast of a shape at its weakest side: rim or fill against the adjacent background.

        `depth` is the distance in px inside the rim at which the fill is sampled.
        """
        middle_x, middle_y = rect.width * 0.2, rect.height * 0.2
        across, along = rect.inset(middle_x, 0), rect.inset(0, middle_y)
        strips = [
            self.box(_strip(across if side in ("top", "bottom") else along, side, off))
            for side in ("top", "bottom", "left", "right")
            for off in (OUTSIDE, *RIM, depth)
        ]
        crop, boxes = self._cropped(strips)
        return _EDGES.value(crop, boxes, lambda: _edges(crop, boxes))

    def _cropped(self, boxes: Iterable[Box]) -> tuple[Image.Image, tuple[Box, ...]]:
        """Return the smallest part of the image that contains the boxes, and their places in it."""
        boxes = tuple(boxes)
        left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
        if right <= left or bottom <= top:
            return Image.new("RGB", (0, 0)), tuple(_NOWHERE for _ in boxes)
        crop = self.image.crop((left, top, right, bottom))
        return crop, tuple((box[0] - left, box[1] - top, box[2] - left, box[3] - top) for box in boxes)


class _Measured(Generic[T]):
    """Values that were measured on parts of images, by all that they depend on: the pixels and the arguments.

    The same label in the same place is measured once, whatever else the page shows. Equal pixels are recognised by
    BLAKE2b, for which no collision is known (RFC 7693).
    """

    def __init__(self) -> None:
        self._values: dict[tuple[bytes, tuple[int, int], object], T] = {}

    def value(self, crop: Image.Image, arguments: object, measure: Callable[[], T]) -> T:
        """Return what was measured on such pixels with these arguments, or what `measure` returns."""
        key = (blake2b(crop.tobytes(), digest_size=16).digest(), crop.size, arguments)
        if key in self._values:
            return self._values[key]
        if len(self._values) >= KEPT:
            self._values.clear()
        found = self._values[key] = measure()
        return found


def _ink(crop: Image.Image, boxes: tuple[Box, ...], color: Rgb | None) -> Ink:
    """Measure the ink of a line, by its box, that without leading, and that with a pixel more all round."""
    line, inner, around = boxes
    inside = _colors(crop, inner)
    frame = _colors_around(crop, inner, around, inside)
    grounds = _grounds(frame, color, _corners(crop, around))
    if not grounds:
        return Ink(1.0, 0)
    inks = sorted(_apart(inside, grounds))
    rest = sum(number for _, number in inks) * CORE
    for ratio, number in inks:
        rest -= number
        if rest <= 0:
            return Ink(ratio, _height(crop, line, grounds))
    return Ink(1.0, 0)


def _colors_around(image: Image.Image, inner: Box, around: Box, inside: dict[Rgb, int]) -> dict[Rgb, int]:
    """Count the pixels of each colour that are in `around` and not in `inner`, which has those `inside`."""
    left, top, right, bottom = around
    x, y, beyond, below = inner
    if not (left <= x < beyond <= right and top <= y < below <= bottom):  # one is empty
        counts = _colors(image, around).items()
        return {each: rest for each, number in counts if (rest := number - inside.get(each, 0)) > 0}
    found: dict[Rgb, int] = {}
    for strip in ((left, top, right, y), (left, below, right, bottom), (left, y, x, below), (beyond, y, right, below)):
        for color, number in _colors(image, strip).items():
            found[color] = found.get(color, 0) + number
    return found


def _apart(colors: dict[Rgb, int], grounds: list[Rgb]) -> Iterator[tuple[float, int]]:
    """Yield the least contrast of each colour that is not near a ground, and the number of its pixels.

    Texts of a style have the same few hundred colours everywhere, so ratios are kept by grounds and colour.
    """
    known = _ratios(tuple(grounds))
    for color, number in colors.items():
        ratio = known.get(color)
        if ratio is None:
            ratio = known[color] = _ratio(color, grounds)
        if ratio:
            yield ratio, number


@lru_cache(maxsize=4096)
def _ratios(grounds: tuple[Rgb, ...]) -> dict[Rgb, float]:
    """The contrast of colours against the worst of these grounds, as far as it is known; 0 for a colour near one."""
    del grounds  # the key
    return {}


def _ratio(color: Rgb, grounds: list[Rgb]) -> float:
    least = math.inf
    for ground in grounds:
        if _near(color, ground):
            return 0.0
        least = min(least, contrast(color, ground))
    return least


def _height(crop: Image.Image, line: Box, grounds: list[Rgb]) -> int:
    """Return the height in px of what differs from all backgrounds."""
    part = crop.crop(line)
    differs: Image.Image | None = None
    for ground in grounds:
        away = ImageChops.difference(part, Image.new("RGB", part.size, ground)).convert("L")
        differs = away if differs is None else ImageChops.darker(differs, away)
    if differs is None:
        return 0
    far = ImageChops.subtract(differs, Image.new("L", part.size, NEAR))  # black where it differs by no more than that
    box = far.getbbox()
    return box[3] - box[1] if box else 0


def _edges(crop: Image.Image, strips: tuple[Box, ...]) -> float:
    """Return the contrast of the weakest side; for each side, the strip outside comes before those inside."""
    weakest = 21.0
    colors = [_main(crop, strip) for strip in strips]
    per_side = len(RIM) + 2
    for at in range(0, len(colors), per_side):
        beside = colors[at]
        ratios = [
            contrast(color, beside)
            for color in colors[at + 1 : at + per_side]
            if color is not None and beside is not None
        ]
        if ratios:  # otherwise at the edge of the display
            weakest = min(weakest, max(ratios))
    return weakest


def _colors(image: Image.Image, box: Box) -> dict[Rgb, int]:
    """Count the pixels of each colour."""
    left, top, right, bottom = box
    if right <= left or bottom <= top:
        return {}
    found = image.crop(box).getcolors((right - left) * (bottom - top)) or ()
    return {color: number for number, color in cast("list[tuple[int, Rgb]]", found)}


def _main(image: Image.Image, box: Box) -> Rgb | None:
    """Return the most frequent colour; None if there are no pixels."""
    found = _colors(image, box)
    return max(found, key=found.__getitem__) if found else None


_INKS, _EDGES = _Measured[Ink](), _Measured[float]()


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


def _grounds(frame: dict[Rgb, int], ink: Rgb | None, corners: frozenset[Rgb]) -> list[Rgb]:
    """Return the background colours of a box: those of its one-pixel frame, except the text's.

    The frame may cross glyphs: less than half of it in the text colour is text, and so is a mixture of that and the
    main background that reaches none of the box's `corners`: the smoothed edge of a horizontal stroke.
    """
    total = sum(frame.values())
    main = max(frame, key=frame.__getitem__, default=(0, 0, 0))

    def of_text(color: Rgb, number: int) -> bool:
        if ink is None or number >= total / 2:
            return False
        return _near(color, ink) or (color not in corners and _is_mixture(color, ink, main))

    return [color for color, number in frame.items() if number >= total * BEHIND and not of_text(color, number)]


def _corners(image: Image.Image, box: Box) -> frozenset[Rgb]:
    left, top, right, bottom = box
    if right <= left or bottom <= top:
        return frozenset()
    return frozenset(cast("Rgb", image.getpixel((x, y))) for x in (left, right - 1) for y in (top, bottom - 1))


def _is_mixture(color: Rgb, one: Rgb, other: Rgb) -> bool:
    """Whether the colour is between two others, as a partly covered pixel is."""
    way = [b - a for a, b in zip(other, one, strict=True)]
    length = sum(part * part for part in way)
    if not length:
        return False
    share = sum((part - a) * step for part, a, step in zip(color, other, way, strict=True)) / length
    if not 0 < share < 1:
        return False
    red, green, blue = (round(a + share * step) for a, step in zip(other, way, strict=True))
    return _near(color, (red, green, blue))


def _near(one: Rgb, other: Rgb) -> bool:
    return abs(one[0] - other[0]) <= NEAR and abs(one[1] - other[1]) <= NEAR and abs(one[2] - other[2]) <= NEAR


STRONG = 40
"""Difference in grey (0 to 255) from which on two pixels are easily distinguishable."""


def grey_difference(one: Image.Image, other: Image.Image) -> int:
    """Count the pixels that differ strongly between two grey images of one size."""
    return sum(ImageChops.difference(one, other).histogram()[STRONG:]) if one.width else 0
