"""The bound on the browser's memory.

Where the service's cgroup is delegated to it (systemd's `Delegate=memory`), the kernel enforces the bound on the whole
browser. Everywhere its memory is watched too, and a browser beyond the bound is ended by the service: what its
processes have for themselves every second, and the proportional set size, which takes long to measure, now and then.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUP = Path("/proc/self/cgroup")
PROCESSES = Path("/proc")
_MEBIBYTE = 1024 * 1024
_PAGE = os.sysconf("SC_PAGE_SIZE")


def limited_cgroup(megabytes: int, root: Path = CGROUPS, own: Path = OWN_CGROUP) -> Path | None:
    """Make the browser's cgroup below the service's, with the bound; None where that is not delegated.

    The service moves to a cgroup beside it, for one with processes cannot give controllers to those below it
    (cgroups(7), "no internal processes").
    """
    try:
        path = next(line[3:] for line in own.read_text().splitlines() if line.startswith("0::"))
        here = root / path.lstrip("/")
        if here.name == "service":  # moved by an earlier call
            here = here.parent
        if path == "/" or "memory" not in (here / "cgroup.controllers").read_text().split():
            return None
        service, engine = here / "service", here / "online-engine"
        service.mkdir(exist_ok=True)
        for process in (here / "cgroup.procs").read_text().split():
            (service / "cgroup.procs").write_text(process)
        (here / "cgroup.subtree_control").write_text("+memory")
        engine.mkdir(exist_ok=True)
        (engine / "memory.max").write_text(str(megabytes * _MEBIBYTE))
        for name, value in (("memory.swap.max", "0"), ("memory.oom.group", "1")):
            with contextlib.suppress(OSError):  # a kernel without swap
                (engine / name).write_text(value)
    except (OSError, StopIteration):
        return None
    return engine


class MemoryMeter:
    """Measures the memory of the processes of a session, in mebibytes."""

    def __init__(self, session: int) -> None:
        self._session = session
        self._found: list[Path] = []

    def proportional(self) -> float:
        """Return the memory of all processes, with shared pages divided among their users (PSS).

        Takes 40 ms and more: the kernel walks all pages.
        """
        self._find()
        return sum(map(_proportional_kilobytes, self._found)) / 1024

    def private(self, *, find: bool) -> float:
        """Return the memory that the processes share with no file: less than PSS, and read at once.

        Without `find` those count that were found last; finding them takes a few milliseconds.
        """
        if find:
            self._find()
        return sum(map(_private_pages, self._found)) * _PAGE / _MEBIBYTE

    def _find(self) -> None:
        every = (each for each in PROCESSES.iterdir() if each.name.isdecimal())
        self._found = [each for each in every if _session_of(each) == self._session]


def _session_of(process: Path) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int((process / "stat").read_text().rpartition(")")[2].split()[3])
    return 0


def _private_pages(process: Path) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        resident, shared = (process / "statm").read_text().split()[1:3]
        return int(resident) - int(shared)
    return 0


def _proportional_kilobytes(process: Path) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in (process / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    # not readable, as of a process with another user's sandbox: its resident memory, which is more
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in (process / "status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0
