"""Keeps one engine: starts it when it is needed, and stops it some time after its last use."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from carlendar.domain.online_call import OnlineEnd
from carlendar.online.engine import Engine, EngineParts, Supported
from carlendar.online.protocol_pipe import EngineError, UnusableError
from carlendar.online.sdk_folder import has_sdk

_log = logging.getLogger(__name__)


class EngineKeeper:
    """The engine of one adapter, on its event loop. `idle` is in seconds; `on_report` gets the page's reports."""

    def __init__(self, parts: EngineParts, idle: float, on_report: Callable[[bytes], None]) -> None:
        self._parts, self._idle, self._on_report = parts, idle, on_report
        self._engine: Engine | None = None
        self._lock = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._stopping: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        """Ends an engine that is in use no longer."""
        self.problem: UnusableError | None = None
        """Why it cannot be used, as far as was found out."""

    @property
    def engine(self) -> Engine | None:
        """The engine, while one runs."""
        return self._engine

    async def ready(self) -> Engine:
        """Return the engine, started if there is none. Raises UnusableError, or EngineError if it did not start."""
        async with self._lock:
            if self._engine is not None and not self._engine.lost.is_set():
                return self._engine
            await self._end()
            self._engine = await self._started()
            self._watching = asyncio.get_running_loop().create_task(self._end_lost(self._engine))
            return self._engine

    async def discard(self) -> None:
        """End the engine, whatever it does."""
        async with self._lock:
            await self._end()

    def keep(self) -> None:
        """Keep the engine until `release`."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def release(self) -> None:
        """Stop the engine once it has not been used for the idle time."""
        self.keep()
        self._timer = asyncio.get_running_loop().call_later(self._idle, self._stop_idle)

    async def _end_lost(self, engine: Engine) -> None:
        """End an engine as soon as it is lost, also where nothing uses it: it may grow, or be in a call unseen."""
        await engine.lost.wait()
        async with self._lock:
            if self._engine is engine:
                await self._end()

    def _stop_idle(self) -> None:
        self._timer = None
        self._stopping = asyncio.get_running_loop().create_task(self.discard())

    async def _started(self) -> Engine:
        try:
            self._check()
            engine = Engine(self._parts, self._on_report)
            try:
                _require(await engine.start())
            except BaseException:
                await engine.stop()
                raise
        except UnusableError as error:
            self.problem = error
            raise
        self.problem = None
        _log.info("the engine has started")
        return engine

    def _check(self) -> None:
        if not has_sdk(self._parts.sdk):
            raise UnusableError("the calling SDK is missing", OnlineEnd.NOT_SET_UP)
        if not self._parts.browser.program:
            raise UnusableError("Chromium is missing", OnlineEnd.NOT_SET_UP)

    async def _end(self) -> None:
        """End the engine completely, even if the caller is cancelled: then the next caller waits for the rest."""
        engine, self._engine = self._engine, None
        if self._watching is not None and self._watching is not asyncio.current_task():
            self._watching.cancel()
        self._watching = None
        if engine is not None:
            self._ending = asyncio.get_running_loop().create_task(_stop(engine))
        if self._ending is not None:
            await asyncio.shield(self._ending)
            self._ending = None


async def _stop(engine: Engine) -> None:
    if engine.reason:
        _log.warning("the engine was lost: %s", engine.reason)
    try:
        await engine.stop()
    except EngineError as error:
        _log.warning("the engine did not stop: %s", error.detail)


def _require(found: Supported) -> None:
    if not found.supported:
        text = f"the calling SDK does not support Chromium {found.version}"
        raise UnusableError(text, OnlineEnd.ENGINE_TOO_OLD)
    if not found.microphone:
        raise UnusableError("a policy of Chromium blocks the microphone", OnlineEnd.ENGINE_TOO_OLD)
