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
    CallingToken,
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
from carlendar.online.engine_keeper import EngineKeeper
from carlendar.online.page_reports import read_report
from carlendar.online.protocol_pipe import UnusableError
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
    """`OnlineCall` for Teams. `tokens` is None where nothing provides them."""

    def __init__(
        self,
        parts: EngineParts,
        tokens: CallingTokens | None,
        clock: ElapsedClock,
        limits: TeamsWebLimits | None = None,
    ) -> None:
        self._parts, self._tokens, self._clock = parts, tokens, clock
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
        self._preparing: asyncio.Task[None] | None = None
        self._sound = SoundLimits()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def pid(self) -> int:
        """The browser's process; 0 while there is none."""
        engine = self._keeper.engine if self._keeper is not None else None
        return engine.pid if engine is not None else 0

    @property
    def megabytes(self) -> float:
        """The browser's memory when that was last measured."""
        engine = self._keeper.engine if self._keeper is not None else None
        return engine.megabytes if engine is not None else 0.0

    # --- the port ------------------------------------------------------------------------------

    def readiness(self) -> OnlineReadiness:
        """What is missing: the SDK with a browser that it supports, or tokens. The network is the service's to add."""
        problem = self._keeper.problem if self._keeper is not None else None
        needs: list[OnlineNeed] = []
        if problem is not None or not self._parts.browser.program or not has_sdk(self._parts.sdk):
            needs.append(OnlineNeed.SDK)
        if self._tokens is None:
            needs.append(OnlineNeed.TOKEN)
        return OnlineReadiness(NAME, SERVICES, tuple(needs))

    def subscribe(self, listener: Callable[[OnlineState | None], None]) -> Unsubscribe:
        """Call `listener` with the current state now, and with each new state from the adapter's thread."""
        with self._lock:
            self._listeners.append(listener)
            listener(self._state)
        return lambda: self._unsubscribe(listener)

    def prepare(self) -> None:
        """Start the engine, unless it runs."""
        self._submit(self._start_preparing)

    def join(self, meeting: OnlineMeeting, *, muted: bool) -> None:
        """Join. Without effect while a call is up."""
        self._submit(lambda: self._join(meeting, muted=muted))

    def command(self, name: OnlineCommand) -> None:
        """Act on the call."""
        self._submit(lambda: self._command(name))

    def sound(self, heard: float, microphone: bool) -> None:
        """Limit the sound beside the driver's mute: how loud the meeting is, and whether the microphone may be open."""
        self._submit(lambda: self._set_sound(SoundLimits(heard, microphone)))

    def stop(self) -> None:
        """Leave, end the engine, and end the thread."""
        with self._lock:
            if self._stopped:
                return
            self._stopped = True
            self._listeners.clear()
            loop, thread = self._loop, self._thread
        if loop is not None and thread is not None:
            asyncio.run_coroutine_threadsafe(self._shut_down(), loop)
            thread.join(STOP_SECONDS)

    # --- on the event loop ---------------------------------------------------------------------

    async def _start_preparing(self) -> None:
        if self._preparing is None or self._preparing.done():
            self._preparing = asyncio.get_running_loop().create_task(self._prepare())

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
        if self._call is not None and self._session is not None and not self._session.state.up:
            await asyncio.wait({self._call})  # its end has been reported, so that another one may be joined
        if self._call is not None:
            return
        keeper = self._kept()
        keeper.keep()
        self._session = CallSession(keeper, self._tokens, self._clock, self._publish, self._limits.call, muted=muted)
        self._session.sound = self._sound
        self._publish(self._session.state)
        self._call = asyncio.get_running_loop().create_task(self._session.run(meeting))
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
        call = self._call
        if call is not None:
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
        if session.joining:
            # ending the browser leaves the call, whatever the page does
            await self._kept().discard()
        session.left()

    async def _set_sound(self, sound: SoundLimits) -> None:
        self._sound = sound
        if self._session is not None:
            await self._session.set_sound(sound)

    async def _renew_token(self) -> None:
        """Give the page a token in place of one that expires; an empty one if there is none, or no call."""
        engine, session = self._kept().engine, self._session
        if engine is None or engine.registration is None:
            return
        token = "" if session is None else await session.renew_token(engine.registration.account_id)
        with contextlib.suppress(CarlendarError):
            await engine.call("renewed", token)

    async def _report_usage(self, token: CallingToken, seconds: float) -> None:
        if self._tokens is not None:
            with contextlib.suppress(CarlendarError):  # it counts in full then
                await asyncio.to_thread(self._tokens.used, token, seconds)

    async def _shut_down(self) -> None:
        if self._session is not None:
            await self._leave(self._session)
        if self._preparing is not None:
            self._preparing.cancel()
        if self._keeper is not None:
            self._keeper.keep()
            await self._keeper.discard()
        if self._tasks:  # a report of the usage; this is none of them
            await asyncio.wait(self._tasks, timeout=STOP_SECONDS / 2)
        asyncio.get_running_loop().stop()

    def _kept(self) -> EngineKeeper:
        if self._keeper is None:
            self._keeper = EngineKeeper(self._parts, self._limits.idle, self._on_report)
        return self._keeper

    def _on_report(self, raw: bytes) -> None:
        report = read_report(raw)
        if report is None:
            # the state of the call is not known: it is joined again, or over
            if self._keeper is not None and self._keeper.engine is not None:
                self._keeper.engine.lose("a report that cannot be read")
            return
        if report.token:
            self._spawn(self._renew_token())
        if self._session is not None:
            self._session.take(report)

    def _call_ended(self, task: asyncio.Task[None]) -> None:
        session, self._call, self._session = self._session, None, None
        if session is not None and (usage := session.usage()) is not None:
            self._spawn(self._report_usage(*usage))
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
        with self._lock:
            if self._stopped:
                return
            loop = self._loop
            if loop is None:
                loop = self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._run, args=(loop,), name="online", daemon=True)
                self._thread.start()
            loop.call_soon_threadsafe(lambda: self._spawn(work()))

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
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
