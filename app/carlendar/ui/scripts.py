"""From a line of text in reading order to runs to draw from left to right, each in a font that has it.

Nothing here is markup, so nothing needs escaping: a title is drawn as it stands. Right-to-left text is joined
and reordered line by line, after it was wrapped and cut in reading order. No text makes these functions raise: a line
that cannot be joined or reordered is drawn in reading order.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple

from carlendar.domain.emoji import simplify_emoji
from carlendar.domain.marks import with_bounded_marks

_log = logging.getLogger(__name__)

PLAIN = frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)])) | frozenset("–—‘’‚“”„†•…€·")
"""Characters that Roboto is known to have: text of these alone is one run."""

MISSING = "\u25a1"
"""White square: stands where a letter, a figure or a sign cannot be drawn, for no font has it."""

_LAM_ALEF = {
    "\ufedf\ufe82": "\ufef5", "\ufee0\ufe82": "\ufef6", "\ufedf\ufe84": "\ufef7", "\ufee0\ufe84": "\ufef8",
    "\ufedf\ufe88": "\ufef9", "\ufee0\ufe88": "\ufefa", "\ufedf\ufe8e": "\ufefb", "\ufee0\ufe8e": "\ufefc",
}  # fmt: skip
"""Lam before alef in their joined forms, and the ligature that every Arabic font draws for the two."""
_LAM_ALEF_PAIR = re.compile("[\ufedf\ufee0][\ufe82\ufe84\ufe88\ufe8e]")

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
    return _cleaned(text)


@lru_cache(maxsize=512)
def _cleaned(text: str) -> str:
    text = with_bounded_marks(simplify_emoji(unicodedata.normalize("NFC", text)))
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


@cache
def _reshaper() -> Any:
    """Joins letters without its own ligatures: it finds those by positions that a joiner (U+200D) shifts, replaces
    the wrong letters then, or raises IndexError.
    """
    from arabic_reshaper import ArabicReshaper  # only where there is Arabic

    return ArabicReshaper({"support_ligatures": False})


def _shaped(text: str) -> str:
    """Arabic letters in the forms that they take beside each other; width and look are of these."""
    if not any("\u0600" <= char <= "\u06ff" or "\u0750" <= char <= "\u077f" for char in text):
        return text
    return _LAM_ALEF_PAIR.sub(lambda pair: _LAM_ALEF[pair[0]], str(_reshaper().reshape(text)))


def visual(line: str, *, rtl: bool | None = None) -> str:
    """The line in the order of its pictures from left to right; the base direction is its text's, or its own."""
    if is_plain(line) or not _has_rtl(line):
        return line
    from bidi import get_display  # only where there is text from right to left

    return str(get_display(_shaped(line), base_dir="R" if (is_rtl(line) if rtl is None else rtl) else "L"))


def _arranged(line: str, *, ordered: bool, rtl: bool | None) -> str:
    """The line joined, and reordered if it is to be; as it stands where a library fails on it."""
    try:
        return visual(line, rtl=rtl) if ordered else _shaped(line)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001  # a panic of a library in Rust is no Exception
        _log.warning("a line of text could not be shaped: %s", type(error).__name__)
        return line


def runs(line: str, font_of: FontOf, *, ordered: bool = True, rtl: bool | None = None) -> tuple[Run, ...]:
    """The line's runs from left to right. What no font has is drawn as `MISSING`, once for each stretch of it.

    Marks and what cannot be seen are left out without it. With `ordered` false the runs are in reading order: enough
    to measure.
    """
    if is_plain(line):
        return (Run(line, 0),) if line else ()
    found: list[Run] = []
    lost = False
    for char in _arranged(line, ordered=ordered, rtl=rtl):
        font = _font(char, font_of, found)
        if font is None:
            if lost or not _visible(char):
                continue
            lost, char, font = True, MISSING, font_of(MISSING) or 0  # drawn in its place
        else:
            lost = False
        if found and found[-1].font == font:
            found[-1] = Run(found[-1].text + char, font)
        else:
            found.append(Run(char, font))
    return tuple(found)


def _visible(char: str) -> bool:
    """Whether its absence is a loss to a reader: letters, figures, and signs that are no modifiers of others."""
    return unicodedata.category(char)[0] in "LNPS" and not "\U0001f3fb" <= char <= "\U0001f3ff"


def _font(char: str, font_of: FontOf, before: list[Run]) -> int | None:
    if char in _JOINERS or "\U0001f3fb" <= char <= "\U0001f3ff" or "\ud800" <= char <= "\udfff":
        return None  # sequences are drawn by their first picture: a font in one colour has no more
    if before and (char == " " or unicodedata.combining(char)):
        return before[-1].font
    return font_of(char)
