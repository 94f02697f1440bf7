"""The supervisor's part of a screen process: sd_notify(3) and its watchdog, as systemd would do it.

A screen that sent READY=1 and then no WATCHDOG=1 for `LIMIT` seconds is to be killed: black is safe, the
last frame is not. Silence is counted in the supervisor's own ticks and not by the clock, so a
supervisor that did not get to run itself for a while does not blame the screen for it. Nor does a tick count
during which the screen waited for a processor: on a desktop that does ten other things it is neither frozen
nor blocked. A screen that computes all the while has `BUSY` seconds: without a graphics processor its own
threads rasterise, and compile what they rasterise with. (A car's own supervisor, systemd, is stricter.)
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from carlendar_devtools.emulator import tasks

LIMIT = 0.5
"""Seconds, by rule S10 of the restriction profile; also `WATCHDOG_USEC` of the screen."""

TICK = 0.04
"""Seconds between two looks."""

TICKS = int(LIMIT / TICK)
"""Looks in a row without a sign of life; never more than `LIMIT`."""

BUSY = 2.0
"""Seconds for a screen that computes without a sign of life; a frozen or waiting one has `LIMIT`."""

BUSY_TICKS = int(BUSY / TICK)

STOPPING = 5.0
"""Seconds for a screen to exit after STOPPING=1, like `TimeoutStopSec` of its unit, without watchdog notifications."""

STOPPING_TICKS = int(STOPPING / TICK)

CREDENTIALS = struct.Struct("iII")
"""`struct ucred` of unix(7): process, user and group of the sender."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Seconds that the threads of a process ran, and that they waited for a processor."""

    ran: float
    waited: float

    def __sub__(self, before: Scheduled) -> Scheduled:
        """What came to pass since."""
        return Scheduled(self.ran - before.ran, self.waited - before.waited)


class Silence:
    """Counts ticks without a sign of life. Pure."""

    def __init__(self) -> None:
        self._ready = False
        self._ticks = 0
        self._busy = 0
        self._stopping = False

    def reset(self) -> None:
        """A new process: nothing is expected until it is ready."""
        self._ready = self._stopping = False
        self._ticks = self._busy = 0

    def expect_nothing(self) -> None:
        """The process is not watched any more."""
        self._ready = False

    def heard(self, message: str) -> None:
        """One message of the process, its lines as of sd_notify(3)."""
        lines = message.splitlines()
        if "STOPPING=1" in lines and not self._stopping:
            self._stopping = True
            self._ticks = self._busy = 0
        self._ready = self._ready or "READY=1" in lines
        if not self._stopping and ("READY=1" in lines or "WATCHDOG=1" in lines):
            self._ticks = self._busy = 0

    @property
    def ready(self) -> bool:
        """Whether the process is up."""
        return self._ready

    @property
    def stopping(self) -> bool:
        """Whether the process announced its end."""
        return self._stopping

    def tick(self, starved: float = 0.0, ran: float = 0.0) -> bool:
        """Count one look; true when the process has been silent, or has been ending, for too long.

        Since the last look it was ready to run and was not let for `starved` seconds, and it computed for `ran`.
        """
        if self._stopping:
            self._ticks += 1
            return self._ticks >= STOPPING_TICKS
        if self._ready and starved < TICK / 2:
            computed = ran >= TICK / 2
            self._busy += computed
            self._ticks += not computed
        return self._ticks >= TICKS or self._ticks + self._busy >= BUSY_TICKS


class ProcessSupervisor:
    """Receives the notifications of one process at a time and calls `silent` when it must be ended."""

    def __init__(self, path: Path, silent: Callable[[], None], ready: Callable[[], None] = lambda: None) -> None:
        self.path = path
        self._silent = silent
        self._on_ready = ready
        self._silence = Silence()
        self._pid = 0
        self._scheduled = Scheduled(0.0, 0.0)
        self._socket: socket.socket | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether the watched process has sent READY=1."""
        return self._silence.ready

    @property
    def stopping(self) -> bool:
        """Whether the watched process announced its end; its last messages are read for that."""
        self._hear()
        return self._silence.stopping

    def start(self) -> None:
        """Listen, and look every `TICK` seconds."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._socket.bind(str(self.path))
        self.path.chmod(0o600)
        self._task = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Watch nothing any more."""
        await tasks.end(self._task)
        if self._socket is not None:
            self._socket.close()
        self.path.unlink(missing_ok=True)

    def watch(self, pid: int) -> None:
        """Watch this process from now on; 0 for none, after which `stopping` refers to the last one."""
        self._pid = pid
        self._scheduled = scheduled(pid)
        self._silence.expect_nothing()
        if pid:
            self._silence.reset()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            was_ready = self._silence.ready
            self._hear()
            if self._silence.ready and not was_ready:
                self._on_ready()
            before, self._scheduled = self._scheduled, scheduled(self._pid)
            since = self._scheduled - before
            if self._pid and self._silence.tick(since.waited, since.ran):
                self.watch(0)
                self._silent()

    def _hear(self) -> None:
        for pid, message in self._messages():
            if pid == self._pid:
                self._silence.heard(message)

    def _messages(self) -> Iterator[tuple[int, str]]:
        """All that has come since the last look, each with the process that sent it, which the kernel vouches for."""
        assert self._socket is not None  # noqa: S101  # `start` made it; for the type checker
        while True:
            try:
                data, ancillary, _, _ = self._socket.recvmsg(4096, socket.CMSG_SPACE(CREDENTIALS.size))
            except OSError:
                return
            for level, kind, content in ancillary:
                if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
                    yield CREDENTIALS.unpack(content[: CREDENTIALS.size])[0], data.decode("utf-8", "replace")


def scheduled(pid: int) -> Scheduled:
    """Return the seconds that all threads of a process ran or waited to run; 0.0 if unknown.

    All threads, because the one that draws waits for others: for that which holds the interpreter, and for those
    that rasterise where there is no graphics processor.
    The first two numbers of `/proc/PID/task/TID/schedstat`, in nanoseconds (Documentation/scheduler/sched-stats of
    the kernel). Threads that have ended are not in it, so they may fall.
    """
    ran = waited = 0.0
    with contextlib.suppress(OSError):
        for task in Path("/proc", str(pid), "task").iterdir():
            with contextlib.suppress(OSError, ValueError, IndexError):
                numbers = (task / "schedstat").read_text("ascii").split()
                ran, waited = ran + int(numbers[0]) / 1e9, waited + int(numbers[1]) / 1e9
    return Scheduled(ran, waited)
