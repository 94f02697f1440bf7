"""What a reader counts as one character, without a heavy library in the way of the first frame.

Extended grapheme clusters of Unicode's text segmentation (UAX 29), as far as titles need it: combining
and spacing marks, emoji with modifiers and joiners, flags, keycaps and Hangul. ASCII takes a fast path.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ZWJ = "\u200d"
_EXTENDING = frozenset({"Mn", "Me", "Mc"})
_LONGEST = 16
"""Code points of a cluster; the longest emoji sequence has ten. What is longer counts as several: else a flood of
marks would be one letter to every limit.
"""
_THAI_LAO_AM = frozenset("\u0e33\u0eb3")
_HANGUL_NEXT = {
    "L": ("L", "V", "LV", "LVT"),
    "LV": ("V", "T"),
    "V": ("V", "T"),
    "LVT": ("T",),
    "T": ("T",),
}


def graphemes(text: str) -> list[str]:
    """The clusters of `text`, in order; joined they are `text` again."""
    if text.isascii():
        return list(text)
    clusters: list[str] = []
    for character in text:
        if clusters and len(clusters[-1]) < _LONGEST and _joins(clusters[-1], character):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def count(text: str) -> int:
    """How many clusters there are."""
    return len(text) if text.isascii() else len(graphemes(text))


def is_wide(cluster: str) -> bool:
    """Whether it takes the room of a Chinese, Japanese or Korean character (East Asian Width W or F)."""
    return not cluster.isascii() and unicodedata.east_asian_width(cluster[0]) in ("W", "F")


_LEAST_JOINING = 0x300
"""The least code point that can join what stands before it: before the first combining mark there is none."""
_LEAST_HANGUL = 0x1100
"""The least code point of Hangul."""


def _joins(cluster: str, character: str) -> bool:
    if ord(character) < _LEAST_JOINING:
        return False
    if _extends(character):
        return True
    if cluster[-1] == _ZWJ:
        before = next((each for each in reversed(cluster[:-1]) if each == _ZWJ or not _extends_only(each)), _ZWJ)
        return _pictographic(character) and _pictographic(before)
    if _regional(character):
        return len(cluster) == 1 and _regional(cluster)
    return _hangul_joins(cluster[-1], character)


@lru_cache(maxsize=512)
def _extends(character: str) -> bool:
    point = ord(character)
    return point >= _LEAST_JOINING and (
        unicodedata.category(character) in _EXTENDING
        or character in ("\u200c", _ZWJ)
        or 0x1F3FB <= point <= 0x1F3FF  # skin tones
        or 0xE0020 <= point <= 0xE007F  # tags of regional flags
        or point in (0xFF9E, 0xFF9F)  # half-width voicing marks
        or character in _THAI_LAO_AM
    )


def _extends_only(character: str) -> bool:
    """Whether it may stand between an emoji and a joiner (rule GB11), as spacing marks may not."""
    return _extends(character) and unicodedata.category(character) != "Mc" and character not in _THAI_LAO_AM


def _pictographic(character: str) -> bool:
    point = ord(character)
    emoji = 0x203C <= point <= 0x3299 or 0x1F000 <= point <= 0x1FAFF
    return emoji and not _regional(character) and unicodedata.category(character) in ("So", "Sm", "Po")


def _regional(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF


def _hangul_joins(before: str, after: str) -> bool:
    return _hangul(after) in _HANGUL_NEXT.get(_hangul(before), ())


def _hangul(character: str) -> str:
    point = ord(character)
    if point < _LEAST_HANGUL:
        return ""
    if 0xAC00 <= point <= 0xD7A3:
        return "LV" if (point - 0xAC00) % 28 == 0 else "LVT"
    if 0x1100 <= point <= 0x115F or 0xA960 <= point <= 0xA97C:
        return "L"
    if 0x1160 <= point <= 0x11A7 or 0xD7B0 <= point <= 0xD7C6:
        return "V"
    return "T" if 0x11A8 <= point <= 0x11FF or 0xD7CB <= point <= 0xD7FB else ""
