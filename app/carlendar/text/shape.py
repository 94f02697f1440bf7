"""Shaping: from a line of text to the runs that are drawn from left to right, each of one direction, script and font.

HarfBuzz, which joins, reorders and stacks letters, has to be given all three. Direction is resolved first
(`carlendar.text.bidi`): digits in right-to-left text are runs of their own, else 10:30 would become 03:01.
Nothing here is markup: a title is drawn as it stands.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from carlendar.text.bidi import is_rtl, isolated
from carlendar.text.graphemes import graphemes

PLAIN = frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)])) | frozenset("–—‘’‚“”„†•…€·")
"""Characters that the first font is known to have: text of these alone is one run."""

MISSING = "\u25a1"
"""White square: takes the place of characters that no font has."""

LATIN, COMMON = "Latn", "Zyyy"
SCRIPTS = {
    "ADLAM": "Adlm", "ARABIC": "Arab", "ARMENIAN": "Armn", "BALINESE": "Bali", "BENGALI": "Beng", "BOPOMOFO": "Bopo",
    "BUGINESE": "Bugi", "CANADIAN": "Cans", "CHAKMA": "Cakm", "CHAM": "Cham", "CHEROKEE": "Cher", "CJK": "Hani",
    "COPTIC": "Copt", "CYRILLIC": "Cyrl", "DEVANAGARI": "Deva", "ETHIOPIC": "Ethi", "GEORGIAN": "Geor",
    "GREEK": "Grek", "GUJARATI": "Gujr", "GURMUKHI": "Guru", "HANGUL": "Hang", "HEBREW": "Hebr", "HIRAGANA": "Hira",
    "JAVANESE": "Java", "KANNADA": "Knda", "KATAKANA": "Kana", "KHMER": "Khmr", "LAO": "Laoo", "LATIN": "Latn",
    "LEPCHA": "Lepc", "LIMBU": "Limb", "LISU": "Lisu", "MALAYALAM": "Mlym", "MEETEI": "Mtei", "MONGOLIAN": "Mong",
    "MYANMAR": "Mymr", "NKO": "Nkoo", "OL": "Olck", "ORIYA": "Orya", "SINHALA": "Sinh", "SUNDANESE": "Sund",
    "SYRIAC": "Syrc", "TAMIL": "Taml", "TELUGU": "Telu", "THAANA": "Thaa", "THAI": "Thai", "TIBETAN": "Tibt",
    "TIFINAGH": "Tfng", "VAI": "Vaii", "YI": "Yiii",
}  # fmt: skip
"""ISO 15924 codes by the word that the names of a script's letters begin with (UnicodeData)."""

_IGNORABLE = frozenset("\u200c\u200d\u034f\u20e3")
"""Joiners, and the enclosing keycap: a font may lack them."""


class Run(NamedTuple):
    """A part of a line, in reading order, and what draws it; `script` is a code of ISO 15924."""

    text: str
    font: Path
    script: str = LATIN
    rtl: bool = False


FontOf = Callable[[str], Path | None]
"""The font that has all characters of a grapheme cluster; None where none has."""


def is_plain(text: str) -> bool:
    """Whether the text is one run of Latin letters, digits and signs."""
    return PLAIN.issuperset(text)


def runs(line: str, font_of: FontOf, *, rtl: bool | None = None) -> tuple[Run, ...]:
    """The line's runs from left to right; `rtl` is the direction of its paragraph, by default the line's own.

    What no font has is drawn as `MISSING`, once for each stretch of it.
    """
    if is_plain(line):
        font = font_of(line[:1])
        return (Run(line, font),) if line and font else ()
    found: list[Run] = []
    for piece in isolated(line, rtl=is_rtl(line) if rtl is None else rtl):
        of_piece = _runs(piece.text, font_of, rtl=piece.rtl)
        found += reversed(of_piece) if piece.rtl else of_piece
    return tuple(found)


def is_legible(text: str, font_of: FontOf) -> bool:
    """Whether a font has a letter or digit of the text; also where it has none that could be missing."""
    if is_plain(text):
        return True
    letters = [char for char in text if unicodedata.category(char)[0] in "LN"]
    return not letters or any(font_of(char) for char in letters)


@lru_cache(maxsize=2048)
def script_of(cluster: str) -> str | None:
    """The script of the cluster's first letter or mark; None for what belongs to no script."""
    for char in cluster:
        if unicodedata.category(char)[0] in "LM":
            found = SCRIPTS.get(unicodedata.name(char, "").partition(" ")[0])
            if found is not None:
                return found
    return None


def _runs(text: str, font_of: FontOf, *, rtl: bool) -> list[Run]:
    """The runs of a text of one direction, in reading order."""
    found: list[Run] = []
    lost = False
    for cluster in graphemes(text):
        for drawn, font in _placed(cluster, font_of, found[-1].font if found else None):
            missing = drawn == MISSING and MISSING not in cluster
            if not (lost and missing):
                _append(found, drawn, font, rtl=rtl)
            lost = missing
    return found


def _append(found: list[Run], drawn: str, font: Path, *, rtl: bool) -> None:
    """Append to the last run, or begin another where font or script are others; what has no script joins either."""
    script = script_of(drawn)
    last = found[-1] if found else None
    if last is not None and last.font == font and (script is None or last.script in {script, COMMON}):
        found[-1] = Run(last.text + drawn, font, script or last.script, rtl)
    else:
        found.append(Run(drawn, font, script or COMMON, rtl))


def _placed(cluster: str, font_of: FontOf, before: Path | None) -> list[tuple[str, Path]]:
    """What is drawn of the cluster, and in which font: all of it, or its letter and a sign for the rest."""
    drawn = "".join(char for char in cluster if _drawable(char))
    needed = "".join(char for char in drawn if char not in _IGNORABLE)
    if not needed:
        return []
    if needed == " " and before is not None:
        return [(drawn, before)]
    if (font := font_of(needed)) is not None:
        return [(drawn, font)]
    square = font_of(MISSING)
    lost = [(MISSING, square)] if square is not None else []
    if len(needed) > 1 and (font := font_of(needed[0])) is not None:
        return [(needed[0], font), *lost]
    return lost


def _drawable(char: str) -> bool:
    """Whether a font has to draw it: no controls, selectors of variants, tags, or skin tones of emoji."""
    if char in _IGNORABLE:
        return char != "\u20e3"
    category = unicodedata.category(char)
    if char.isspace() or (category[0] == "C" and category != "Cn"):
        return char == " "
    return not ("\ufe00" <= char <= "\ufe0f" or "\U0001f3fb" <= char <= "\U0001f3ff" or char >= "\U000e0000")
