"""Names of countries, as CLDR has them for each language; a test holds them against babel's copy.

Read from a small file when the first one is needed: few meetings are called abroad.
"""

from __future__ import annotations

import json
from functools import cache

from carlendar.resources import asset


def country(language: str, code: str) -> str:
    """The name of a country (ISO 3166-1 alpha-2) in that language, else in English; the code where it has none."""
    return _names(language).get(code) or _names("en").get(code, code)


@cache
def _names(language: str) -> dict[str, str]:
    try:
        text = asset(f"locale/{language.partition('-')[0]}/countries.json").read_text("utf-8")
    except FileNotFoundError:
        return {}
    return {str(code): str(name) for code, name in json.loads(text).items()}
