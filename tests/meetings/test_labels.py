"""What the words beside a number or a code say, language by language."""

from __future__ import annotations

import pytest
from babel import Locale

from carlendar.meetings import countries
from carlendar.meetings.blocks import code_of, joins
from carlendar.meetings.country_names import NAMES
from carlendar.meetings.tokens import Token
from carlendar.meetings.words import Says, folded, says
from tests.meetings.labels import LANGUAGES, labels


def code(label: str) -> Token:
    return Token(0, 6, "730184", is_code=True, hashes="#", label=label, says=says(label))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_joins_is_known_from_a_person_s_own_line(language: str) -> None:
    mine = labels(language)
    silent = [label for label in (*mine["dial"], *mine["number"]) if not (joins(label) or says(label) & Says.DIAL)]
    calling = [label for label in mine["personal"] if joins(label)]
    unknown = [label for label in mine["personal"] if not says(label) & (Says.OWN | Says.CONTACT | Says.OTHER)]
    assert (silent, calling, unknown) == ([], [], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_participant_s_code_is_known_from_the_host_s_and_from_others(language: str) -> None:
    mine = labels(language)
    unusable = [label for label in (*mine["code"], *mine["guest"]) if not code_of(code(label)).rank]
    not_hosts = [label for label in mine["host"] if not code_of(code(label)).host]
    usable = [label for label in (*mine["host"], *mine["other"]) if code_of(code(label)).rank]
    below = [
        (guest, plain)
        for guest in mine["guest"]
        for plain in mine["code"]
        if code_of(code(guest)).rank <= code_of(code(plain)).rank and not says(plain) & Says.GUEST
    ]
    assert (unusable, not_hosts, usable, below) == ([], [], [], [])


@pytest.mark.parametrize(
    "language", ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sv", "ja", "zh", "ru", "tr"]
)
def test_countries_are_known_by_the_names_of_the_language(language: str) -> None:
    named = Locale.parse(language).territories
    short = [code for code in NAMES if "(" not in named[code] and code != "HK"]  # "… SAR China"
    missed = [code for code in short if countries.leading(named[code]) != code]
    assert missed == []


@pytest.mark.parametrize(
    ("label", "country", "alone"),
    [
        ("Germany (Toll Free): ", "DE", True),
        ("US (Tacoma)", "US", True),
        ("Or dial: (US) ", "US", True),
        ("Edo soita: (FI) ", "FI", True),
        ("Office Germany: ", "DE", False),
        ("Ana Meyer, Germany ", "DE", False),
        ("日本 ", "JP", True),
    ],
)
def test_a_country_beside_a_number_stands_alone_or_with_something_else(label: str, country: str, alone: bool) -> None:
    assert countries.named(label) == countries.Named(country, alone)


@pytest.mark.parametrize("label", ["ID: ", "Conference ID ", "or ", "IT-Support ", "PIN"])
def test_two_letters_are_not_always_a_country(label: str) -> None:
    assert (countries.named(label), countries.leading(label)) == (None, "")


def test_accents_and_case_do_not_matter() -> None:
    assert folded("Téléphone ÉTÉ Łódź") == folded("telephone ete łodz")
    assert says("CODE D'ACCÈS") == says("code d'acces")
