"""Interprets the label of a number or code, in all supported languages.

A label is a few words, each looked up by its stems, so that the cost depends on its length only. The table
(`word_table`) is data; its notation is described there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

from carlendar.meetings import word_table
from carlendar.text.clean import without_accents

LABEL_READ = 120
"""Maximum number of characters of a label, from its end."""

PHRASE_WORDS = 4
"""Number of words of the longest phrase in the tables."""

STEM_LONGEST = 24


class Says:
    """Meanings of labels, as bits. They correspond to the names of the tables.

    Plain integers: an enumeration takes ten times as long, and every label of a text is examined.
    """

    NOTHING: Final = 0
    JOIN: Final = 1
    DIAL: Final = 2
    PHONE: Final = 4
    MEETING: Final = 8
    ACCESS: Final = 16
    GUEST: Final = 32
    HOST: Final = 64
    CODE: Final = 128
    NUMBER: Final = 256
    KEYWORD: Final = 512
    """A passcode or password."""
    OWN: Final = 1024
    CONTACT: Final = 2048
    OTHER: Final = 4096
    FILLER: Final = 8192
    UNKNOWN: Final = 16384
    """A word that is in no table, such as a name."""
    BY_PHONE: Final = 32768
    """Used while a label is read: `says` replaces it by JOIN, or by PHONE in doubt."""


_KINDS: tuple[str, ...] = (
    *("JOIN", "DIAL", "PHONE", "MEETING", "ACCESS", "GUEST", "HOST", "CODE", "NUMBER", "KEYWORD"),
    *("OWN", "CONTACT", "OTHER", "FILLER", "BY_PHONE"),
)

_FIRST_SEPARATING = 0x590
"""Letters before this code point (Latin, Greek, Cyrillic, Armenian) are written with spaces between words."""

_WORD = re.compile("[a-z\u00df-\u058f]+")
_OTHER_RUN = re.compile("[\u0590-\u303f\u30a0-\U0010ffff]+")
"""Letters of the other scripts; not hiragana, in which Japanese writes endings."""

_FIRST_IDEOGRAPH = 0x2E80
_ATTACHED = frozenset(("بال", "وال", "كال", "فال", "ولل"))
"""Arabic prepositions with the article, which are written together with the word behind them."""

_SINGLE = re.compile(r"(?:^|[\s,;|/(])(?:m|f|d|c|w|h)\s?[.:)]?\s*$", re.IGNORECASE)


@dataclass(slots=True)
class _Tables:
    """Stems by how they match: whole words, beginnings, ends, phrases, and anywhere (other scripts)."""

    whole: dict[str, int] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    phrases: dict[str, int] = field(default_factory=dict)
    anywhere: dict[str, int] = field(default_factory=dict)

    def add(self, stem: str, says: int) -> None:
        """Put a stem in the table that its notation names."""
        plain = folded(stem).strip("-.")
        if any(ord(letter) >= _FIRST_SEPARATING for letter in plain):
            table, plain = self.anywhere, plain.replace("_", " ")
        elif "_" in plain:
            table, plain = self.phrases, " ".join(plain.split("_"))
        elif stem.startswith("-"):
            table = self.ends
        else:
            table = self.whole if stem.endswith(".") else self.starts
        table[plain] = table.get(plain, Says.NOTHING) | says


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The text in lower case and without accents, as the tables are compared."""
    text = text.casefold()
    return text if text.isascii() else without_accents(text)


@lru_cache(maxsize=4096)
def says(label: str) -> int:
    """Return all meanings of a label's words; none for a label without letters."""
    found = Says.OWN if _SINGLE.search(label) else Says.NOTHING
    plain = folded(label[-LABEL_READ:])
    seen = _WORD.findall(plain)
    known = 0  # bits of the words that a phrase explains
    for start, length, phrase in _phrases(seen):
        meant = _tables().phrases.get(phrase, Says.NOTHING)
        if meant:
            found |= meant
            known |= ((1 << length) - 1) << start
    for place, word in enumerate(seen):
        meant = _of_word(word)
        found |= meant & ~(Says.UNKNOWN | Says.CONTACT) if known >> place & 1 else meant
    if not plain.isascii():
        found |= _of_other_scripts(plain)
    if found & Says.BY_PHONE:
        doubtful = found & Says.UNKNOWN and not found & Says.MEETING
        found = found & ~Says.BY_PHONE | (Says.PHONE if doubtful else Says.JOIN)
    return found


def _phrases(seen: list[str]) -> Iterator[tuple[int, int, str]]:
    for length in range(2, PHRASE_WORDS + 1):
        for start in range(len(seen) - length + 1):
            yield start, length, " ".join(seen[start : start + length])


@lru_cache(maxsize=8192)
def _of_word(word: str) -> int:
    tables = _tables()
    found = tables.whole.get(word, Says.NOTHING)
    if not found:
        for length in range(min(len(word), STEM_LONGEST), 1, -1):
            stem = tables.starts.get(word[:length])
            if stem:
                found = stem
                break
    known = found != Says.NOTHING
    for start in range(1, len(word) - 1):
        found |= tables.ends.get(word[start:], Says.NOTHING)
    return found if known else found | Says.UNKNOWN  # of what the code in `Larmkod` is, no table says


def _of_other_scripts(plain: str) -> int:
    found = Says.NOTHING
    left = plain
    for match in _anywhere().finditer(plain):
        found |= _tables().anywhere[match[0]]
        left = left.replace(match[0], " ")
    return found | Says.UNKNOWN if any(map(_is_word, _OTHER_RUN.findall(left))) else found


def _is_word(run: str) -> bool:
    """Whether letters that are in no table are more than an ending or an article."""
    return len(run) >= (2 if ord(run[0]) >= _FIRST_IDEOGRAPH else 3) and run not in _ATTACHED


@cache
def _anywhere() -> re.Pattern[str]:
    stems = sorted(_tables().anywhere, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, stems)))


@cache
def _tables() -> _Tables:
    tables = _Tables()
    for name in _KINDS:
        for stem in getattr(word_table, name).split():
            tables.add(stem, getattr(Says, name))
    return tables
