"""Translation of SQLite errors to the error tree."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from carlendar.errors import StoreError
from carlendar.full_disk import is_full

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_NO_MEMORY = (sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMMAP)
_NOT_WRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
_FULL = "The disk, or Carlendar's quota of it, is full."


@contextmanager
def translated() -> Iterator[None]:
    """Translate SQLite errors to `StoreError`.

    Its key is `store_damaged` if the file is damaged, `store_full` if there is no space left, `store_closed` if the
    database was closed.
    """
    try:
        yield
    except UnicodeEncodeError as error:
        raise StoreError("A text cannot be stored.", detail="lone surrogate in an identifier") from error
    except UnicodeDecodeError as error:
        damaged = StoreError("The stored calendar cannot be used.", detail=type(error).__name__)
        damaged.key = "store_damaged"
        raise damaged from error
    except sqlite3.Error as error:
        failure = StoreError("The stored calendar cannot be used.", detail=f"{type(error).__name__}: {error}")
        if is_damage(error):
            failure.key = "store_damaged"
        elif is_full(error):
            failure = full(failure.detail)
        elif getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_WRITABLE:
            failure = StoreError(
                "The stored calendar cannot be opened: its folder is read-only, or is not this user's.",
                detail=failure.detail,
            )
        elif isinstance(error, sqlite3.ProgrammingError):
            failure.key = "store_closed"
        raise failure from error


def is_damage(error: sqlite3.Error | UnicodeDecodeError) -> bool:
    """Whether the error means that the file is damaged (rather than busy or full).

    `sqlite3` raises UnicodeDecodeError if SQLite's message quotes a damaged name.
    """
    return isinstance(error, UnicodeDecodeError) or (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _DAMAGE


def no_memory_to_share(error: sqlite3.Error | UnicodeDecodeError) -> bool:
    """Whether the file could not be read because its shared memory cannot be created."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code in _NO_MEMORY or code & 0xFF in _NOT_WRITABLE


def full(detail: str) -> StoreError:
    """Return the error for missing space, with the key `store_full`."""
    failure = StoreError(_FULL, detail=detail)
    failure.key = "store_full"
    return failure


def unusable(folder: Path, error: OSError) -> StoreError:
    """Translate an OSError of the data folder to a StoreError that names the path and the reason."""
    detail = f"{type(error).__name__}: {error}"
    if is_full(error):
        return full(detail)
    name = error.filename if isinstance(error.filename, str) else folder
    return StoreError(f"The data folder cannot be used: {name}: {error.strerror or 'unknown'}", detail=detail)
