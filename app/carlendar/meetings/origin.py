"""Where an invitation comes from: the organiser's country, and the organiser's own telephone number.

Both only ever as far as the invitation tells without doubt: a wrong person or country is worse than none.
For the service process: brings libphonenumber and CLDR with it.
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
"""Characters before a number in which the organiser's whole name must stand, as it does in a signature."""

SIGNATURES_READ = 32_768
"""Characters of a body in which the organiser's number is looked for."""

_ANYBODYS = frozenset(
    (
        *("AC", "AI", "AM", "AS", "BZ", "CC", "CD", "CO", "DJ", "FM", "GG", "IM", "IO", "IS", "JE", "LA", "LI"),
        *("LY", "ME", "MU", "NU", "PW", "SC", "SH", "ST", "TK", "TO", "TV", "VC", "WS"),
    )
)
"""Country domains that registries sell to everybody, so that they tell nothing of a country."""

_OWN = re.compile(
    r"(?:\btel|telefono|telefoon|telefon|téléphone|teléfono|\bphone|\bmobile?|\bmobil|\bcell|\bhandy|\bportable|\bm|\bt|\bp|電話|电话|手机)"
    r"[ .:/()]{0,3}$",
    re.IGNORECASE,
)

_OWN_WITHIN = 16
"""Characters before a number that hold any of these words, what stands between, and the character before."""


def organizer_country(event: Event, dial_ins: Iterable[DialIn]) -> str:
    """ISO 3166-1 alpha-2: of the organiser's address, else of the zone the meeting was planned in.

    Where neither tells, of the invitation's first number: services take that from the organiser's account.
    """
    address = event.organizer.address if event.organizer else ""
    first = next((dial_in.country for dial_in in dial_ins if dial_in.country.isalpha()), "")
    return _of_address(address) or _of_zone(event.zone_name) or first


def organizer_number(event: Event, text: str, region: str, dial_ins: Iterable[DialIn]) -> str:
    """The organiser's number (E.164) from a signature: after their whole name and a word for telephone.

    Empty where there is none, or more than one: then it is not certain who would answer.
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
