"""Texts of the screens in one language, from gettext catalogues.

Message ids are the British English texts. `say`, `say_number`, `say_in` and `mark` are the names that the extractor
looks for (see `carlendar.i18n.extraction`); fields in braces are filled in after the translation. A regional catalogue
(`en-US`) holds only what differs from its language's own.
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
    """The languages that have a compiled catalogue under `folder`, English first; regions are not listed."""
    found = {path.parent.parent.name for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")} | {FALLBACK}
    return (FALLBACK, *sorted(tag for tag in found - {FALLBACK} if "-" not in tag))


def load(locale: str, folder: Path) -> Catalogue:
    """The catalogue of a locale (`de`, `en-US`, `de_DE.UTF-8`): its region's, its language's, else English."""
    language, _, region = locale.partition(".")[0].replace("_", "-").partition("-")
    language = language.lower()
    base = _read(folder, language)
    regional = _read(folder, f"{language}-{region.upper()}") if region else None
    if regional is not None:
        if base is not None:
            regional.add_fallback(base)
        return Catalogue(f"{language}-{region.upper()}", regional)
    return Catalogue(language, base) if base is not None else Catalogue(FALLBACK, gettext.NullTranslations())


def chosen(locale: str, folder: Path) -> tuple[str, str]:
    """Language and region of a locale (`de_AT.UTF-8`) that has a catalogue; English for any other, as `C` and `fr`."""
    language, _, region = locale.partition(".")[0].partition("@")[0].replace("_", "-").partition("-")
    language = language.lower()
    file = folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    known = language == FALLBACK or (_is_tag(language) and file.is_file())
    return (language, region.upper()) if known else (FALLBACK, "")


def _read(folder: Path, tag: str) -> gettext.GNUTranslations | None:
    if not _is_tag(tag):  # it may be a user's, and must not lead out of `folder`
        return None
    path = folder / tag / "LC_MESSAGES" / f"{DOMAIN}.mo"
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def _is_tag(name: str) -> bool:
    return name.isascii() and name.replace("-", "").isalnum()


def _filled(sentence: str, fields: dict[str, str]) -> str:
    return sentence.format(**fields) if fields else sentence
