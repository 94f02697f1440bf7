"""The one way from worker threads to the user interface's thread."""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Bridge:
    """Takes calls from any thread and makes them on the thread that drains it, in order.

    A sleeping loop waits on `fileno()`, which is readable while there is something to do. Holds two file
    descriptors until `close`; what is posted after that is dropped.
    """

    def __init__(self) -> None:
        self._read, self._write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._lock = threading.Lock()
        self._calls: deque[Callable[[], None]] = deque()
        self._merged: set[int] = set()
        self._rung = False
        self._closed = False

    def fileno(self) -> int:
        """Readable while there is something to do."""
        return self._read

    def post(self, function: Callable[..., None], *arguments: Any) -> None:
        """Call `function` on the user interface's thread, after all that was posted before."""
        self._put(lambda: function(*arguments))

    def merged(self, function: Callable[[], None]) -> Callable[[], None]:
        """A callable for any thread: however often it is called before the next drain, `function` runs once."""
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
        """End the loop's sleep, with nothing else to do."""
        with self._lock:
            self._ring()

    def drain(self) -> bool:
        """Make all calls that were posted before this one; whether there was a call or a wake."""
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
