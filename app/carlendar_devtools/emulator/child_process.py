"""Ensures that a killed emulator leaves no process, and no folder after the next start.

Child processes are started so that the kernel ends them with their parent (PR_SET_PDEATHSIG of prctl(2), by setpriv(1)
of util-linux). A temporary folder is claimed by a lock that ends with its process, so a folder without a holder can be
deleted.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

CLAIM = "alive"
"""Name of the locked file in a folder that is in use."""
UNCLAIMED_SECONDS = 86_400.0
"""After which a folder without that file is a leftover: it was made and not claimed, or by an earlier version."""


def mortal(command: Sequence[str]) -> tuple[str, ...]:
    """Return a command that receives SIGTERM when its parent thread ends; unchanged if setpriv is missing."""
    setpriv = shutil.which("setpriv")
    return tuple(command) if setpriv is None else (setpriv, "--pdeathsig", "TERM", "--", *command)


def claim(folder: Path, use: str = "") -> BinaryIO:
    """Mark `folder` as in use, for `use`, until the returned object is closed or the process ends."""
    held = (folder / CLAIM).open("wb")
    fcntl.flock(held, fcntl.LOCK_EX)
    held.write(use.encode())
    held.flush()
    return held


def in_use(parent: Path, prefix: str, use: str) -> bool:
    """Whether another folder of this user, of those in `parent` that begin with `prefix`, is claimed for that use."""
    for mark in parent.glob(f"{prefix}*/{CLAIM}"):
        with suppress(OSError):
            if mark.stat().st_uid != os.getuid() or mark.read_text("utf-8", "replace") != use:
                continue
            with mark.open("rb") as held:
                try:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return True
    return False


@contextmanager
def scratch(prefix: str) -> Iterator[Path]:
    """Create a temporary folder that is removed at the end; folders of killed processes are removed now."""
    sweep(Path(tempfile.gettempdir()), prefix)
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name, claim(Path(name)):
        yield Path(name)


def sweep(parent: Path, prefix: str, now: float | None = None) -> int:
    """Delete this user's folders in `parent` that begin with `prefix` and are not in use; returns how many.

    `now` is in seconds since 1970, the system's time by default.
    """
    before = (time.time() if now is None else now) - UNCLAIMED_SECONDS
    swept = 0
    for folder in parent.glob(f"{prefix}*"):
        with suppress(OSError):  # not ours, or deleted in the meantime
            status = folder.lstat()
            if folder.is_symlink() or not folder.is_dir() or status.st_uid != os.getuid():
                continue
            if (folder / CLAIM).exists():
                with (folder / CLAIM).open("rb") as held:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder)
            elif status.st_mtime < before:
                shutil.rmtree(folder)
            else:
                continue
            swept += 1
    return swept
