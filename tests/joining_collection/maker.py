"""What every template draws from: the random values, labels and numbers of one case."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass
from functools import cached_property

from babel import Locale

from tests.joining_collection.case import Part
from tests.joining_collection.numbers import FREE, MOBILE, Phone, phone
from tests.joining_collection.words import COUNTRIES, words

_HEXADECIMAL = "0123456789abcdef"
_NAMES = ("Ana Okafor", "Jonas Winter", "Mei Tanaka", "Luis Romero", "Katrin Vogel", "Sam Archer", "Ines Duarte")
_COMPANIES = ("Contoso", "Fabrikam", "Northwind Traders", "Adatum", "Tailspin Toys", "Wingtip")


@dataclass
class Maker:
    """The source of one case; equal arguments make equal values."""

    seed: str
    part: Part
    language: str
    country: str = ""

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.country = self.country or COUNTRIES[self.language]

    @cached_property
    def words(self) -> dict[str, str]:
        return words(self.language, self.part)

    def __getitem__(self, key: str) -> str:
        """The label `key` in the case's language."""
        return self.words[key]

    @cached_property
    def colon(self) -> str:
        """What stands between label and value."""
        if self.part is not Part.DEVELOPMENT:
            return {"fr": " : ", "ja": "：", "zh": "："}.get(self.language, ": ")
        return ": "

    def line(self, key: str, value: str) -> str:
        """`Label: value`"""
        return f"{self[key]}{self.colon}{value}"

    def phone(self, country: str = "") -> Phone:
        return phone(self.rng, country or self.country)

    def mobile(self, country: str = "") -> Phone:
        """A mobile number, or a fixed one where the list of mobile numbers lacks the country."""
        where = country or self.country
        return phone(self.rng, where, MOBILE if where in MOBILE else None)

    def free(self, country: str) -> Phone:
        return phone(self.rng, country, FREE)

    def digits(self, length: int) -> str:
        """Digits that do not start with 0: programs that make codes avoid it."""
        return self.rng.choice("123456789") + "".join(self.rng.choice("0123456789") for _ in range(length - 1))

    def passcode(self) -> str:
        """Six digits, of which the first may be 0."""
        return "".join(self.rng.choice("0123456789") for _ in range(6))

    def token(self, length: int) -> str:
        return "".join(self.rng.choice(string.ascii_letters + string.digits) for _ in range(length))

    def guid(self) -> str:
        text = "".join(self.rng.choice(_HEXADECIMAL) for _ in range(32))
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def hexadecimal(self, length: int) -> str:
        return "".join(self.rng.choice(_HEXADECIMAL) for _ in range(length))

    def letters(self, *lengths: int) -> str:
        """Groups of small letters, joined by hyphens."""
        return "-".join("".join(self.rng.choice(string.ascii_lowercase) for _ in range(n)) for n in lengths)

    @cached_property
    def person(self) -> str:
        return self.rng.choice(_NAMES)

    @cached_property
    def company(self) -> str:
        return self.rng.choice(_COMPANIES)

    def country_name(self, country: str) -> str:
        """The country's name in the case's language."""
        return str(Locale.parse(self.language).territories[country])

    def teams_url(self) -> str:
        thread = f"19%3ameeting_{self.token(32)}%40thread.v2"
        context = f"%7b%22Tid%22%3a%22{self.guid()}%22%2c%22Oid%22%3a%22{self.guid()}%22%7d"
        return f"https://teams.microsoft.com/l/meetup-join/{thread}/0?context={context}"


def in_digits_of(language: str, text: str) -> str:
    """The text in the digits that some writers of the language use: full-width or Arabic-Indic ones."""
    first = {"ja": "\uff10", "zh": "\uff10", "ko": "\uff10", "ar": "\u0660"}.get(language, "0")
    return text.translate({ord("0") + value: ord(first) + value for value in range(10)})


def grouped(digits: str, *sizes: int, by: str = " ") -> str:
    """`grouped("281442953617", 3, 3, 3, 3)` is `281 442 953 617`; what is left stands at the end."""
    groups, rest = [], digits
    for size in sizes:
        groups.append(rest[:size])
        rest = rest[size:]
    return by.join(group for group in (*groups, rest) if group)
