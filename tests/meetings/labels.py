"""The labels of `labels.txt` by language and by what they say, and a telephone number of each country."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple


class Home(NamedTuple):
    """Where an invitation is read: the country, a number of it as people write it and in E.164, and another one."""

    region: str
    written: str
    e164: str
    other: str


HOMES = {
    "en": Home("US", "(312) 555-0123", "+13125550123", "(415) 555-0199"),
    "de": Home("DE", "069 90009123", "+496990009123", "0171 2345678"),
    "fr": Home("FR", "01 99 00 12 34", "+33199001234", "06 39 98 12 34"),
    "es": Home("ES", "912 34 56 78", "+34912345678", "612 345 678"),
    "it": Home("IT", "02 1234 5678", "+390212345678", "320 123 4567"),
    "pt": Home("BR", "(11) 3123-4567", "+551131234567", "(11) 91234-5678"),
    "nl": Home("NL", "020 123 4567", "+31201234567", "06 12345678"),
    "pl": Home("PL", "22 123 45 67", "+48221234567", "512 345 678"),
    "cs": Home("CZ", "225 123 456", "+420225123456", "601 123 456"),
    "sk": Home("SK", "02/4820 2888", "+421248202888", "0905 123 456"),
    "sv": Home("SE", "08-123 456 78", "+46812345678", "070-123 45 67"),
    "da": Home("DK", "32 12 34 56", "+4532123456", "20 12 34 56"),
    "nb": Home("NO", "22 12 34 56", "+4722123456", "412 34 567"),
    "fi": Home("FI", "09 1234 5678", "+358912345678", "040 123 4567"),
    "hu": Home("HU", "06 1 234 5678", "+3612345678", "06 20 123 4567"),
    "ro": Home("RO", "021 123 4567", "+40211234567", "0712 345 678"),
    "tr": Home("TR", "0212 345 67 89", "+902123456789", "0532 123 45 67"),
    "el": Home("GR", "21 0123 4567", "+302101234567", "691 234 5678"),
    "uk": Home("UA", "044 123 4567", "+380441234567", "050 123 4567"),
    "ru": Home("RU", "8 495 123-45-67", "+74951234567", "8 916 123-45-67"),
    "ja": Home("JP", "03-1234-5678", "+81312345678", "090-1234-5678"),
    "zh": Home("CN", "010 1234 5678", "+861012345678", "138 1234 5678"),
    "ko": Home("KR", "02-123-4567", "+8221234567", "010-1234-5678"),
    "ar": Home("AE", "04 212 3456", "+97142123456", "050 123 4567"),
    "he": Home("IL", "03-612-3456", "+97236123456", "050-234-5678"),
}
LANGUAGES = tuple(HOMES)


@cache
def labels(language: str) -> dict[str, tuple[str, ...]]:
    """The labels of a language by what they say."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    current = ""
    for line in Path(__file__).with_name("labels.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            current = line.strip("[]")
        elif line and not line.startswith("#"):
            kind, _, spelled = line.partition(": ")
            found.setdefault(current, {})[kind] = tuple(spelled.split("; "))
    return found[language]
