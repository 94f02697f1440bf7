"""What was committed: the numbers of all events, and files that are about to get their place among the tables.

An event is known by its vehicle, its sequence number and a part of its id. Vehicle and number are one key, which keeps
what a vehicle sends next beside what it sent before, so a batch touches few pages of the file however many events are
known. An event whose number is higher than all before of its vehicle is new without a look into the file. A number
that a vehicle used again for another event, as after its queue was lost, is in a table of its own.
"""

from __future__ import annotations

import sqlite3
import sys
from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from operator import lt
from pathlib import Path

from carlendar.errors import StoreError
from carlendar.full_disk import explained

CACHE_KIB = 32_768
VEHICLE_SHIFT = 32
"""Bits of a key below the vehicle's number, for the sequence number, which has 31."""
ROWS = 500
"""Rows that one statement inserts, which takes two thirds of the time of single ones."""
REMEMBERED = 50_000
"""Vehicles whose highest number is kept in memory."""
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY, id INTEGER NOT NULL, day INTEGER NOT NULL)",
    """CREATE TABLE IF NOT EXISTS used_again (
        number INTEGER, id INTEGER, day INTEGER NOT NULL, PRIMARY KEY (number, id)
    ) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS parts (staged TEXT PRIMARY KEY, target TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
)


class _Events:
    """Events that are not written yet, as columns, which take a fraction of the memory of rows."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.numbers, self.days, self.ids = array("q"), array("l"), bytearray()

    def add(self, numbers: list[int], ids: bytes, day: int) -> None:
        self.numbers.extend(numbers)
        self.days.extend([day] * len(numbers))
        self.ids += ids

    def pieces(self) -> Iterator[tuple[int, list[int]]]:
        """Numbers of rows, and their values one after the other."""
        values = [0] * (3 * len(self.numbers))
        values[0::3], values[1::3], values[2::3] = self.numbers, _halves(self.ids), self.days
        for at in range(0, len(values), 3 * ROWS):
            piece = values[at : at + 3 * ROWS]
            yield len(piece) // 3, piece


def _halves(ids: bytes | bytearray) -> list[int]:
    """The last 64 bits of each id."""
    halves = array("q", bytes(ids))
    if sys.byteorder == "little":
        halves.byteswap()
    return halves[1::2].tolist()


class Ledger:
    """One connection. Nothing is durable before `commit`. Raises StoreError."""

    def __init__(self, path: Path) -> None:
        """Open the file, and create it if it is missing."""
        self._path = path
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=10.0, check_same_thread=False)
            path.chmod(0o600)
            for statement in (
                "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", f"PRAGMA cache_size = -{CACHE_KIB}", *SCHEMA,
            ):  # fmt: skip
                self._connection.execute(statement)
        except sqlite3.Error as error:
            raise StoreError(f"the ledger cannot be opened: {explained(error, path)}") from error
        self._highest: dict[int, int] = {}
        self._new = _Events()

    def begin(self) -> None:
        """Begin a batch."""
        self._run("BEGIN IMMEDIATE")

    def add(self, vehicle: int, sequences: Sequence[int], ids: bytes, day: int) -> list[bool]:
        """Note events of a vehicle: sequence numbers, and ids of 16 bytes each; returns which are new.

        `day`, counted from 1970, is the last on which one of them happened: from then on they are remembered.
        """
        highest = self._highest.get(vehicle)
        if highest is None:
            highest = self._load(vehicle)
        first = vehicle << VEHICLE_SHIFT
        if sequences[0] > highest and all(map(lt, sequences, sequences[1:])):
            self._highest[vehicle] = sequences[-1]
            self._new.add([first | each for each in sequences], ids, day)
            return [True] * len(sequences)
        self._write()
        self._highest[vehicle] = max(highest, *sequences)
        return [self._add(first | each, half, day) for each, half in zip(sequences, _halves(ids), strict=True)]

    def _add(self, number: int, event_id: int, day: int) -> bool:
        """Note an event that may be known; returns whether it is new."""
        if self._run("INSERT OR IGNORE INTO numbers VALUES (?, ?, ?)", number, event_id, day).rowcount == 1:
            return True
        if self._run("SELECT 1 FROM numbers WHERE number = ? AND id = ?", number, event_id).fetchone():
            return False
        return self._run("INSERT OR IGNORE INTO used_again VALUES (?, ?, ?)", number, event_id, day).rowcount == 1

    def _load(self, vehicle: int) -> int:
        """Look up the highest number of a vehicle."""
        self._write()
        if len(self._highest) >= REMEMBERED:
            self._highest.clear()
        first, end = vehicle << VEHICLE_SHIFT, (vehicle + 1) << VEHICLE_SHIFT
        row = self._run("SELECT max(number) FROM numbers WHERE number >= ? AND number < ?", first, end).fetchone()
        self._highest[vehicle] = highest = -1 if row[0] is None else int(row[0]) - first
        return highest

    def _write(self) -> None:
        """Write the events that are new."""
        if self._new.numbers:
            try:
                for count, values in self._new.pieces():
                    rows = ", ".join(["(?, ?, ?)"] * count)
                    self._connection.execute(f"INSERT INTO numbers VALUES {rows}", values)  # noqa: S608 - placeholders
            except sqlite3.Error as error:
                raise StoreError(f"the ledger cannot be written: {explained(error, self._path)}") from error
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
        deleted = self._run("DELETE FROM numbers WHERE day < ?", day).rowcount
        deleted += self._run("DELETE FROM used_again WHERE day < ?", day).rowcount
        self._run("INSERT OR REPLACE INTO state VALUES ('since', ?)", day)
        return deleted

    def count(self) -> int:
        """The number of events that are known."""
        query = "SELECT (SELECT count(*) FROM numbers) + (SELECT count(*) FROM used_again)"
        number: int = self._run(query).fetchone()[0]
        return number

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _run(self, statement: str, *values: object) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except sqlite3.Error as error:
            raise StoreError(f"the ledger cannot be written: {explained(error, self._path)}") from error
