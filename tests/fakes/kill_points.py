"""Kill a program at a chosen step, to show that an interruption at any point loses nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NoReturn, TextIO
from unittest.mock import patch

Tick = Callable[[], None]
Work = Callable[[Tick], object]
KilledAt = Callable[[int, Work], bool]


def killed_at(step: int, work: Work) -> bool:
    """Run `work` and kill it at its n-th step; return True if it was killed there, False if it finished.

    `work` runs in a forked process that SIGKILLs itself right before its n-th SQL statement, counted over all
    connections that it opens through `sqlite3.connect` (open the stores within `work`). It receives `tick`, to be
    called at further steps between statements: a fake service calls it before and after a request takes effect.
    Changes in memory are lost, so an effect to be checked afterwards must be in a file or a server. To kill it at
    every step:

        steps = 0
        while killed_at(steps + 1, work):
            steps += 1
            ...  # reopen the stores, in this process or in another `work`, and check them

    Raises AssertionError with the traceback if `work` raises.
    """
    count = 0

    def kill() -> None:
        nonlocal count
        count += 1
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)

    child, output = _forked(work, kill)
    with output:
        trace = output.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    _require_success(status, trace)
    return False


def stopped_at_each_step(work: Work) -> Iterator[None]:
    """Run `work` once, and stop it as a whole (SIGSTOP) right before each of its steps, which are those of `killed_at`.

    Whatever it keeps in files is then what a kill at that moment would leave: to be copied before the next step.
    Raises AssertionError with the traceback if `work` raises.
    """
    child, output = _forked(work, lambda: os.kill(os.getpid(), signal.SIGSTOP))
    with output:
        try:
            while os.WIFSTOPPED(status := os.waitpid(child, os.WUNTRACED)[1]):
                yield
                os.kill(child, signal.SIGCONT)
        except BaseException:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise
        _require_success(status, output.read())


def _require_success(status: int, trace: str) -> None:
    if status:
        raise AssertionError(f"the interrupted process exited ({status}):\n{trace}")


def _forked(work: Work, step: Callable[[], None]) -> tuple[int, TextIO]:
    """A forked process that calls `step` before each step of `work`, and what it writes where that raises."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(work, step, writing)
    os.close(writing)
    return child, os.fdopen(reading, encoding="utf-8", errors="replace")


def _run(work: Work, step: Callable[[], None], writing: int) -> NoReturn:
    """Run in the forked process; does not return."""
    status = 1
    with suppress(BaseException):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(60)  # the parent process waits

        def tick(*_: object) -> None:
            step()

        connect = sqlite3.connect

        def watched(*values: Any, **named: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*values, **named)
            connection.set_trace_callback(tick)
            return connection

        try:
            with patch.object(sqlite3, "connect", watched):
                work(tick)
            status = 0
        except BaseException:
            os.write(writing, traceback.format_exc().encode())
            raise
    os._exit(status)
