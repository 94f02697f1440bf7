"""A pseudo-language that is written from right to left, for developers; it is not in the catalogues.

Its texts are the English ones with every letter replaced by a Hebrew one, between guillemets, 40 % longer in all. On a
picture, untranslated text is Latin, truncated text has no closing mark, and text without enough room is visible.
Names of days, months and countries are not in the catalogues and stay English.
"""

from __future__ import annotations

import re

from carlendar.i18n.catalogue import Words
from carlendar_devtools.stories.scenario_rig import translated

PSEUDO = "ar-XB"
"""The tag that CLDR and Android use for the pseudo-locale of right-to-left scripts."""
LONGER = 0.4
"""Factor by which a text, with its guillemets, is longer than the English one: about that of German and Finnish."""
_MARKS = 2
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_HEBREW = "אבקדהפגחיזכלמנועפרסתושוצטז"
_LETTERS = str.maketrans(_LATIN + _LATIN.upper(), _HEBREW * 2)
_FIELD = re.compile(r"(\{\w+\})")


def pseudo(message: str) -> str:
    """Return the message in the pseudo-language; fields in braces are kept."""
    if not message:
        return message
    parts = (part if _FIELD.fullmatch(part) else part.translate(_LETTERS) for part in _FIELD.split(message))
    letters = sum(character.isalpha() for part in _FIELD.split(message)[::2] for character in part)
    more = "ל" * max(0, round(letters * LONGER) - _MARKS)
    return f"«{''.join(parts)}{' ' if len(more) > 3 else ''}{more}»"


class PseudoWords:
    """`Words` of the pseudo-language."""

    language = PSEUDO

    def say(self, message: str, **fields: str) -> str:
        """Return the message in the pseudo-language, with its fields filled in."""
        return _filled(pseudo(message), fields)

    def say_number(self, one: str, many: str, number: int, **fields: str) -> str:
        """Return the message in the English plural form for `number`, in the pseudo-language."""
        return _filled(pseudo(one if number == 1 else many), {"n": str(number), **fields})

    def say_in(self, context: str, message: str, **fields: str) -> str:  # noqa: ARG002  # `Words` has it
        """Return the message in the pseudo-language, in any context."""
        return _filled(pseudo(message), fields)


def words_of(locale: str) -> Words:
    """Return the texts of a locale, which may be the pseudo-language."""
    return PseudoWords() if locale.startswith(PSEUDO) else translated(locale)


def _filled(text: str, fields: dict[str, str]) -> str:
    return text.format(**fields) if fields else text
