"""Spoken notices by speech-dispatcher, over the Unix socket of its protocol SSIP.

A thread of its own connects when something is to be spoken and disconnects after a minute of silence. Nothing is
started: without a daemon, or without a voice for the language, it is silent.
Source: Speech Synthesis Interface Protocol, `info ssip` (speech-dispatcher 0.11).
"""

from __future__ import annotations

import logging
import os
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from carlendar.domain.base import Value
from carlendar.platform.ssip import CommandRefusedError, SsipConnection, plain, voice_language

IDLE_SECONDS = 60.0
"""Seconds after the last text until the connection is closed."""
RETRY_SECONDS, STARTS_WITHIN = 0.3, 5
"""Seconds between attempts to connect, and how many more there are: a daemon that starts refuses connections at first,
and one that was restarted has closed the one that there was.
"""
WAITING = 3
"""Texts that wait at most; the oldest is dropped for a new one, which matters more."""

_log = logging.getLogger(__name__)


class SpeechLimits(Value, frozen=True):
    """Time limits in seconds. A text takes at most `text` plus `letter` for each of its characters.

    Speech takes about 0.07 s for a letter. Without an audio server speech-dispatcher reports no end at all.
    """

    connect: float = 1.0
    reply: float = 5.0
    text: float = 10.0
    letter: float = 0.2
    idle: float = IDLE_SECONDS


class SpeechDispatcher:
    """`Speech` by the daemon whose socket is `path()`. A lost connection is opened again for a text that had not begun.

    `path` is called for each connection: another session may have another folder.
    """

    def __init__(
        self,
        path: Callable[[], Path | None],
        *,
        limits: SpeechLimits | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path, self._limits, self._seconds = path, limits or SpeechLimits(), seconds
        self._lock = threading.Lock()
        self._texts: deque[tuple[str, str]] = deque(maxlen=WAITING)
        self._cancelled = 0
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._wake: socket.socket | None = None

    def say(self, text: str, language: str) -> None:
        """Speak a plain text after what is being spoken."""
        if not (cleaned := plain(text)):
            return
        with self._lock:
            if self._stopped:
                return
            self._texts.append((cleaned, language))
            if self._thread is None:
                mine, self._wake = socket.socketpair()
                mine.setblocking(False)
                self._thread = threading.Thread(target=self._run, args=(mine,), name="speech", daemon=True)
                self._thread.start()
            else:
                self._notify()

    def cancel(self) -> None:
        """Silence what is being spoken and drop what waits."""
        with self._lock:
            self._texts.clear()
            self._cancelled += 1
            self._notify()

    def stop(self) -> None:
        """Silence everything and end the thread; nothing is spoken any more."""
        with self._lock:
            self._stopped = True
            thread = self._thread
        self.cancel()
        if thread is not None:
            thread.join(self._limits.connect + self._limits.reply)

    # --- the thread ----------------------------------------------------------------------------

    def _notify(self) -> None:
        if self._wake is not None:
            try:
                self._wake.send(b"\0", socket.MSG_DONTWAIT)
            except OSError:  # full: the thread will wake anyway
                return

    def _run(self, wake: socket.socket) -> None:
        """Speak what waits, until nothing has been for the idle time."""
        connection: SsipConnection | None = None
        try:
            while (found := self._next(wake)) is not None:
                text, language, cancelled = found
                connection = self._speak(connection, wake, text, language, cancelled)
        finally:
            wake.close()
            if connection is not None:
                connection.close()

    def _next(self, wake: socket.socket) -> tuple[str, str, int] | None:
        """Wait for the next text; None if the thread is to end."""
        until = self._seconds() + self._limits.idle
        while True:
            with self._lock:
                left = until - self._seconds()
                if self._stopped or (left <= 0 and not self._texts):
                    self._thread = None
                    if self._wake is not None:
                        self._wake.close()
                        self._wake = None
                    return None
                if self._texts:
                    return *self._texts.popleft(), self._cancelled
            select.select([wake], [], [], left)
            _drain(wake)

    def _speak(
        self, connection: SsipConnection | None, wake: socket.socket, text: str, language: str, cancelled: int
    ) -> SsipConnection | None:
        """Speak one text to its end; return the connection to keep, None if it is lost."""
        for pause in (0.0, *[RETRY_SECONDS] * STARTS_WITHIN):
            if pause:
                _drain(wake)
                select.select([wake], [], [], pause)
            begun = False
            try:
                connection = connection or self._connect()
                if connection is None:
                    return None
                voice = voice_language(language, connection.languages)
                if not voice:
                    _log.info("speech: there is no voice for %s", voice_language(language, None))
                    return connection
                if self._cancelled != cancelled:
                    return connection
                message = connection.speak(text, voice)
                begun = True
                self._await_end(connection, wake, message, len(text), cancelled)
            except CommandRefusedError as error:
                _log.info("speech: the daemon refused %s", error)
                return connection
            except OSError as error:
                _log.info("speech: the connection was lost: %s", type(error).__name__)
                if connection is not None:
                    connection.close()
                again = connection is not None or isinstance(error, ConnectionRefusedError)
                connection = None
                if begun or not again or self._cancelled != cancelled:
                    return None
            else:
                return connection
        return None

    def _connect(self) -> SsipConnection | None:
        path = self._path()
        if path is None or not os.path.lexists(path):
            return None
        return SsipConnection(path, self._limits.connect, self._limits.reply, self._seconds)

    def _await_end(
        self, connection: SsipConnection, wake: socket.socket, message: str, letters: int, cancelled: int
    ) -> None:
        """Wait until the text was spoken or cancelled. Raises OSError: TimeoutError if it takes too long."""
        until = self._seconds() + self._limits.text + self._limits.letter * letters
        asked = False
        while not connection.ended(message):
            if self._cancelled != cancelled and not asked:
                asked = True
                connection.cancel()
                until = self._seconds() + self._limits.reply
                continue
            if (left := until - self._seconds()) <= 0:
                connection.cancel()
                raise TimeoutError
            ready, _, _ = select.select((wake.fileno(), connection.fileno()), (), (), left)
            if wake.fileno() in ready:
                _drain(wake)
            if connection.fileno() in ready:
                connection.receive()


def _drain(wake: socket.socket) -> None:
    try:
        while wake.recv(64):
            continue
    except BlockingIOError:
        return


def default_socket() -> Path | None:
    """Return the socket of the user's own daemon; None without a runtime folder."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(folder) / "speech-dispatcher/speechd.sock" if folder.startswith("/") else None
