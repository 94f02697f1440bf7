"""Supervision by the screen process: keeps a service of the same version running and responsive.

It starts the service as a child process if none answers (systemd may run one already), restarts it with back-off,
kills one that is frozen, and replaces one of another version.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from carlendar.domain.base import Value
from carlendar.domain.ports import ElapsedClock
from carlendar.errors import ChannelError
from carlendar.ipc.client import open_channel
from carlendar.ipc.messages import Hello, decode, encode
from carlendar.ipc.wire import LineReader, credentials, same_version
from carlendar.isolated import FOLDER

_log = logging.getLogger(__name__)


class SupervisorPolicy(Value, frozen=True):
    """Seconds. A service is probed every `watch`, must answer with a Hello within `answer`, and must be up within
    `start`; after a time-out the next one has twice as long, up to `longest_start`, as the machine may just be slow.

    A service started by systemd is probed every `absence` until it is up. The restart delay doubles from `first_pause`
    to `longest_pause` and is reset once the service has answered for `steady`. A service is killed if it has not ended
    `end` seconds after the request.
    """

    watch: float = 10.0
    answer: float = 3.0
    start: float = 15.0
    longest_start: float = 120.0
    first_pause: float = 0.2
    longest_pause: float = 30.0
    absence: float = 1.0
    steady: float = 60.0
    end: float = 5.0


class ServiceState(StrEnum):
    """State of the service at the socket."""

    ANSWERS = "answers"
    ABSENT = "absent"
    FROZEN = "frozen"
    OTHER = "other"


class Supervisor:
    """Watches the service at `path` on a separate thread.
    `argv` starts a service; if it is empty, systemd starts it. `on_event` is called from the thread with `started`,
    `died`, `frozen`, `replaced` or `answers`. Never raises; failures are retried.
    """

    def __init__(
        self, argv: Sequence[str], path: Path, hello: Hello, clock: ElapsedClock, *,
        environment: Mapping[str, str] | None = None, policy: SupervisorPolicy | None = None,
        on_event: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._argv, self._path, self._hello, self._clock = list(argv), path, hello, clock
        self._environment, self._policy, self._on_event = environment, policy or SupervisorPolicy(), on_event
        self._child: subprocess.Popen[bytes] | None = None
        self._child_since = 0.0
        self._pause, self._start_limit = self._policy.first_pause, self._policy.start
        self._not_before = 0.0
        self._answers_since: float | None = None
        self._known_pid = 0
        self._wake_in, self._wake_out = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._closing = threading.Lock()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> None:
        """Start watching; returns immediately."""
        self._thread.start()

    def probe_now(self) -> None:
        """Probe now, because the connection was lost; returns immediately. Thread-safe."""
        with self._closing:
            if self._wake_out >= 0:
                with suppress(BlockingIOError):
                    os.write(self._wake_out, b"x")

    def stop(self) -> None:
        """Stop watching and end the child, if there is one. A service that was started elsewhere keeps running."""
        self._stopping = True
        self.probe_now()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            try:
                wait = self._probe_and_react()
            except Exception as error:  # noqa: BLE001 - retried at the next probe
                _log.error("supervision of the service failed: %s", type(error).__name__)
                wait = self._policy.watch
            self._sleep(wait)
        self._end_child()
        with self._closing:
            os.close(self._wake_in)
            os.close(self._wake_out)
            self._wake_out = -1

    def _probe_and_react(self) -> float:
        """Probe once and react; return the seconds until the next probe."""
        self._reap_child()
        state, pid = probe(self._path, self._hello, self._policy.answer)
        # The id of a service that has gone may be another process's by now.
        pid = self._known_pid = 0 if state is ServiceState.ABSENT else pid or self._known_pid
        if state is ServiceState.ANSWERS:
            return self._on_answer()
        self._answers_since = None
        if state is ServiceState.FROZEN:
            self._end_frozen(pid)
        elif state is ServiceState.OTHER:
            self._replace(pid)
        return self._ensure_started()

    def _on_answer(self) -> float:
        now = self._clock.seconds()
        if self._answers_since is None:
            self._answers_since = now
            self._start_limit = self._policy.start
            self._on_event("answers")
        if now - self._answers_since >= self._policy.steady:
            self._pause = self._policy.first_pause
        return self._policy.watch

    def _ensure_started(self) -> float:
        """No service answers: wait for the child to come up, or start one when the delay is over."""
        now = self._clock.seconds()
        if not self._argv:
            return self._policy.absence
        if self._child is not None:
            if now - self._child_since < self._start_limit:
                return 0.05
            self._start_limit = min(self._start_limit * 2, self._policy.longest_start)
            self._on_event("frozen")
            self._end_child()
        if now < self._not_before:
            return self._not_before - now
        self._start_child(now)
        return 0.05

    def _start_child(self, now: float) -> None:
        self._not_before = now + self._pause
        self._pause = min(self._pause * 2, self._policy.longest_pause)
        try:
            # In a session of its own: an interrupt at the terminal goes to the screen process, which ends the child.
            self._child = subprocess.Popen(
                self._argv, env=self._environment, stdin=subprocess.DEVNULL, start_new_session=True, cwd=FOLDER
            )
        except OSError as error:
            _log.error("the service cannot be started: %s", type(error).__name__)
            self._on_event("died")
            return
        self._child_since = now
        self._on_event("started")

    def _reap_child(self) -> None:
        if self._child is not None and self._child.poll() is not None:
            _log.info("the service ended with %s", self._child.returncode)
            self._child = None
            self._on_event("died")

    def _end_frozen(self, pid: int) -> None:
        _log.warning("the service does not answer and is killed")
        self._on_event("frozen")
        _signal(pid, signal.SIGKILL)
        if self._child is not None and self._child.pid == pid:
            self._child.wait()
            self._child = None
        self._await_absence()

    def _replace(self, pid: int) -> None:
        """Wait for the service to exit, as requested by our Hello of another version; terminate it if it does not."""
        self._on_event("replaced")
        for number in (0, signal.SIGTERM, signal.SIGKILL):
            if number:
                _signal(pid, number)
            if self._await_absence():
                return

    def _await_absence(self) -> bool:
        limit = self._clock.seconds() + self._policy.end
        while self._clock.seconds() < limit and not self._stopping:
            self._reap_child()
            if probe(self._path, self._hello, self._policy.answer)[0] in (ServiceState.ABSENT, ServiceState.ANSWERS):
                self._known_pid = 0
                return True
            self._sleep(0.05)
        return False

    def _end_child(self) -> None:
        if self._child is None:
            return
        self._child.terminate()
        self._child.send_signal(signal.SIGCONT)  # a stopped process cannot exit
        try:
            self._child.wait(self._policy.end)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._child = None

    def _sleep(self, seconds: float) -> None:
        """Wait for the time-out, a wake-up, or the child's exit."""
        poll = select.poll()
        poll.register(self._wake_in, select.POLLIN)
        handle = -1
        if self._child is not None and not self._stopping:
            with suppress(OSError):
                handle = os.pidfd_open(self._child.pid)
                poll.register(handle, select.POLLIN)
        try:
            poll.poll(max(1, int(seconds * 1000)))
        finally:
            if handle >= 0:
                os.close(handle)
        with suppress(BlockingIOError):
            os.read(self._wake_in, 4096)


def probe(path: Path, hello: Hello, answer: float) -> tuple[ServiceState, int]:
    """Return the state and process id (0 if none) of the service at the socket; each step takes at most `answer`."""
    try:
        connection = open_channel(path, answer)
    except (TimeoutError, BlockingIOError):  # it listens, but its backlog is full
        return ServiceState.FROZEN, 0
    except OSError:
        return ServiceState.ABSENT, 0
    with connection:
        pid, _ = credentials(connection)
        try:
            connection.sendall(encode(hello))
            lines: list[bytes] = []
            reader = LineReader(connection)
            while not lines:
                lines = reader.receive()
            theirs = decode(lines[0])
        except TimeoutError:
            return ServiceState.FROZEN, pid
        except ChannelError:
            return ServiceState.OTHER, pid
        except OSError:
            return ServiceState.ABSENT, 0
        answers = isinstance(theirs, Hello) and same_version(theirs, hello)
        return (ServiceState.ANSWERS if answers else ServiceState.OTHER), pid


def _signal(pid: int, number: int) -> None:
    if pid > 1:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
