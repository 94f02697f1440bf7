"""The supervisor's part of a screen process: sd_notify(3) and its watchdog, as systemd would do it.

A screen that said READY=1 and then not WATCHDOG=1 for `LIMIT` seconds is to be killed: black is safe, the
last frame is not. Silence is counted in the supervisor's own ticks and not by the clock, so a
supervisor that did not get to run itself for a while does not blame the screen for it. Nor does a tick count
during which the screen waited for a processor: on a desktop that does ten other things it is neither frozen
nor blocked. (A car's own supervisor, systemd, is stricter.)
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

LIMIT = 0.5
"""Seconds, by rule S10 of the restriction profile; also `WATCHDOG_USEC` of the screen."""

TICK = 0.04
"""Seconds between two looks."""

TICKS = int(LIMIT / TICK)
"""Looks in a row without a sign of life; never more than `LIMIT`."""

CREDENTIALS = struct.Struct("iII")
"""`struct ucred` of unix(7): process, user and group of the sender."""


class Silence:
    """Counts ticks without a sign of life. Pure."""

    def __init__(self) -> None:
        self._ready = False
        self._ticks = 0

    def reset(self) -> None:
        """A new process: nothing is expected until it is ready."""
        self._ready = False
        self._ticks = 0

    def heard(self, message: str) -> None:
        """One message of the process, its lines as of sd_notify(3)."""
        lines = message.splitlines()
        self._ready = self._ready or "READY=1" in lines
        if "READY=1" in lines or "WATCHDOG=1" in lines:
            self._ticks = 0

    @property
    def ready(self) -> bool:
        """Whether the process is up."""
        return self._ready

    def tick(self, starved: float = 0.0) -> bool:
        """Count one look; true when the process has been silent for too long.

        `starved` is for how many seconds since the last look the process was ready to run and was not let.
        """
        self._ticks += self._ready and starved < TICK / 2
        return self._ticks >= TICKS


class Supervisor:
    """Receives the notifications of one process at a time and calls `silent` when it must be ended."""

    def __init__(self, path: Path, silent: Callable[[], None], ready: Callable[[], None] = lambda: None) -> None:
        self.path = path
        self._silent = silent
        self._on_ready = ready
        self._silence = Silence()
        self._pid = 0
        self._starved = 0.0
        self._socket: socket.socket | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether the watched process has said READY=1."""
        return self._silence.ready

    def start(self) -> None:
        """Listen, and look every `TICK` seconds."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._socket.bind(str(self.path))
        self.path.chmod(0o600)
        self._task = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Watch nothing any more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._socket is not None:
            self._socket.close()
        self.path.unlink(missing_ok=True)

    def watch(self, pid: int) -> None:
        """This process and no other, from now on; 0 for none."""
        self._pid = pid
        self._starved = starvation(pid)
        self._silence.reset()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            was_ready = self._silence.ready
            for pid, message in self._messages():
                if pid == self._pid:
                    self._silence.heard(message)
            if self._silence.ready and not was_ready:
                self._on_ready()
            before, self._starved = self._starved, starvation(self._pid)
            if self._pid and self._silence.tick(self._starved - before):
                self.watch(0)
                self._silent()

    def _messages(self) -> Iterator[tuple[int, str]]:
        """All that has come since the last look, each with the process that sent it, which the kernel vouches for."""
        assert self._socket is not None  # noqa: S101  # `start` made it; said for the type checker
        while True:
            try:
                data, ancillary, _, _ = self._socket.recvmsg(4096, socket.CMSG_SPACE(CREDENTIALS.size))
            except OSError:
                return
            for level, kind, content in ancillary:
                if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
                    yield CREDENTIALS.unpack(content[: CREDENTIALS.size])[0], data.decode("utf-8", "replace")


def starvation(pid: int) -> float:
    """For how many seconds in all threads of a process have waited for a processor; 0.0 where nobody knows.

    All threads, because the one that draws waits for others: for that which holds the interpreter, and for those
    that rasterise where there is no graphics processor.
    The second number of `/proc/PID/task/TID/schedstat`, in nanoseconds (Documentation/scheduler/sched-stats of
    the kernel). Threads that have ended are not in it, so it may fall.
    """
    total = 0.0
    with contextlib.suppress(OSError):
        for task in Path("/proc", str(pid), "task").iterdir():
            with contextlib.suppress(OSError, ValueError, IndexError):
                total += int((task / "schedstat").read_text("ascii").split()[1]) / 1e9
    return total
