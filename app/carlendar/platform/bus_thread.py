"""A thread that keeps a connection to a message bus."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from carlendar.platform.back_off import STABLE_SECONDS, wait_before

_log = logging.getLogger(__name__)


class BusThread(threading.Thread):
    """Runs `session` on an event loop of its own, again with back-off whenever it ends, until `stop`.

    `session` serves one connection until it is lost. It handles the errors that it expects; any other one, as of a
    malformed message, is logged and ends that session only.
    """

    def __init__(self, name: str, session: Callable[[], Awaitable[None]]) -> None:
        super().__init__(name=name, daemon=True)
        self.loop = asyncio.new_event_loop()
        self.attempt = 0
        """Number of sessions since the last one that was stable."""
        self._session = session
        self._stopping = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def stop(self, seconds: float | None = None) -> None:
        """Cancel the session and the tasks, and wait for the end of the thread, at most so many seconds."""
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            self.loop.call_soon_threadsafe(self._stopping.set)
        if self.is_alive():
            self.join(seconds)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a task on the loop until `stop`; called on the loop's thread."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def run(self) -> None:
        """See `threading.Thread`."""
        try:
            self.loop.run_until_complete(self._main())
        finally:
            self.loop.close()

    async def _main(self) -> None:
        self.spawn(self._sessions())
        await self._stopping.wait()
        unfinished = tuple(self._tasks)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _sessions(self) -> None:
        while True:
            began = self.loop.time()
            try:
                await self._session()
            except Exception as error:  # noqa: BLE001  # any failure: reconnect
                if not self.attempt:
                    _log.warning("the connection of %s to the bus failed: %s", self.name, type(error).__name__)
            self.attempt = 0 if self.loop.time() - began > STABLE_SECONDS else self.attempt + 1
            await asyncio.sleep(wait_before(self.attempt))
