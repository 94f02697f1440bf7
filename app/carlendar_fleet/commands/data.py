"""The data folder that the commands work on."""

from __future__ import annotations

from pathlib import Path

from carlendar.errors import UsageError
from carlendar_fleet.folder import DataFolder, default


def located(given: str) -> DataFolder:
    """Return the folder, which may not exist."""
    return DataFolder(Path(given).absolute() if given else default())


def data_folder(given: str) -> DataFolder:
    """Return the folder, which exists afterwards. Raises UsageError."""
    return located(given).prepare()


def existing_folder(given: str) -> DataFolder:
    """Return the folder of a fleet that is there.

    Raises UsageError for another one: what is erased or revoked in a folder that was mistyped would seem to be done.
    """
    folder = located(given)
    if not folder.registry.exists() and not folder.events.exists():
        raise UsageError(
            f"there is no fleet in {folder.root}: start `carlendar fleet up`, or name the folder by --data"
        )
    return folder
