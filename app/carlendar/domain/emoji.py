"""Pictograms of several signs, told by one: no font in one colour draws a family or a flag.

Both the limits of a title and what is drawn of it go by this form, so what is counted is what is seen.
"""

from __future__ import annotations

import re

_JOINED = re.compile("\u200d[\u2190-\u2bff\U0001f000-\U0001faff][\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]?")
"""What a joiner adds to a pictogram (Unicode Technical Standard 51, section 2.3)."""
_FLAG_LETTERS = {0x1F1E6 + at: chr(ord("A") + at) for at in range(26)}
"""Regional indicators as plain letters."""


def told_by_one(text: str) -> str:
    """A family by its first person, a flag by its country's code; every other text as it is."""
    return text if text.isascii() else _JOINED.sub("", text).translate(_FLAG_LETTERS)
