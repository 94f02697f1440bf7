"""Parallel processing of calendars, so that a slow one does not block the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait

from carlendar.domain.account import Calendar


class CalendarPool:
    """Calls `work` for up to `count` calendars in parallel.
    While calls are still running, `meanwhile` is called every `interval` seconds, on the calling thread.
    """

    def __init__(
        self, count: int, work: Callable[[Calendar], None], meanwhile: Callable[[], None], interval: float
    ) -> None:
        self._count, self._work, self._meanwhile, self._interval = count, work, meanwhile, interval
        self._halted = threading.Event()

    def run(self, calendars: Iterable[Calendar]) -> None:
        """Process all calendars. After an exception of `work` or `meanwhile` no further ones are started.

        The exception is raised once the running ones have finished.
        """
        with ThreadPoolExecutor(self._count, thread_name_prefix="listing") as pool:
            under_way = [pool.submit(self._one, calendar) for calendar in calendars]
            while wait(under_way, self._interval).not_done:
                try:
                    self._meanwhile()
                except BaseException:
                    self._halted.set()
                    raise
        for each in under_way:
            each.result()

    def _one(self, calendar: Calendar) -> None:
        if self._halted.is_set():
            return
        try:
            self._work(calendar)
        except BaseException:
            self._halted.set()
            raise
