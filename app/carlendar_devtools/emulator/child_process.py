"""What an emulator leaves behind when it is killed: nothing that runs, and no folder after the next start.

Children are started so that the kernel ends them with their parent (PR_SET_PDEATHSIG of prctl(2), by setpriv(1) of
util-linux). A folder is claimed by a lock that ends with its process, so that one without a holder is a leftover.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

CLAIM = "alive"
"""Name of the locked file in a folder that is in use."""


def mortal(command: Sequence[str]) -> tuple[str, ...]:
    """The command, told to end (SIGTERM) when the thread that starts it has; as it is where setpriv is missing."""
    setpriv = shutil.which("setpriv")
    return tuple(command) if setpriv is None else (setpriv, "--pdeathsig", "TERM", "--", *command)


def claim(folder: Path, use: str = "") -> BinaryIO:
    """Mark `folder` as in use until what is returned is closed, or the process ends; `use` says what for."""
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


def sweep(parent: Path, prefix: str) -> int:
    """Delete this user's folders in `parent` that begin with `prefix` and whose claim nobody holds; how many."""
    swept = 0
    for mark in parent.glob(f"{prefix}*/{CLAIM}"):
        with suppress(OSError):  # another's, or gone meanwhile
            if mark.parent.is_symlink() or mark.parent.stat().st_uid != os.getuid():
                continue
            with mark.open("rb") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(mark.parent)
                swept += 1
    return swept
