"""Phone numbers for sample data: valid by their form, from ranges reserved for fiction where a country has one."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat

FIXED = {
    "US": ("+1312555{01xx}", "+1415555{01xx}", "+1646555{01xx}", "+1206555{01xx}", "+1720555{01xx}"),
    "CA": ("+1416555{01xx}", "+1604555{01xx}"),
    "GB": ("+44207946{0xxx}", "+44113496{0xxx}", "+44161496{0xxx}", "+44131496{0xxx}"),
    "DE": ("+493023125{xxx}", "+496990009{xxx}", "+494066969{xxx}", "+498999998{xxx}", "+492214710{xxx}"),
    "FR": ("+33199{00xxxx}", "+33261{91xxxx}", "+33465{71xxxx}", "+33536{49xxxx}"),
    "AU": ("+6125550{xxxx}", "+6135550{xxxx}", "+6175550{xxxx}", "+6185550{xxxx}"),
    "SE": ("+468465{004xx}", "+4631390{06xx}", "+4640628{04xx}"),
    "ES": ("+34910{12xxxx}", "+34932{20xxxx}"), "IT": ("+3906{1234xxxx}", "+3902{3600xxxx}"),
    "BR": ("+551135{00xxxx}", "+552135{00xxxx}"), "PT": ("+35121{123xxxx}", "+351308{81xxxx}"),
    "NL": ("+3120{123xxxx}", "+3110{123xxxx}"), "PL": ("+4822{307xxxx}", "+4812{307xxxx}"),
    "CZ": ("+420228{88xxxx}", "+420234{56xxxx}"), "SK": ("+4212330{56xxx}", "+4212482{02xxx}"),
    "DK": ("+4532{72xxxx}", "+4578{77xxxx}"), "NO": ("+4721{90xxxx}", "+4723{96xxxx}"),
    "FI": ("+3589{424157xx}", "+3589{123456xx}"), "HU": ("+361{408xxxx}", "+361{234xxxx}"),
    "RO": ("+4031{130xxxx}", "+4021{234xxxx}"), "TR": ("+90212{390xxxx}", "+90312{390xxxx}"),
    "GR": ("+30211{198xxxx}", "+30210{123xxxx}"), "UA": ("+38044{392xxxx}", "+38044{123xxxx}"),
    "RU": ("+7495{123xxxx}", "+7812{123xxxx}"), "JP": ("+813{4578xxxx}", "+816{4560xxxx}"),
    "CN": ("+8610{8783xxxx}", "+8621{8783xxxx}"), "KR": ("+822{3143xxxx}", "+8251{314xxxx}"),
    "AE": ("+9714{312xxxx}", "+9712{312xxxx}"), "IL": ("+9723{721xxxx}", "+9722{721xxxx}"),
    "CH": ("+4143{588xxxx}", "+4144{512xxxx}"), "AT": ("+431265{0xxx}",), "BE": ("+322290{xxxx}",),
    "IN": ("+9111{7127xxxx}", "+9122{6612xxxx}"), "IE": ("+3531{820xxxx}",), "SG": ("+653158{xxxx}",),
    "NZ": ("+649{301xxxx}",), "MY": ("+603{2123xxxx}",), "TH": ("+662{123xxxx}",),
}  # fmt: skip
"""Fixed lines (and where callers cannot see the difference, plain numbers) by country; x is any digit."""
MOBILE = {
    "US": ("+1617555{01xx}",), "CA": ("+1514555{01xx}",), "GB": ("+447400{123xxx}",), "DE": ("+4917139200{xx}",),
    "FR": ("+336{12345xxx}",), "AU": ("+61491570{xxx}",), "SE": ("+46701740{6xx}",), "ES": ("+346{00xxxxxx}",),
    "IT": ("+39347{123xxxx}",), "BR": ("+55119{1012xxxx}",), "NL": ("+316{12345xxx}",), "PL": ("+48512{345xxx}",),
    "CZ": ("+420602{123xxx}",), "SK": ("+421903{123xxx}",), "DK": ("+4520{12xxxx}",), "NO": ("+47412{34xxx}",),
    "FI": ("+35840{1234xxx}",), "HU": ("+3620{123xxxx}",), "RO": ("+40722{123xxx}",), "TR": ("+90532{123xxxx}",),
    "GR": ("+30694{123xxxx}",), "UA": ("+38067{123xxxx}",), "RU": ("+7916{123xxxx}",), "JP": ("+8190{1234xxxx}",),
    "CN": ("+86138{0013xxxx}",), "KR": ("+8210{1234xxxx}",), "AE": ("+97150{123xxxx}",), "IL": ("+97250{234xxxx}",),
}  # fmt: skip
FREE = {
    "US": ("+1800555{01xx}", "+1888555{01xx}"), "GB": ("+44808157{0xxx}",), "DE": ("+498005{88xxxx}",),
    "FR": ("+33805{08xxxx}",), "AU": ("+611800{xxxxxx}",), "IE": ("+3531800{xxxxxx}",), "IN": ("+9118001{xxxxxx}",),
    "MY": ("+601800{xxxxxx}",), "TH": ("+661800{xxxxxx}",), "SG": ("+65800{xxxxxxx}",), "CN": ("+86400{xxxxxxx}",),
    "NZ": ("+64800{xxxxxx}",), "CH": ("+41800{xxxxxx}",),
}  # fmt: skip
_WITH_AREA_CODES = frozenset({"US", "CA", "GB", "DE", "TR", "UA", "RU", "BR", "JP", "KR", "RO", "AT", "CH"})
SHARED_COST = {"AU": ("+611300{xxxxxx}",)}


@dataclass(frozen=True, slots=True)
class Phone:
    """A number and the ways in which people write it."""

    e164: str

    @property
    def parsed(self) -> phonenumbers.PhoneNumber:
        return phonenumbers.parse(self.e164, None)

    @property
    def country(self) -> str:
        return str(phonenumbers.region_code_for_number(self.parsed))

    @property
    def international(self) -> str:
        """`+49 30 23125123`"""
        return str(phonenumbers.format_number(self.parsed, PhoneNumberFormat.INTERNATIONAL))

    @property
    def national(self) -> str:
        """`030 23125123`"""
        return str(phonenumbers.format_number(self.parsed, PhoneNumberFormat.NATIONAL))

    @property
    def dashed(self) -> str:
        """`+49-30-23125123`"""
        return self.international.replace(" ", "-")

    @property
    def dotted(self) -> str:
        """`+49.30.23125123`"""
        return self.international.replace(" ", ".").replace("-", ".")

    @property
    def bracketed(self) -> str:
        """`+49 (30) 23125123`, and with a trunk zero in brackets where Germans and Britons write one."""
        if self.country not in _WITH_AREA_CODES:
            return self.international
        country, _, rest = self.international.partition(" ")
        area, _, line = rest.replace("-", " ", 1).partition(" ")
        return f"{country} (0){area} {line}" if country in ("+49", "+44") else f"{country} ({area}) {line}"


def phone(rng: random.Random, country: str, kind: Mapping[str, tuple[str, ...]] | None = None) -> Phone:
    """A valid number of the country; of its fixed lines unless `kind` says otherwise."""
    patterns = (kind or FIXED)[country]
    for _ in range(200):
        head, _, tail = rng.choice(patterns).partition("{")
        number = head + "".join(str(rng.randrange(10)) if digit == "x" else digit for digit in tail.rstrip("}"))
        if phonenumbers.is_valid_number(phonenumbers.parse(number, None)):
            return Phone(number)
    raise ValueError(f"no valid number of {country} in {patterns}")
