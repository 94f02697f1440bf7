"""Names of countries in each language, from CLDR; a test compares them with babel's copy.

Loaded from a small file on first use, because few meetings are dialled abroad.
"""

from __future__ import annotations

import json
from functools import cache

from carlendar.resources import asset


def country(language: str, code: str) -> str:
    """Return the name of a country (ISO 3166-1 alpha-2) in the language, else in English, else the code."""
    return _names(language).get(code) or _names("en").get(code, code)


@cache
def _names(language: str) -> dict[str, str]:
    try:
        text = asset(f"locale/{language.partition('-')[0]}/countries.json").read_text("utf-8")
    except FileNotFoundError:
        return {}
    return {str(code): str(name) for code, name in json.loads(text).items()}
