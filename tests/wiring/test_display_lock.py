"""A display is shown by one process; a second one says so and ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from carlendar.errors import DisplayError
from carlendar.wiring.display_lock import DisplayLock


def test_a_second_process_is_refused_by_name_of_the_first(tmp_path: Path) -> None:
    first = DisplayLock(tmp_path / "cache", "driver")
    first.acquire()
    with pytest.raises(DisplayError, match=rf"^Carlendar is already running on this display \(process {os.getpid()}\)"):
        DisplayLock(tmp_path / "cache", "driver").acquire(0.0)
    DisplayLock(tmp_path / "cache", "passenger").acquire(0.0)
    first.release()
    first.release()
    DisplayLock(tmp_path / "cache", "driver").acquire(0.0)


def test_a_process_that_is_on_its_way_out_is_waited_for(tmp_path: Path) -> None:
    first = DisplayLock(tmp_path, "driver")
    first.acquire()
    threading.Timer(0.1, first.release).start()
    DisplayLock(tmp_path, "driver").acquire(30.0)


def test_a_process_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, signal, sys\n"
        "from carlendar.wiring.display_lock import DisplayLock\n"
        "DisplayLock(pathlib.Path(sys.argv[1]), 'driver').acquire()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert (tmp_path / "display-driver.lock").exists()
    DisplayLock(tmp_path, "driver").acquire(0.0)


@pytest.mark.parametrize("what", ["folder", "pipe", "link", "file in place of the folder"])
def test_whatever_stands_in_its_place_it_does_not_cost_the_display(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "cache"
    path = folder / "display-driver.lock"
    if what == "file in place of the folder":
        folder.touch()
    else:
        folder.mkdir()
    if what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "link":
        path.symlink_to(tmp_path / "elsewhere")
    lock = DisplayLock(folder, "driver")
    lock.acquire(0.0)
    lock.release()
    assert not (tmp_path / "elsewhere").exists()
