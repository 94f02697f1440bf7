"""Files that root alone can have written: only these say which car is believed and whose display it is.

A file counts as root's when it, and every folder and symbolic link on the way to it, belongs to root and can be
written by root alone. Then no other user can replace any part of the way, so that what was checked is what is read.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from carlendar.domain.base import Value
from carlendar.errors import SettingsError

LONGEST = 1024 * 1024
"""Bytes of a file."""

MOST_LINKS = 40
"""Symbolic links on the way to a file, as path_resolution(7) has it."""

OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
"""An access control list that lets anybody else write shows in the group's bits (acl(5))."""


OPENED = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
"""How a settings file is opened: without waiting, should a pipe be in its place."""


class NotRootsError(SettingsError):
    """A file, or something on the way to it, that others can write."""


def read_regular(descriptor: int, path: Path) -> bytes:
    """The content of the open file, which is closed. SettingsError for what is no regular file, or too long."""
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise SettingsError(f"{path} is no file")
        content = file.read(LONGEST + 1)
    if len(content) > LONGEST:
        raise SettingsError(f"{path} is too long: more than {LONGEST // 1024} KiB")
    return content


class RootFile(Value, frozen=True):
    """A file by its absolute path. Tests give an `owner` and a `base`, below which the way is checked."""

    path: Path
    owner: int = 0
    base: Path = Path("/")

    def read(self) -> bytes:
        """The content.

        Raises NotRootsError for a file that others can write, SettingsError for one that cannot be used,
        FileNotFoundError where there is none, and OSError where it cannot be read.
        """
        os.lstat(self.path.parent)  # where there is not even a folder, nothing on the way to it matters
        found = self.resolved()
        descriptor = os.open(found, OPENED | os.O_NOFOLLOW)
        self._require(os.fstat(descriptor), found)
        return read_regular(descriptor, self.path)

    def require_socket(self) -> None:
        """Raise NotRootsError unless root's Unix socket is there; who may connect to it is root's decision."""
        try:
            kind = self.resolved(end=stat.S_IFSOCK).lstat().st_mode
        except OSError as error:
            raise NotRootsError(f"{self.path}: {error.strerror}") from error
        if not stat.S_ISSOCK(kind):
            raise NotRootsError(f"{self.path} is not a socket")

    def resolved(self, *, end: int = 0) -> Path:
        """The path without symbolic links, after everything on the way has been checked.

        Something of the type `end` at its end may be writable by others. Raises as `read`.
        """
        at, left, links = self.base, self._below(self.path), 0
        self._require(at.lstat(), at)
        while left:
            name = left.pop(0)
            if name == "..":  # `at` holds no links: its parent is the folder that is meant
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
        writable = status.st_mode & OTHERS_WRITE and not stat.S_ISLNK(status.st_mode)  # of a link they say nothing
        if status.st_uid != self.owner or writable:
            raise self._refusal(at)

    def _refusal(self, at: Path) -> NotRootsError:
        of = "" if at == self.path else f"{self.path}: "
        return NotRootsError(f"{of}{at} must belong to root and be writable by root alone")
