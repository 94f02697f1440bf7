"""Names of countries against CLDR as babel has it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from babel import Locale

from carlendar.i18n.countries import country

LOCALE = Path(__file__).resolve().parents[2] / "assets" / "locale"


@pytest.mark.parametrize("language", sorted(path.parent.name for path in LOCALE.glob("*/countries.json")))
def test_every_country_has_the_name_that_babel_knows(language: str) -> None:
    known = Locale(language).territories
    codes = json.loads((LOCALE / language / "countries.json").read_text("utf-8"))
    assert len(codes) > 240
    assert {code: country(language, code) for code in codes} == {code: known[code] for code in codes}


def test_every_language_of_the_sentences_has_them() -> None:
    assert {path.parent.name for path in LOCALE.glob("*/countries.json")} == {
        path.name for path in LOCALE.iterdir() if "-" not in path.name
    }


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [("de", "CH", "Schweiz"), ("en-GB", "CH", "Switzerland"), ("xx", "CH", "Switzerland"), ("de", "QQ", "QQ"),
     ("../..", "CH", "Switzerland")],
)  # fmt: skip
def test_a_name_is_always_there(language: str, code: str, name: str) -> None:
    assert country(language, code) == name
