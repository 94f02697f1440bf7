"""The screen's end of the socket: a thread that connects, receives, and reconnects."""

from __future__ import annotations

import logging
import math
import os
import select
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from carlendar.domain.base import Value
from carlendar.domain.ports import ElapsedClock
from carlendar.errors import ChannelError
from carlendar.ipc.messages import Command, Hello, Message, decode, encode
from carlendar.ipc.wire import LineReader, credentials, require_private, same_version

_log = logging.getLogger(__name__)


class ChannelTimeouts(Value, frozen=True):
    """Time-outs in elapsed seconds.

    After `quiet` without a message the service is sent a Hello; if it does not answer within `answer`, it counts
    as frozen and the connection is closed. The delay before reconnecting doubles from `first_retry` to
    `last_retry`. A command that could not be sent within `command` is dropped.
    """

    answer: float = 3.0
    quiet: float = 5.0
    first_retry: float = 0.1
    last_retry: float = 5.0
    command: float = 30.0


class ChannelClient:
    """Maintains the connection to the service at `path`.

    `listener` receives every message, `connected` each change of the connection; both are called from the client's
    thread and should return quickly. A service of another version counts as disconnected.
    """

    def __init__(
        self, path: Path, hello: Hello, listener: Callable[[Message], None], clock: ElapsedClock, *,
        connected: Callable[[bool], None] = lambda _: None, timeouts: ChannelTimeouts | None = None,
    ) -> None:  # fmt: skip
        self._path, self._hello, self._listener, self._clock = path, hello, listener, clock
        self._notify, self._timeouts = connected, timeouts or ChannelTimeouts()
        self._commands: deque[tuple[float, Command]] = deque(maxlen=64)
        self._wake_in, self._wake_out = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="channel-client", daemon=True)
        self._stopping = False
        self._connected = False
        self._retry = self._timeouts.first_retry

    @property
    def connected(self) -> bool:
        """Whether a service of the same version answers."""
        return self._connected

    def start(self) -> None:
        """Start connecting; returns immediately."""
        self._thread.start()

    def send(self, command: Command) -> None:
        """Send now, or once the service is connected; returns immediately. Thread-safe."""
        self._commands.append((self._clock.seconds(), command))
        self._wake()

    def reconnect_now(self) -> None:
        """Connect now, because a service has just been started."""
        self._retry = self._timeouts.first_retry
        self._wake()

    def stop(self) -> None:
        """Stop the thread and close the connection."""
        self._stopping = True
        self._wake()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout=5)

    def _wake(self) -> None:
        with self._closing:
            if self._wake_out >= 0:
                with suppress(BlockingIOError):
                    os.write(self._wake_out, b"x")

    def _run(self) -> None:
        while not self._stopping:
            try:
                with open_channel(self._path, self._timeouts.answer) as connection:
                    self._run_connection(_Connection(connection, self._clock.seconds()))
            except (OSError, ChannelError) as error:
                _log.debug("no connection to the service: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 - a failing listener must not end the thread
                _log.error("a message could not be processed: %s", type(error).__name__)
            self._set_connected(False)
            if not self._stopping:
                self._pause()
        with self._closing:
            os.close(self._wake_in)
            os.close(self._wake_out)
            self._wake_out = -1

    def _run_connection(self, channel: _Connection) -> None:
        channel.ask(self._hello, self._clock.seconds())
        while not self._stopping:
            if self._connected:
                self._send_commands(channel)
            now = self._clock.seconds()
            if channel.asked is not None and now - channel.asked >= self._timeouts.answer:
                raise ChannelError("the service does not answer")
            if channel.asked is None and now - channel.heard >= self._timeouts.quiet:
                channel.ask(self._hello, now)
            due = (
                channel.heard + self._timeouts.quiet if channel.asked is None else channel.asked + self._timeouts.answer
            )
            if self._wait(max(0.0, due - now), channel.connection):
                for line in channel.incoming.receive():
                    self._handle(channel, decode(line))
        if self._connected:
            self._send_commands(channel)

    def _handle(self, channel: _Connection, message: Message) -> None:
        channel.heard = self._clock.seconds()
        if isinstance(message, Hello):
            channel.asked = None
            if not same_version(message, self._hello):
                raise ChannelError("the service is of another version")
            self._retry = self._timeouts.first_retry
            self._set_connected(True)
        self._listener(message)

    def _send_commands(self, channel: _Connection) -> None:
        while self._commands:
            since, command = self._commands.popleft()
            if self._clock.seconds() - since <= self._timeouts.command:
                channel.connection.sendall(encode(command))

    def _set_connected(self, connected: bool) -> None:
        if connected != self._connected:
            self._connected = connected
            self._notify(connected)

    def _pause(self) -> None:
        due = self._clock.seconds() + self._retry
        self._retry = min(self._retry * 2, self._timeouts.last_retry)
        self._wait(max(0.0, due - self._clock.seconds()), None)

    def _wait(self, seconds: float, connection: socket.socket | None) -> bool:
        """Wait for the time-out, a wake-up or data; return True for data."""
        poll = select.poll()
        poll.register(self._wake_in, select.POLLIN)
        if connection is not None:
            poll.register(connection, select.POLLIN)
        ready = {file for file, _ in poll.poll(math.ceil(seconds * 1000))}
        if self._wake_in in ready:
            with suppress(BlockingIOError):
                os.read(self._wake_in, 4096)
        return connection is not None and connection.fileno() in ready


class _Connection:
    """One connection: when a message was last received, and since when an answer to a Hello is pending."""

    def __init__(self, connection: socket.socket, now: float) -> None:
        self.connection = connection
        self.heard = now
        self.asked: float | None = None
        self.incoming = LineReader(connection)

    def ask(self, hello: Hello, now: float) -> None:
        self.connection.sendall(encode(hello))
        self.asked = now


def open_channel(path: Path, timeout: float) -> socket.socket:
    """Connect to a service of the same user; blocking calls time out after `timeout` seconds. Raises OSError.

    A socket in a folder that is writable by others is rejected.
    """
    require_private(path.parent)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect(str(path))
        _require_own(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _require_own(connection: socket.socket) -> None:
    if credentials(connection)[1] != os.getuid():
        raise PermissionError("the socket belongs to another user")
