"""The bound on the browser's memory.

Where the service's cgroup is delegated to it (systemd's `Delegate=memory`), the kernel enforces the bound on the whole
browser. Everywhere the proportional set size is watched too: a browser beyond the bound is ended by the service.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUP = Path("/proc/self/cgroup")
PROCESSES = Path("/proc")
_MEBIBYTE = 1024 * 1024


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


def proportional_megabytes(session: int) -> float:
    """The memory of all processes of a session, shared pages divided among their users (PSS)."""
    kilobytes = 0
    for each in PROCESSES.iterdir():
        if each.name.isdecimal() and _session_of(each) == session:
            kilobytes += _proportional_kilobytes(each)
    return kilobytes / 1024


def _session_of(process: Path) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int((process / "stat").read_text().rpartition(")")[2].split()[3])
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
