"""Single-instance lock of the service, in the data folder."""

from __future__ import annotations

from pathlib import Path

from carlendar.store.file_lock import FileLock
from carlendar.store.folder import prepare_folder
from carlendar.store.sqlite_errors import unusable


class ServiceLock(FileLock):
    """The lock on `service.lock` of a data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "service.lock")
        self._folder = folder

    def acquire(self, timeout: float = 0.0) -> bool:
        """Acquire the lock as `FileLock` does. Raises StoreError if the folder is unusable."""
        try:
            prepare_folder(self._folder)
            return super().acquire(timeout)
        except OSError as error:
            raise unusable(self._folder, error) from error
