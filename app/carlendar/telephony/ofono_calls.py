"""Call control through oFono: dial, answer, hold, hang up, mute.

A reply is not reliable: some phones report an error and dial all the same, others accept and do nothing. The
outcome of a request is therefore read from the list of calls, within a time limit. A command that had no effect
is reported as a `Refusal`, and a half-completed two-step action is reverted where possible.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from carlendar.domain.call import UNANSWERED, Call, CallCommand, CallPhase, EndedBy, same_number
from carlendar.errors import CallError
from carlendar.telephony.ofono_line import OUTGOING
from carlendar.telephony.ofono_link import OfonoLink
from carlendar.telephony.ofono_tones import OfonoTones

APPEAR_SECONDS = 15.0
"""How long a call may take to appear after the request was accepted."""

LATE_SECONDS = 3.0
"""How long a call may take to appear after an error reply."""

EFFECT_SECONDS = 5.0
"""How long a command may take to have an effect."""

SETTLE_SECONDS = 1.0
"""How long a phone may take to resume a held call by itself after the call that displaced it ends."""

_NOT_DIALLED = {"no_daemon": EndedBy.NO_PHONE, "not_available": EndedBy.NETWORK, "busy": EndedBy.BUSY}
DEFAULT_VOLUME = 50
"""Microphone gain in percent; oFono's initial value."""


