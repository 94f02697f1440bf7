"""A bound on the time that one answer takes in all, from connecting to its last byte.

A socket's own time-out bounds each wait on the peer, not their sum: one that sends a byte now and then, of the headers
or of a proxy's answer too, would hold a request as long as it likes.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Timer, local
from typing import Self

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection


class _Current(local):
    """The deadline of this thread's request."""

    deadline: Deadline | None = None


_CURRENT = _Current()


class Deadline:
    """Ends this thread's connection after so many seconds of its `with` block: a read that waits fails at once."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        """Whether the connection was ended for taking too long."""
        self._find: Callable[[], socket.socket | None] = lambda: None
        self._lock = Lock()
        self._timer = Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        _CURRENT.deadline = self
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        _CURRENT.deadline = None
        self._timer.cancel()
        with self._lock:
            self._find = lambda: None  # the connection is kept for further requests

    def watch(self, find: Callable[[], socket.socket | None]) -> None:
        """The request goes on over the socket that `find` returns."""
        with self._lock:
            self._find = find
            if self.passed:
                _end(find())

    def _expire(self) -> None:
        with self._lock:
            self.passed = True
            _end(self._find())


def pools() -> dict[str, type[urllib3.HTTPConnectionPool]]:
    """Pools of connections that a `Deadline` can end, by scheme."""
    return {"http": _PlainPool, "https": _SecurePool}


def _end(connected: socket.socket | None) -> None:
    if connected is not None:
        with suppress(OSError):
            # Not TLS's own shutdown, which takes the connection's state away from under the thread that reads.
            socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _watch(find: Callable[[], socket.socket | None]) -> None:
    if _CURRENT.deadline is not None:
        _CURRENT.deadline.watch(find)


class _Plain(HTTPConnection):
    def connect(self) -> None:
        _watch(lambda: self.sock)
        super().connect()

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as in urllib3 itself
        connected = self.sock  # the connection forgets it where the answer is its last one
        _watch(lambda: connected)
        return super().getresponse()


class _Secure(HTTPSConnection):
    def connect(self) -> None:
        _watch(lambda: self.sock)
        super().connect()

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as in urllib3 itself
        connected = self.sock
        _watch(lambda: connected)
        return super().getresponse()


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure
