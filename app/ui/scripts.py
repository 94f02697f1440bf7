"""From a line of text in reading order to runs to draw from left to right, each in a font that has it.

Nothing here is markup, so nothing needs escaping: a title is drawn as it stands. Right-to-left text is joined
and reordered line by line, after it was wrapped and cut in reading order.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from app.domain.pictograms import told_by_one

PLAIN = frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)])) | frozenset("–—‘’‚“”„†•…€·")
"""Characters that Roboto is known to have: text of these alone is one run."""

_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")
_DIRECTION_MARKS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Run(NamedTuple):
    """A piece of a line in one font; `font` is the number of the font in the chain."""

    text: str
    font: int


FontOf = Callable[[str], int | None]
"""The first font that has a character, as its number in the chain; None where none has it."""


def is_plain(text: str) -> bool:
    """Whether the text is one run of Latin letters, figures and signs."""
    return PLAIN.issuperset(text)


def clean(text: str) -> str:
    """One line: control and direction characters taken out, white space made single spaces."""
    if is_plain(text):
        return " ".join(text.replace("\xa0", " ").split())
    text = told_by_one(unicodedata.normalize("NFC", text))
    kept = (
        " " if char.isspace() else char
        for char in text
        if char.isspace() or (char not in _DIRECTION_MARKS and unicodedata.category(char) not in {"Cc", "Cs", "Co"})
    )
    return " ".join("".join(kept).split())


@lru_cache(maxsize=512)
def is_rtl(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left (UAX #9, P2 and P3)."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in {"R", "AL"}:
            return True
        if direction == "L":
            return False
    return False


def _has_rtl(text: str) -> bool:
    return any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text)


def _shaped(text: str) -> str:
    """Arabic letters in the forms that they take beside each other; width and look are of these."""
    if not any("\u0600" <= char <= "\u06ff" or "\u0750" <= char <= "\u077f" for char in text):
        return text
    from arabic_reshaper import reshape  # only where there is Arabic

    return str(reshape(text))


def visual(line: str, *, rtl: bool | None = None) -> str:
    """The line in the order of its pictures from left to right; the base direction is its text's, or its own."""
    if is_plain(line) or not _has_rtl(line):
        return line
    from bidi import get_display  # only where there is text from right to left

    return str(get_display(_shaped(line), base_dir="R" if (is_rtl(line) if rtl is None else rtl) else "L"))


def runs(line: str, font_of: FontOf, *, ordered: bool = True, rtl: bool | None = None) -> tuple[Run, ...]:
    """The line's runs from left to right. Characters that no font has are left out.

    With `ordered` false the runs are in reading order: enough to measure.
    """
    if is_plain(line):
        return (Run(line, 0),) if line else ()
    text = visual(line, rtl=rtl) if ordered else _shaped(line)
    found: list[Run] = []
    for char in text:
        font = _font(char, font_of, found)
        if font is None:
            continue
        if found and found[-1].font == font:
            found[-1] = Run(found[-1].text + char, font)
        else:
            found.append(Run(char, font))
    return tuple(found)


def _font(char: str, font_of: FontOf, before: list[Run]) -> int | None:
    if char in _JOINERS or "\U0001f3fb" <= char <= "\U0001f3ff":
        return None  # sequences are drawn by their first picture: a font in one colour has no more
    if before and (char == " " or unicodedata.combining(char)):
        return before[-1].font
    return font_of(char)
