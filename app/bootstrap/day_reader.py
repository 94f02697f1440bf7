"""Reads the store on a thread of its own: a long day must not hold up a frame."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.store.records import Snapshot


class DayReader:
    """`latest` is always there; `again` reads anew in the background and then calls `read`, from its thread.

    Requests that come while it reads are answered by one more reading.
    """

    def __init__(self, read: Callable[[], Snapshot], done: Callable[[], None]) -> None:
        self._read, self._done = read, done
        self._wanted = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self.latest = read()

    def again(self) -> None:
        """Something was written; returns at once."""
        self._wanted.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="day-reader", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread; `done` is not called any more."""
        self._stopping = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(5)

    def _run(self) -> None:
        while self._wanted.wait() and not self._stopping:
            self._wanted.clear()
            self.latest = self._read()
            self._done()
