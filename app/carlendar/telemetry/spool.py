"""The messages of an aggregating module on disk, until the back end has confirmed them."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path

from carlendar.domain.base import Value

FILE = "spool.db"
MOST = 200_000
"""Maximum number of events: a car makes fewer than 1,000 a day."""


_INSERT = "INSERT OR IGNORE INTO events (id, topic, subject, body) VALUES (?, ?, ?, ?)"
_OLDEST = "SELECT number, id, topic, body FROM events ORDER BY number LIMIT ?"


class Spooled(Value, frozen=True):
    """An encoded event, with the topic that it was published on."""

    number: int
    id: str
    topic: str
    body: bytes


class Spool:
    """Keeps events by their ids, oldest first; the oldest go from a full spool. Methods raise sqlite3.Error."""

    def __init__(self, folder: Path, *, most: int = MOST) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / FILE
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        self._most, self._lock = most, threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY", "secure_delete=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS events (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
            " topic TEXT NOT NULL, subject TEXT NOT NULL, body BLOB NOT NULL)"
        )

        self._connection.execute("CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, body BLOB NOT NULL)")

    def put(self, events: Iterable[tuple[str, str, str, bytes]]) -> int:
        """Store events, given by id, topic, subject and encoding; return how many had to be dropped for them."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(_INSERT, events)
            (held,) = self._connection.execute("SELECT count(*) FROM events").fetchone()
            drop = "DELETE FROM events WHERE number IN (SELECT number FROM events ORDER BY number LIMIT ?)"
            return self._connection.execute(drop, (max(0, held - self._most),)).rowcount

    def oldest(self, limit: int) -> list[Spooled]:
        """Return the oldest events."""
        with self._lock:
            rows = self._connection.execute(_OLDEST, (limit,))
            return [Spooled(*row) for row in rows.fetchall()]

    def confirmed(self, identifiers: Iterable[str]) -> None:
        """Delete events that the back end has confirmed."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("DELETE FROM events WHERE id = ?", [(each,) for each in identifiers])

    def withdraw(self, subject: str, topic: str) -> None:
        """Delete the events of a topic of one subject."""
        with self._lock, self._connection:
            self._connection.execute("DELETE FROM events WHERE subject = ? AND topic = ?", (subject, topic))

    def keep(self, name: str, content: bytes) -> None:
        """Keep a message that replaces the one before."""
        with self._lock, self._connection:
            self._connection.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (name, content))

    def kept(self, name: str) -> bytes:
        """Return a message that was kept; empty if there is none."""
        with self._lock:
            row = self._connection.execute("SELECT body FROM kept WHERE name = ?", (name,)).fetchone()
        return bytes(row[0]) if row else b""

    def count(self) -> int:
        """Return the number of events."""
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM events").fetchone()[0])

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._connection.close()
