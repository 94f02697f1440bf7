"""Update the catalogues: `python -m carlendar.i18n.extraction` updates every .po from the code and compiles it.

A tool for developers: nothing that runs in the car imports this module.
"""

from __future__ import annotations

import sys
from copy import deepcopy
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from carlendar.i18n.catalogue import DOMAIN

KEYWORDS = {"say": None, "say_number": (1, 2), "say_in": ((1, "c"), 2), "mark": None}
SPOKEN_IN = ("domain", "i18n", "meetings", "microsoft", "service", "sync", "ui", "presentation")
"""Packages whose messages are extracted."""
WRITTEN = datetime(2026, 11, 23, tzinfo=UTC)
"""Date in the headers of all catalogues, so that the same messages produce the same files."""


def extracted(package: Path) -> Catalog:
    """Return all messages of the package's code, in order of file and line. Calls inside f-strings are not found."""
    catalog = Catalog(domain=DOMAIN, project="Carlendar", version="0", copyright_holder="the Carlendar project")
    for name in SPOKEN_IN:
        folder = package / name
        for file, line, message, _comments, context in extract_from_dir(
            str(folder), [("**.py", "python")], keywords=KEYWORDS
        ):
            # Locations without line numbers: a moved line is no change of the catalogue.
            catalog.add(message, locations=[(f"app/carlendar/{name}/{file}", 0)] if line else [], context=context)
    return catalog


def updated(po: Path, template: Catalog) -> Catalog:
    """Return the catalogue of `po` with the template's messages: new ones untranslated, unused ones removed.

    A regional catalogue keeps only the messages that differ from its language.
    """
    with po.open("rb") as file:
        catalog = read_po(file, domain=DOMAIN)
    # A copy, because the update moves the template's message objects into the catalogue.
    catalog.update(deepcopy(template), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    # Headers that would change with every run are fixed or empty.
    catalog.creation_date = catalog.revision_date = WRITTEN
    catalog.msgid_bugs_address = catalog.last_translator = ""
    if regional(po):
        for message in list(catalog):
            if message.id and not _translated(message.string):
                catalog.delete(_key(message.id), context=message.context)
    elif str(catalog.locale) == "en":
        _speak_english(catalog)
    return catalog


def regional(po: Path) -> bool:
    """Whether the catalogue is a regional one (`en-US`)."""
    return "-" in po.parent.parent.name


def compiled(catalog: Catalog) -> bytes:
    """Return the content of the .mo file of a catalogue."""
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _speak_english(catalog: Catalog) -> None:
    """Translate every message to itself: the ids are the English texts."""
    for message in catalog:
        if message.id and not _translated(message.string):
            message.string = message.id


def main(root: Path) -> int:
    """Update and compile every catalogue under `root`; return the number of untranslated messages."""
    template = extracted(root / "app" / "carlendar")
    missing = 0
    for po in sorted((root / "assets" / "locale").glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        catalog = updated(po, template)
        with po.open("wb") as file:
            write_po(file, catalog, width=120, sort_output=True, include_lineno=False)
        po.with_suffix(".mo").write_bytes(compiled(catalog))
        lacking = [message for message in catalog if message.id and not _translated(message.string)]
        missing += len(lacking)
        for message in lacking:
            sys.stderr.write(f"{po.parent.parent.name}: {message.id}\n")
    return missing


def _key(identifier: str | tuple[str, ...] | list[str]) -> str:
    return identifier if isinstance(identifier, str) else identifier[0]


def _translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    sys.exit(min(main(Path(__file__).resolve().parents[3]), 1))
