"""Determines the organiser's country and own telephone number from an invitation.

Both only if unambiguous: a wrong person or country is worse than none. For the service process: imports libphonenumber
and CLDR.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import phonenumbers

from carlendar.domain.event import Event
from carlendar.domain.zone_names import iana_name
from carlendar.meetings.candidates import candidates
from carlendar.meetings.join_details import DialIn
from carlendar.meetings.numbers import parsed

NAME_WITHIN = 300
"""Characters before a number that are searched for the organiser's full name, as in a signature."""

SIGNATURES_READ = 32_768
"""Maximum number of characters of a body that are searched for the organiser's number."""

_ANYBODYS = frozenset(
    (
        *("AC", "AI", "AM", "AS", "BZ", "CC", "CD", "CO", "DJ", "FM", "GG", "IM", "IO", "IS", "JE", "LA", "LI"),
        *("LY", "ME", "MU", "NU", "PW", "SC", "SH", "ST", "TK", "TO", "TV", "VC", "WS"),
    )
)
"""Country domains that anyone can register, so that they indicate no country."""

_OWN = re.compile(
    r"(?:\btel|telefono|telefoon|telefon|téléphone|teléfono|\bphone|\bmobile?|\bmobil|\bcell|\bhandy|\bportable|\bm|\bt|\bp|電話|电话|手机)"
    r"[ .:/()]{0,3}$",
    re.IGNORECASE,
)

_OWN_WITHIN = 16
"""Characters before a number that hold any of these words, what stands between, and the character before."""


def organizer_country(event: Event, dial_ins: Iterable[DialIn]) -> str:
    """Return ISO 3166-1 alpha-2: from the organiser's address, else from the zone the meeting was planned in.

    If neither indicates one, from the invitation's first number: services choose it by the organiser's account.
    """
    address = event.organizer.address if event.organizer else ""
    first = next((dial_in.country for dial_in in dial_ins if dial_in.country.isalpha()), "")
    return _of_address(address) or _of_zone(event.zone_name) or first


def organizer_number(event: Event, text: str, region: str, dial_ins: Iterable[DialIn]) -> str:
    """Return the organiser's number (E.164) from a signature: after their full name and a word for telephone.

    Empty if there is none, or more than one: then it is uncertain who would answer.
    """
    names = re.findall(r"[^\W\d_]{2,}", event.organizer.name.casefold()) if event.organizer else []
    if len(names) < 2 or event.is_organizer:
        return ""
    folded = text[:SIGNATURES_READ].casefold()
    if not all(name in folded for name in names):
        return ""
    conference = {dial_in.number for dial_in in dial_ins}
    found: set[str] = set()
    for seen in candidates(text[:SIGNATURES_READ], region, plain=True):
        before = text[max(0, seen.start - NAME_WITHIN) : seen.start]
        if seen.tail or not _OWN.search(before[-_OWN_WITHIN:]) or not all(name in before.casefold() for name in names):
            continue
        number = parsed(seen.text, seen.region)
        if number and number.e164 and not number.toll_free and number.e164 not in conference:
            found.add(number.e164)
    return found.pop() if len(found) == 1 else ""


def country_of(number: str) -> str:
    """The country of a number in E.164."""
    known = parsed(number)
    return known.country if known else ""


def _of_address(address: str) -> str:
    domain = address.rpartition("@")[2].rpartition(".")[2].upper()
    country = {"UK": "GB"}.get(domain, domain)
    return country if country in phonenumbers.SUPPORTED_REGIONS and country not in _ANYBODYS else ""


def _of_zone(name: str) -> str:
    country = _territories().get(iana_name(name), "") if name else ""
    return country if country in phonenumbers.SUPPORTED_REGIONS else ""


@cache
def _territories() -> dict[str, str]:
    """Country by IANA zone, as the CLDR has it."""
    from babel.core import get_global  # slow to import, and most addresses suffice

    return dict(get_global("zone_territories"))
