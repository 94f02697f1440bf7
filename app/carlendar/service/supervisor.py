"""Used by the screen process: sees to it that a service of its own version runs and answers.

It starts the service as a child where none answers (systemd may run one already), starts it again with
growing pauses when it dies, ends one that is frozen, and replaces one of another version.
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
    """Seconds. A service is looked at every `watch`, has `answer` for its Hello and `start` to come up; the next one
    has twice as long, up to `longest_start`: on a machine that is that slow it may not have been frozen.

    One that somebody else starts is looked for every `absence`.
    The pause before starting it again doubles from `first_pause` to `longest_pause` and begins anew
    after it has answered for `steady`. One that is asked to end has `end` before it is killed.
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


class Finding(StrEnum):
    """What stands at the socket."""

    ANSWERS = "answers"
    ABSENT = "absent"
    FROZEN = "frozen"
    OTHER = "other"


class Supervisor:
    """Watches the service at `path` from a thread of its own.

    `argv` starts a service; where it is empty none is started, for systemd does that. `told` is called from
    the thread with `started`, `died`, `frozen`, `replaced` or `answers`. Nothing it does raises; what fails is
    tried again.
    """

    def __init__(
        self, argv: Sequence[str], path: Path, hello: Hello, clock: ElapsedClock, *,
        environment: Mapping[str, str] | None = None, care: SupervisorPolicy | None = None,
        told: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._argv, self._path, self._hello, self._clock = list(argv), path, hello, clock
        self._environment, self._care, self._told = environment, care or SupervisorPolicy(), told
        self._child: subprocess.Popen[bytes] | None = None
        self._child_since = 0.0
        self._pause, self._start_limit = self._care.first_pause, self._care.start
        self._not_before = 0.0
        self._answers_since: float | None = None
        self._known_pid = 0
        self._wake_in, self._wake_out = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._closing = threading.Lock()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def look(self) -> None:
        """Look now, for the connection was lost; returns at once, from any thread."""
        with self._closing:
            if self._wake_out >= 0:
                with suppress(BlockingIOError):
                    os.write(self._wake_out, b"x")

    def stop(self) -> None:
        """End the child, if there is one, and the watching. A service that somebody else started goes on."""
        self._stopping = True
        self.look()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            try:
                wait = self._care_for()
            except Exception as error:  # noqa: BLE001 - whatever fails now is tried again
                _log.error("looking after the service failed: %s", type(error).__name__)
                wait = self._care.watch
            self._sleep(wait)
        self._end_child()
        with self._closing:
            os.close(self._wake_in)
            os.close(self._wake_out)
            self._wake_out = -1

    def _care_for(self) -> float:
        """One look and what follows from it; returns the seconds until the next."""
        self._bury()
        finding, pid = probe(self._path, self._hello, self._care.answer)
        pid = self._known_pid = pid or self._known_pid
        if finding is Finding.ANSWERS:
            return self._content()
        self._answers_since = None
        if finding is Finding.FROZEN:
            self._end_frozen(pid)
        elif finding is Finding.OTHER:
            self._replace(pid)
        return self._see_to_one()

    def _content(self) -> float:
        now = self._clock.seconds()
        if self._answers_since is None:
            self._answers_since = now
            self._start_limit = self._care.start
            self._told("answers")
        if now - self._answers_since >= self._care.steady:
            self._pause = self._care.first_pause
        return self._care.watch

    def _see_to_one(self) -> float:
        """Nobody answers: wait for the child that is coming up, or start one when the pause is over."""
        now = self._clock.seconds()
        if not self._argv:
            return self._care.absence
        if self._child is not None:
            if now - self._child_since < self._start_limit:
                return 0.05
            self._start_limit = min(self._start_limit * 2, self._care.longest_start)
            self._told("frozen")
            self._end_child()
        if now < self._not_before:
            return self._not_before - now
        self._start_child(now)
        return 0.05

    def _start_child(self, now: float) -> None:
        self._not_before = now + self._pause
        self._pause = min(self._pause * 2, self._care.longest_pause)
        try:
            # A session of its own: an interrupt at the terminal is the screen's to handle, which ends the child.
            self._child = subprocess.Popen(
                self._argv, env=self._environment, stdin=subprocess.DEVNULL, start_new_session=True, cwd=FOLDER
            )
        except OSError as error:
            _log.error("the service cannot be started: %s", type(error).__name__)
            self._told("died")
            return
        self._child_since = now
        self._told("started")

    def _bury(self) -> None:
        if self._child is not None and self._child.poll() is not None:
            _log.info("the service ended with %s", self._child.returncode)
            self._child = None
            self._told("died")

    def _end_frozen(self, pid: int) -> None:
        _log.warning("the service does not answer and is ended")
        self._told("frozen")
        _signal(pid, signal.SIGKILL)
        if self._child is not None and self._child.pid == pid:
            self._child.wait()
            self._child = None
        self._await_absence()

    def _replace(self, pid: int) -> None:
        """Our Hello has told it to make room; it is helped along when it does not."""
        self._told("replaced")
        for number in (0, signal.SIGTERM, signal.SIGKILL):
            if number:
                _signal(pid, number)
            if self._await_absence():
                return

    def _await_absence(self) -> bool:
        limit = self._clock.seconds() + self._care.end
        while self._clock.seconds() < limit and not self._stopping:
            self._bury()
            if probe(self._path, self._hello, self._care.answer)[0] in (Finding.ABSENT, Finding.ANSWERS):
                return True
            self._sleep(0.05)
        return False

    def _end_child(self) -> None:
        if self._child is None:
            return
        self._child.terminate()
        self._child.send_signal(signal.SIGCONT)  # one that is stopped cannot end
        try:
            self._child.wait(self._care.end)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._child = None

    def _sleep(self, seconds: float) -> None:
        """Wait for the time, a wake-up, or the child's end."""
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


def probe(path: Path, hello: Hello, answer: float) -> tuple[Finding, int]:
    """What stands at the socket, and its process id (0 where nothing does); takes at most `answer` seconds a step."""
    try:
        connection = open_channel(path, answer)
    except (TimeoutError, BlockingIOError):  # it listens, but its queue is full of unanswered connections
        return Finding.FROZEN, 0
    except OSError:
        return Finding.ABSENT, 0
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
            return Finding.FROZEN, pid
        except ChannelError:
            return Finding.OTHER, pid
        except OSError:
            return Finding.ABSENT, 0
        answers = isinstance(theirs, Hello) and same_version(theirs, hello)
        return (Finding.ANSWERS if answers else Finding.OTHER), pid


def _signal(pid: int, number: int) -> None:
    if pid > 1:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
