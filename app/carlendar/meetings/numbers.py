"""Parses telephone numbers, and refuses those that must not be dialled.

Numbering plans are those of libphonenumber, whose import is slow: for the service process only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberType

from carlendar.domain.base import Value

PREMIUM = "premium number"
SERVICE = "service number"
EMERGENCY = "emergency number"
SATELLITE = "satellite number"

SHORTEST = 6
"""Minimum number of digits of a national number; shorter ones are emergency and service codes."""

LONGEST = 15
"""Maximum number of digits (E.164); some number plans list longer ones."""

WORLD = "001"
"""The region of numbers that belong to no country (ITU-T E.164 shared codes)."""

_REFUSED_TYPES = {
    PhoneNumberType.PREMIUM_RATE: PREMIUM,
    PhoneNumberType.SHARED_COST: SERVICE,
    PhoneNumberType.PERSONAL_NUMBER: SERVICE,
    PhoneNumberType.VOICEMAIL: SERVICE,
    PhoneNumberType.PAGER: SERVICE,
}
_LOCAL_RATE = {61: "1300", 86: "400"}
"""Prefixes, by country code, of shared-cost numbers that cost as much as a local call and are common for conferences.
"""

_EVERYWHERE = ("110", "112", "911", "999", "000")
"""Emergency numbers that phones recognise in more countries than their own (3GPP TS 22.101, 10.1)."""

_TOLL_FREE_WORLD = 800
_NORTH_AMERICAN_PREMIUM = ("900", "976")
"""976 is premium as an exchange too, and is no range of the number plan's metadata."""

_NOT_DIGITS = re.compile(r"[^0-9+]+")


class Number(Value, frozen=True):
    """A number in E.164 with its country (ISO 3166-1 alpha-2, `001` for the world), or why it is refused."""

    e164: str = ""
    country: str = ""
    toll_free: bool = False
    refused: str = ""


@lru_cache(maxsize=4096)
def parsed(text: str, region: str = "") -> Number | None:
    """Return the number in `text`; None if it is not one. Without `+` it is interpreted in `region`.

    Emergency, premium, shared-cost, personal, satellite and service numbers of every country are refused, and numbers
    of invalid length that begin like one of these.
    """
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
    why = _refused(number)
    if why:
        return Number(refused=why)
    if not compact.startswith("+") and not _is_national(compact, number, region):
        return None
    if not phonenumbers.is_possible_number(number) or len(str(number.country_code)) + _length(number) > LONGEST:
        return None
    toll_free = phonenumbers.number_type(number) == PhoneNumberType.TOLL_FREE
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Number(e164, _country(number, region, toll_free=toll_free), toll_free)


def _refused(number: phonenumbers.PhoneNumber) -> str:
    """Return why the number must not be dialled; empty if it may."""
    if _length(number) < SHORTEST:
        return EMERGENCY if _national(number) in _EVERYWHERE else SERVICE
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.SHARED_COST and _national(number).startswith(
        _LOCAL_RATE.get(number.country_code or 0, "-")
    ):
        return ""
    if kind in _REFUSED_TYPES:
        return _REFUSED_TYPES[kind]
    if number.country_code == 1 and _national(number).startswith(_NORTH_AMERICAN_PREMIUM):
        return PREMIUM
    of_world = phonenumbers.region_code_for_country_code(number.country_code or 0) == WORLD
    if of_world and number.country_code != _TOLL_FREE_WORLD:
        return PREMIUM if number.country_code == 979 else SATELLITE
    if kind == PhoneNumberType.UNKNOWN:
        return next((why for starts, why in _costly_starts(number.country_code or 0) if starts(_national(number))), "")
    return ""


@lru_cache(maxsize=64)
def _costly_starts(country_code: int) -> tuple[tuple[Callable[[str], bool], str], ...]:
    """Return tests for the prefixes of costly numbers of a country, regardless of length.

    Number plans list ranges with their length, so that a premium number with a digit too many or too few counts as
    merely unknown; it is cut or padded to each length of its plan and tested again.
    """
    tests: list[tuple[Callable[[str], bool], str]] = []
    for region in phonenumbers.region_codes_for_country_code(country_code):
        plan = PhoneMetadata.metadata_for_region_or_calling_code(country_code, region)
        general = plan.general_desc if plan else None
        if plan is None or general is None:
            continue
        for part, why in ((plan.premium_rate, PREMIUM), (plan.shared_cost, SERVICE)):
            if part and part.national_number_pattern:
                lengths = tuple(part.possible_length or general.possible_length)
                tests.append((_starts_like(re.compile(part.national_number_pattern), lengths), why))
    return tuple(tests)


def _starts_like(pattern: re.Pattern[str], lengths: tuple[int, ...]) -> Callable[[str], bool]:
    return lambda digits: any(pattern.fullmatch(digits[:length].ljust(length, "1")) for length in lengths)


def _country(number: phonenumbers.PhoneNumber, region: str, *, toll_free: bool) -> str:
    """Return the number's country. A toll-free number shared by several countries counts as the phone's own."""
    if toll_free and region and phonenumbers.is_valid_number_for_region(number, region):
        return region
    found = phonenumbers.region_code_for_number(number)
    return found or phonenumbers.region_code_for_country_code(number.country_code or 0)


def _is_national(compact: str, number: phonenumbers.PhoneNumber, region: str) -> bool:
    """Whether digits without a country code are certainly of `region`, rather than an abbreviated foreign number."""
    if not phonenumbers.is_valid_number(number):
        return False
    trunk = phonenumbers.ndd_prefix_for_region(region, True) or ""
    if trunk != "0" or compact.startswith("0"):
        return True
    # toll-free numbers of many countries are written without the trunk prefix
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return _NOT_DIGITS.sub("", written) == compact


def _national(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.national_significant_number(number)


def _length(number: phonenumbers.PhoneNumber) -> int:
    return len(_national(number))


def _is_emergency(compact: str, region: str) -> bool:
    digits = compact.lstrip("+")
    if digits in _EVERYWHERE:
        return True
    return bool(region and len(digits) <= SHORTEST and phonenumbers.is_emergency_number(digits, region))
