"""One call: registers with the calling service, joins, follows the state, and survives one loss of the engine."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from carlendar.domain.base import Value
from carlendar.domain.online_call import (
    CallIdentity,
    CallingToken,
    OnlineEnd,
    OnlineMeeting,
    OnlinePhase,
    OnlineState,
    Quality,
)
from carlendar.domain.ports import CallingTokens, ElapsedClock
from carlendar.errors import CarlendarError, IdentityError, RefusedError, ServiceError
from carlendar.online.end_codes import end_of
from carlendar.online.engine import Engine, Registration
from carlendar.online.engine_keeper import EngineKeeper
from carlendar.online.meeting_links import is_joinable
from carlendar.online.page_reports import CallReport, Codes, PageReport
from carlendar.online.protocol_pipe import EngineError, UnusableError

REGISTERED = "Connected"
"""The SDK's connection state of an agent that the service knows."""
LEAVING = "Disconnecting"
"""The SDK's state of a call that is being left."""

_log = logging.getLogger(__name__)


class CallLimits(Value, frozen=True):
    """Time limits of a call in seconds."""

    token: float = 20.0
    register: float = 20.0
    """To register with the service; without network the SDK takes 7 to 14 s."""
    command: float = 5.0
    set_up: float = 90.0
    """Until one is in the meeting or its lobby; the SDK's own limit is 85 s."""
    reconnect: float = 130.0
    """Until the connection is restored; the SDK's own limit is 60 to 120 s."""
    suspended: float = 60.0
    """A call is over once the machine was suspended for longer: it must not open the microphone again on waking."""
    check: float = 2.0
    """How often it is checked whether the machine was suspended."""
    restarts: int = 1


class SoundLimits(Value, frozen=True):
    """Limits beside the driver's mute: how loud the meeting may be (0 to 1) and whether the microphone may be open."""

    heard: float = 1.0
    microphone: bool = True


class _EndedError(CarlendarError):
    """The call ended before the meeting was reached."""

    def __init__(self, end: OnlineEnd, code: str = "") -> None:
        super().__init__("the call ended", detail=code)
        self.end, self.code = end, code


