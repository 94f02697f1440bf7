"""Translated texts of one language, from gettext catalogues.

Message ids are the British English texts. The extractor collects the arguments of `say`, `say_number`, `say_in` and
`mark` (see `carlendar.i18n.extraction`); fields in braces are filled in after the translation. A regional catalogue
(`en-US`) contains only the differences from its language.
"""

from __future__ import annotations

import gettext
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

DOMAIN = "carlendar"
FALLBACK = "en"


class Words(Protocol):
    """Translations into one language."""

    @property
    def language(self) -> str:
        """The BCP 47 tag of the language (`en`, `de`)."""

    def say(self, message: str, **fields: str) -> str:
        """Translate a message and fill in its fields (gettext)."""

    def say_number(self, one: str, many: str, number: int, **fields: str) -> str:
        """Translate a message in the plural form for `number`, which fills in `{n}` (ngettext)."""

    def say_in(self, context: str, message: str, **fields: str) -> str:
        """Translate a message whose meaning depends on the context (pgettext)."""


def mark(message: str) -> str:
    """Mark a message for the extractor; it is translated by `say` when it is used."""
    return message


class Catalogue:
    """`Words` from a compiled catalogue; a message that is not in it stays English."""

    def __init__(self, language: str, translations: gettext.NullTranslations) -> None:
        self.language = language
        self._translations = translations

    def say(self, message: str, **fields: str) -> str:
        """Translate a message and fill in its fields (gettext)."""
        return _filled(self._translations.gettext(message), fields)

    def say_number(self, one: str, many: str, number: int, **fields: str) -> str:
        """Translate a message in the plural form for `number`, which fills in `{n}` (ngettext)."""
        return _filled(self._translations.ngettext(one, many, number), {"n": str(number), **fields})

    def say_in(self, context: str, message: str, **fields: str) -> str:
        """Translate a message whose meaning depends on the context (pgettext)."""
        return _filled(self._translations.pgettext(context, message), fields)


def available(folder: Path) -> tuple[str, ...]:
    """Return the languages with a compiled catalogue under `folder`, English first, without regional ones."""
    found = {path.parent.parent.name for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")} | {FALLBACK}
    return (FALLBACK, *sorted(tag for tag in found - {FALLBACK} if "-" not in tag))


def load(locale: str, folder: Path) -> Catalogue:
    """Return the catalogue of a locale (`de`, `en-US`, `de_DE.UTF-8`): its region's, its language's, else English."""
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
    if not _is_tag(tag):  # may be user input, and must not lead out of `folder`
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
