"""Calendars in files: one file, or a folder of them. Whether they changed is told by a look at them.

A file whose size, time, inode and device are as they were counts as unchanged, unless it was written
within two seconds of the reading: then a second writing might show the same time, and its content is
compared (as git does with its index).
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from app.domain.value import value
from app.errors import FeedError
from app.feeds.text import LIMIT, too_large

FILES = 20_000
"""Files of one folder that are read."""

_RACY = 2_000_000_000


@value
class Glance:
    """What is seen of the files without reading them. `newest` is in nanoseconds of the file system's clock."""

    digest: str
    newest: int


def is_folder(path: Path) -> bool:
    """Whether it is a folder; no for what is not there. FeedError where that may not be known, or never could be."""
    try:
        return path.is_dir()
    except OSError as error:  # no permission, a name that is too long
        raise _unreadable(path, error) from error


def paths(source: Path) -> tuple[Path, ...]:
    """The file itself, or the folder's own .ics files by name. Raises FeedError."""
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


def glance(files: Iterable[Path]) -> Glance:
    """A look at the files. Raises FeedError for one that is not there, and for more than `LIMIT` bytes."""
    seen = hashlib.blake2b(digest_size=16)
    newest, size = 0, 0
    for path in files:
        try:
            status = path.stat()
        except OSError as error:
            raise _unreadable(path, error) from error
        size += status.st_size
        newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
        seen.update(
            repr(
                (path.name, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            ).encode()
        )
    if size > LIMIT:
        raise too_large()
    return Glance(seen.hexdigest(), newest)


def settled(seen: Glance, now: int) -> bool:
    """Whether the same glance will mean the same content; `now` is in nanoseconds since 1970."""
    return seen.newest + _RACY < now


def read(path: Path) -> bytes:
    """The file's bytes, of a pipe too. Raises FeedError for one that cannot be read or is beyond `LIMIT`."""
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
    """Each regular file's bytes; a pipe or a device that lies between them is passed over. Raises FeedError."""
    return [read(path) for path in files if path.is_file()]


def _unreadable(path: Path, error: OSError) -> FeedError:
    return FeedError(f"{path} cannot be read", key="feed_file", detail=type(error).__name__)
