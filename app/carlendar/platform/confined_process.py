"""The parent's side of a confined process: hands requests to it and takes answers within limits.

The process is started when it is first needed, serves one request after another, and is stopped once none has come for
a while: an idle service keeps nothing of it in memory. It inherits no variable of the environment and no open file.
A thread starts it and stays until it has ended, for a process whose parent's thread ends is killed by
PR_SET_PDEATHSIG.
"""

from __future__ import annotations

import os
import queue
import select
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import IO, NoReturn

from carlendar.isolated import FOLDER
from carlendar.platform.confined_worker import HEADER, READY, Ending, WorkLimits

START_SECONDS = 60.0
"""To start, on a machine that is busy."""
IDLE_SECONDS = 5.0
"""Without a request, after which the process is stopped."""
_CHUNK = 65_536
_REASONS: dict[int, str] = {
    Ending.PROCESSOR: "processor time", Ending.MEMORY: "memory", Ending.ANSWER: "size of the answer",
    Ending.CRASH: "a crash",
}  # fmt: skip

Request = Sequence[bytes]
"""Written one after the other."""


class OverrunError(Exception):
    """A request exceeded a limit, which `reason` names, or crashed the process."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the confined process was ended: {reason}")
        self.reason = reason


class NotStartedError(Exception):
    """The process could not be started, or ended before a request was given to it."""


class KilledError(OverrunError):
    """The process was killed from outside while it had a request."""

    def __init__(self) -> None:
        super().__init__(_REASONS[Ending.CRASH])


class _Job(Future[bytes]):
    def __init__(self, request: Request | None) -> None:
        super().__init__()
        self.request = request


class ConfinedProcess:
    """Runs `command`, a program that calls `confined_worker.serve` with the same limits. Safe from any thread."""

    def __init__(
        self,
        command: Sequence[str],
        limits: WorkLimits | None = None,
        *,
        idle: float = IDLE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._command, self._limits, self._idle, self._clock = tuple(command), limits or WorkLimits(), idle, clock
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._waiting = 0
        self.pid = 0
        """Of the process; 0 while there is none."""

    def warm(self) -> None:
        """Start the process now, for a request that will follow; returns at once."""
        self._add(_Job(None))

    def ask(self, request: Request) -> bytes:
        """The answer. Raises OverrunError for a request that exceeded a limit, NotStartedError."""
        return self._add(_Job(request)).result()

    def stop(self) -> None:
        """End the process once its requests are answered. It is started again when it is needed again."""
        with self._lock:
            thread = self._thread
            if thread is not None:
                self._jobs.put(None)
        if thread is not None:
            thread.join()

    def _add(self, job: _Job) -> _Job:
        with self._lock:
            self._waiting += 1
            self._jobs.put(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="confined-process", daemon=True)
                self._thread.start()
        return job

    def _run(self) -> None:
        child: _Child | None = None
        while True:
            try:
                job = self._jobs.get(timeout=self._idle)
            except queue.Empty:
                job = None
            if job is not None:
                child = self._do(job, child)
                continue
            with self._lock:
                if self._waiting:
                    continue
                self._thread = None
                break
        self._end(child)

    def _do(self, job: _Job, child: _Child | None) -> _Child | None:
        """Work on a job; returns the process for the next one. One that was killed meanwhile is started once more."""
        with self._lock:
            self._waiting -= 1
        for last in (False, True):
            try:
                child = child or self._begin()
                answer = b"" if job.request is None else child.exchange(job.request, self._limits)
            except BaseException as error:  # noqa: BLE001 - it is raised in the caller
                self._end(child)
                child = None
                if last or not isinstance(error, KilledError):
                    job.set_exception(error)
                    break
            else:
                job.set_result(answer)
                break
        return child

    def _begin(self) -> _Child:
        child = _Child(self._command, self._clock)
        self.pid = child.pid
        return child

    def _end(self, child: _Child | None) -> None:
        if child is not None:
            child.end()
            self.pid = 0


class _Child:
    """One process, from its start to its end."""

    def __init__(self, command: Sequence[str], clock: Callable[[], float]) -> None:
        self._clock = clock
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
                env={"LC_ALL": "C.UTF-8"}, cwd=FOLDER, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise NotStartedError from error
        self.pid = self._process.pid
        self._into, self._from = _pipe(self._process.stdin), _pipe(self._process.stdout)
        for descriptor in (self._into, self._from):
            os.set_blocking(descriptor, False)
        self._ready = False

    def exchange(self, request: Request, limits: WorkLimits) -> bytes:
        """Write the request and read its answer. Raises OverrunError and NotStartedError; then it must be ended."""
        if not self._ready:
            if self._read(len(READY), self._clock() + START_SECONDS, NotStartedError()) != READY:
                raise NotStartedError
            self._ready = True
        until = self._clock() + limits.seconds
        for part in request:
            self._write(part, until)
        size = int.from_bytes(self._read(HEADER, until), "big")
        if size > limits.answer:
            raise OverrunError(_REASONS[Ending.ANSWER])
        return self._read(size, until)

    def end(self) -> None:
        """Kill it; what it works on dies with it."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def _write(self, data: bytes, until: float) -> None:
        left = memoryview(data)
        while left:
            self._wait(self._into, select.POLLOUT, until)
            try:
                left = left[os.write(self._into, left[:_CHUNK]) :]
            except BlockingIOError:
                continue
            except OSError:
                self._ended()

    def _read(self, count: int, until: float, failure: Exception | None = None) -> bytes:
        data = bytearray()
        while len(data) < count:
            self._wait(self._from, select.POLLIN, until, failure)
            try:
                more = os.read(self._from, min(_CHUNK * 4, count - len(data)))
            except BlockingIOError:
                continue
            if not more:
                if failure is not None:
                    raise failure
                self._ended()
            data += more
        return bytes(data)

    def _wait(self, descriptor: int, event: int, until: float, failure: Exception | None = None) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        if not poll.poll(max(0.0, until - self._clock()) * 1000):
            raise failure or OverrunError("time")

    def _ended(self) -> NoReturn:
        """Raise why the process ended while it had a request."""
        try:
            code = self._process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            code = Ending.CRASH
        if code < 0:
            raise KilledError
        raise OverrunError(_REASONS.get(code, _REASONS[Ending.CRASH]))


def _pipe(stream: IO[bytes] | None) -> int:
    if stream is None:
        raise NotStartedError
    return stream.fileno()
