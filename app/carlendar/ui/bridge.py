"""Passes calls from worker threads to the UI thread."""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Bridge:
    """Accepts calls from any thread and executes them, in order, on the thread that drains it.

    A sleeping loop waits on `fileno()`, which is readable while calls are pending. Uses two file descriptors until
    `close`; calls posted after that are dropped.
    """

    def __init__(self) -> None:
        self._read, self._write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._lock = threading.Lock()
        self._calls: deque[Callable[[], None]] = deque()
        self._merged: set[int] = set()
        self._rung = False
        self._closed = False

    def fileno(self) -> int:
        """Return the descriptor that is readable while calls are pending."""
        return self._read

    def post(self, function: Callable[..., None], *arguments: Any) -> None:
        """Call `function` on the UI thread, after everything posted before."""
        self._put(lambda: function(*arguments))

    def merged(self, function: Callable[[], None]) -> Callable[[], None]:
        """Return a callable for any thread that runs `function` once per drain, however often it is called."""
        mark = id(function)

        def run() -> None:
            with self._lock:
                self._merged.discard(mark)
            function()

        def call() -> None:
            with self._lock:
                if mark in self._merged:
                    return
                self._merged.add(mark)
            self._put(run)

        return call

    def wake(self) -> None:
        """Wake the loop without a call."""
        with self._lock:
            self._ring()

    def drain(self) -> bool:
        """Execute all calls posted before this one; return whether there was a call or a wake."""
        with self._lock:
            calls, self._calls = self._calls, deque()
            woken, self._rung = self._rung, False
            if woken and not self._closed:
                os.read(self._read, 64)
        for call in calls:
            call()
        return woken

    def close(self) -> None:
        """Release the pipe."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._calls.clear()
                os.close(self._read)
                os.close(self._write)

    def _put(self, call: Callable[[], None]) -> None:
        with self._lock:
            if not self._closed:
                self._calls.append(call)
                self._ring()

    def _ring(self) -> None:
        if not self._rung and not self._closed:
            self._rung = True
            os.write(self._write, b"!")