class OfonoCalls:
    """Commands for the phone in use; the outcome appears in `link.line`."""

    def __init__(self, link: OfonoLink, tones: OfonoTones) -> None:
        self._link, self._tones = link, tones
        self._gain = DEFAULT_VOLUME
        self._acting, self._muting = asyncio.Lock(), asyncio.Lock()
        self._displaced: set[str] = set()
        """Calls put on hold by one of our calls that has not been answered yet."""
        self._asked = ("", "")
        """Number and digits dialled last."""
        self._seen_end: Call | None = None
        link.line.on_unwanted = self._unwanted
        link.observers.append(self._look)

    async def dial(self, number: str, tones: str) -> None:
        """Dial; the digits wait until the call is active."""
        line = self._link.line
        going = [call for call in (*line.calls.values(), line.pending) if call and call.phase in OUTGOING]
        ours = any(call.placed is not None and same_number(number, call.number) for call in going)
        if ours and self._asked == (number, tones):
            return  # a second touch: this call is being dialled already
        if going:  # includes another meeting at the same number
            line.busy(number)
            self._link.publish()
            return
        self._asked = number, tones
        asked = line.ask(number, tones)
        self._tones.wait(asked, tones)
        if not line.path:
            line.fail_pending(EndedBy.NO_PHONE)
        elif self._no_room():
            line.fail_pending(EndedBy.BUSY)
        self._link.publish()
        async with self._acting:
            if line.pending is asked:
                if self._no_room():  # a call may have arrived during the previous action
                    line.fail_pending(EndedBy.BUSY)
                else:
                    await self._dial(asked)
                self._link.publish()

    async def _dial(self, asked: Call) -> None:
        """Dial, and wait for the call to appear in the list."""
        line, path, failed = self._link.line, "", EndedBy.NO_PROGRESS
        before = frozenset(line.calls)
        self._displaced |= {each for each, call in line.calls.items() if call.phase is CallPhase.ACTIVE}
        try:
            (path,) = await self._link.ofono().call(
                line.path, "VoiceCallManager", "Dial", "ss", asked.number, "default", reply="o"
            )
        except CallError as error:
            failed = _NOT_DIALLED.get(error.key, EndedBy.NOT_DIALLED)
        if not path and failed is EndedBy.NO_PHONE:
            line.fail_pending(failed)
            return
        for seconds in (LATE_SECONDS, APPEAR_SECONDS - LATE_SECONDS if path else 0.0):
            if await self._link.until(
                lambda: line.pending is not asked or self._appeared(asked, path, before), seconds
            ):
                return
            with contextlib.suppress(CallError):  # gone in the meantime: a signal reports it
                await self._link.refresh()
        if line.pending is asked:
            line.fail_pending(failed)

    def _appeared(self, asked: Call, path: str, before: frozenset[str]) -> bool:
        """Whether the call at `path` is in the list, was not `before`, and has the number that was dialled."""
        line = self._link.line
        call = line.calls.get(path)
        if call is None or path in before or line.pending is not asked:
            return False
        if not call.number or same_number(call.number, asked.number):
            line.adopt(path)
        else:
            line.fail_pending(EndedBy.BUSY)
        return True

    async def command(self, name: CallCommand, call_id: str, tones: str) -> None:
        """Carry out a command of `Telephony.command`; report a `Refusal` if it has no effect."""
        line = self._link.line
        if line.pending and call_id in ("", line.pending.id) and name is CallCommand.HANG_UP:
            line.fail_pending(EndedBy.HERE)
            self._link.publish()
            return
        try:
            if name in (CallCommand.MUTE, CallCommand.UNMUTE):
                async with self._muting:
                    carried_out = await self._mute(wanted=name is CallCommand.MUTE)
            elif call := self._named(call_id):
                carried_out = await self._act(name, call, tones)
            else:
                carried_out = True  # it is over already
        except CallError:
            carried_out = False
        if not carried_out:
            line.refused(name)
            self._link.publish()

    async def _act(self, name: CallCommand, call: Call, tones: str) -> bool:
        """Carry out the command; return whether it took effect."""
        if name is CallCommand.SEND_TONES:
            self._tones.send(call, tones)
        elif name is CallCommand.HANG_UP:
            self._displaced.discard(call.id)
            return await self._ended(call.id)
        elif name is CallCommand.RESUME:
            async with self._acting:  # an emergency call may have started during the previous action
                return not self._emergency() and await self._resume(call.id)
        elif name in (CallCommand.ANSWER, CallCommand.HOLD_AND_ANSWER):
            async with self._acting:
                return not self._emergency() and await self._answer(call)
        return True

    async def _answer(self, call: Call) -> bool:
        line = self._link.line
        call = line.calls.get(call.id, call)
        if call.phase not in UNANSWERED:
            return call.phase is CallPhase.ACTIVE
        before = frozenset(path for path, other in line.calls.items() if other.phase is CallPhase.ACTIVE)
        if call.phase is CallPhase.INCOMING:  # no other call to hold
            asked = self._link.ofono().call(call.id, "VoiceCall", "Answer", seconds=EFFECT_SECONDS)
        else:
            asked = self._link.ofono().call(line.path, "VoiceCallManager", "HoldAndAnswer", seconds=EFFECT_SECONDS)
        await self._done(asked, lambda: call.id not in line.calls or self._phase(call.id) is CallPhase.ACTIVE)
        if self._phase(call.id) is CallPhase.ACTIVE:
            return True
        await self._resume_displaced(before)  # the active call was held but the new one was not answered
        return False

    async def _resume(self, path: str) -> bool:
        """Resume a call on hold. oFono can only swap, so do nothing if the call is not on hold any more."""
        line = self._link.line
        if self._phase(path) is not CallPhase.HELD:
            return self._phase(path) is CallPhase.ACTIVE
        asked = self._link.ofono().call(line.path, "VoiceCallManager", "SwapCalls", seconds=EFFECT_SECONDS)
        return await self._done(asked, lambda: self._phase(path) is CallPhase.ACTIVE)

    async def _resume_displaced(self, paths: frozenset[str]) -> None:
        """Resume the call that was put on hold for a failed one, unless the phone or its user does."""
        line = self._link.line
        if await self._link.until(lambda: not self._left_on_hold(paths), SETTLE_SECONDS):
            return
        path = next(iter(line.calls))
        with contextlib.suppress(CallError):
            if await self._resume(path):
                return
        line.refused(CallCommand.RESUME)
        self._link.publish()

    def _left_on_hold(self, paths: frozenset[str]) -> bool:
        """Whether one of these calls is on hold and there is no other call, active or being set up."""
        line = self._link.line
        calls = list(line.calls.values())
        only = len(calls) == 1 and calls[0].id in paths and calls[0].phase is CallPhase.HELD
        return only and line.pending is None

    async def _ended(self, path: str) -> bool:
        """Hang up a call, with a second request if it does not end; return whether it ended."""
        for _ in range(2):
            if self._emergency():
                break  # the phone may hang up the wrong call
            with contextlib.suppress(CallError):  # the list of calls decides, not the reply
                asked = self._link.ofono().call(path, "VoiceCall", "Hangup", seconds=EFFECT_SECONDS)
                if await self._done(asked, lambda: path not in self._link.line.calls):
                    return True
        return path not in self._link.line.calls

    async def give_up(self, path: str, by: EndedBy) -> None:
        """Hang up a call that makes no progress."""
        self._link.line.given_up[path] = by
        await self._hang_up(path)

    def _unwanted(self, path: str) -> None:
        self._link.spawn(self._hang_up(path))

    async def _hang_up(self, path: str) -> None:
        if not await self._ended(path):
            self._link.line.given_up.pop(path, None)
            self._link.line.refused(CallCommand.HANG_UP)
            self._link.publish()

    async def _done(self, asked: Awaitable[object], effect: Callable[[], bool]) -> bool:
        """Await the request; return whether `effect` was observed, whatever the reply. CallError without a bus."""
        failed = False
        try:
            await asked
        except CallError as error:
            if error.key == "no_daemon":
                raise
            failed = True
        if await self._link.until(effect, SETTLE_SECONDS if failed else EFFECT_SECONDS):
            return True
        await self._link.refresh()
        return effect()

    async def _mute(self, *, wanted: bool) -> bool:
        """Mute at the phone; if it cannot, set the microphone gain to zero and back. Raises CallError."""
        bus, path = self._link.ofono(), self._link.line.path
        if not path or (wanted and self._emergency()):
            return not wanted
        try:
            await bus.set_property(path, "CallVolume", "Muted", "b", value=wanted)
        except CallError as error:
            if error.key != "not_implemented":
                raise
            if wanted:
                self._gain = self._link.line.microphone or self._gain
            volume = 0 if wanted else self._gain
            await bus.set_property(path, "CallVolume", "MicrophoneVolume", "y", value=volume)
        await self.read_volume()
        self._link.publish()
        return self._link.line.muted is wanted

    async def read_volume(self) -> None:
        """Read the volume from the phone. Raises CallError."""
        volume = await self._link.ofono().properties(self._link.line.path, "CallVolume")
        for name, value in volume.items():
            self._link.line.volume(name, value)

    def _look(self) -> None:
        """React to the outcome of a call that put another one on hold: it was answered, or it failed."""
        line = self._link.line
        answered = (call for call in line.calls.values() if call.placed is not None and call.phase is CallPhase.ACTIVE)
        if any(call.id not in self._displaced for call in answered):
            self._displaced.clear()
        ended, seen, self._seen_end = line.last_ended, self._seen_end, line.last_ended
        came_to_nothing = ended is not None and ended is not seen and ended.placed is not None and not ended.answered
        if came_to_nothing and self._displaced:
            self._link.spawn(self._take_back())

    async def _take_back(self) -> None:
        async with self._acting:
            if self._link.line.pending is None:
                await self._resume_displaced(frozenset(self._displaced))
            if self._link.line.pending is None:  # otherwise the next number is being tried
                self._displaced.clear()

    def _phase(self, path: str) -> CallPhase | None:
        call = self._link.line.calls.get(path)
        return call.phase if call else None

    def _named(self, call_id: str) -> Call | None:
        line = self._link.line
        if call_id:
            return line.calls.get(call_id) or line.calls.get(line.named.get(call_id, ""))
        return next(reversed(line.calls.values()), None)

    def _emergency(self) -> bool:
        line = self._link.line
        return any(call.emergency for call in (*line.calls.values(), *line.elsewhere.values()))

    def _no_room(self) -> bool:
        """Whether the phone cannot dial: a call is ringing, or one is active and another on hold (`voicecall.c`)."""
        phases = {call.phase for call in self._link.line.calls.values()}
        full = {CallPhase.ACTIVE, CallPhase.HELD} <= phases
        return full or bool(phases & UNANSWERED) or self._emergency()
