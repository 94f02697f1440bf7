"""Small private files that are whole or not there: written beside, synced, then moved into place.

Whatever moment the power goes, a reader finds the old content or the new one. Nobody but the owner
reads them (0600 in a 0700 folder).
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
"""Beginning of the names of files that are being written; one that is left over is worthless."""


def write_private(path: Path, content: bytes) -> None:
    """Replace `path` by `content` at one stroke, on the disk when it returns. VaultError when it cannot."""
    temporary: str | None = None
    try:
        private_folder(path.parent)
        # Made with mode 0600 and never followed through a link (O_EXCL).
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
    """The content of `path`, None when there is no such file. VaultError when it cannot be read."""
    try:
        # Without waiting: a pipe in the file's place would never let go.
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
    """Remove `path` for good, if it is there. VaultError when it cannot."""
    try:
        # What is of the other kind, a folder for a file or a file for the folder, is another program's: it stays.
        with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            path.unlink()
        if path.parent.is_dir():
            sync_folder(path.parent)
    except OSError as error:
        raise VaultError("The stored sign-in cannot be deleted.", detail=_number(error)) from error


def move_aside(path: Path, to: Path) -> None:
    """Rename `path` to `to`, replacing what is there. VaultError when it cannot."""
    try:
        path.replace(to)
        sync_folder(path.parent)
    except OSError as error:
        raise VaultError("A damaged file cannot be moved aside.", detail=_number(error)) from error


def private_folder(folder: Path) -> None:
    """Make `folder` exist with mode 0700. OSError for a link: what lay behind it would outlive an erase."""
    if folder.is_symlink():
        raise OSError(errno.ELOOP, "the folder of secrets is a link")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if stat.S_IMODE(folder.stat().st_mode) != 0o700:
        folder.chmod(0o700)


def sync_folder(folder: Path) -> None:
    """Bring the folder's own entries to the disk: a rename is not there before that."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _number(error: OSError) -> str:
    return f"errno {error.errno}"
