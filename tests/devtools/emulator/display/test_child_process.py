"""An emulator that is killed leaves no process, and its folder is removed at the next start."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from carlendar_devtools.emulator.child_process import CLAIM, UNCLAIMED_SECONDS, claim, in_use, mortal, sweep

PARENT = """
import subprocess, sys, time
from carlendar_devtools.emulator.child_process import mortal
code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
child = subprocess.Popen(mortal([sys.executable, "-c", code]))
time.sleep(60)
"""


def test_a_child_ends_with_a_parent_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        watched = os.pidfd_open(child)
        try:
            parent.kill()
            assert select.select([watched], [], [], 20.0)[0], "the child outlived its parent"
        finally:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(watched, signal.SIGKILL)
            os.close(watched)


def test_the_command_keeps_its_arguments_and_its_exit_code() -> None:
    command = mortal([sys.executable, "-c", "import sys; print(sys.argv[1:]); sys.exit(7)", "--", "a b", "-x"])
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.stdout.strip(), ended.returncode) == ("['--', 'a b', '-x']", 7)


def test_only_folders_that_no_one_holds_are_swept(tmp_path: Path) -> None:
    for name in ("emu-dead", "emu-alive", "emu-unmarked", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "emu-dead" / CLAIM).touch()
    (tmp_path / "other" / CLAIM).touch()
    (tmp_path / "emu-dead" / "events.db").write_text("left over")
    with claim(tmp_path / "emu-alive"):
        assert sweep(tmp_path, "emu-") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["emu-alive", "emu-unmarked", "other"]
    assert sweep(tmp_path, "emu-") == 1
    assert sweep(tmp_path, "emu-", time.time() + 2 * UNCLAIMED_SECONDS) == 1, "made, and never claimed"


def test_an_emulated_cloud_that_was_killed_leaves_nothing_after_the_next_start(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    argv = [sys.executable, "-I", "-m", "carlendar", "emulator", "cloud", "--json"]
    for number in (signal.SIGKILL, signal.SIGTERM):
        with subprocess.Popen(argv, stdout=subprocess.PIPE, env=environment) as cloud:
            assert cloud.stdout is not None
            cloud.stdout.readline()
            assert len(list(tmp_path.iterdir())) == 1, "its own only"
            cloud.send_signal(number)
    assert list(tmp_path.iterdir()) == []


def test_a_use_is_taken_while_another_emulator_claims_it_and_lives(tmp_path: Path) -> None:
    for name in ("emu-1", "emu-2"):
        (tmp_path / name).mkdir()
    assert not in_use(tmp_path, "emu-", "display :1")
    with claim(tmp_path / "emu-1", "display :1"), claim(tmp_path / "emu-2"):
        assert in_use(tmp_path, "emu-", "display :1")
        assert not in_use(tmp_path, "emu-", "display :10")
        assert not in_use(tmp_path, "other-", "display :1")
    assert not in_use(tmp_path, "emu-", "display :1"), "one that was killed holds nothing"
