"""How long a busy machine kept a thread from running: what a bound on real time has to leave for."""

from __future__ import annotations

import threading
import time
from typing import Self


class Starved:
    """The longest time, in seconds, that a busy machine kept a sleeping thread from running."""

    def __enter__(self) -> Self:
        self.longest, self._done = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        began = time.monotonic()
        while not self._done.wait(0.02):
            now = time.monotonic()
            self.longest, began = max(self.longest, now - began - 0.02), now
