"""Single-instance lock: a file lock in the data folder, released by the kernel however the process ends."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from carlendar.store.folder import prepare_folder
from carlendar.store.sqlite_errors import unusable


class ServiceLock:
    """`flock` on `service.lock`; the file contains the holder's process id for information."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "service.lock"
        self._handle = -1

    def acquire(self, timeout: float = 0.0) -> bool:
        """Acquire the lock, waiting at most `timeout` seconds for another service to end; return False if it did not.

        Raises StoreError if the folder is unusable.
        """
        try:
            prepare_folder(self._path.parent)
            handle = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise unusable(self._path.parent, error) from error
        limit = time.monotonic() + timeout
        while not _try(handle):
            if time.monotonic() >= limit:
                os.close(handle)
                return False
            time.sleep(0.05)
        with suppress(OSError):  # the lock is held even if the disk is full
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle
        return True

    def release(self) -> None:
        """Release the lock."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _try(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
