"""Recognises a full disk in the errors of files and of SQLite."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_IO = (
    sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_SHMMAP,
)  # fmt: skip


def is_full(error: BaseException) -> bool:
    """Whether there is no space: on the disk, by a quota or a process limit, or by the file's maximum size."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0)
        return code & 0xFF == sqlite3.SQLITE_FULL or code in _IO
    return isinstance(error, OSError) and error.errno in _NO_SPACE


def explained(error: OSError | sqlite3.Error, path: Path) -> str:
    """What went wrong with a file, and what to do if the disk is full."""
    if is_full(error):
        return f"the disk, or a quota of it, is full: make room for {path}"
    reason = error.strerror if isinstance(error, OSError) else None
    return f"{reason or error}: {path}"


def explained_in(error: OSError, folder: Path) -> str:
    """As `explained`, about the file in a folder that the error names, or else about the folder."""
    return explained(error, Path(error.filename or folder))
