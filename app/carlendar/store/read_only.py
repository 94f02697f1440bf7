"""Read-only access to a database; never writes, blocks on a pipe, or raises.

Used before the first frame.
"""

from __future__ import annotations

import logging
import sqlite3
import stat
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from carlendar.store.database import open_reader
from carlendar.store.folder import is_erasing
from carlendar.store.sqlite_errors import is_damage, no_memory_to_share

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)


class ReadOnlyFile:
    """Opened at the first query, and again when the file was replaced.

    Readers of a write-ahead log share memory in a file (`-shm`), which cannot be created on a full or read-only disk.
    As there can be no writers either, a database with an empty log is then opened as immutable.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._inode = self._opened = 0
        self.damaged = False
        """Whether the file was found to be damaged."""
        self.unread = ""
        """Why the last failed query failed, for the log; empty if none did."""

    def stamp(self) -> tuple[int, int]:
        """Return a value that changes when another process has written."""
        if not self._ensure():
            return (0, 0)
        rows = self.rows("PRAGMA data_version")
        return (self._opened, rows[0][0] if rows else 0)

    def rows(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Return all rows; none if the file is missing, damaged or incomplete."""
        try:
            connection = self._ensure()
            return _fetched(connection, query, values) if connection else []
        except (sqlite3.Error, UnicodeDecodeError) as error:
            self.close()
            if no_memory_to_share(error) and self._log_is_empty():
                return self._rows_as_they_stand(query, values)
            return self._failed(error)

    def close(self) -> None:
        """Release the file."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection, self._inode = None, 0

    def _rows_as_they_stand(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        # Opened for one query only: such a connection never sees later writes.
        try:
            if (connection := open_reader(self._path, immutable=True)) is None:
                return []
            with closing(connection):
                return _fetched(connection, query, values)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            return self._failed(error)

    def _failed(self, error: sqlite3.Error | UnicodeDecodeError) -> list[tuple[Any, ...]]:
        _log.info("%s cannot be read: %s", self._path.name, type(error).__name__)
        self.damaged = self.damaged or is_damage(error)
        self.unread = (
            type(error).__name__ if isinstance(error, UnicodeDecodeError) else f"{type(error).__name__}: {error}"
        )
        return []

    def _log_is_empty(self) -> bool:
        try:
            return self._path.with_name(f"{self._path.name}-wal").stat().st_size == 0
        except FileNotFoundError:
            return True
        except OSError:
            return False

    def _ensure(self) -> sqlite3.Connection | None:
        try:
            status = self._path.stat()
        except OSError:
            self.close()
            return None
        if is_erasing(self._path.parent):  # data to be erased is not shown any more
            self.close()
            return None
        if not stat.S_ISREG(status.st_mode):  # SQLite would block on a pipe
            self.unread = "no file"
            return None
        if self._connection is None or status.st_ino != self._inode:
            self.close()
            self._connection, self._inode = open_reader(self._path), status.st_ino
            self._opened += 1
        return self._connection


def _fetched(connection: sqlite3.Connection, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    """Return all rows. If a text is not valid UTF-8, read them again with invalid bytes replaced: a damaged row must
    not affect the others, and the error of `sqlite3` would quote its text.
    """
    try:
        return connection.execute(query, values).fetchall()
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    connection.text_factory = _lenient
    return connection.execute(query, values).fetchall()


def _lenient(text: bytes) -> str:
    return text.decode("utf-8", "replace")
