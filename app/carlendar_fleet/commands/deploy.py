"""`carlendar fleet deploy`: texts that set up the back end in Azure, checked but never tried in a tenant."""

from __future__ import annotations

from pathlib import Path


def run(*, folder: str) -> int:
    """Write the files. Raises UsageError if they cannot be written."""
    from carlendar_fleet.deploy.files import write_deployment

    written = write_deployment(Path(folder))
    print(f"{written} files in {folder}; they were checked here, but never tried in a tenant: read README.md first")
    return 0
