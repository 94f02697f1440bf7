"""The ignition line of the car as a file of the kernel: an input of the head unit, independent of the databroker."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from carlendar.root_file import NotRootsError, RootFile

LONGEST = 16
"""Bytes that are read; the kernel writes `0` or `1` and a line end."""
OFF = b"0"


class IgnitionFile:
    """`IgnitionLine` of a file such as `/sys/class/gpio/gpio17/value`: `0` is off, anything else is on.

    A file that cannot be read counts as on, and so does one that is not root's or that others may write. With `way`
    the same holds for every folder and link on the way to it: a link could lead to any file of root's that holds a 0.
    """

    def __init__(self, path: Path, way: RootFile | None = None) -> None:
        self._path, self._way = path, way

    def off(self) -> bool:
        """As `IgnitionLine`."""
        with suppress(OSError, NotRootsError):
            path = self._path if self._way is None else self._way.resolved()
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                status = os.fstat(descriptor)
                trusted = status.st_uid == 0 and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
                return trusted and os.read(descriptor, LONGEST).strip() == OFF
            finally:
                os.close(descriptor)
        return False
