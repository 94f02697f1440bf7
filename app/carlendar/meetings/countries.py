"""Recognises the country in the label of a number, in all supported languages."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from carlendar.domain.base import Value
from carlendar.meetings.country_names import NAMES
from carlendar.meetings.words import Says, folded, says

NAME_WORDS = 5
"""Number of words of the longest country name."""

_FIRST_SEPARATING = 0x590
_WORDS = re.compile("[a-z\u00df-\u058f]+|[\u0590-\U0010ffff]+")
_CODE = re.compile(r"(?<![A-Za-z])(?!ID)(US|UK|[A-Z]{2}(?=\s*(?:$|[(),:;]|[Tt]oll|[Ff]ree)))(?![A-Za-z])")
"""Two-letter codes; Indonesia's is more often an identifier."""

_BRACKET = re.compile(r"\(([A-Z]{2})\)\s*$")
_INSIDE = re.compile(r"\([^()]{0,40}\)")
_PLACE = re.compile(r"^\s*[-–,]\s*[^\d;:|()]{2,30}$")
_HARMLESS = Says.FILLER | Says.NUMBER | Says.JOIN | Says.DIAL | Says.PHONE | Says.MEETING
LABEL_READ = 60


class Named(Value, frozen=True):
    """A country (ISO 3166-1 alpha-2). `alone`: the label contains only the country and words that accompany numbers."""

    country: str
    alone: bool


@lru_cache(maxsize=2048)
def named(label: str) -> Named | None:
    """Return the country that a label names; None if there is none."""
    label = label[-LABEL_READ:]
    bracket = _BRACKET.search(label)
    if bracket and _known(bracket[1]):
        return Named(_known(bracket[1]), alone=True)
    found = _by_code(label) or _by_name(label)
    if found is None:
        return None
    country, rest = found
    rest = _INSIDE.sub(" ", rest)
    rest = _PLACE.sub(" ", rest.rstrip(" :-–."))
    spoken = says(rest) if rest.strip() else Says.NOTHING
    return Named(country, not spoken & ~_HARMLESS)


@lru_cache(maxsize=2048)
def leading(label: str) -> str:
    """Return the country at the start of a label, as services write after a number: `Germany, Frankfurt`."""
    start = label.lstrip(" \t\u00a0,;:-–—|•(")[:LABEL_READ]
    code = _CODE.match(start)
    if code and _known(code[1]):
        return _known(code[1])
    plain = folded(start)
    ends = [match.end() for match in list(_WORDS.finditer(plain))[:NAME_WORDS]]
    for end in reversed(ends):
        country = _names().get(plain[:end])
        if country:
            return country
    return _glued(plain)


def _by_code(label: str) -> tuple[str, str] | None:
    for match in _CODE.finditer(label):
        if _known(match[1]):
            return _known(match[1]), label[: match.start()] + label[match.end() :]
    return None


def _by_name(label: str) -> tuple[str, str] | None:
    plain = folded(label)
    spans = [match.span() for match in _WORDS.finditer(plain)][:12]
    for length in range(min(NAME_WORDS, len(spans)), 0, -1):
        for first in range(len(spans) - length + 1):
            start, end = spans[first][0], spans[first + length - 1][1]
            country = _names().get(plain[start:end])
            if country:
                return country, plain[:start] + plain[end:]
    return None


def _glued(plain: str) -> str:
    """Return a name in a script without spaces, followed by other text."""
    if not plain or ord(plain[0]) < _FIRST_SEPARATING:
        return ""
    return next((country for end in range(8, 1, -1) if (country := _names().get(plain[:end]))), "")


def _known(code: str) -> str:
    code = "GB" if code == "UK" else code
    return code if code in NAMES else ""


@cache
def _names() -> dict[str, str]:
    """Return normalised names; a name that two countries share is left out."""
    names: dict[str, str] = {}
    for country, spelled in NAMES.items():
        for name in spelled.split("|"):
            names.setdefault(folded(name), country)
    return names
