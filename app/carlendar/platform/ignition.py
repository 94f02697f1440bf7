"""The car's ignition line as a kernel file (GPIO): an input of the head unit, independent of the databroker."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from carlendar.root_file import NotRootsError, RootFile

LONGEST = 16
"""Bytes to read; the kernel writes `0` or `1` and a line end."""
OFF = b"0"


class IgnitionFile:
    """`IgnitionLine` from a file such as `/sys/class/gpio/gpio17/value`: `0` is off, anything else is on.

    A file that cannot be read counts as on, and so does one that is not owned by root or is writable by others.
    With `root_file` the same holds for every folder and link on its path: a link could point to any file of root's
    that contains a 0.
    """

    def __init__(self, path: Path, root_file: RootFile | None = None) -> None:
        self._path, self._root_file = path, root_file

    def off(self) -> bool:
        """Whether the ignition is off. Never raises."""
        with suppress(OSError, NotRootsError):
            path = self._path if self._root_file is None else self._root_file.resolved()
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                status = os.fstat(descriptor)
                trusted = status.st_uid == 0 and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
                return trusted and os.read(descriptor, LONGEST).strip() == OFF
            finally:
                os.close(descriptor)
        return False
