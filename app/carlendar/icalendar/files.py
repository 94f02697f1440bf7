"""Calendars in files: one file, or a folder of them, with a fingerprint that shows changes.

A file counts as unchanged if its size, time, inode and device are the same, unless it was written within two seconds
before it was read: a second write might have the same time, so its content is compared (as git does with its index).
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from carlendar.domain.base import Value
from carlendar.errors import FeedError
from carlendar.icalendar.components import LIMIT, too_large

FILES = 20_000
"""Maximum number of files of one folder."""

_log = logging.getLogger(__name__)
_RACY = 2_000_000_000


class Fingerprint(Value, frozen=True):
    """The files' metadata. `newest` is in nanoseconds of the file system's clock.

    `size` is the total size in bytes.
    """

    digest: str
    newest: int
    size: int = 0


def is_folder(path: Path) -> bool:
    """Whether it is a folder; False if it does not exist. Raises FeedError if that cannot be determined."""
    try:
        return path.is_dir()
    except OSError as error:  # no permission, a name that is too long
        raise _unreadable(path, error) from error


def paths(source: Path) -> tuple[Path, ...]:
    """Return the file itself, or the .ics files directly in the folder, by name. Raises FeedError."""
    if not is_folder(source):
        return (source,)
    try:
        found = sorted(
            Path(entry.path)
            for entry in os.scandir(source)
            if entry.name.lower().endswith((".ics", ".ical", ".icalendar")) and not entry.name.startswith(".")
        )
    except OSError as error:
        raise _unreadable(source, error) from error
    if len(found) > FILES:
        raise FeedError(f"{source.name} has more than {FILES} files", key="feed_size")
    return tuple(found)


def fingerprint(files: Iterable[Path]) -> Fingerprint:
    """Return the files' metadata. Raises FeedError if none can be read, or for more than `LIMIT` bytes."""
    seen = hashlib.blake2b(digest_size=16)
    newest, size = 0, 0
    failure: FeedError | None = None
    there = False
    for path in files:
        try:
            status = path.stat()
        except OSError as error:
            failure = failure or _unreadable(path, error)
            seen.update(repr((path.name, type(error).__name__)).encode())
            continue
        if status.st_size > LIMIT:
            failure = failure or too_large()
            seen.update(repr((path.name, status.st_size, status.st_mtime_ns)).encode())
            continue
        there = True
        size += status.st_size
        newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
        seen.update(
            repr(
                (path.name, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            ).encode()
        )
    if failure is not None and not there:
        raise failure
    if size > LIMIT:
        raise too_large()
    return Fingerprint(seen.hexdigest(), newest, size)


def settled(seen: Fingerprint, now: int) -> bool:
    """Whether the same fingerprint will mean the same content; `now` is in nanoseconds since 1970."""
    return seen.newest + _RACY < now


def read(path: Path) -> bytes:
    """Read the file or pipe. Raises FeedError if it cannot be read or is larger than `LIMIT`."""
    try:
        with path.open("rb") as file:
            if stat.S_ISDIR(os.fstat(file.fileno()).st_mode):
                raise IsADirectoryError(str(path))
            data = file.read(LIMIT + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(data) > LIMIT:
        raise too_large()
    return data


def read_all(files: Iterable[Path]) -> list[bytes]:
    """Read all regular files; pipes and devices are skipped.

    Unreadable files are skipped too, unless none can be read (FeedError).
    """
    found: list[bytes] = []
    failure: FeedError | None = None
    for path in files:
        try:
            found += [read(path)] if path.is_file() else []
        except FeedError as error:
            failure = failure or error
            _log.warning("a file of a folder cannot be read: %s", error.detail)
    if failure is not None and not found:
        raise failure
    return found


def _unreadable(path: Path, error: OSError) -> FeedError:
    return FeedError(
        f"{path} cannot be read: {error.strerror or type(error).__name__}", key="feed_file", detail=type(error).__name__
    )
