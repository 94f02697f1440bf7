"""Cleans text of unknown origin for storing, sending, comparing and drawing.

A text that is shown or sent is cleaned once: for the screen in `carlendar.presentation.disclosure`, for a message in
`carlendar.service.late_message`. The code that limits, wraps and draws it expects clean text.
"""

from __future__ import annotations

import re
import unicodedata

MOST_MARKS = 15
"""Maximum number of combining marks and invisible characters after a letter. Languages need fewer than 10; Unicode's
stream-safe text format allows 30 (UAX 15, section 13)."""
_ATTACHED = frozenset({"Mn", "Mc", "Me", "Cf"})
_REMOVED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols without ink: the Hangul fillers, and the blank Braille pattern."""
_JOINED = re.compile("\u200d[\u2190-\u2bff\U0001f000-\U0001faff][\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]?")
"""A zero-width joiner and the emoji it appends (Unicode Technical Standard 51, section 2.3)."""
_FLAG_LETTERS = {0x1F1E6 + at: chr(ord("A") + at) for at in range(26)}
"""Regional indicators, mapped to plain letters."""


def clean(text: str) -> str:
    """Return one line in NFC without control and direction characters, spaces single and none at the ends.

    Emoji are reduced to what fonts in one colour have: a joined sequence to its first emoji, a flag to its country
    code. More than `MOST_MARKS` combining marks in a row are unreadable and expensive to draw: the rest is removed.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = _JOINED.sub("", unicodedata.normalize("NFC", text)).translate(_FLAG_LETTERS)
    kept = (char if _kept(char) else " " if char.isspace() else "" for char in _with_bounded_marks(text))
    return " ".join("".join(kept).split())


def well_formed(text: str) -> str:
    """Return the text with a question mark for each lone surrogate, which JSON can contain but UTF-8 cannot encode."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def without_accents(text: str) -> str:
    """Return the text in compatibility form (NFKD) without combining marks, for comparisons."""
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))


def visible(text: str) -> bool:
    """Whether the text has a visible character."""
    return any(_has_ink(char) for char in text)


def _has_ink(char: str) -> bool:
    category = unicodedata.category(char)
    return (category[0] in "LNPS" or category == "Cn") and char not in _BLANK


def _with_bounded_marks(text: str) -> str:
    if len(text) <= MOST_MARKS:
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in _ATTACHED else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def _kept(char: str) -> bool:
    """Letters, marks, signs, the space, and the joiners and tags that scripts and emoji need."""
    if char.isascii():
        return char.isprintable()
    if char in "\u200c\u200d" or 0xE0020 <= ord(char) <= 0xE007F:
        return True
    category = unicodedata.category(char)
    return _is_unknown_character(char) if category == "Cn" else category not in _REMOVED


def _is_unknown_character(char: str) -> bool:
    """Whether an unassigned code point may be a letter or emoji of a newer Unicode than Python's."""
    point = ord(char)
    return point < 0xE0000 and point & 0xFFFE != 0xFFFE and not 0xFDD0 <= point <= 0xFDEF
