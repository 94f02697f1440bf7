"""Keeping the catalogues: `python -m carlendar.i18n.extraction` updates every .po from the code and compiles it.

For those who work on Carlendar: babel is imported here and nowhere else in the package, and nothing
that runs in the car imports this module.
"""

from __future__ import annotations

import sys
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
"""Sub-packages of the application whose sentences are translated."""


WRITTEN = datetime(2026, 11, 23, tzinfo=UTC)
"""Date in the headers of all catalogues, so that the same sentences make the same files."""


def extracted(package: Path) -> Catalog:
    """All sentences of the package's code, in order of file and line."""
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
    """The catalogue of `po` with the template's sentences: new ones untranslated, unused ones gone."""
    with po.open("rb") as file:
        catalog = read_po(file, domain=DOMAIN)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    # What would change with every run, or says nothing, is not kept.
    catalog.creation_date = catalog.revision_date = WRITTEN
    catalog.msgid_bugs_address = catalog.last_translator = ""
    if str(catalog.locale) == "en":
        _speak_english(catalog)
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """The .mo file of a catalogue."""
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _speak_english(catalog: Catalog) -> None:
    """The msgids are English: their translation is themselves."""
    for message in catalog:
        if message.id and not _translated(message.string):
            message.string = message.id


def main(root: Path) -> int:
    """Update and compile every catalogue under `root`; returns how many sentences lack a translation."""
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


def _translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    sys.exit(min(main(Path(__file__).resolve().parents[2]), 1))
