"""Small private files that are replaced as a whole, so that a power cut leaves the old content or the new one."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = "telemetry"
"""The subfolder of the data folder."""
LONGEST = 1024 * 1024
WRITING = ".writing-"


def write_private(path: Path, content: bytes) -> None:
    """Replace a file durably; mode 0600. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(WRITING + path.name)
    descriptor = os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_private(path: Path) -> bytes | None:
    """Return the content of a regular file, never through a link; None if there is none or it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(LONGEST)
    except OSError:
        return None
