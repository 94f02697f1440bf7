"""The registry's SQLite file, which commands and ingestion use at the same time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from carlendar.errors import StoreError
from carlendar.full_disk import explained
from carlendar.sqlite_transaction import atomic

BUSY_SECONDS = 10.0
SCHEMA = """
CREATE TABLE vehicles (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    brand TEXT NOT NULL,
    model TEXT NOT NULL,
    status TEXT NOT NULL,
    enrolled_at TEXT NOT NULL
);
CREATE TABLE certificates (
    serial TEXT PRIMARY KEY,
    vehicle TEXT NOT NULL REFERENCES vehicles (id),
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT
);
CREATE TABLE consents (
    subject TEXT NOT NULL,
    topic TEXT NOT NULL,
    vehicle TEXT NOT NULL,
    granted INTEGER NOT NULL,
    purpose_version INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    since INTEGER NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (subject, topic)
);
CREATE INDEX consents_of_a_vehicle ON consents (vehicle);
CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    vehicle TEXT NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    document BLOB NOT NULL,
    note TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    status TEXT NOT NULL,
    counts TEXT NOT NULL,
    UNIQUE (vehicle, name, number)
);
CREATE TABLE shares (
    subject TEXT NOT NULL,
    recipient TEXT NOT NULL,
    topic TEXT NOT NULL,
    access TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (subject, recipient, topic)
);
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    proof BLOB NOT NULL,
    version INTEGER NOT NULL,
    sealed TEXT NOT NULL,
    changed_on TEXT NOT NULL
);
"""
MIGRATIONS = (
    SCHEMA,
    """
CREATE TABLE calling_leases (
    id TEXT PRIMARY KEY,
    vehicle TEXT NOT NULL REFERENCES vehicles (id),
    month TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    guest TEXT NOT NULL,
    settled INTEGER NOT NULL
);
CREATE INDEX leases_of_a_vehicle ON calling_leases (vehicle, month);
""",
)
"""The statements that lead from each version to the next; never changed once they are released."""
VERSION = len(MIGRATIONS)


class Database:
    """One connection, for one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file, and create it if it is missing. Raises StoreError."""
        self._path = path
        try:
            self._connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            path.chmod(0o600)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.execute("PRAGMA secure_delete = ON")
            self._create()
        except sqlite3.Error as error:
            raise StoreError(f"the registry cannot be opened: {explained(error, path)}") from error

    def _create(self) -> None:
        with self.transaction() as connection:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found > VERSION:
                raise StoreError("the registry was written by a newer version of Carlendar: update this one")
            for migration in MIGRATIONS[found:]:
                for statement in filter(str.strip, migration.split(";")):
                    connection.execute(statement)
            if found < VERSION:
                connection.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """An atomic transaction, committed when the block ends. Raises StoreError."""
        try:
            with atomic(self._connection) as connection:
                yield connection
        except sqlite3.Error as error:
            raise StoreError(f"the registry cannot be written: {explained(error, self._path)}") from error

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query. Raises StoreError."""
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"the registry cannot be read: {explained(error, self._path)}") from error

    def others_wrote(self) -> int:
        """A number that changes when another connection has written to the file."""
        number: int = self.rows("PRAGMA data_version")[0][0]
        return number

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