class CallSession:
    """One call on the adapter's event loop. `publish` gets each new state."""

    def __init__(
        self,
        keeper: EngineKeeper,
        tokens: CallingTokens | None,
        clock: ElapsedClock,
        publish: Callable[[OnlineState], None],
        limits: CallLimits,
        *,
        muted: bool,
    ) -> None:
        self._keeper, self._tokens, self._clock, self._publish, self._limits = keeper, tokens, clock, publish, limits
        self._muted = muted
        self.sound = SoundLimits()
        self._leaving = False
        self._ended: asyncio.Future[Codes] = asyncio.get_running_loop().create_future()
        self._joining = False
        """Whether the page has been asked to join."""
        self._token: CallingToken | None = None
        self._prefetched: tuple[str, asyncio.Task[CallingToken]] | None = None
        """A token that is fetched while the engine starts, with its account."""
        self._asked: float | None = None
        """When the page was first asked to join."""
        self._offline = False
        self._offset_at_first = self._clock_offset()
        self._moved = asyncio.Event()
        self.state = OnlineState(OnlinePhase.CONNECTING, clock.seconds(), muted=muted)

    async def run(self, meeting: OnlineMeeting) -> None:
        """Join and follow the call until it has ended."""
        if not is_joinable(meeting):
            self._end(OnlineEnd.BAD_LINK)
            return
        prefetching = asyncio.get_running_loop().create_task(self._fetched(meeting.account_id))
        self._prefetched = meeting.account_id, prefetching
        try:
            codes = await self._follow_with_restarts(meeting)
            end = end_of(codes.code, codes.sub_code, leaving=self._leaving, offline=self._offline)
            self._end(end, str(codes))
        except UnusableError as error:
            self._end(error.end)
        except _EndedError as error:
            self._end(OnlineEnd.LEFT if self._leaving else error.end, error.code)
        except Exception:  # the driver must neither look at a call that is none, nor be in one unseen
            await self._keeper.discard()
            self._end(OnlineEnd.ENGINE, "internal")
            raise
        finally:
            prefetching.cancel()
            await asyncio.gather(prefetching, return_exceptions=True)
        if self.state.audio_lost or self.state.end is OnlineEnd.MEDIA:
            # Chromium may not find a sound server that was restarted: the next call needs another browser
            await self._keeper.discard()

    async def set_muted(self, muted: bool) -> None:
        """Mute or unmute the driver's microphone; it stays shut while consent is needed."""
        if self.state.consent_needed and not muted:
            return
        self._muted = muted
        if self.state.joined is None:
            self._change(muted=muted)
        await self._command("setMuted", muted)

    async def set_sound(self, sound: SoundLimits) -> None:
        """Set the limits of the sound."""
        self.sound = sound
        await self._command("sound", sound.heard, sound.microphone)

    async def consent(self) -> None:
        """Agree to being recorded and transcribed."""
        if self.state.consent_needed:
            await self._command("consent")

    @property
    def joining(self) -> bool:
        """Whether the page has been asked to join: then the call may be up."""
        return self._joining

    def left(self) -> None:
        """Report that the call is over because the driver left, unless it ended otherwise."""
        self._end(OnlineEnd.LEFT)

    async def leave(self) -> bool:
        """Ask the page to leave; returns whether it confirmed that."""
        self._leaving = True
        if not self._joining or self._keeper.engine is None:
            return False
        try:
            await self._keeper.engine.call("leave", seconds=self._limits.command)
            async with asyncio.timeout(self._limits.command):
                await asyncio.shield(self._ended)
        except (EngineError, TimeoutError):
            return False
        return True

    def take(self, report: PageReport) -> None:
        """Take a report of the page."""
        if report.call is not None and self._joining and not self._ended.done():
            self._take_call(report.call)
        if report.refused is not None:
            _log.info("a command to the call was refused: %s", report.refused)

    # --- joining -------------------------------------------------------------------------------

    async def _follow_with_restarts(self, meeting: OnlineMeeting) -> Codes:
        lost = ""
        for _ in range(1 + self._limits.restarts):
            try:
                engine = await self._keeper.ready()
                await self._join(engine, meeting)
                return await self._follow(engine)
            except EngineError as error:
                lost = error.detail or "engine"
                _log.warning("the call lost its engine: %s", lost)
            self._joining = False
            if not self._leaving:
                self._change(phase=OnlinePhase.CONNECTING if self.state.joined is None else OnlinePhase.RECONNECTING)
            await self._keeper.discard()  # a page that hangs may still be in the meeting
            if self._leaving:
                raise _EndedError(OnlineEnd.LEFT)
        raise _EndedError(OnlineEnd.CONNECTION_LOST if self.state.joined is not None else OnlineEnd.ENGINE, lost)

    async def _join(self, engine: Engine, meeting: OnlineMeeting) -> None:
        await self._register(engine, meeting)
        await engine.call("sound", self.sound.heard, self.sound.microphone)
        locator = (
            {"meetingLink": meeting.url}
            if meeting.url
            else {"meetingId": meeting.meeting_id, "passcode": meeting.passcode}
        )
        self._joining = True
        if self._asked is None:
            self._asked = self._clock.seconds()
        await engine.call("join", locator, self._muted)

    async def _register(self, engine: Engine, meeting: OnlineMeeting) -> None:
        """Register as the signed-in user, else as a guest. Raises EngineError, or _EndedError of the first attempt."""
        failures: list[_EndedError] = []
        for account_id in dict.fromkeys((meeting.account_id, "")):
            try:
                identity = await self._register_as(engine, account_id, meeting.display_name)
            except _EndedError as error:
                failures.append(error)
                if error.end is OnlineEnd.CONNECTION_LOST:
                    break
            else:
                self._change(identity=identity)
                return
        raise failures[0]

    def usage(self) -> tuple[CallingToken, float] | None:
        """The newest token and for how many seconds it was used, once the call has ended; None if there was none."""
        if self._token is None:
            return None
        return self._token, 0.0 if self._asked is None else self._clock.seconds() - self._asked

    async def renew_token(self, account_id: str) -> str:
        """Fetch a token in place of one that expires; empty if there is none."""
        try:
            return (await self._fetch(account_id)).token
        except _EndedError:
            return ""

    async def _register_as(self, engine: Engine, account_id: str, display_name: str) -> CallIdentity:
        token = await self._fetch(account_id)
        known = engine.registration
        if (
            known is not None
            and (known.account_id, known.display_name) == (account_id, display_name)
            and await engine.call("registered")
        ):
            return known.identity
        engine.registration = None
        said = await engine.call(
            "signIn", token.token, token.identity is CallIdentity.USER, display_name, seconds=self._limits.register
        )
        if isinstance(said, dict):
            codes = msgspec.convert(said, Codes)
            end = end_of(codes.code, codes.sub_code, leaving=False, offline=False)
            raise _EndedError(end, str(codes))
        if said != REGISTERED:
            raise _EndedError(OnlineEnd.CONNECTION_LOST, "not registered")
        engine.registration = Registration(account_id, display_name, token.identity)
        return token.identity

    async def _fetch(self, account_id: str) -> CallingToken:
        """Return a token: the one that was fetched ahead if it is of this account. Raises _EndedError."""
        prefetched, self._prefetched = self._prefetched, None
        if prefetched is not None and prefetched[0] == account_id:
            return await prefetched[1]
        return await self._fetched(account_id)

    async def _fetched(self, account_id: str) -> CallingToken:
        """Fetch a token. Raises _EndedError with what the call ends with."""
        if self._tokens is None:
            raise _EndedError(OnlineEnd.NOT_SET_UP, "no tokens")
        try:
            async with asyncio.timeout(self._limits.token):
                self._token = await asyncio.to_thread(self._tokens.token, account_id)
                return self._token
        except IdentityError as error:
            raise _EndedError(OnlineEnd.SIGN_IN, error.reason or error.key) from error
        except RefusedError as error:  # of the car or its minutes, not of the meeting
            raise _EndedError(OnlineEnd.NOT_SET_UP, error.key) from error
        except (ServiceError, TimeoutError) as error:
            raise _EndedError(OnlineEnd.CONNECTION_LOST, getattr(error, "key", "timeout")) from error

    # --- in the meeting ------------------------------------------------------------------------

    async def _follow(self, engine: Engine) -> Codes:
        """Follow the call to its end. Raises EngineError if the engine is lost, _EndedError when a phase lasts too
        long."""
        lost: asyncio.Future[Any] = asyncio.ensure_future(engine.lost.wait())
        suspended = asyncio.ensure_future(self._suspended())
        try:
            while True:
                self._moved.clear()
                moved: asyncio.Future[Any] = asyncio.ensure_future(self._moved.wait())
                done, _ = await asyncio.wait(
                    {self._ended, lost, moved, suspended},
                    timeout=self._longest(),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                moved.cancel()
                if self._ended.done():
                    return self._ended.result()
                if lost.done():
                    raise EngineError("the engine was lost", detail=engine.reason)
                if not done or suspended.done():
                    await self._keeper.discard()  # it may be in the call yet
                    raise _EndedError(OnlineEnd.CONNECTION_LOST, "time limit" if not done else "suspended")
        finally:
            lost.cancel()
            suspended.cancel()

    async def _suspended(self) -> None:
        """Return once the machine was suspended for long since the call began, or the call has ended."""
        while self._clock_offset() - self._offset_at_first <= self._limits.suspended and not self._ended.done():
            await asyncio.wait({self._ended}, timeout=self._limits.check)

    def _clock_offset(self) -> float:
        """How far the elapsed clock, which counts a suspend, is ahead of the event loop's, which does not (seconds)."""
        return self._clock.seconds() - asyncio.get_running_loop().time()

    def _longest(self) -> float | None:
        """How long the phase may last, in seconds."""
        limits = {
            OnlinePhase.CONNECTING: self._limits.set_up,
            OnlinePhase.RECONNECTING: self._limits.reconnect,
        }
        return limits.get(self.state.phase)

    def _take_call(self, report: CallReport) -> None:
        self._offline = not report.registered or report.quality is Quality.BAD
        if report.end is not None:
            self._ended.set_result(report.end)
            return
        phase = self.state.phase if report.state == LEAVING else report.phase
        joined = self.state.joined
        if phase is OnlinePhase.CONNECTED and joined is None:
            joined = self._clock.seconds()
        elif phase is OnlinePhase.CONNECTING and joined is not None:
            phase = OnlinePhase.RECONNECTING
        if report.muted_by_others:
            self._muted = True
        entered = joined is not None
        self._change(
            phase=phase,
            joined=joined,
            muted=report.muted if entered else self._muted,
            muted_by_organizer=report.muted_by_others,
            people=report.count if entered else None,
            recording=report.recording,
            transcription=report.transcription,
            consent_needed=report.consent,
            quality=report.quality,
            audio_lost=entered and report.audio_lost,
        )

    async def _command(self, method: str, *arguments: object) -> None:
        engine = self._keeper.engine
        if engine is None or not self._joining:
            return  # joining takes the values that are wanted then
        try:
            await engine.call(method, *arguments, seconds=self._limits.command)
        except EngineError as error:  # a lost engine is noticed by its heartbeat
            _log.warning("a command to the call failed: %s", error.detail)

    # --- the state -----------------------------------------------------------------------------

    def _change(self, **fields: object) -> None:
        state = replace(self.state, **fields)
        if state.phase is not self.state.phase:
            state = replace(state, since=self._clock.seconds())
            self._moved.set()
        if state != self.state:
            self.state = state
            self._publish(state)

    def _end(self, end: OnlineEnd, code: str = "") -> None:
        if not self.state.up:
            return
        _log.info("the call over data ended: %s (%s)", end.value, code or "no code")
        self._change(phase=OnlinePhase.ENDED, end=end, code=code, consent_needed=False)
