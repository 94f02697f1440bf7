"""The data folder that the commands work on."""

from __future__ import annotations

from pathlib import Path

from carlendar_fleet.folder import DataFolder, default


def data_folder(given: str) -> DataFolder:
    """Return the folder, which exists afterwards. Raises UsageError."""
    return DataFolder(Path(given).absolute() if given else default()).prepare()
