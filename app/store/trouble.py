"""What an error of SQLite means: one translation into the error tree."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import StoreError

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of SQLite into `StoreError`.

    Its key is `store_damaged` where the file is damaged, `store_full` where there is no room for more,
    `store_closed` where the database was closed meanwhile.
    """
    try:
        yield
    except UnicodeEncodeError as error:
        raise StoreError("A text cannot be stored.", detail="half a surrogate pair in an identifier") from error
    except sqlite3.Error as error:
        failure = StoreError("The stored calendar cannot be used.", detail=f"{type(error).__name__}: {error}")
        if is_damage(error):
            failure.key = "store_damaged"
        elif is_full(error):
            failure = StoreError("This car has no room to store anything more.", detail=failure.detail)
            failure.key = "store_full"
        elif isinstance(error, sqlite3.ProgrammingError):
            failure.key = "store_closed"
        raise failure from error


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the error says that the file is no sound database (rather than busy or full)."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _DAMAGE


def is_full(error: sqlite3.Error) -> bool:
    """Whether there is no room: on the disk, by a limit of the process, or by the bound of the file."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_WRITE
