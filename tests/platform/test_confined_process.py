"""A process that works within limits: what exceeds them costs that request alone, and nothing stays behind."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from carlendar.platform.confined_process import ConfinedProcess, NotStartedError, OverrunError
from carlendar.platform.confined_worker import MEBIBYTE, WorkLimits
from tests.fakes.waiting import wait_until

LIMITS = WorkLimits(memory=64 * MEBIBYTE, processor=1, seconds=20.0, answer=1000)
APP = str(Path(__file__).parents[2] / "app")
PROGRAM = f"""
import os, re, sys
sys.path.insert(0, {APP!r})
from carlendar.platform.confined_worker import WorkLimits, MEBIBYTE, serve

def handle(request):
    what = request.read(1)
    if what == b"m":
        return bytes(len(bytearray(100 * MEBIBYTE)) % 7)
    if what == b"c":
        while True:
            pass
    if what == b"r":
        re.match(r"(a+)+b", "a" * 60)
    if what == b"a":
        return bytes(1001)
    if what == b"x":
        os.abort()
    if what == b"f":
        os.write(os.memfd_create("x"), b"x")
    if what == b"e":
        return repr((sorted(os.environ), sorted(os.listdir("/proc/self/fd")))).encode()
    if what == b"w":
        os.read(0, 1)
    return what + str(os.getppid()).encode()

serve(handle, WorkLimits(memory=64 * MEBIBYTE, processor=1, seconds=20.0, answer=1000))
"""
COMMAND = (sys.executable, "-I", "-c", PROGRAM)
Make = Callable[..., ConfinedProcess]


@pytest.fixture
def make() -> Iterator[Make]:
    """Makes processes that are stopped at the end."""
    made: list[ConfinedProcess] = []

    def one(limits: WorkLimits = LIMITS, idle: float = 30.0) -> ConfinedProcess:
        made.append(ConfinedProcess(COMMAND, limits, idle=idle))
        return made[-1]

    yield one
    for each in made:
        each.stop()


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (b"m", "memory"),
        (b"c", "processor time"),
        (b"r", "processor time"),
        (b"a", "size of the answer"),
        (b"x", "a crash"),
        (b"f", "a crash"),
    ],
)
def test_a_request_beyond_a_limit_ends_itself_alone(make: Make, request_: bytes, reason: str) -> None:
    process = make()
    with pytest.raises(OverrunError) as raised:
        process.ask([request_])
    assert raised.value.reason == reason
    assert process.ask([b"y"]).startswith(b"y")


def test_a_request_that_waits_forever_is_ended_by_the_clock(make: Make) -> None:
    process = make(WorkLimits(seconds=0.3))
    with pytest.raises(OverrunError, match="time"):
        process.ask([b"w"])


def test_one_process_serves_many_requests_and_inherits_nothing(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARLENDAR_SECRET", "x")
    process = make()
    assert process.ask([b"y"]) == process.ask([b"y"]) == b"y%d" % process.pid
    environment, descriptors = ast.literal_eval(process.ask([b"e"]).decode())
    assert environment in (["LC_ALL"], ["LC_ALL", "LC_CTYPE"])
    assert len(descriptors) <= 5


def test_an_idle_process_ends_and_comes_back(make: Make) -> None:
    process = make(idle=0.3)
    process.warm()
    process.ask([b"y"])
    first = process.pid
    wait_until(lambda: process.pid == 0)
    assert not Path(f"/proc/{first}").exists()
    assert process.ask([b"y"]).startswith(b"y")


def test_a_process_that_was_killed_while_idle_costs_no_request(make: Make) -> None:
    process = make()
    process.ask([b"y"])
    os.kill(process.pid, signal.SIGKILL)
    assert process.ask([b"y"]).startswith(b"y")


def test_a_program_that_is_missing_is_no_overrun() -> None:
    for command in (("/nowhere",), (sys.executable, "-I", "-c", "pass")):
        process = ConfinedProcess(command)
        with pytest.raises(NotStartedError):
            process.ask([b"y"])
        process.stop()


def test_it_dies_with_the_process_that_started_it() -> None:
    """Also in the middle of a request, and where that process is killed."""
    script = f"""
import sys, threading, time
sys.path.insert(0, {APP!r})
from carlendar.platform.confined_process import ConfinedProcess
process = ConfinedProcess({COMMAND!r})
process.ask([b"y"])
threading.Thread(target=lambda: process.ask([b"w"]), daemon=True).start()
print(process.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-I", "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        wait_until(lambda: bool(_children(pid)))
        (worker,) = _children(pid)
        parent.kill()
        wait_until(lambda: not _lives(pid) and not _lives(worker))


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _lives(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
