"""Atomic writes of small private files: a temporary file is written and synced, then renamed.

After a power failure a reader finds the old content or the new one. Only the owner can read the files (0600 in a 0700
folder).
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from carlendar.errors import VaultError

TEMPORARY = ".writing-"
"""Prefix of temporary files; one that is left over can be deleted."""


def write_private(path: Path, content: bytes) -> None:
    """Replace `path` by `content` atomically; it is on the disk on return. Raises VaultError if that fails."""
    temporary: str | None = None
    try:
        private_folder(path.parent)
        # Created with mode 0600, and never through a link (O_EXCL).
        descriptor, temporary = tempfile.mkstemp(prefix=TEMPORARY, dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)  # noqa: PTH105 - the function whose promise is atomicity
        sync_folder(path.parent)
    except OSError as error:
        if temporary:
            with suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
        raise VaultError("The sign-in cannot be stored on this machine.", detail=_number(error)) from error


def read_private(path: Path) -> bytes | None:
    """Return the content of `path`, None if there is no such file. Raises VaultError if it cannot be read."""
    try:
        # O_NONBLOCK: opening a pipe in place of the file would block.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise VaultError("The stored sign-in cannot be read.", detail=_number(error)) from error
    try:
        with os.fdopen(descriptor, "rb") as file:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return file.read()
    except OSError as error:
        raise VaultError("The stored sign-in cannot be read.", detail=_number(error)) from error
    raise VaultError("The stored sign-in cannot be read.", detail="no file")


def remove(path: Path) -> None:
    """Remove `path` if it exists. Raises VaultError if that fails."""
    try:
        # A folder in place of a file, or a file in place of the folder, is not Carlendar's and is kept.
        with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            path.unlink()
        if path.parent.is_dir():
            sync_folder(path.parent)
    except OSError as error:
        raise VaultError("The stored sign-in cannot be deleted.", detail=_number(error)) from error


def move_aside(path: Path, to: Path) -> None:
    """Rename `path` to `to`, replacing it if it exists. Raises VaultError if that fails."""
    try:
        path.replace(to)
        sync_folder(path.parent)
    except OSError as error:
        raise VaultError("A damaged file cannot be moved aside.", detail=_number(error)) from error


def private_folder(folder: Path) -> None:
    """Create `folder` with mode 0700 unless it exists. OSError for a link: its target would survive an erase."""
    if folder.is_symlink():
        raise OSError(errno.ELOOP, "the folder of secrets is a link")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if stat.S_IMODE(folder.stat().st_mode) != 0o700:
        folder.chmod(0o700)


def sync_folder(folder: Path) -> None:
    """Sync the folder itself: a rename is not durable before that."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _number(error: OSError) -> str:
    return f"errno {error.errno}"
