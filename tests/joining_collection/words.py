"""Labels of invitations in 25 languages, a disjoint wording of each for each part."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.joining_collection.case import Part

COUNTRIES = {
    "en": "US", "de": "DE", "fr": "FR", "es": "ES", "it": "IT", "pt": "BR", "nl": "NL", "pl": "PL", "cs": "CZ",
    "sk": "SK", "sv": "SE", "da": "DK", "nb": "NO", "fi": "FI", "hu": "HU", "ro": "RO", "tr": "TR", "el": "GR",
    "uk": "UA", "ru": "RU", "ja": "JP", "zh": "CN", "ko": "KR", "ar": "AE", "he": "IL",
}  # fmt: skip
"""The languages and the country where an invitation in each is read."""
LANGUAGES = tuple(COUNTRIES)


@cache
def words(language: str, part: Part) -> dict[str, str]:
    """The labels of a language by key, in the wording of `part`."""
    return _table()[language, part]


@cache
def _table() -> dict[tuple[str, Part], dict[str, str]]:
    table: dict[tuple[str, Part], dict[str, str]] = {}
    language = ""
    for line in Path(__file__).with_name("words.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            language = line[1:-1]
        elif line and not line.startswith("#"):
            key, _, wordings = line.partition(": ")
            for part, wording in zip((Part.DEVELOPMENT, Part.HELD_OUT), wordings.split(" | "), strict=True):
                table.setdefault((language, part), {})[key] = wording
    return table | _fresh()


def _fresh() -> dict[tuple[str, Part], dict[str, str]]:
    lines = Path(__file__).with_name("words_fresh.txt").read_text("utf-8").splitlines()
    _, keys, *rows = (line.split(" | ") for line in lines)
    return {(row[0], Part.FRESH): dict(zip(keys[1:], row[1:], strict=True)) for row in rows}
