"""The data folder: its ownership, the names of Carlendar's files, and its erase marker.

A folder that Carlendar creates, or finds empty, gets a marker file. A folder of an earlier version without a marker is
recognised by its databases, or because it contains only names of Carlendar's. In any other folder nothing is opened or
deleted, and in Carlendar's own only files with Carlendar's names are deleted.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from carlendar.errors import StoreError

MARKER = ".carlendar"
"""Marks the folder as Carlendar's."""
ERASING = ".erasing"
"""Marks an unfinished erase of the folder."""
PHOTOS = "photos"
"""Subfolder of profile pictures."""
CACHE = "cache"
"""Subfolder of compiled shaders: no personal data; mapped into the memory of a running screen."""
VAULT = "vault"
"""Subfolder of encrypted secrets (`carlendar.microsoft.vault`)."""
RUN = "run"
"""Subfolder of the service's socket."""
TELEMETRY = "telemetry"
"""Subfolder of telemetry (`carlendar.telemetry`), which deletes what is about drivers in it itself.

The car's key and certificate and the journal of commands are about the car, and outlive an erase.
"""
UNDRAWN = "undrawn"
"""File in it that is left when the watchdog ends a screen."""
WRITING = ".writing-"
"""Prefix of temporary files for atomic writes (as in `carlendar.microsoft.private_files`)."""

DATABASES = {"events.db": {"calendars", "sources", "events"}, "user.db": {"profiles", "accounts", "seat"}}
"""The databases, each with the tables that exist in all its versions."""

_MARKED = b"This folder is Carlendar's. `carlendar erase` deletes what Carlendar keeps in it.\n"
_LOCKS = {"store.lock", "service.lock"}
_FOLDERS = {PHOTOS, CACHE, VAULT, RUN, TELEMETRY}
_DATABASE = r"(events|user)\.db(-wal|-shm|-journal)?"
_ASIDE = r"(events|user)\.db\.damaged-\d+(-wal|-shm|-journal)?"
_WITHIN = {
    PHOTOS: r"[0-9a-f]{32}\.portrait|\.writing-\w+|tmp\w+",
    VAULT: r"[a-z0-9][a-z0-9._-]{0,79}\.(sealed|damaged)|\.writing-\w+|vault\.key",
    CACHE: r"mesa_shader_cache\w*",
}
"""Patterns of the files that may be deleted in each folder; `tmp…` are temporary files of an earlier version."""


def prepare_folder(folder: Path) -> None:
    """Create the data folder with mode 0700. Raises StoreError if it contains other files (`require_own`), OSError."""
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        require_own(folder)
    if not _is_marked(folder):
        with suppress(OSError):  # with a full disk it is recognised by its names
            _write(folder / MARKER, _MARKED)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def require_own(folder: Path) -> None:
    """Raise StoreError if `folder` exists and is not Carlendar's."""
    if not is_own(folder):
        raise StoreError(f"{folder} contains other files. Set data.folder to a folder for Carlendar only.")


def is_own(folder: Path) -> bool:
    """Whether the folder is Carlendar's, or empty. Raises OSError if it cannot be read."""
    if _is_marked(folder):
        return True
    names = {path.name for path in folder.iterdir()} - {"lost+found"}
    return all(_is_known(name) for name in names) or any(_is_database(folder / name) for name in DATABASES)


def _is_known(name: str) -> bool:
    known = {MARKER, ERASING, *_LOCKS, *_FOLDERS}
    return name in known or bool(re.fullmatch(_DATABASE, name) or re.fullmatch(_ASIDE, name))


def _is_marked(folder: Path) -> bool:
    try:
        facts = (folder / MARKER).lstat()
    except OSError:
        return False
    return stat.S_ISREG(facts.st_mode) and facts.st_uid == os.geteuid()


def _is_database(path: Path) -> bool:
    """Whether the file is one of Carlendar's databases; opens it read-only and does not follow links."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    except (OSError, sqlite3.Error):
        return False
    return DATABASES[path.name] <= {str(name) for (name,) in rows}


# --- erasing -------------------------------------------------------------------------------------


def is_erasing(folder: Path) -> bool:
    """Whether an erase is unfinished; until it is complete, nothing in the folder is read."""
    try:
        return not stat.S_ISDIR((folder / ERASING).lstat().st_mode)
    except OSError:
        return False


def begin_erasing(folder: Path) -> None:
    """Write the erase marker durably: if the erase is interrupted, the next start completes it."""
    mark = folder / ERASING
    try:
        if is_erasing(folder) and not _is_regular(mark):
            mark.unlink()  # a link or a pipe, which cannot be written
        _write(mark, b"")
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):  # a full disk must not prevent an erase
            raise


def _is_regular(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode)


def end_erasing(folder: Path) -> None:
    """Remove the erase marker."""
    (folder / ERASING).unlink(missing_ok=True)
    _sync(folder)


def moved_aside(folder: Path) -> Iterator[Path]:
    """Yield the damaged databases that were moved aside, with their logs."""
    return (path for path in folder.iterdir() if re.fullmatch(_ASIDE, path.name) and _is_file(path))


def links(folder: Path) -> Iterator[Path]:
    """Yield symbolic links with names of Carlendar's, to be removed without touching their targets."""
    return (path for path in folder.iterdir() if path.is_symlink() and _is_known(path.name) and path.name != ERASING)


def kept_in(folder: Path) -> Iterator[Path]:
    """Yield every file in Carlendar's subfolders with a name of Carlendar's; in the cache, folders too."""
    for name, pattern in _WITHIN.items():
        own = folder / name
        if own.is_dir() and not own.is_symlink():
            found = (path for path in own.iterdir() if re.fullmatch(pattern, path.name))
            yield from (path for path in found if name == CACHE or _is_file(path))


def _is_file(path: Path) -> bool:
    """Whether it is not a folder: Carlendar creates no folder with such a name, so it belongs to another program."""
    return not stat.S_ISDIR(path.lstat().st_mode)


def remove(path: Path, *, empty: bool = True) -> None:
    """Delete a file, a link (not its target), or a folder recursively; sockets are kept. Raises OSError.

    With `empty`, files without further hard links are truncated first; no process may have them mapped, because it
    would be killed by SIGBUS.
    """
    try:
        facts = path.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISDIR(facts.st_mode):
        for child in path.iterdir():
            remove(child, empty=empty)
        remove_empty(path)
        return
    if stat.S_ISSOCK(facts.st_mode):
        return  # a running service listens on it
    if empty and stat.S_ISREG(facts.st_mode) and facts.st_nlink == 1:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.ftruncate(descriptor, 0)  # effective even if a process still has it open
        finally:
            os.close(descriptor)
    path.unlink(missing_ok=True)


def remove_empty(folder: Path) -> None:
    """Remove a folder if it is empty. Raises OSError for any failure other than that it is not."""
    if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()


def _write(path: Path, content: bytes) -> None:
    flags = os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Sync the folder's entries to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
