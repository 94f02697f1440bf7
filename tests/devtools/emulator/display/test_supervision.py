"""The watchdog counts its own looks, and hears only the process that it watches."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from pathlib import Path

from carlendar_devtools.emulator.supervision import (
    BUSY_TICKS,
    LIMIT,
    STOPPING_TICKS,
    TICK,
    TICKS,
    ProcessSupervisor,
    Scheduled,
    Silence,
    scheduled,
)
from tests.fakes.waiting import wait_until_async


def test_the_looks_never_last_longer_than_the_limit() -> None:
    assert LIMIT - 2 * TICK < TICKS * TICK <= LIMIT


def test_nothing_is_expected_before_ready_and_every_sign_of_life_counts_anew() -> None:
    silence = Silence()
    assert not any(silence.tick() for _ in range(10 * TICKS))
    silence.heard("STATUS=drawing\nREADY=1")
    assert [silence.tick() for _ in range(TICKS)] == [False] * (TICKS - 1) + [True]
    silence.heard("WATCHDOG=1")
    assert not any(silence.tick() for _ in range(TICKS - 1))
    silence.heard("STATUS=still drawing")
    assert silence.tick()


def test_a_screen_that_waits_for_a_processor_is_not_silent() -> None:
    silence = Silence()
    silence.heard("READY=1")
    assert not any(silence.tick(starved=TICK) for _ in range(10 * TICKS))
    assert [silence.tick(starved=0.001) for _ in range(TICKS)][-1]


def test_a_screen_that_computes_has_longer_than_one_that_is_frozen() -> None:
    silence = Silence()
    silence.heard("READY=1")
    assert [silence.tick(ran=TICK) for _ in range(BUSY_TICKS)] == [False] * (BUSY_TICKS - 1) + [True]
    silence.heard("WATCHDOG=1")
    assert not any(silence.tick(ran=TICK) for _ in range(TICKS))
    assert [silence.tick(ran=0.001) for _ in range(TICKS)] == [False] * (TICKS - 1) + [True]


def test_a_screen_that_announced_its_end_owes_no_sign_of_life_but_has_to_end() -> None:
    silence = Silence()
    silence.heard("READY=1")
    assert not any(silence.tick() for _ in range(TICKS - 1))
    silence.heard("STATUS=closing\nSTOPPING=1")
    assert silence.stopping
    silence.heard("WATCHDOG=1")
    assert [silence.tick(starved=TICK) for _ in range(STOPPING_TICKS)] == [False] * (STOPPING_TICKS - 1) + [True]


def test_how_long_a_process_ran_and_waited_is_the_kernels_word() -> None:
    schedule = scheduled(os.getpid())
    assert schedule.ran > 0.0
    assert schedule.waited >= 0.0
    assert scheduled(0) == Scheduled(0.0, 0.0)


def test_a_supervisor_that_was_starved_itself_does_not_blame_the_screen(tmp_path: Path) -> None:
    async def run() -> None:
        ended: list[float] = []
        supervisor = ProcessSupervisor(tmp_path / "n", lambda: ended.append(time.monotonic()))
        supervisor.start()
        supervisor.watch(os.getpid())
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as screen:
            screen.connect(str(tmp_path / "n"))
            screen.send(b"READY=1")
            await wait_until_async(lambda: supervisor.ready)
            time.sleep(3 * LIMIT)  # noqa: ASYNC251  # the loop is to be kept from running
            screen.send(b"WATCHDOG=1")
            await asyncio.sleep(2 * TICK)
            assert ended == []
            await wait_until_async(lambda: len(ended) == 1)
        await supervisor.stop()

    asyncio.run(run())


def test_signs_of_life_of_another_process_do_not_count(tmp_path: Path) -> None:
    feeder = """
import os, socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect(sys.argv[1])
while True:
    s.send(b"WATCHDOG=1")
    time.sleep(0.02)
"""

    async def run() -> None:
        ended: list[int] = []
        supervisor = ProcessSupervisor(tmp_path / "n", lambda: ended.append(1))
        supervisor.start()
        supervisor.watch(os.getpid())
        other = await asyncio.create_subprocess_exec(sys.executable, "-c", feeder, str(tmp_path / "n"))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as screen:
            screen.connect(str(tmp_path / "n"))
            screen.send(b"READY=1")
            await wait_until_async(lambda: ended == [1])
        assert other.returncode is None
        other.kill()
        await other.wait()
        await supervisor.stop()

    asyncio.run(run())
