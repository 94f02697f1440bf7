"""A process under measurement: how long to its first frame, how much memory, how much of a core."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

TIMEOUT = 30.0
_PROCESS_CLOCK = 2
"""With the complement of a process's id above it, the clock of its processor time (Linux, posix-timers.h)."""


class Measured:
    """Runs `command` until the end of the block. `ready` is in seconds from the start of the process.

    One that `talks` takes lines by `say` and gives one back by `answer`.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path, *, talks: bool = False
    ) -> None:
        self._command, self._folder = list(command), folder
        self._talks = talks
        self._environment = {"NOTIFY_SOCKET": str(folder / "notify"), **environment}
        self.ready = 0.0

    def __enter__(self) -> Self:
        path = self._folder / "notify"
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
            notified.bind(str(path))
            log = (self._folder / "log").open("wb")
            started = time.monotonic()
            self._process = subprocess.Popen(
                self._command, env=self._environment, stderr=log, start_new_session=True,
                stdout=subprocess.PIPE if self._talks else log, stdin=subprocess.PIPE if self._talks else None,
            )  # fmt: skip
            log.close()
            while b"READY=1" not in self._word(notified, started):
                pass
            self.ready = time.monotonic() - started
        return self

    def _word(self, notified: socket.socket, started: float) -> bytes:
        left = started + TIMEOUT - time.monotonic()
        if left <= 0 or not select.select([notified], [], [], left)[0]:
            self._stop()
            raise SystemExit(f"no first frame within {TIMEOUT:.0f} s: {(self._folder / 'log').read_text()[-2000:]}")
        return notified.recv(4096)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        for sent in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, sent)
                self._process.wait(5)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def say(self, word: str) -> None:
        """Give it a line."""
        assert self._process.stdin is not None, "it does not talk"
        self._process.stdin.write(f"{word}\n".encode())
        self._process.stdin.flush()

    def answer(self) -> str:
        """Its next line; waits for it."""
        assert self._process.stdout is not None, "it does not talk"
        return self._process.stdout.readline().decode()

    @property
    def pid(self) -> int:
        """The process itself."""
        return self._process.pid

    def peak(self, pid: int | None = None) -> float:
        """Peak resident memory so far, MiB."""
        status = Path(f"/proc/{pid or self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def children(self) -> list[int]:
        """The processes that it started."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in listed.split()] or self._by_parent()

    def _by_parent(self) -> list[int]:
        found = []
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = entry.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == self.pid:
                found.append(int(entry.parent.name))
        return found

    def seconds_of_core(self) -> float:
        """Processor time used so far, by all its threads: the process's own clock, in nanoseconds and not in ticks."""
        return time.clock_gettime((~self.pid << 3) | _PROCESS_CLOCK)
