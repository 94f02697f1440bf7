"""The adapter `teams_web`: Teams meetings by Microsoft's calling SDK in a hidden Chromium.

Everything runs on a thread with an event loop, which is started with the first use. A token is in the memory of the
service and the browser, and in the pipe between them; nowhere else.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from carlendar.domain.base import Value
from carlendar.domain.online_call import (
    OnlineCommand,
    OnlineMeeting,
    OnlineNeed,
    OnlineReadiness,
    OnlineState,
)
from carlendar.domain.ports import CallingTokens, ElapsedClock, Unsubscribe
from carlendar.errors import CarlendarError
from carlendar.online.call_session import CallLimits, CallSession, SoundLimits
from carlendar.online.engine import EngineParts
from carlendar.online.engine_keeper import EngineKeeper, UnusableError
from carlendar.online.page_reports import read_report
from carlendar.online.sdk_folder import has_sdk

NAME = "teams_web"
SERVICES = ("teams",)
STOP_SECONDS = 10.0

_log = logging.getLogger(__name__)


class TeamsWebLimits(Value, frozen=True):
    """Limits in seconds: `idle` after its last use the engine is stopped."""

    call: CallLimits = CallLimits()
    idle: float = 120.0


class TeamsWeb:
    """`OnlineCall` for Teams. `has_network` is whether there is a data connection; `tokens` is None if none can be had."""

    def __init__(
        self,
        parts: EngineParts,
        tokens: CallingTokens | None,
        clock: ElapsedClock,
        *,
        has_network: Callable[[], bool] = lambda: True,
        limits: TeamsWebLimits | None = None,
    ) -> None:
        self._parts, self._tokens, self._clock, self._has_network = parts, tokens, clock, has_network
        self._limits = limits or TeamsWebLimits()
        self._lock = threading.RLock()
        self._listeners: list[Callable[[OnlineState | None], None]] = []
        self._state: OnlineState | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._keeper: EngineKeeper | None = None
        self._session: CallSession | None = None
        self._call: asyncio.Task[None] | None = None
        self._sound = SoundLimits()
        self._tasks: set[asyncio.Task[None]] = set()

    # --- the port ------------------------------------------------------------------------------

    def readiness(self) -> OnlineReadiness:
        """What is missing: the SDK or a browser for it, a source of tokens, or the network."""
        problem = self._keeper.problem if self._keeper is not None else None
        needs: list[OnlineNeed] = []
        if problem is not None or not self._parts.browser.program or not has_sdk(self._parts.sdk):
            needs.append(OnlineNeed.SDK)
        if self._tokens is None:
            needs.append(OnlineNeed.TOKEN)
        if not self._has_network():
            needs.append(OnlineNeed.NETWORK)
        return OnlineReadiness(NAME, SERVICES, tuple(needs))

    def subscribe(self, listener: Callable[[OnlineState | None], None]) -> Unsubscribe:
        """Call `listener` with the current state now, and with each new state from the adapter's thread."""
        with self._lock:
            self._listeners.append(listener)
            listener(self._state)
        return lambda: self._unsubscribe(listener)

    def prepare(self) -> None:
        """Start the engine, unless it runs."""
        self._submit(self._prepare)

    def join(self, meeting: OnlineMeeting, *, muted: bool) -> None:
        """Join. Without effect while a call is up."""
        self._submit(lambda: self._join(meeting, muted=muted))

    def command(self, name: OnlineCommand) -> None:
        """Act on the call."""
        self._submit(lambda: self._command(name))

    def sound(self, heard: float, *, microphone: bool) -> None:
        """Limit the sound beside the driver's mute: how loud the meeting is, and whether the microphone may be open."""
        self._submit(lambda: self._set_sound(SoundLimits(heard, microphone)))

    def stop(self) -> None:
        """Leave, end the engine, and end the thread."""
        with self._lock:
            self._stopped = True
            self._listeners.clear()
            loop, thread = self._loop, self._thread
        if loop is not None and thread is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed already
                asyncio.run_coroutine_threadsafe(self._shut_down(), loop)
            thread.join(STOP_SECONDS)

    # --- on the event loop ---------------------------------------------------------------------

    async def _prepare(self) -> None:
        keeper = self._kept()
        try:
            await keeper.ready()
        except UnusableError as error:
            _log.warning("joining over data is not possible: %s", error)
        except CarlendarError as error:
            _log.warning("the engine did not start: %s", error.detail)
        if self._call is None:
            keeper.release()

    async def _join(self, meeting: OnlineMeeting, *, muted: bool) -> None:
        if self._call is not None:
            return
        keeper = self._kept()
        keeper.keep()
        self._session = CallSession(keeper, self._tokens, self._clock, self._publish, self._limits.call)
        self._session.sound = self._sound
        self._publish(self._session.state)
        self._call = asyncio.get_running_loop().create_task(self._session.run(meeting, muted=muted))
        self._call.add_done_callback(self._call_ended)

    async def _command(self, name: OnlineCommand) -> None:
        session = self._session
        if session is None:
            return
        if name is OnlineCommand.LEAVE:
            await self._leave(session)
        elif name is OnlineCommand.CONSENT:
            await session.consent()
        else:
            await session.set_muted(name is OnlineCommand.MUTE)

    async def _leave(self, session: CallSession) -> None:
        if await session.leave():
            return
        # the browser is ended: so the call is left, whatever the page does
        call = self._call
        if call is not None:
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
        await self._kept().discard()

    async def _set_sound(self, sound: SoundLimits) -> None:
        self._sound = sound
        if self._session is not None:
            await self._session.set_sound(sound)

    async def _renew_token(self) -> None:
        """Give the page a token in place of one that expires; an empty one if there is none."""
        engine, session = self._kept().engine, self._session
        if engine is None or engine.registration is None or self._tokens is None:
            return
        token = ""
        with contextlib.suppress(CarlendarError):
            token = (await asyncio.to_thread(self._tokens.token, engine.registration.account_id)).token
        with contextlib.suppress(CarlendarError):
            await engine.call("renewed", token)

    async def _shut_down(self) -> None:
        if self._session is not None:
            await self._leave(self._session)
        if self._keeper is not None:
            self._keeper.keep()
            await self._keeper.discard()
        asyncio.get_running_loop().stop()

    def _kept(self) -> EngineKeeper:
        if self._keeper is None:
            self._keeper = EngineKeeper(self._parts, self._limits.idle, self._on_report)
        return self._keeper

    def _on_report(self, raw: bytes) -> None:
        report = read_report(raw)
        if report is None:
            _log.warning("the page reported something else")
            return
        if report.token:
            self._spawn(self._renew_token())
        if self._session is not None:
            self._session.take(report)

    def _call_ended(self, task: asyncio.Task[None]) -> None:
        self._call = self._session = None
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("the call failed: %s", type(error).__name__)
        if self._keeper is not None and not self._stopped:
            self._keeper.release()

    def _publish(self, state: OnlineState) -> None:
        with self._lock:
            self._state = state
            for listener in tuple(self._listeners):
                try:
                    listener(state)
                except Exception as error:  # noqa: BLE001  # a failing listener must not affect the others
                    _log.warning("a listener of the call failed: %s", type(error).__name__)

    # --- the thread ----------------------------------------------------------------------------

    def _submit(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        with self._lock, contextlib.suppress(RuntimeError):  # the loop is closed: it has stopped
            if self._stopped:
                return
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._run, args=(self._loop,), name="online", daemon=True)
                self._thread.start()
            self._loop.call_soon_threadsafe(lambda: self._spawn(work()))

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        assert self._loop is not None
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._spawned)

    def _spawned(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.warning("an action of the call failed: %s", type(error).__name__)

    def _unsubscribe(self, listener: Callable[[OnlineState | None], None]) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
