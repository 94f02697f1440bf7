"""Back from a drawn picture of letters to the size of its font, by what the font file itself says.

The application computes sizes from angles; here the way is the other one: how high the texture is, which size of
that font makes it so high, and how high a capital of that font is.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from kivy.core.text import Label as CoreLabel
from PIL import ImageFont

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 400
"""Pixels of the largest font that is looked for."""


@cache
def _sizes_by_height(path: Path) -> dict[int, int]:
    """Font size by the height of a line; of sizes with the same height the largest."""
    heights: dict[int, int] = {}
    label = CoreLabel(font_name=str(path))
    for size in range(4, LARGEST):
        label.options["font_size"] = size
        heights[int(label.get_extents("H")[1])] = size
    return heights


def font_px(path: Path, texture_height: float, drawn_height: float) -> float:
    """The font's size in pixels as drawn: that of the texture, scaled as the texture was."""
    return _size_of(path, texture_height) * (drawn_height / texture_height if texture_height else 0.0)


@lru_cache(maxsize=4096)
def _size_of(path: Path, height: float) -> int:
    heights = _sizes_by_height(path)
    return heights[min(heights, key=lambda one: abs(one - height))]


@lru_cache(maxsize=4096)
def ink_height(path: Path, text: str, px: int) -> int:
    """How high the ink of that text is at that size; 0 for text without any."""
    box = _face(path, px).getbbox(text)
    return round(box[3] - box[1])


@cache
def cap_ratio(path: Path) -> float:
    """Height of a capital H in parts of the font size."""
    box = _face(path, 1000).getbbox("H")
    return (box[3] - box[1]) / 1000


@lru_cache(maxsize=64)
def _face(path: Path, px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), px, layout_engine=ImageFont.Layout.BASIC)
