"""What is asked of oFono: dialling, digits, the microphone, ending and taking calls."""

from __future__ import annotations

import asyncio
import contextlib

from app.calls.dialstring import duration
from app.calls.ofono_line import OUTGOING, PENDING
from app.calls.ofono_link import OfonoLink, wait_before
from app.domain.call import Call, CallCommand, CallPhase, EndedBy, TonesPhase
from app.errors import CallError

TONES_GRACE = 15.0
"""Seconds that sending digits may take beyond their own length."""

TONES_TRIES = 5
_NOT_DIALLED = {"no_daemon": EndedBy.NO_PHONE, "not_available": EndedBy.NETWORK, "busy": EndedBy.BUSY}
DEFAULT_VOLUME = 50
"""Of the microphone, in percent, as oFono begins with."""


class OfonoCalls:
    """Acts on the phone in use; what comes of it is in `link.line`."""

    def __init__(self, link: OfonoLink) -> None:
        self._link = link
        self._digits: dict[str, str] = {}
        self._gain = DEFAULT_VOLUME

    def forget(self, path: str) -> None:
        """A call is over; its digits are not for the next one of that name."""
        self._digits.pop(path, None)

    async def dial(self, number: str, tones: str) -> None:
        """Dial; the digits wait until the call is active."""
        line = self._link.line
        phases = [call.phase for call in line.calls.values()]
        if line.pending or any(phase in OUTGOING for phase in phases):
            return  # a second touch: one call is on its way already
        asked = line.ask(number, tones)
        if not line.path:
            line.fail_pending(EndedBy.NO_PHONE)
        elif _no_room(phases):
            line.fail_pending(EndedBy.BUSY)
        self._link.publish()
        if line.pending is not asked:
            return
        try:
            (path,) = await self._link.ofono().call(
                line.path, "org.ofono.VoiceCallManager", "Dial", "ss", number, "default"
            )
        except CallError as error:
            if line.pending is asked:
                line.fail_pending(_NOT_DIALLED.get(error.key, EndedBy.NOT_DIALLED))
                self._link.publish()
            return
        if line.pending is asked:
            line.pending = None
            self._await_answer(path, tones)
        else:  # hung up before oFono had a name for it
            with contextlib.suppress(CallError):  # it is over already
                await self._link.ofono().call(path, "org.ofono.VoiceCall", "Hangup")
        self._link.publish()

    def _await_answer(self, path: str, tones: str) -> None:
        if tones:
            self._digits[path] = tones
            self._link.line.tones(path, TonesPhase.WAITING)
            self.begin_tones(path)

    async def command(self, name: CallCommand, call_id: str, tones: str) -> None:
        """Do what `Telephony.command` promises."""
        with contextlib.suppress(CallError):  # the state tells what came of it
            if name in (CallCommand.MUTE, CallCommand.UNMUTE):
                await self._mute(wanted=name is CallCommand.MUTE)
            elif self._link.line.pending and call_id in ("", PENDING) and name is CallCommand.HANG_UP:
                self._link.line.fail_pending(EndedBy.HERE)
                self._link.publish()
            elif call := self._named(call_id):
                await self._act(name, call.id, tones)

    async def _act(self, name: CallCommand, path: str, tones: str) -> None:
        bus = self._link.ofono()
        if name is CallCommand.HANG_UP:
            await bus.call(path, "org.ofono.VoiceCall", "Hangup")
        elif name is CallCommand.ANSWER:
            await bus.call(path, "org.ofono.VoiceCall", "Answer")
        elif name is CallCommand.HOLD_AND_ANSWER:
            if (call := self._named(path)) and call.phase is CallPhase.INCOMING:  # there is none to hold
                await bus.call(path, "org.ofono.VoiceCall", "Answer")
            else:
                await bus.call(self._link.line.path, "org.ofono.VoiceCallManager", "HoldAndAnswer")
        elif name is CallCommand.RESUME:
            await bus.call(self._link.line.path, "org.ofono.VoiceCallManager", "SwapCalls")
        elif name is CallCommand.SEND_TONES:
            await self._send_tones(path, tones)

    async def _mute(self, *, wanted: bool) -> None:
        """Mute at the phone; where it cannot, turn the microphone's gain to nothing and back."""
        bus, path = self._link.ofono(), self._link.line.path
        if not path:
            return
        try:
            await bus.set_property(path, "org.ofono.CallVolume", "Muted", "b", value=wanted)
        except CallError as error:
            if error.key != "not_implemented":
                raise
            if wanted:
                self._gain = self._link.line.microphone or self._gain
            volume = 0 if wanted else self._gain
            await bus.set_property(path, "org.ofono.CallVolume", "MicrophoneVolume", "y", value=volume)
        await self.read_volume()
        self._link.publish()

    async def read_volume(self) -> None:
        """Take the volume over as the phone has it. Raises CallError."""
        volume = await self._link.ofono().properties(self._link.line.path, "org.ofono.CallVolume")
        for name, value in volume.items():
            self._link.line.volume(name, value)

    def begin_tones(self, path: str) -> None:
        """Send the digits that wait for this call, where it is active now."""
        call = self._link.line.calls.get(path)
        if call and call.phase is CallPhase.ACTIVE and path in self._digits:
            self._link.spawn(self._send_tones(path, self._digits.pop(path)))

    async def _send_tones(self, path: str, tones: str) -> None:
        """Send and wait until all have been sent, which takes three seconds for each pause."""
        self._link.line.tones(path, TonesPhase.SENDING)
        self._link.publish()
        phase = TonesPhase.FAILED
        for _ in range(TONES_TRIES):
            try:
                await self._link.ofono().call(
                    self._link.line.path,
                    "org.ofono.VoiceCallManager",
                    "SendTones",
                    "s",
                    tones,
                    seconds=duration(tones) + TONES_GRACE,
                )
            except CallError as error:
                if error.key != "busy":
                    break
                await asyncio.sleep(wait_before(1))  # other tones are on their way
            else:
                phase = TonesPhase.SENT
                break
        if path in self._link.line.calls:
            self._link.line.tones(path, phase)
        self._link.publish()

    def _named(self, call_id: str) -> Call | None:
        calls = self._link.line.calls
        return calls.get(call_id) if call_id else next(reversed(calls.values()), None)


def _no_room(phases: list[CallPhase]) -> bool:
    """Whether the phone cannot dial: something rings, or one call is up and another on hold (`voicecall.c`)."""
    rings = CallPhase.INCOMING in phases or CallPhase.WAITING in phases
    return rings or (CallPhase.ACTIVE in phases and CallPhase.HELD in phases)
