"""One screen process for each display: a second one would show the same meetings and call the same telephone."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from carlendar.errors import DisplayError

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 1.0
"""Seconds for the process before to end: after a restart it may still be on its way out."""
STEP = 0.02


class DisplayLock:
    """`flock` on a file in `folder`, which is made if it is missing; the kernel releases it however the process ends.

    Where nothing can be kept there is no lock: a full or read-only disk must not cost the display.
    """

    def __init__(self, folder: Path, role: str) -> None:
        self._folder, self._name = folder, f"display-{role}.lock"
        self._handle = -1

    def acquire(self, patience: float = PATIENCE) -> None:
        """Take the lock. DisplayError where another process keeps it for `patience` seconds."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
            handle = os.open(self._folder / self._name, flags, 0o600)
        except (OSError, ValueError):
            return
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return
            self._wait_for(handle, time.monotonic() + patience)
            with suppress(OSError):  # it is held, whether or not there is room to say by which process
                os.ftruncate(handle, 0)
                os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
            self._handle, handle = handle, -1
        finally:
            if handle >= 0:
                os.close(handle)

    def release(self) -> None:
        """Let another process show the display."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _wait_for(self, handle: int, limit: float) -> None:
        while not _taken(handle):
            if time.monotonic() >= limit:
                holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
                process = f" (process {holder})" if holder.isdecimal() else ""
                raise DisplayError(f"Carlendar is already running on this display{process}: use or close its window.")
            time.sleep(STEP)


def _taken(handle: int) -> bool:
    """Whether the lock is ours now; so it is on a file system that knows no locks."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
