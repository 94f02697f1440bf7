"""Limits the combining marks of a letter: excessive ones are unreadable and expensive to draw."""

from __future__ import annotations

import unicodedata

MOST_MARKS = 15
"""Maximum number of combining marks and invisible characters after a letter. Languages need fewer than 10; Unicode's
stream-safe text format allows 30 (UAX 15, section 13)."""
_ATTACHED = frozenset({"Mn", "Mc", "Me", "Cf"})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols without ink: the Hangul fillers, and the blank Braille pattern."""


def with_bounded_marks(text: str) -> str:
    """Remove the combining marks and invisible characters beyond `MOST_MARKS` in a row."""
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
    """Whether the text has a visible character."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _BLANK for char in text)
