"""The browser's profile: a private folder in memory, of which nothing reaches a disk.

A folder whose service was killed is removed, and its browser ended, when the next one is made.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from carlendar.online.protocol_pipe import EngineError

PREFIX = "carlendar-online-"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # a tmpfs on every Linux with glibc (shm_open(3))
MOUNTS = Path("/proc/self/mounts")
PROCESSES = Path("/proc")
ENDING = 3.0
"""Seconds that killed processes may take to end, on a busy machine."""
_POLL = 0.05


def make_profile(environ: Mapping[str, str], mounts: Path = MOUNTS) -> Path:
    """Make an empty folder in a tmpfs, for this user alone. Raises EngineError if there is no tmpfs."""
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    for folder in (Path(runtime), SHARED_MEMORY) if runtime.startswith("/") else (SHARED_MEMORY,):
        if os.access(folder, os.W_OK) and _is_in_memory(folder, mounts):
            _remove_abandoned(folder)
            return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=folder))
    raise EngineError("there is no folder in memory for the browser", detail="no tmpfs")


def remove_profile(folder: Path) -> None:
    """Remove the folder, also while a process of it is still ending and writes into it. Blocks for `ENDING` at most."""
    until = time.monotonic() + ENDING
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists() or time.monotonic() >= until:
            return
        time.sleep(_POLL)


def processes_of(folder: Path) -> Iterator[int]:
    """The processes of a browser with this profile, its first one included."""
    option = f"--user-data-dir={folder}".encode()
    for each in PROCESSES.iterdir():
        if each.name.isdecimal():
            with contextlib.suppress(OSError):  # it has ended meanwhile
                if option in (each / "cmdline").read_bytes().split(b"\0"):
                    yield int(each.name)


def _is_in_memory(folder: Path, mounts: Path) -> bool:
    """Whether the file system of the folder is a tmpfs: that of the longest mount point above it."""
    real = folder.resolve()
    best, kind = Path(), ""
    for line in mounts.read_text().splitlines():
        point, fstype = line.split(" ")[1:3]
        where = Path(point.encode().decode("unicode_escape"))
        if real.is_relative_to(where) and len(where.parts) >= len(best.parts):
            best, kind = where, fstype
    return kind in ("tmpfs", "ramfs")


def _remove_abandoned(parent: Path) -> None:
    """End the browsers and remove the folders of services that are not there any more."""
    for folder in parent.glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if not owner.isdecimal() or (PROCESSES / owner).exists() or os.geteuid() not in (0, folder.lstat().st_uid):
            continue
        for process in [*processes_of(folder)]:
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
        remove_profile(folder)
