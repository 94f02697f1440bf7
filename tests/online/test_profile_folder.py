"""The browser's profile is in memory, private, and never left behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from carlendar.online import profile_folder
from carlendar.online.profile_folder import PREFIX, make_profile, remove_profile
from carlendar.online.protocol_pipe import EngineError
from tests.fakes.waiting import wait_until


@pytest.fixture
def memory(tmp_path: Path) -> tuple[Path, Path]:
    """A folder that counts as a tmpfs, and the table of mounts that says so."""
    folder = tmp_path / "run user"
    folder.mkdir()
    mounts = tmp_path / "mounts"
    escaped = str(folder).replace(" ", "\\040")
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\ntmpfs {escaped} tmpfs rw 0 0\n")
    return folder, mounts


def test_it_is_in_the_users_runtime_folder_for_this_user_alone(memory: tuple[Path, Path]) -> None:
    folder, mounts = memory
    profile = make_profile({"XDG_RUNTIME_DIR": str(folder)}, mounts)
    assert profile.parent == folder
    assert profile.stat().st_mode & 0o777 == 0o700
    remove_profile(profile)
    assert [*folder.iterdir()] == []


def test_a_folder_on_a_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile_folder, "SHARED_MEMORY", tmp_path / "none")
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\n")
    with pytest.raises(EngineError, match="no folder in memory"):
        make_profile({"XDG_RUNTIME_DIR": str(tmp_path)}, mounts)


def test_what_a_killed_service_left_is_removed_with_its_browser(memory: tuple[Path, Path]) -> None:
    folder, mounts = memory
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    left = folder / f"{PREFIX}{gone.pid}-x"
    left.mkdir()
    browser = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", f"--user-data-dir={left}"])
    kept = folder / f"{PREFIX}{os.getpid()}-x"
    kept.mkdir()
    wait_until(lambda: browser.pid in profile_folder.processes_of(left))
    profile = make_profile({"XDG_RUNTIME_DIR": str(folder)}, mounts)
    assert browser.wait(10) < 0
    assert {*folder.iterdir()} == {kept, profile}


def test_it_is_removed_although_a_process_that_ends_still_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    removing, tries = shutil.rmtree, iter((False, False, True))

    def rmtree(path: Path, *, ignore_errors: bool) -> None:
        if next(tries):
            removing(path, ignore_errors=ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", rmtree)
    remove_profile(folder)
    assert not folder.exists()
