"""Telephone numbers out of calendar text: parsed, and refused where they are not to be dialled.

Numbering plans are those of libphonenumber. Heavy to import: for the service process, not the screen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

PREMIUM = "premium number"
SERVICE = "service number"
EMERGENCY = "emergency number"

SHORTEST = 6
"""Digits of a national number; shorter ones are emergency and service codes."""

LONGEST = 15
"""Digits of an international number (E.164); some number plans list longer ones."""

_REFUSED_TYPES = {
    PhoneNumberType.PREMIUM_RATE: PREMIUM,
    PhoneNumberType.SHARED_COST: SERVICE,
    PhoneNumberType.VOICEMAIL: SERVICE,
    PhoneNumberType.PAGER: SERVICE,
}
# Leading digits of premium rate that number plans list as ranges of their own length, so that a
# number of a wrong length would pass as merely unknown.
_PREMIUM_STARTS = {
    49: ("900", "190"),
    1: ("900", "976"),
    33: ("89",),
    44: ("9", "871", "872", "873"),
    43: ("900", "901", "930", "931"),
    41: ("900", "901", "906"),
}
_NOT_DIGITS = re.compile(r"[^0-9+]+")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in E.164 with its country (ISO 3166-1 alpha-2, `001` for the world), or why it is refused."""

    e164: str = ""
    country: str = ""
    toll_free: bool = False
    refused: str = ""


@lru_cache(maxsize=4096)
def parsed(text: str, region: str = "") -> Number | None:
    """The number that `text` spells; None where it is none. Without `+` it is of `region`."""
    compact = _NOT_DIGITS.sub("", text.replace("(0)", ""))
    if compact.startswith("00"):
        compact = "+" + compact[2:]
    if not compact.startswith("+") and not region:
        return None
    if _is_emergency(compact, region):
        return Number(refused=EMERGENCY)
    try:
        number = phonenumbers.parse(compact, region or None)
    except phonenumbers.NumberParseException:
        return None
    if not compact.startswith("+") and not _is_national(compact, number, region):
        return None
    if not phonenumbers.is_possible_number(number) or len(str(number.country_code)) + _length(number) > LONGEST:
        return None
    return _judged(number)


def _judged(number: phonenumbers.PhoneNumber) -> Number | None:
    national = phonenumbers.national_significant_number(number)
    if len(national) < SHORTEST:
        return Number(refused=SERVICE)
    kind = phonenumbers.number_type(number)
    starts = _PREMIUM_STARTS.get(number.country_code or 0, ())
    if national.startswith(starts or ("!",)):
        return Number(refused=PREMIUM)
    if kind in _REFUSED_TYPES:
        return Number(refused=_REFUSED_TYPES[kind])
    country = phonenumbers.region_code_for_number(number)
    return Number(
        e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        country=country or phonenumbers.region_code_for_country_code(number.country_code or 0),
        toll_free=kind == PhoneNumberType.TOLL_FREE,
    )


def _is_national(compact: str, number: phonenumbers.PhoneNumber, region: str) -> bool:
    """Whether digits without a country code are certainly of `region`, and not a foreign number in short."""
    trunk = phonenumbers.ndd_prefix_for_region(region, True) or ""
    return phonenumbers.is_valid_number(number) and (trunk != "0" or compact.startswith("0"))


def _length(number: phonenumbers.PhoneNumber) -> int:
    return len(phonenumbers.national_significant_number(number))


def _is_emergency(compact: str, region: str) -> bool:
    digits = compact.lstrip("+")
    if digits in ("110", "112", "911", "999", "000"):
        return True
    return bool(region and len(digits) <= SHORTEST and phonenumbers.is_emergency_number(digits, region))
