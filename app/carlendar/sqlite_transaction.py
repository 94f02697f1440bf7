"""Atomic transactions of SQLite, for the car's files and the back end's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def atomic(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Commit what the block changes when it ends; undo it if the block or the commit raises. Raises sqlite3.Error.

    The connection is in autocommit mode (`isolation_level=None`) and in no transaction.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # with a full disk SQLite has rolled back already
            connection.execute("ROLLBACK")
        raise
