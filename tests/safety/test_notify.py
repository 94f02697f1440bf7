"""Signs of life for the service manager, over real sockets; and a stopped process ended by one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from carlendar.safety.notify import ServiceNotifier
from tests.fakes.clocks import ManualClock

SCREEN = """
import time
from carlendar.safety.notify import ServiceNotifier

class Clock:
    def seconds(self):
        return time.clock_gettime(time.CLOCK_BOOTTIME)

notifier = ServiceNotifier(Clock())
notifier.ready()
while True:
    notifier.feed()
    time.sleep(notifier.due())
"""


def listening(address: str) -> socket.socket:
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(address)
    manager.settimeout(10.0)
    return manager


def falls_silent(manager: socket.socket) -> bool:
    """Whether nothing comes for as long as the manager allows, after what was under way."""
    for _ in range(3):
        try:
            manager.recv(100)
        except TimeoutError:
            return True
    return False


@pytest.mark.parametrize("abstract", [False, True])
def test_it_speaks_to_both_kinds_of_socket(clock: ManualClock, tmp_path: Path, abstract: bool) -> None:
    path = str(tmp_path / "notify")
    with listening("\0" + path if abstract else path) as manager:
        notifier = ServiceNotifier(
            clock, {"NOTIFY_SOCKET": "@" + path if abstract else path, "WATCHDOG_USEC": "4000000"}
        )
        notifier.ready()
        notifier.feed()
        notifier.stopping()
        assert [manager.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]
        notifier.close()
        notifier.ready()


def test_signs_of_life_are_sent_no_more_often_than_wanted(clock: ManualClock, tmp_path: Path) -> None:
    path = str(tmp_path / "notify")
    with listening(path) as manager:
        notifier = ServiceNotifier(clock, {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "4000000"})
        for _ in range(20):
            notifier.feed()
            clock.now += 0.04
        notifier.close()
        manager.setblocking(False)
        assert [manager.recv(100) for _ in range(7)] == [b"WATCHDOG=1"] * 7
        with pytest.raises(BlockingIOError):
            manager.recv(100)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"NOTIFY_SOCKET": "", "WATCHDOG_USEC": "1000000"},
        {"NOTIFY_SOCKET": "vsock:2:1234", "WATCHDOG_USEC": "1000000"},
        {"NOTIFY_SOCKET": "/nowhere/at/all", "WATCHDOG_USEC": "soon"},
        {"NOTIFY_SOCKET": "/nowhere/at/all", "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"},
    ],
)
def test_where_no_one_listens_or_watches_nothing_happens(clock: ManualClock, environment: dict[str, str]) -> None:
    notifier = ServiceNotifier(clock, environment)
    notifier.ready()
    notifier.feed()
    assert notifier.due() is None
    notifier.close()


def test_s10_a_process_that_is_stopped_as_a_whole_falls_silent_and_can_be_ended(tmp_path: Path) -> None:
    path = str(tmp_path / "notify")
    allowed = 0.6
    with listening(path) as manager:
        environment = {**os.environ, "NOTIFY_SOCKET": path, "WATCHDOG_USEC": str(round(allowed * 1e6))}
        with subprocess.Popen([sys.executable, "-c", SCREEN], env=environment) as process:
            try:
                assert manager.recv(100) == b"READY=1"
                manager.settimeout(allowed)
                assert [manager.recv(100) for _ in range(4)] == [b"WATCHDOG=1"] * 4
                process.send_signal(signal.SIGSTOP)
                assert falls_silent(manager)
            finally:
                process.kill()
            assert process.wait(10) == -signal.SIGKILL
