"""The ignition line of the car as a file of the kernel: an input of the head unit, independent of the databroker."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

LONGEST = 16
"""Bytes that are read; the kernel writes `0` or `1` and a line end."""
OFF = b"0"


class IgnitionFile:
    """`IgnitionLine` of a file such as `/sys/class/gpio/gpio17/value`: `0` is off, anything else is on.

    A file that cannot be read counts as on, and so does one that is not root's or that others may write.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def off(self) -> bool:
        """As `IgnitionLine`."""
        with suppress(OSError):
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                status = os.fstat(descriptor)
                trusted = status.st_uid == 0 and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
                return trusted and os.read(descriptor, LONGEST).strip() == OFF
            finally:
                os.close(descriptor)
        return False
