"""Every sentence of the code is in every catalogue, with its fields, and the compiled files are current."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from carlendar.i18n import catalogue
from carlendar.i18n.extraction import compiled, extracted, updated

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "assets" / "locale"
LANGUAGES = ("en", "de")
FORBIDDEN = {
    "en": r"\b(pick up|take|use|unlock|open|grab|check)\s+(your|the)\s+(phone|mobile|app)\b|open the app",
    "de": r"(nimm|nehmen|nutzen?|verwenden?|entsperr\w*|öffne\w*)\b.{0,25}\b(Telefon|Handy|Smartphone|App)\b",
}
"""A locked function never tells a driver to take the telephone in the hand (rule L10)."""


@pytest.fixture(scope="module")
def template() -> Catalog:
    return extracted(ROOT / "app" / "carlendar")


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
def test_no_catalogue_holds_what_nobody_says(language: str, template: Catalog) -> None:
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


def test_an_unknown_sentence_is_said_in_english() -> None:
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


def test_the_sentences_of_the_identity_adapter_are_the_ones_that_are_translated() -> None:
    from carlendar.microsoft.outcomes import REASONS
    from carlendar.presentation.reason_text import SIGN_IN

    assert SIGN_IN == REASONS
