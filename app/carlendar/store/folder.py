"""The data folder: whose it is, which names in it are Carlendar's, and whether it is being erased.

A folder that Carlendar makes, or finds empty, gets a marker file. One of an earlier version, which has none, is
recognised by its databases or because it holds nothing but names of Carlendar's. In any other folder nothing is
opened and nothing is deleted, and in Carlendar's own nothing but what bears a name of Carlendar's.
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
"""Says that the folder is Carlendar's."""
ERASING = ".erasing"
"""Says that everything in the folder is to be erased and that this is not finished."""
PHOTOS = "photos"
"""Folder of people's pictures within the data folder."""
CACHE = "cache"
"""Folder of the interface's shaders: no personal data, and mapped into the memory of a screen that runs."""
VAULT = "vault"
"""Folder of sealed secrets within the data folder (`carlendar.microsoft.vault`)."""
RUN = "run"
"""Folder of the service's socket within the data folder."""
WRITING = ".writing-"
"""Beginning of the names of files that are being written (as in `carlendar.microsoft.files`)."""

DATABASES = {"events.db": {"calendars", "sources", "events"}, "user.db": {"profiles", "accounts", "seat"}}
"""The databases, each with tables that its every version has."""

_MARKED = b"This folder is Carlendar's. `carlendar erase` deletes what Carlendar keeps in it.\n"
_LOCKS = {"store.lock", "service.lock"}
_FOLDERS = {PHOTOS, CACHE, VAULT, RUN}
_DATABASE = r"(events|user)\.db(-wal|-shm|-journal)?"
_ASIDE = r"(events|user)\.db\.damaged-\d+(-wal|-shm|-journal)?"
_WITHIN = {
    PHOTOS: r"[0-9a-f]{32}\.portrait|\.writing-\w+|tmp\w+",
    VAULT: r"[a-z0-9][a-z0-9._-]{0,79}\.(sealed|damaged)|\.writing-\w+|vault\.key",
    CACHE: r"mesa_shader_cache\w*",
}
"""What may be deleted in each folder; `tmp…` is a picture that an earlier version was writing."""


def prepare_folder(folder: Path) -> None:
    """Make the data folder, for its owner alone (0700). StoreError for one of other files (`require_own`), OSError."""
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        require_own(folder)
    if not _is_marked(folder):
        with suppress(OSError):  # without room it is recognised by its names
            _write(folder / MARKER, _MARKED)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def require_own(folder: Path) -> None:
    """StoreError where `folder` is there and not Carlendar's."""
    if not is_own(folder):
        raise StoreError(
            f"{folder} holds other files and is no folder of Carlendar's: set data.folder to a folder of its own."
        )


def is_own(folder: Path) -> bool:
    """Whether the folder is Carlendar's, or empty. OSError where it cannot be read."""
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
    """Whether it is one of Carlendar's databases; nothing is written, and a link is none."""
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
    """Whether an erase was begun and is not finished: until then nothing of the folder is read."""
    try:
        return not stat.S_ISDIR((folder / ERASING).lstat().st_mode)
    except OSError:
        return False


def begin_erasing(folder: Path) -> None:
    """Promise that everything goes, on the disk when this returns: what interrupts it, the next start finishes."""
    mark = folder / ERASING
    try:
        if is_erasing(folder) and not _is_regular(mark):
            mark.unlink()  # a link or a pipe, which could not be written
        _write(mark, b"")
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):  # a full disk must not keep anything from being erased
            raise


def _is_regular(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode)


def end_erasing(folder: Path) -> None:
    """Everything is gone."""
    (folder / ERASING).unlink(missing_ok=True)
    _sync(folder)


def moved_aside(folder: Path) -> Iterator[Path]:
    """Databases in the folder that were moved aside because they were damaged, with their logs."""
    return (path for path in folder.iterdir() if re.fullmatch(_ASIDE, path.name) and _is_file(path))


def links(folder: Path) -> Iterator[Path]:
    """Symbolic links in the place of what is Carlendar's: they are removed, and what they lead to is not touched."""
    return (path for path in folder.iterdir() if path.is_symlink() and _is_known(path.name) and path.name != ERASING)


def kept_in(folder: Path) -> Iterator[Path]:
    """Every file within Carlendar's own folders that bears a name of Carlendar's; of the cache, folders too."""
    for name, pattern in _WITHIN.items():
        own = folder / name
        if own.is_dir() and not own.is_symlink():
            found = (path for path in own.iterdir() if re.fullmatch(pattern, path.name))
            yield from (path for path in found if name == CACHE or _is_file(path))


def _is_file(path: Path) -> bool:
    """Whether it is anything but a folder: Carlendar makes no folder of that name, so it belongs to another program."""
    return not stat.S_ISDIR(path.lstat().st_mode)


def remove(path: Path, *, empty: bool = True) -> None:
    """Delete a file or link, or a folder with all that is in it; links are not followed, sockets stay.

    Files are emptied first where `empty` is set (no process may have them mapped: one whose mapped file is cut
    off dies of SIGBUS) and no other name leads to them. OSError.
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
        return  # a running service listens at it
    if empty and stat.S_ISREG(facts.st_mode) and facts.st_nlink == 1:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.ftruncate(descriptor, 0)  # also for a process that still has it open
        finally:
            os.close(descriptor)
    path.unlink(missing_ok=True)


def remove_empty(folder: Path) -> None:
    """Remove a folder in which nothing is left; OSError for another reason than that."""
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
    """Bring the folder's own entries to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
