"""One screen process for each display: a second one would show the same meetings and call the same telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.errors import DisplayError
from carlendar.store.file_lock import FileLock

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT = 1.0
"""Seconds to wait for the previous process, which may still be ending after a restart."""


class DisplayLock(FileLock):
    """The lock on a file of the role's name in `folder`, which is created if it is missing.

    Without a usable file there is no lock: a full or read-only disk must not cost the display.
    """

    def __init__(self, folder: Path, role: str) -> None:
        super().__init__(folder / f"display-{role}.lock")
        self._folder = folder

    def acquire(self, timeout: float = TIMEOUT) -> bool:
        """Acquire the lock; return False without a usable file. Raises DisplayError if another process holds it."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if super().acquire(timeout):
                return True
        except (OSError, ValueError):
            return False
        process = f" (process {holder})" if (holder := self.holder()) else ""
        raise DisplayError(f"Carlendar is already running on this display{process}: use or close its window.")
