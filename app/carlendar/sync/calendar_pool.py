"""Several calendars at a time: one that hangs holds up neither the others' listing nor what comes after it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait

from carlendar.domain.account import Calendar


class Lanes:
    """Does `work` for up to `count` calendars at a time.

    While some are still under way after `patience` seconds, and again each time as long, `meanwhile` is
    called, on the calling thread.
    """

    def __init__(
        self, count: int, work: Callable[[Calendar], None], meanwhile: Callable[[], None], patience: float
    ) -> None:
        self._count, self._work, self._meanwhile, self._patience = count, work, meanwhile, patience
        self._halted = threading.Event()

    def run(self, calendars: Iterable[Calendar]) -> None:
        """Return when all are done. What `work` or `meanwhile` raises begins no further one.

        It is raised here once those under way have ended.
        """
        with ThreadPoolExecutor(self._count, thread_name_prefix="listing") as pool:
            under_way = [pool.submit(self._one, calendar) for calendar in calendars]
            while wait(under_way, self._patience).not_done:
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
