"""Determines the font size of a rendered text texture from the metrics of the font file.

The application computes sizes from angles; this is the inverse: from the height of the texture to the font size and
the cap height.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from kivy.core.text import Label as CoreLabel
from PIL import ImageFont, features

if TYPE_CHECKING:
    from pathlib import Path

_LAYOUT = ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC
"""Raqm shapes text by HarfBuzz: vowel signs of Devanagari, for example, do not stand where their glyphs alone do."""
LARGEST = 400
"""Largest font size to search, in pixels."""


@cache
def _sizes_by_height(path: Path) -> dict[int, int]:
    """Return font sizes by line height; the largest of those with the same height."""
    heights: dict[int, int] = {}
    label = CoreLabel(font_name=str(path))
    for size in range(4, LARGEST):
        label.options["font_size"] = size
        heights[int(label.get_extents("H")[1])] = size
    return heights


def font_px(path: Path, texture_height: float, drawn_height: float) -> float:
    """Return the drawn font size in pixels: that of the texture, scaled like the texture."""
    return _size_of(path, texture_height) * (drawn_height / texture_height if texture_height else 0.0)


@lru_cache(maxsize=4096)
def _size_of(path: Path, height: float) -> int:
    heights = _sizes_by_height(path)
    return heights[min(heights, key=lambda one: abs(one - height))]


@lru_cache(maxsize=65_536)
def ink_height(path: Path, text: str, px: int) -> int:
    """Return the ink height of the text at that size, shaped; 0 for text without ink."""
    box = _face(path, px).getmask(text).getbbox()  # that of the font begins at the baseline for a hyphen too
    return box[3] - box[1] if box else 0


@cache
def cap_ratio(path: Path) -> float:
    """Return the cap height (H) as a fraction of the font size."""
    box = _face(path, 1000).getbbox("H")
    return (box[3] - box[1]) / 1000


@lru_cache(maxsize=256)
def _face(path: Path, px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), px, layout_engine=_LAYOUT)
