"""One service writes: a lock on a file of the data folder, released by the kernel however the process ends."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from carlendar.store.folder import prepare_folder
from carlendar.store.sqlite_errors import unusable


class ServiceLock:
    """`flock` on `service.lock`; the file holds the process id of its holder, for people."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "service.lock"
        self._handle = -1

    def acquire(self, patience: float = 0.0) -> bool:
        """Take the lock, waiting at most `patience` seconds for another service to end; False when it did not.

        StoreError where the folder cannot be used.
        """
        try:
            prepare_folder(self._path.parent)
            handle = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise unusable(self._path.parent, error) from error
        limit = time.monotonic() + patience
        while not _try(handle):
            if time.monotonic() >= limit:
                os.close(handle)
                return False
            time.sleep(0.05)
        with suppress(OSError):  # it is held, whether or not there is room to say by whom
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle
        return True

    def release(self) -> None:
        """Let another service begin."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _try(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
