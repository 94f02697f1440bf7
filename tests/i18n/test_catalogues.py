"""Every sentence of the code is in every catalogue, with its fields, and the compiled files are current."""

from __future__ import annotations

import ast
import os
import re
import shutil
import tempfile
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from carlendar.i18n import catalogue
from carlendar.i18n.extraction import SPOKEN_IN, compiled, extracted, updated
from carlendar.resources import asset

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "assets" / "locale"
LANGUAGES = ("en", "de")
FORBIDDEN = {
    "en": r"\b(pick up|take|use|unlock|open|grab|check)\s+(your|the)\s+(phone|mobile|app)\b|open the app",
    "de": r"(nimm|nehmen|nutzen?|verwenden?|entsperr\w*|öffne\w*)\b.{0,25}\b(Telefon|Handy|Smartphone|App)\b",
}
"""A locked function never asks a driver to pick up the telephone (rule L10)."""


@pytest.fixture(scope="module")
def template() -> Catalog:
    found = extracted(ROOT / "app" / "carlendar")
    assert len(found) > 100
    return found


def strings(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def po(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "carlendar.po").open("rb") as file:
        return read_po(file, domain="carlendar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_with_the_same_fields(language: str, template: Catalog) -> None:
    held = po(language)
    for message in template:
        if not message.id:
            continue
        found = held.get(strings(message.id)[0], context=message.context)
        assert found is not None, message.id
        assert len(strings(found.string)) == len(strings(message.id))
        for original, translation in zip(strings(message.id), strings(found.string), strict=True):
            assert translation, message.id
            assert fields(translation) == fields(original), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_holds_unused_texts(language: str, template: Catalog) -> None:
    said = {(strings(message.id)[0], message.context) for message in template}
    assert {(strings(message.id)[0], message.context) for message in po(language)} <= said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_current(language: str, template: Catalog) -> None:
    path = LOCALE / language / "LC_MESSAGES" / "carlendar.po"
    assert path.with_suffix(".mo").read_bytes() == compiled(updated(path, template))


def test_english_says_what_the_code_says(template: Catalog) -> None:
    held = po("en")
    for message in template:
        if message.id:
            found = held.get(strings(message.id)[0], context=message.context)
            assert found is not None
            assert strings(found.string) == strings(message.id)


def test_german_is_german() -> None:
    same = {strings(m.id)[0] for m in po("de") if m.id and strings(m.id) == strings(m.string)}
    assert same == {"Browser", "ID", "OK", "Offline", "Online"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_tells_a_driver_to_take_the_phone(language: str) -> None:
    messages = list(po(language))
    assert len(messages) > 100
    for message in messages:
        for text in strings(message.string):
            assert not re.search(FORBIDDEN[language], text or "", re.IGNORECASE), text


@pytest.mark.parametrize("text", ["Please pick up your phone", "Open the app to continue", "Nehmen Sie Ihr Telefon"])
def test_the_check_for_forbidden_phrases_finds_them(text: str) -> None:
    assert any(re.search(pattern, text, re.IGNORECASE) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [("en", 1, "Starts in 1 minute"), ("en", 5, "Starts in 5 minutes"), ("de", 1, "Beginnt in 1 Minute")],
)
def test_plural_forms(language: str, number: int, text: str) -> None:
    words = catalogue.load(language, LOCALE)
    assert words.say_number("Starts in {n} minute", "Starts in {n} minutes", number) == text


@pytest.mark.parametrize(
    ("asked", "given"),
    [("de", "de"), ("de-AT", "de"), ("de_DE.UTF-8", "de"), ("en-GB", "en"), ("fr", "en"), ("", "en")],
)
def test_the_nearest_language_is_loaded(asked: str, given: str) -> None:
    assert catalogue.load(asked, LOCALE).language == given


def test_an_unknown_sentence_is_reported_in_english() -> None:
    assert catalogue.load("de", LOCALE).say("Never heard of {thing}", thing="it") == "Never heard of it"


def test_the_languages_at_hand_are_listed_english_first() -> None:
    assert catalogue.available(LOCALE) == LANGUAGES


def test_nothing_heavy_is_imported_to_speak() -> None:
    import subprocess
    import sys

    code = (
        "import sys, carlendar.presentation.presenter, carlendar.i18n.catalogue, carlendar.i18n.formats;"
        "import carlendar.text.direction;"
        "heavy = ('babel', 'regex', 'phonenumbers', 'requests', 'sqlite3', 'kivy', 'msal');"
        "print([name for name in heavy if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert answer.stdout.strip() == "[]"


MESSAGE_CALLS = {"say": 0, "say_number": 0, "say_in": 1, "mark": 0}
"""Functions that take a message, by the position of its id."""
AMERICAN = {
    "organis": "organiz", "Organis": "Organiz", "recognis": "recogniz", "olour": "olor", "Dialling": "Dialing",
    "ancelled": "anceled",
}  # fmt: skip
"""British spelling to American, as far as the texts need it."""


def test_every_message_of_the_code_reaches_the_extractor(template: Catalog) -> None:
    """Calls within f-strings are valid Python that the extractor does not see."""
    known = {strings(message.id)[0] for message in template}
    calls = 0
    for package in SPOKEN_IN:
        for path in (ROOT / "app" / "carlendar" / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name not in MESSAGE_CALLS or len(node.args) <= MESSAGE_CALLS[name]:
                    continue
                argument = node.args[MESSAGE_CALLS[name]]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    calls += 1
                    assert argument.value in known, f"{path.name}:{node.lineno}"
    assert calls > 200


def american(text: str) -> str:
    for british, other in AMERICAN.items():
        text = text.replace(british, other)
    return text


def test_the_american_catalogue_holds_exactly_what_is_spelt_otherwise(template: Catalog) -> None:
    wanted = {(strings(m.id), m.context): tuple(map(american, strings(m.id))) for m in template if m.id}
    differing = {key: text for key, text in wanted.items() if text != key[0]}
    assert differing
    assert {(strings(m.id), m.context): strings(m.string) for m in po("en-US") if m.id} == differing


@pytest.mark.parametrize("spelling", ["organiz", "recogniz", "Color", "color", "anceled", "Dialing", "favor"])
def test_the_code_is_spelt_the_british_way(template: Catalog, spelling: str) -> None:
    assert not [message.id for message in template if any(spelling in text for text in strings(message.id))]


def test_the_compiled_american_catalogue_is_current(template: Catalog) -> None:
    path = LOCALE / "en-US" / "LC_MESSAGES" / "carlendar.po"
    assert path.with_suffix(".mo").read_bytes() == compiled(updated(path, template))


@pytest.mark.parametrize(
    ("locale", "text"),
    [("en", "Colours"), ("en-GB", "Colours"), ("en-US", "Colors"), ("en_US.UTF-8", "Colors"), ("de-US", "Farben")],
)
def test_the_spelling_follows_the_locale(locale: str, text: str) -> None:
    assert catalogue.load(locale, LOCALE).say("Colours") == text


def test_a_regional_catalogue_falls_back_to_its_language() -> None:
    words = catalogue.load("en-US", LOCALE)
    assert (words.say("Join"), words.say_number("{n} min", "{n} min", 2)) == ("Join", "2 min")


@pytest.mark.parametrize("locale", ["../../etc", "/", "en/../de", ".", "-", "en-", "-US", "C.UTF-8", "POSIX"])
def test_an_odd_locale_is_english(locale: str) -> None:
    assert catalogue.load(locale, LOCALE).language == "en"


def test_a_language_that_is_a_path_brings_no_catalogue_of_a_users(tmp_path: Path) -> None:
    planted = Path(tempfile.gettempdir()) / f"planted{os.getpid()}"  # a name without "_", which ends a language's
    shutil.copytree(LOCALE / "de", planted)
    try:
        for language in (str(planted), f"{planted}-x", "../planted", "..", "", "-"):
            assert catalogue.load(language, tmp_path).language == "en"
    finally:
        shutil.rmtree(planted)


@pytest.mark.parametrize(
    ("locale", "language", "region"),
    [
        ("C.UTF-8", "en", ""), ("C", "en", ""), ("POSIX", "en", ""), ("", "en", ""), ("fr_FR.UTF-8", "en", ""),
        ("../de", "en", ""), ("de_AT.UTF-8@euro", "de", "AT"), ("de", "de", ""), ("DE-de", "de", "DE"),
        ("en_US.UTF-8", "en", "US"), ("en_us", "en", "US"),
    ],
)  # fmt: skip
def test_a_locale_without_texts_is_english(locale: str, language: str, region: str) -> None:
    assert catalogue.chosen(locale, asset("locale")) == (language, region)
