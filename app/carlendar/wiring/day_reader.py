"""Reads the store on a thread of its own: a long day must not hold up a frame."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.store.records import Snapshot

_log = logging.getLogger(__name__)

PAUSE = 0.25
"""Seconds from a reading to the next: of a burst of news one frame is made, and while it is made nothing is read."""


class DayReader:
    """`latest` is always there; `again` reads anew in the background and then calls `done`, from its thread.

    The first reading is made at once, by `first` where that is quicker than `read`. Requests that come while it
    reads, or `pause` seconds after, are answered by one more reading. What is said of the store `after` it was
    written waits for the reading that shows it: "updated now" must not stand over the day before the update.
    """

    def __init__(
        self, read: Callable[[], Snapshot], done: Callable[[], None], *, first: Callable[[], Snapshot] | None = None,
        pause: float = PAUSE,
    ) -> None:  # fmt: skip
        self._read, self._done = read, done
        self._wanted = threading.Event()
        self._pause, self._stopping = pause, threading.Event()
        self._lock = threading.Lock()
        self._pending = False
        self._waiting: list[Callable[[], None]] = []
        self._thread: threading.Thread | None = None
        self.latest = (first or read)()

    def again(self) -> None:
        """Something was written; returns at once."""
        with self._lock:
            self._pending = True
            self._wanted.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="day-reader", daemon=True)
            self._thread.start()

    def after(self, action: Callable[[], None]) -> None:
        """Do it once all that was written so far has been read: at once if it has been, else on the reader's thread.

        What was asked for first is done first.
        """
        with self._lock:
            if self._pending:
                self._waiting.append(action)
                return
        action()

    def stop(self) -> None:
        """End the thread; `done` is not called any more."""
        self._stopping.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(5)

    def _run(self) -> None:
        while self._wanted.wait() and not self._stopping.is_set():
            self._wanted.clear()
            try:
                self.latest = self._read()
            except Exception as error:  # noqa: BLE001  # the day as it was is worth more than none
                _log.error("the store could not be read: %s", type(error).__name__)
            self._done()
            self._tell_waiting()
            self._stopping.wait(self._pause)

    def _tell_waiting(self) -> None:
        """Do what waited, in its order, unless more is to be read; what comes meanwhile comes after it."""
        while True:
            with self._lock:
                if self._wanted.is_set():
                    return
                if not self._waiting:
                    self._pending = False
                    return
                action = self._waiting.pop(0)
            action()
