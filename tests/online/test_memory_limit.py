"""The bound on the browser's memory: by a cgroup where that is delegated, and measured everywhere."""

from __future__ import annotations

import os
from pathlib import Path

from carlendar.online.memory_limit import MemoryMeter, limited_cgroup


def tree(root: Path, path: str, controllers: str) -> Path:
    """A delegated cgroup as the kernel shows it, but for what the kernel adds to new ones."""
    here = root / path.lstrip("/")
    here.mkdir(parents=True)
    (here / "cgroup.controllers").write_text(controllers)
    (here / "cgroup.procs").write_text(f"{os.getpid()}\n")
    own = root / "own"
    own.write_text(f"0::{path}\n")
    return own


def test_a_delegated_cgroup_bounds_the_browser_beside_the_service(tmp_path: Path) -> None:
    own = tree(tmp_path, "/system.slice/carlendar-service.service", "cpu memory pids")
    engine = limited_cgroup(600, tmp_path, own)
    here = tmp_path / "system.slice/carlendar-service.service"
    assert engine == here / "online-engine"
    assert (engine / "memory.max").read_text() == str(600 * 1024 * 1024)
    assert (engine / "memory.swap.max").read_text() == "0"
    assert (here / "service/cgroup.procs").read_text() == str(os.getpid())
    assert (here / "cgroup.subtree_control").read_text() == "+memory"
    own.write_text("0::/system.slice/carlendar-service.service/service\n")
    assert limited_cgroup(700, tmp_path, own) == engine, "the service has moved by then"


def test_without_a_delegated_cgroup_there_is_none(tmp_path: Path) -> None:
    assert limited_cgroup(600, tmp_path, tree(tmp_path, "/a", "cpu pids")) is None
    assert limited_cgroup(600, tmp_path, tmp_path / "missing") is None
    (tmp_path / "v1").write_text("4:memory:/x\n")
    assert limited_cgroup(600, tmp_path, tmp_path / "v1") is None


def test_the_memory_of_a_session_is_measured() -> None:
    meter = MemoryMeter(os.getsid(0))
    whole, private = meter.proportional(), meter.private(find=False)
    assert 5 < private < 1.2 * whole
    assert MemoryMeter(2**30).proportional() == 0
    assert MemoryMeter(os.getsid(0)).private(find=False) == 0, "none was found yet"
