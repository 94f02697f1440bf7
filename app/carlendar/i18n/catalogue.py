"""Words of the screens in one language, from gettext catalogues.

Carlendar's msgids are the English sentences. `say` and its kin are the names that the extractor
looks for (see `carlendar.i18n.extraction`); fields in braces are filled in after the translation.
"""

from __future__ import annotations

import gettext
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

DOMAIN = "carlendar"
FALLBACK = "en"


class Words(Protocol):
    """A language's words."""

    @property
    def language(self) -> str:
        """Its BCP 47 tag (`en`, `de`)."""

    def say(self, message: str, **fields: str) -> str:
        """The sentence in this language with its fields filled in."""

    def say_number(self, one: str, many: str, number: int, **fields: str) -> str:
        """The sentence in the plural form that `number` asks for; `{n}` is the number."""

    def say_in(self, context: str, message: str, **fields: str) -> str:
        """Like `say`, for a word that means different things in different places."""


def mark(message: str) -> str:
    """Mark a sentence of a table for the extractor; it is translated by `say` when it is used."""
    return message


class Catalogue:
    """`Words` from a compiled catalogue; English for every sentence that is not in it."""

    def __init__(self, language: str, translations: gettext.NullTranslations) -> None:
        self.language = language
        self._translations = translations

    def say(self, message: str, **fields: str) -> str:
        """The sentence in this language with its fields filled in."""
        return _filled(self._translations.gettext(message), fields)

    def say_number(self, one: str, many: str, number: int, **fields: str) -> str:
        """The sentence in the plural form that `number` asks for; `{n}` is the number."""
        return _filled(self._translations.ngettext(one, many, number), {"n": str(number), **fields})

    def say_in(self, context: str, message: str, **fields: str) -> str:
        """Like `say`, for a word that means different things in different places."""
        return _filled(self._translations.pgettext(context, message), fields)


def available(folder: Path) -> tuple[str, ...]:
    """The languages that have a compiled catalogue under `folder`, English first."""
    found = {path.parent.parent.name for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")} | {FALLBACK}
    return (FALLBACK, *sorted(found - {FALLBACK}))


def load(language: str, folder: Path) -> Catalogue:
    """The catalogue of `language` (`de`, `de-AT`, `de_DE.UTF-8`), or English where there is none.

    The name may be a user's: one that is no language tag, such as a path, must not lead out of `folder`.
    """
    tag = language.partition(".")[0].replace("_", "-")
    for candidate in (tag, tag.partition("-")[0].lower()):
        path = folder / candidate / "LC_MESSAGES" / f"{DOMAIN}.mo"
        if _is_tag(candidate) and path.is_file():
            with path.open("rb") as file:
                return Catalogue(candidate, gettext.GNUTranslations(file))
    return Catalogue(FALLBACK, gettext.NullTranslations())


def _is_tag(name: str) -> bool:
    return name.isascii() and name.replace("-", "").isalnum()


def _filled(sentence: str, fields: dict[str, str]) -> str:
    return sentence.format(**fields) if fields else sentence
