"""Files that only root can have written, which determine the trusted car and whose display it is.

A file counts as root's if it, and every folder and symbolic link on its path, is owned by root and writable by root
only. Then no other user can replace any part of the path, so that the checked file is the one that is read.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from carlendar.domain.base import Value
from carlendar.errors import SettingsError

LONGEST = 1024 * 1024
"""Maximum size of a file in bytes."""

MOST_LINKS = 40
"""Maximum number of symbolic links in a path, as in path_resolution(7)."""

OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
"""Write permission of an access control list appears in the group bits (acl(5))."""


OPENED = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
"""Flags for opening a settings file: does not block on a pipe."""


class NotRootsError(SettingsError):
    """A file, or a part of its path, that others can write."""


def read_regular(descriptor: int, path: Path) -> bytes:
    """Read and close an open file. Raises SettingsError if it is not a regular file or too long."""
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise SettingsError(f"{path} is not a regular file")
        content = file.read(LONGEST + 1)
    if len(content) > LONGEST:
        raise SettingsError(f"{path} is too long: more than {LONGEST // 1024} KiB")
    return content


class RootFile(Value, frozen=True):
    """A file by its absolute path. Tests pass an `owner` and a `base`, below which the path is checked."""

    path: Path
    owner: int = 0
    base: Path = Path("/")

    def read(self) -> bytes:
        """Return the content.

        Raises NotRootsError for a file that others can write, SettingsError for an invalid one, FileNotFoundError if
        it does not exist, and OSError if it cannot be read.
        """
        os.lstat(self.path.parent)  # without the folder, the rest of the path does not matter
        found = self.resolved()
        descriptor = os.open(found, OPENED | os.O_NOFOLLOW)
        self._require(os.fstat(descriptor), found)
        return read_regular(descriptor, self.path)

    def require_socket(self) -> None:
        """Raise NotRootsError unless the path is a Unix socket of root's; its mode is not checked."""
        try:
            kind = self.resolved(end=stat.S_IFSOCK).lstat().st_mode
        except OSError as error:
            raise NotRootsError(f"{self.path}: {error.strerror}") from error
        if not stat.S_ISSOCK(kind):
            raise NotRootsError(f"{self.path} is not a socket")

    def resolved(self, *, end: int = 0) -> Path:
        """Return the path with symbolic links resolved, after checking every part of it.

        The final file may be writable by others if it has the type `end`. Raises like `read`.
        """
        at, left, links = self.base, self._below(self.path), 0
        self._require(at.lstat(), at)
        while left:
            name = left.pop(0)
            if name == "..":  # `at` contains no links, so this is its actual parent
                at = self._within(at.parent)
                continue
            at /= name
            status = at.lstat()
            if left or stat.S_IFMT(status.st_mode) != end:
                self._require(status, at)
            elif status.st_uid != self.owner:
                raise self._refusal(at)
            if stat.S_ISLNK(status.st_mode):
                links += 1
                if links > MOST_LINKS:
                    raise NotRootsError(f"{self.path} leads through too many symbolic links")
                target = at.readlink()
                if target.is_absolute():
                    at, left = self.base, self._below(target) + left
                else:
                    at, left = at.parent, [*target.parts, *left]
        return at

    def _below(self, path: Path) -> list[str]:
        return list(self._within(path).relative_to(self.base).parts)

    def _within(self, path: Path) -> Path:
        if not path.is_absolute() or not path.is_relative_to(self.base):
            of = "" if path == self.path else f"{self.path}: "
            raise NotRootsError(f"{of}{path} is not an absolute path below {self.base}")
        return path

    def _require(self, status: os.stat_result, at: Path) -> None:
        writable = status.st_mode & OTHERS_WRITE and not stat.S_ISLNK(
            status.st_mode
        )  # the mode of a link is meaningless
        if status.st_uid != self.owner or writable:
            raise self._refusal(at)

    def _refusal(self, at: Path) -> NotRootsError:
        of = "" if at == self.path else f"{self.path}: "
        return NotRootsError(f"{of}{at} must be owned by root and writable by root only")
