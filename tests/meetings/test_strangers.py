"""Numbers of persons and things beside codes that are of something else: none is a dial-in."""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path

import pytest

from tests.meetings.labels import HOMES, LANGUAGES, labels
from tests.meetings.test_dialin_evidence import BRIDGE, CONFERENCE, SILENT, TEAMS, ZOOM, ZOOM_SILENT, as_html, dial_ins

PERSON = "Ana Meyer"
DESKS = ("Zanzotto", "IT-Bereitschaft Contoso")


@cache
def strangers(language: str) -> dict[str, tuple[str, ...]]:
    """The wording of `strangers.txt` in a language by its kind."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    current = ""
    for line in Path(__file__).with_name("strangers.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            current = line.strip("[]")
        elif line and not line.startswith("#"):
            kind, _, spelled = line.partition(": ")
            found.setdefault(current, {})[kind] = tuple(spelled.split("; "))
    return found[language]


def offered(bodies: list[str], language: str, genuine: str = "") -> list[str]:
    """The bodies of which another number than the genuine one is offered."""
    region = HOMES[language].region
    return [body for body in bodies if {number for number, _ in dial_ins(body, region)} - {genuine}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_who_is_called_is_none_whatever_code_follows(language: str) -> None:
    mine, own, number = strangers(language), labels(language), HOMES[language].other
    codes = (*mine["code"], *mine["thing"][:2], own["code"][0])
    bodies = [
        body
        for call, code in product(mine["call"], codes)
        for body in (f"{call} {number}\n{code}: 730184#", f"{call} {number}, {code} 730184")
    ]
    assert offered(bodies, language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_beside_the_code_of_a_thing_is_none(language: str) -> None:
    mine, number = strangers(language), HOMES[language].e164
    code = mine["code"][0]
    bodies = [
        body
        for thing, phone in product(mine["thing"], mine["phone"])
        for body in (
            f"{phone}: {number}\n{thing}: 730184#",
            f"{thing}: 730184#\n{phone}: {number}",
            f"{thing}\n{phone}: {number}\n{code}: 730184#",
            f"{phone}: {number}\n{thing} {code}: 730184#",
        )
    ]
    assert offered(bodies, language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_with_a_name_is_none(language: str) -> None:
    mine, number = strangers(language), HOMES[language].other
    phone, by_phone = mine["phone"][0], strangers(language)["by"][0]
    bodies = [
        body.format(name=name, phone=phone, by=by_phone, number=number, code=code)
        for name, code in product((PERSON, *DESKS), (f"{mine['code'][0]}: 730184#", f"{mine['thing'][0]}: 730184#"))
        for body in (
            "{name}: {number}\n{code}",
            "{phone}: {number} ({name})\n{code}",
            "{phone}: {number} {name}, {code}",
            "{name}\n{phone}: {number}\n{code}",
            "{name}\n\n{phone}: {number}\n\n{code}",
            "{name} {by}: {number}\n{code}",
            "{by} {name}: {number}\n{code}",
            "{name}\n{by}: {number}\n{code}",
        )
    ]
    assert offered([*bodies, *map(as_html, bodies)], language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_beside_a_meeting_is_none(language: str) -> None:
    mine, number = strangers(language), HOMES[language].other
    lines = [f"{call} {number}\n{thing}: 730184#" for call, thing in product(mine["call"][:3], mine["thing"][:3])]
    lines += [f"{desk} {strangers(language)['by'][0]}: {number}\n{mine['code'][0]}: 730184#" for desk in DESKS]
    silent = [body for line in lines for body in (f"{SILENT}\n{line}", f"{ZOOM_SILENT}\n{line}", f"{line}\n\n{SILENT}")]
    beside = [f"{body}\n{line}" for line, body in product(lines, (TEAMS, ZOOM, BRIDGE))]
    beside += [f"Dial-in\n+1 312 555 0188\n{number} ({desk})\nAccess code: 730184#\n" for desk in DESKS]
    assert offered(silent, language) == []
    assert offered(beside, language, CONFERENCE) == []


def test_a_number_with_a_code_of_its_own_is_not_of_a_meeting_whose_callers_type_its_id() -> None:
    assert dial_ins(f"{ZOOM_SILENT}\nRufen Sie 0171 2345678 an, Zugangscode 730184#", "DE") == set()


def test_a_number_behind_the_code_of_something_else_is_none() -> None:
    assert dial_ins("Buzz flat 12, code 730184#, or dial (415) 555-0199", "US") == set()
