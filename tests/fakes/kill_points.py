"""Kill a program at a chosen step, to show that an interruption at any point loses nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn
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
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _die_at(step, work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as output:
        trace = output.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if status:
        raise AssertionError(f"the process to be killed exited ({status}):\n{trace}")
    return False


def _die_at(step: int, work: Work, writing: int) -> NoReturn:
    """Run in the forked process; does not return."""
    status = 1
    with suppress(BaseException):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(60)  # the parent process waits
        count = 0

        def tick(*_: object) -> None:
            nonlocal count
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

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
