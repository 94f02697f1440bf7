"""The unseen part's source of words, numbers and codes; it shares no wording with the other parts' templates."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.joining_collection.numbers import MOBILE, Phone, phone

_WORDS = Path(__file__).with_name("unseen_words.txt")
_NAMES = ("Nora Lindqvist", "Peter Hallam", "Yara Benning", "Tomas Kolar", "Elif Sander", "Marco Bellini")
_COMPANIES = ("Litware", "Proseware", "Woodgrove", "Lucerne Publishing", "Alpine Ski House", "Humongous Insurance")


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of an invitation and what may be dialled because of them.

    A tab in a line separates cells of a table; `[[text|address]]` is a link.
    """

    lines: tuple[str, ...]
    pairs: frozenset[tuple[str, str]] = frozenset()
    host_codes: frozenset[str] = frozenset()
    service: str = "generic"
    url: str | None = None


@cache
def vocabulary() -> Mapping[str, Mapping[str, str]]:
    """The words of each language by key."""
    rows = [line.split("|") for line in _WORDS.read_text(encoding="utf-8").splitlines()]
    return {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


class Draw:
    """The random values of one case; equal seeds give equal values."""

    def __init__(self, seed: str, language: str) -> None:
        self.rng = random.Random(seed)
        self.language = language
        self.words = vocabulary()[language]
        self.country = self.words["country"]
        self.person = self.rng.choice(_NAMES)
        self.company = self.rng.choice(_COMPANIES)

    def __getitem__(self, key: str) -> str:
        return self.words[key]

    def label(self, key: str, value: str) -> str:
        """`Label: value` with the language's colon."""
        colon = {"fr": " : ", "ja": "：", "zh": "："}.get(self.language, ": ")
        return f"{self[key]}{colon}{value}"

    def phone(self, country: str = "") -> Phone:
        return phone(self.rng, country or self.country)

    def mobile(self) -> Phone:
        return phone(self.rng, self.country, MOBILE if self.country in MOBILE else None)

    def written(self, number: Phone) -> str:
        """The number in one of the international ways of writing it."""
        return self.rng.choice((number.international, number.bracketed, number.dashed, number.dotted, number.e164))

    def anyhow(self, number: Phone) -> str:
        """The number in an international or the national way of writing it."""
        return self.rng.choice((number.international, number.bracketed, number.national, number.dotted))

    def code(self, length: int = 0) -> str:
        size = length or self.rng.choice((5, 6, 7, 8))
        return self.rng.choice("123456789") + "".join(self.rng.choice("0123456789") for _ in range(size - 1))

    def token(self, length: int) -> str:
        return "".join(
            self.rng.choice("abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(length)
        )

    def letters(self, length: int) -> str:
        return "".join(self.rng.choice("abcdefghjkmnpqrstuvwxyz") for _ in range(length))


def grouped(code: str, size: int = 3) -> str:
    """`353 854 704`"""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def typed(number: Phone, code: str) -> frozenset[tuple[str, str]]:
    """The number with the code, ended by # or not."""
    return frozenset({(number.e164, code), (number.e164, f"{code}#")})
