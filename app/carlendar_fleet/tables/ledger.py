"""What was committed: the numbers of all events, and files that are about to get their place among the tables.

An event is known by its vehicle, its sequence number and a part of its id. That order of the key keeps what a vehicle
sends next beside what it sent before, so a batch touches few pages of the file however many events are known. An event
whose number is higher than all before of its vehicle is new without a look into the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from carlendar.errors import StoreError

CACHE_KIB = 32_768
REMEMBERED = 50_000
"""Vehicles whose highest number is kept in memory."""
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS seen (
        vehicle INTEGER, sequence INTEGER, id BLOB, day INTEGER, PRIMARY KEY (vehicle, sequence, id)
    ) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS parts (staged TEXT PRIMARY KEY, target TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
)


class Ledger:
    """One connection. Nothing is durable before `commit`. Raises StoreError."""

    def __init__(self, path: Path) -> None:
        """Open the file, and create it if it is missing."""
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=10.0, check_same_thread=False)
            path.chmod(0o600)
            for statement in (
                "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", f"PRAGMA cache_size = -{CACHE_KIB}", *SCHEMA,
            ):  # fmt: skip
                self._connection.execute(statement)
        except sqlite3.Error as error:
            raise StoreError(f"the ledger cannot be opened: {error}: {path}") from error
        self._highest: dict[int, int] = {}
        self._new: list[tuple[int, int, bytes, int]] = []

    def begin(self) -> None:
        """Begin a batch."""
        self._run("BEGIN IMMEDIATE")

    def add(self, vehicle: int, sequence: int, event_id: bytes, day: int) -> bool:
        """Note an event; returns whether it is new. `day` is counted from 1970."""
        highest = self._highest.get(vehicle)
        if highest is None:
            highest = self._load(vehicle)
        if sequence > highest:
            self._highest[vehicle] = sequence
            self._new.append((vehicle, sequence, event_id, day))
            return True
        self._write()
        return (
            self._run("INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?)", vehicle, sequence, event_id, day).rowcount == 1
        )

    def _load(self, vehicle: int) -> int:
        """Look up the highest number of a vehicle."""
        self._write()
        if len(self._highest) >= REMEMBERED:
            self._highest.clear()
        row = self._run("SELECT max(sequence) FROM seen WHERE vehicle = ?", vehicle).fetchone()
        self._highest[vehicle] = highest = -1 if row[0] is None else int(row[0])
        return highest

    def _write(self) -> None:
        """Write the events that are new."""
        if self._new:
            try:
                self._connection.executemany("INSERT INTO seen VALUES (?, ?, ?, ?)", self._new)
            except sqlite3.Error as error:
                raise StoreError(f"the ledger cannot be written: {error}") from error
            self._new.clear()

    def commit(self, parts: Sequence[tuple[str, str]]) -> None:
        """End the batch, with the files that belong to it: names in the staging folder, and where they belong."""
        self._write()
        self._run("DELETE FROM parts")  # of the batch before, which has been placed
        for staged, target in parts:
            self._run("INSERT INTO parts VALUES (?, ?)", staged, target)
        self._run("COMMIT")

    def abandon(self) -> None:
        """Give the batch up, if there is one."""
        self._new.clear()
        self._highest.clear()
        with suppress(sqlite3.Error):
            self._connection.execute("ROLLBACK")

    def parts(self) -> list[tuple[str, str]]:
        """The files of the last batch that was committed."""
        return list(self._run("SELECT staged, target FROM parts"))

    def forget_before(self, day: int) -> int:
        """Delete the numbers of events before that day; returns how many. Such events are refused as too old."""
        (found,) = [*self._run("SELECT value FROM state WHERE name = 'since'"), (0,)][:1]
        if found[0] >= day:
            return 0
        self._write()
        deleted = self._run("DELETE FROM seen WHERE day < ?", day).rowcount
        self._run("INSERT OR REPLACE INTO state VALUES ('since', ?)", day)
        return deleted

    def count(self) -> int:
        """The number of events that are known."""
        number: int = self._run("SELECT count(*) FROM seen").fetchone()[0]
        return number

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _run(self, statement: str, *values: object) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except sqlite3.Error as error:
            raise StoreError(f"the ledger cannot be written: {error}") from error
