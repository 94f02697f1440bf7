"""The service's end of the socket: serves several screens, none of which can block it.

One thread serves all screens with a selector. The outgoing queue of a screen is bounded: one that does not read is
disconnected and may reconnect. Only processes of the same user are served (`SO_PEERCRED`), and only after a Hello;
a Hello of another version is answered with ours, and `replaced` is called.
"""

from __future__ import annotations

import logging
import os
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from carlendar.errors import ChannelError
from carlendar.ipc.messages import LINE_LIMIT, Command, DataChanged, Hello, Message, SyncStatus, decode, encode
from carlendar.ipc.wire import LineReader, credentials, require_private, same_version

OUTGOING_LIMIT = 4 * LINE_LIMIT
"""Maximum number of bytes queued for one screen."""

SCREENS = 16
"""Maximum number of connected screens."""

NOTIFY_EVERY = 0.5
"""Minimum seconds between two notifications of changed events: a synchronisation has one for each batch."""

_EVENTS_CHANGED = DataChanged("events")
_log = logging.getLogger(__name__)


class ChannelServer:
    """Listens on `path` (mode 0600, in a folder of mode 0700) until stopped.

    `command` is called from the server's thread and must return immediately. `greeting` returns the messages that
    a screen receives after the Hello: the current state. `seconds` is a clock that never jumps.
    """

    def __init__(
        self, path: Path, hello: Hello, command: Callable[[Command], None], *,
        greeting: Callable[[], Iterable[Message]] = tuple, replaced: Callable[[], None] = lambda: None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._path, self._hello = path, hello
        self._command, self._greeting, self._replaced, self._seconds = command, greeting, replaced, seconds
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._broadcasts: deque[tuple[Message, bytes]] = deque()
        self._notified_at, self._notification_due = -NOTIFY_EVERY, False
        self._peers: dict[socket.socket, _Peer] = {}
        self._listener: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="channel-server", daemon=True)
        self._stopping = False

    @property
    def screens(self) -> int:
        """Return the number of connected screens."""
        return sum(peer.greeted for peer in tuple(self._peers.values()))

    def start(self) -> None:
        """Start listening. Raises ChannelError if the socket cannot be created."""
        try:
            self._listener = listen(self._path)
        except OSError as error:
            raise ChannelError("The screen cannot be reached.", detail=type(error).__name__) from error
        self._listener.setblocking(False)
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._wake_in, selectors.EVENT_READ)
        self._thread.start()

    def broadcast(self, message: Message) -> None:
        """Send to every connected screen; returns immediately. Thread-safe.

        Notifications of changed events are merged to one every `NOTIFY_EVERY` seconds, and precede a status that
        follows them: "updated now" must not be shown above outdated data.
        """
        self._broadcasts.append((message, encode(message)))
        self._wake()

    def changed(self, what: str) -> None:
        """Notify the screens of changed data; `what` as in `DataChanged`."""
        self.broadcast(DataChanged(what))

    def stop(self) -> None:
        """Send queued data as far as possible without blocking, close, and remove the socket file."""
        self._stopping = True
        self._wake()
        if self._thread.ident is None:
            self._close()
        elif self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout=5)

    def _wake(self) -> None:
        with suppress(
            BlockingIOError, OSError
        ):  # a full pipe wakes as well; a closed one means that the thread has ended
            self._wake_out.send(b"x")

    def _run(self) -> None:
        try:
            while not self._stopping:
                for key, ready in self._selector.select(self._until_notification()):
                    self._serve(key.fileobj, ready)
                self._send_broadcasts()
            self._send_broadcasts()
            self._notify()
        finally:
            self._close()

    def _serve(self, what: object, ready: int) -> None:
        if what is self._listener:
            self._accept()
        elif what is self._wake_in:
            with suppress(BlockingIOError):
                self._wake_in.recv(4096)
        elif isinstance(what, socket.socket) and (peer := self._peers.get(what)) is not None:
            self._exchange(peer, ready)

    def _accept(self) -> None:
        assert self._listener is not None  # noqa: S101 - only called for it
        with suppress(OSError):
            connection, _ = self._listener.accept()
            _, user = credentials(connection)
            if user != os.getuid() or len(self._peers) >= SCREENS:
                connection.close()
                return
            connection.setblocking(False)
            self._peers[connection] = _Peer(connection)
            self._selector.register(connection, selectors.EVENT_READ)

    def _exchange(self, peer: _Peer, ready: int) -> None:
        try:
            if ready & selectors.EVENT_READ:
                for line in peer.incoming.receive():
                    self._handle(peer, decode(line))
            if ready & selectors.EVENT_WRITE:
                peer.flush()
            self._watch(peer)
        except Exception as error:  # noqa: BLE001 - a faulty screen must not affect the others
            self._drop(peer, error)

    def _handle(self, peer: _Peer, message: Message) -> None:
        if isinstance(message, Hello):
            peer.send(encode(self._hello))
            if not same_version(message, self._hello):
                _log.info("a screen of another version connected: exiting")
                self._replaced()
            elif not peer.greeted:
                peer.greeted = True
                for greeting in self._greeting():
                    peer.send(encode(greeting))
        elif isinstance(message, Command) and peer.greeted:
            self._command(message)
        else:
            raise ChannelError("an unexpected message")

    def _send_broadcasts(self) -> None:
        while self._broadcasts:
            message, line = self._broadcasts.popleft()
            if message == _EVENTS_CHANGED:
                self._notification_due = True
                continue
            if isinstance(message, SyncStatus):
                self._notify()
            self._send(line)
        if self._until_notification() == 0:
            self._notify()

    def _until_notification(self) -> float | None:
        """Return the seconds until the next notification of changed events may be sent; None if none is due."""
        return max(0.0, self._notified_at + NOTIFY_EVERY - self._seconds()) if self._notification_due else None

    def _notify(self) -> None:
        if self._notification_due:
            self._notified_at, self._notification_due = self._seconds(), False
            self._send(encode(_EVENTS_CHANGED))

    def _send(self, line: bytes) -> None:
        for peer in [peer for peer in self._peers.values() if peer.greeted]:
            try:
                peer.send(line)
                self._watch(peer)
            except (OSError, ChannelError) as error:
                self._drop(peer, error)

    def _watch(self, peer: _Peer) -> None:
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if peer.outgoing else 0)
        self._selector.modify(peer.connection, wanted)

    def _drop(self, peer: _Peer, error: Exception) -> None:
        _log.info("a screen was disconnected: %s", type(error).__name__)
        del self._peers[peer.connection]
        self._selector.unregister(peer.connection)
        peer.connection.close()

    def _close(self) -> None:
        for peer in self._peers.values():
            peer.connection.close()
        self._peers.clear()
        if self._listener is not None:
            self._path.unlink(missing_ok=True)
            with suppress(OSError):
                self._path.parent.rmdir()  # created for the socket; not empty if something else was put there
            self._listener.close()
        self._wake_in.close()
        self._wake_out.close()
        self._selector.close()


class _Peer:
    """One screen: its incomplete line and its outgoing queue."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.greeted = False
        self.outgoing = bytearray()
        self.incoming = LineReader(connection)

    def send(self, line: bytes) -> None:
        """Send without blocking and queue the rest. Raises ChannelError if the queue is full."""
        if len(self.outgoing) + len(line) > OUTGOING_LIMIT:
            raise ChannelError("a screen does not read")
        self.outgoing += line
        self.flush()

    def flush(self) -> None:
        """Send as much of the queue as possible without blocking."""
        with suppress(BlockingIOError):
            while self.outgoing:
                del self.outgoing[: self.connection.send(self.outgoing)]


def listen(path: Path) -> socket.socket:
    """Return a listening Unix socket accessible to its owner only; replace a stale one. Raises OSError.

    The caller holds the service's lock, which prevents a race between the two steps.
    """
    with suppress(FileExistsError):
        path.parent.mkdir(parents=True, mode=0o700)
    require_private(path.parent)
    if path.is_socket() or path.is_symlink():
        path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(SCREENS)
    except BaseException:
        listener.close()
        raise
    return listener
