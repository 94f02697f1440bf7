"""Searches every file of the data folder for a text: tables, registry, ledger, dead letters, and all others."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from carlendar.domain.base import Value
from carlendar.errors import StoreError

PIECE = 1024 * 1024


class Trace(Value, frozen=True):
    """A file that has the text, and how often: rows of a table, or 1 for its bytes."""

    file: Path
    count: int


def traces(folder: Path, text: str) -> list[Trace]:
    """All files below `folder` that have the text. Raises StoreError if one cannot be read."""
    found = ((path, _count(path, text)) for path in sorted(folder.rglob("*")) if path.is_file())
    return [Trace(path, count) for path, count in found if count]


def _count(path: Path, text: str) -> int:
    """How often a file has the text: compressed columns are read, and the bytes of any file as well."""
    try:
        if path.suffix == ".parquet":
            return _rows(path, text) or _bytes(path, text)
        if path.suffix == ".sqlite3":
            return _cells(path, text) or _bytes(path, text)
        return _bytes(path, text)
    except FileNotFoundError:
        return 0
    except (OSError, pa.ArrowException, sqlite3.Error) as error:
        raise StoreError(f"{path} cannot be searched: {error}") from error


def _rows(path: Path, text: str) -> int:
    table = pq.read_table(path, partitioning=None)
    columns = [column for column in table.itercolumns() if pa.types.is_string(column.type)]
    return sum(int(pc.sum(pc.match_substring(column, text)).as_py() or 0) for column in columns)


def _cells(path: Path, text: str) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return sum(
            connection.execute(f"SELECT count(*) FROM {table} WHERE {condition}", values).fetchone()[0]  # noqa: S608 - names of our tables
            for table, condition, values in conditions(connection, text)
        )


def conditions(connection: sqlite3.Connection, text: str) -> Iterator[tuple[str, str, list[str]]]:
    """For each table of a database: its name, and the condition of rows that have the text in any column."""
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
        if columns:
            parts = [f'instr(CAST("{column}" AS TEXT), ?) > 0' for column in columns]
            yield f'"{table}"', " OR ".join(parts), [text] * len(columns)


def _bytes(path: Path, text: str) -> int:
    """1 if the bytes of the file contain the text, also across the pieces that are read."""
    wanted, rest = text.encode(), b""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if wanted in rest + piece:
                return 1
            rest = piece[-len(wanted) :]
    return 0
