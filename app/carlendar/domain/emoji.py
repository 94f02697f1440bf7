"""Simplification of emoji sequences: monochrome fonts have no glyphs for families or flags.

Both the length limits and the rendering of a title use this form, so that the limits apply to what is visible.
"""

from __future__ import annotations

import re

_JOINED = re.compile("\u200d[\u2190-\u2bff\U0001f000-\U0001faff][\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]?")
"""A zero-width joiner and the emoji it appends (Unicode Technical Standard 51, section 2.3)."""
_FLAG_LETTERS = {0x1F1E6 + at: chr(ord("A") + at) for at in range(26)}
"""Regional indicators, mapped to plain letters."""


def simplify_emoji(text: str) -> str:
    """Replace a joined sequence by its first emoji and a flag by its country code."""
    return text if text.isascii() else _JOINED.sub("", text).translate(_FLAG_LETTERS)
