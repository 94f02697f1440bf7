"""Copies the readable rows of a damaged database to the new one, because user actions exist nowhere else.

The rows of a destroyed page are lost; those of other pages are read by scanning each table
from both ends. What is no text or number is left out.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

Decoder = tuple[str, str, Callable[..., object]]
"""A table, its columns as in SELECT, and a function that raises for an invalid row."""

_NONSENSE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
_log = logging.getLogger(__name__)


def salvage(damaged: Path, sound: sqlite3.Connection, decoders: Sequence[Decoder] = ()) -> int:
    """Copy every readable row of the tables in both databases; return their number. Never raises for damage.

    Rows that violate a constraint of the new tables or are rejected by a decoder are left out.
    """
    copied = 0
    with suppress(sqlite3.Error), closing(sqlite3.connect(damaged, isolation_level=None)) as source:
        # Do not run views and triggers of an untrusted file.
        source.execute("PRAGMA trusted_schema=OFF")
        # SQLite's recovery mode, without which no row of a truncated file can be read. Nothing is written.
        source.execute("PRAGMA writable_schema=ON")
        source.text_factory = _text
        for table in _tables(sound):
            copied += _copy(source, sound, table)
    dropped = sum(_drop_nonsense(sound, *decoder) for decoder in decoders)
    _log.warning("%s: %d rows could be read", damaged.name, copied - dropped)
    return copied - dropped


def _drop_nonsense(sound: sqlite3.Connection, table: str, columns: str, decode: Callable[..., object]) -> int:
    dropped = 0
    for rowid, *row in sound.execute(f"SELECT rowid, {columns} FROM {table}").fetchall():  # noqa: S608 - constants
        try:
            decode(*row)
        except _NONSENSE:
            sound.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))  # noqa: S608 - constants
            dropped += 1
    return dropped


def _copy(source: sqlite3.Connection, sound: sqlite3.Connection, table: str) -> int:
    wanted, there = _columns(sound, table), _columns(source, table)
    shared = [name for name in wanted if name in there]
    if not shared:
        return 0
    names, marks = ", ".join(f'"{name}"' for name in shared), ", ".join("?" * len(shared))
    copied = 0
    for row in _rows(source, table, names):
        with suppress(sqlite3.Error):
            statement = f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 - names of our tables
            copied += sound.execute(statement, row).rowcount
    return copied


def _rows(source: sqlite3.Connection, table: str, names: str) -> Iterator[tuple[object, ...]]:
    """Yield rows from the front up to the damage, then from the back."""
    for order in ("ASC", "DESC"):
        key = _key(source, table)
        query = f'SELECT {names} FROM "{table}" ORDER BY {", ".join(f"{each} {order}" for each in key)}'  # noqa: S608 - our names, as the damaged file has them
        try:
            for row in source.execute(query):
                if all(value is None or isinstance(value, str | int | float) for value in row):
                    yield row
        except (sqlite3.Error, UnicodeDecodeError):
            continue
        return


def _key(source: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns that a table is sorted by: its rowid, or its primary key if it has none."""
    try:
        source.execute(f'SELECT rowid FROM "{table}" LIMIT 0')  # noqa: S608 - names of our tables
    except (sqlite3.Error, UnicodeDecodeError):
        query = "SELECT CAST(name AS BLOB) FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk"
        return [f'"{name.decode("utf-8", "replace")}"' for (name,) in source.execute(query, (table,))] or ["1"]
    return ["rowid"]


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return [name for (name,) in rows.fetchall()]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    query = "SELECT CAST(name AS BLOB) FROM pragma_table_info(?)"  # a damaged name may not be UTF-8
    try:
        return [name.decode("utf-8", "replace") for (name,) in connection.execute(query, (table,)).fetchall()]
    except (sqlite3.Error, UnicodeDecodeError):
        return []


def _text(raw: bytes) -> str:
    return raw.decode("utf-8")
