"""A lock between processes: `flock` on a file, which the kernel releases however the process ends."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from contextlib import suppress
from pathlib import Path

RETRY = 0.02
"""Seconds between two attempts."""


class FileLock:
    """Holds `path` locked. The file contains the holder's process id, for information."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = -1

    def acquire(self, timeout: float = 0.0) -> bool:
        """Acquire the lock, waiting at most `timeout` seconds for its holder; return False if it was not released.

        Raises OSError if the file cannot be used, or is not a regular file.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        handle = os.open(self._path, flags, 0o600)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError("not a regular file")
            limit = time.monotonic() + timeout
            while not _locked(handle):
                if time.monotonic() >= limit:
                    return False
                time.sleep(RETRY)
            with suppress(OSError):  # the lock is held even if the disk is full
                os.ftruncate(handle, 0)
                os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
            self._handle, handle = handle, -1
            return True
        finally:
            if handle >= 0:
                os.close(handle)

    def holder(self) -> str:
        """Return the process id of the holder; empty if unknown."""
        try:
            text = self._path.read_bytes()[:20].decode("ascii", "replace").strip()
        except OSError:
            return ""
        return text if text.isdecimal() else ""

    def release(self) -> None:
        """Release the lock."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
