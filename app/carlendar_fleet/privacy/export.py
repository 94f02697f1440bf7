"""Writes data of a subject as JSON, as CSV, or both, with the dictionary that explains it."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TextIO

import msgspec

from carlendar.errors import UsageError
from carlendar.full_disk import explained_in
from carlendar.telemetry.dictionary import as_json
from carlendar_fleet.privacy.subject_data import Record, SubjectData


class Format(StrEnum):
    """The format of exported data."""

    JSON = "json"
    CSV = "csv"


def write_export(folder: Path, found: SubjectData, formats: Iterable[Format], now: datetime) -> list[Path]:
    """Write everything that is stored of a subject; returns the files. Raises UsageError if that is not possible."""
    tables = {name: rows for name, rows in found.events.items() if rows}
    tables["consents"] = [msgspec.to_builtins(each) for each in found.consents]
    tables["shares"] = [msgspec.to_builtins(each) for each in found.shares]
    return write(folder, {"subject": found.subject, "exported_at": now.isoformat(timespec="seconds")}, tables, formats)


def write(
    folder: Path, about: Mapping[str, str], tables: Mapping[str, Sequence[Record]], formats: Iterable[Format]
) -> list[Path]:
    """Write tables for their owner only; returns the files. A table without rows has no CSV file.

    Raises UsageError if that is not possible.
    """
    written = [folder / "dictionary.json"]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(written[0], as_json())
        for each in formats:
            if each is Format.JSON:
                written.append(folder / "data.json")
                _write(written[-1], json.dumps({**about, "tables": tables}, indent=2, ensure_ascii=False) + "\n")
            else:
                for name, rows in ((name, rows) for name, rows in tables.items() if rows):
                    written.append(folder / f"{name}.csv")
                    _write_rows(written[-1], rows)
    except OSError as error:
        raise UsageError(f"the data cannot be written: {explained_in(error, folder)}") from error
    return written


def _write_rows(path: Path, rows: Sequence[Record]) -> None:
    with _open(path) as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def _write(path: Path, text: str) -> None:
    with _open(path) as file:
        file.write(text)


def _open(path: Path) -> TextIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline="")
