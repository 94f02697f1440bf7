"""Bounds what one letter may carry: a flood of combining marks is neither readable nor cheap to draw."""

from __future__ import annotations

import unicodedata

MOST_MARKS = 15
"""Combining marks and invisible characters that are kept after one letter. Languages need fewer than 10; Unicode's
stream-safe text format allows 30 (UAX 15, section 13)."""
_ATTACHED = frozenset({"Mn", "Mc", "Me", "Cf"})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs without a picture: the fillers of Hangul, and the Braille pattern without dots."""


def with_bounded_marks(text: str) -> str:
    """The text without the combining marks and invisible characters beyond `MOST_MARKS` in a row."""
    if text.isascii() or len(text) <= MOST_MARKS:
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in _ATTACHED else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def visible(text: str) -> bool:
    """Whether a reader sees anything of it: a letter, a figure or a sign."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _BLANK for char in text)
