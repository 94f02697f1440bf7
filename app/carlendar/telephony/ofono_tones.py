"""Sends the DTMF digits of our calls, and never into another call.

oFono's `SendTones` goes to whatever call is active. Digits are therefore sent one at a time, and only while
the call they belong to is the only active one; pauses are timed here. Sending stops as soon as another call is
active, being dialled or an emergency call. `Digits` holds what remains.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from carlendar.domain.call import Call, CallPhase, TonesPhase
from carlendar.errors import CallError
from carlendar.platform.back_off import wait_before
from carlendar.telephony.dial_string import PAUSE_SECONDS
from carlendar.telephony.digits import PAUSE, Digits
from carlendar.telephony.ofono_line import KEPT, OUTGOING
from carlendar.telephony.ofono_link import OfonoLink

TONE_REPLY_SECONDS = 5.0
"""Time-out for the confirmation of a tone; phones need a fraction of it."""

SETTLE_SECONDS = 0.5
"""How long after an error the change of calls that explains it may be reported."""

SWAP_SECONDS = 1.0
"""With several calls: how long they must be unchanged before digits are sent."""

GAP_SECONDS, SWAP_GAP_SECONDS = 0.05, 0.3
"""Gap between tones: with a single call, and with several calls that the user could swap."""

TRIES = 5
"""Attempts per tone while the phone is busy."""

ALONE_SECONDS = 60.0
"""How long a call may be active together with another one before its digits are given up."""


@dataclass(slots=True, eq=False)
class _Job:
    """Digits of one call. `alone` and `disturbed` reflect whether it is the only active call."""

    call_id: str
    placed: float | None
    digits: Digits
    alone: asyncio.Event = field(default_factory=asyncio.Event)
    disturbed: asyncio.Event = field(default_factory=asyncio.Event)
    was_disturbed: bool = False
    task: asyncio.Task[None] | None = None


class OfonoTones:
    """Sends the pending digits of calls; the progress is reported in `link.line.calls`."""

    def __init__(self, link: OfonoLink) -> None:
        self._link = link
        self._jobs: dict[str, _Job] = {}
        self._kept: dict[tuple[str, float | None], Digits] = {}
        link.line.on_found, link.line.on_over = self._found, self._over
        link.observers.append(self._look)

    def wait(self, call: Call, tones: str) -> None:
        """Send `tones` as soon as this call is the only active one."""
        if tones:
            self._begin(call.id, call.placed, Digits(tones))

    def send(self, call: Call, tones: str) -> None:
        """Send now; report failure if this is not the only active call."""
        running = self._jobs.get(call.id)
        if running is not None and running.digits.phase is TonesPhase.SENDING:
            return  # a second touch
        self._stop(call.id)
        if tones and self._is_alone(call.id):
            self._begin(call.id, call.placed, Digits(tones))
        else:
            self._link.line.tones(call.id, TonesPhase.FAILED)
        self._link.publish()

    def _begin(self, call_id: str, placed: float | None, digits: Digits) -> None:
        job = _Job(call_id, placed, digits)
        self._jobs[call_id] = job
        self._link.line.tones(call_id, digits.phase)
        self._notice(job)
        job.task = self._link.spawn(self._run(job))

    def _stop(self, call_id: str) -> Digits | None:
        job = self._jobs.pop(call_id, None)
        if job is None:
            return None
        if job.task is not None:
            job.task.cancel()
        return job.digits

    def _found(self, call: Call, path: str) -> None:
        """Continue under the oFono path of a requested call, or of a lost call that reappeared."""
        digits = self._stop(call.id) or self._kept.pop((call.id, call.placed), None)
        if digits is not None:
            self._begin(path, call.placed, digits)

    def _over(self, call: Call) -> TonesPhase:
        digits = self._stop(call.id)
        if digits is None:
            return call.tones
        if call.ended_by in KEPT:
            digits.interrupt()
            self._kept[call.id, call.placed] = digits
        else:
            digits.fail()
        return digits.phase

    def _look(self) -> None:
        for job in tuple(self._jobs.values()):
            self._notice(job)

    def _notice(self, job: _Job) -> None:
        if self._is_alone(job.call_id):
            job.alone.set()
        else:
            job.alone.clear()
            job.disturbed.set()
        call = self._link.line.calls.get(job.call_id)
        if call is not None and call.placed != job.placed:  # it is a call to another number
            job.digits.fail()
            job.disturbed.set()
            job.alone.set()

    def _is_alone(self, call_id: str) -> bool:
        """Whether digits sent now reach this call and no other."""
        line = self._link.line
        call = line.calls.get(call_id)
        if call is None or call.phase is not CallPhase.ACTIVE or call_id in line.multiparty:
            return False
        others = [*line.elsewhere.values(), *(other for other in line.calls.values() if other is not call)]
        if call.emergency or any(other.emergency for other in others):
            return False
        return not any(other.phase in (CallPhase.ACTIVE, *OUTGOING) for other in others)

    async def _run(self, job: _Job) -> None:
        digits = job.digits
        while digits.pending():
            if not await self._alone(job):
                digits.fail()
                break
            job.disturbed.clear()
            if len(self._link.line.calls) > 1 or job.was_disturbed:
                # After a swap oFono may confuse the two calls until it has read the phone's list.
                await _undisturbed(job, SWAP_SECONDS)
            while digits.pending() and not job.disturbed.is_set():
                await self._step(job)
            if job.disturbed.is_set():
                job.was_disturbed = True
                digits.interrupt()
            self._show(job)
        self._show(job)
        if self._jobs.get(job.call_id) is job:
            del self._jobs[job.call_id]

    async def _alone(self, job: _Job) -> bool:
        """Wait until the call is the only active one; False if it was active together with another for too long."""
        while job.digits.pending():
            try:
                async with asyncio.timeout(ALONE_SECONDS):
                    await job.alone.wait()
            except TimeoutError:
                call = self._link.line.calls.get(job.call_id)
                if call is not None and call.phase is CallPhase.ACTIVE:
                    return False
            else:
                return True
        return False

    async def _step(self, job: _Job) -> None:
        step = job.digits.begin()
        self._show(job)
        if step == PAUSE:
            if await _undisturbed(job, PAUSE_SECONDS):
                job.digits.done()
        elif await self._sent(job, step) and not job.disturbed.is_set():
            job.digits.done()
            if job.digits.pending():  # a swap is only reported after the phone has confirmed the tone
                await _undisturbed(job, GAP_SECONDS if len(self._link.line.calls) == 1 else SWAP_GAP_SECONDS)

    async def _sent(self, job: _Job, tone: str) -> bool:
        """Send one tone to the call that is active at that moment."""
        for attempt in range(TRIES):
            if job.disturbed.is_set():
                job.digits.refuse()
                return False
            try:
                await self._link.ofono().call(
                    self._link.line.path, "VoiceCallManager", "SendTones", "s", tone, seconds=TONE_REPLY_SECONDS
                )
            except CallError as error:
                if error.key != "busy":
                    await self._not_taken(job, error)
                    return False
                job.digits.refuse()
                if not await _undisturbed(job, wait_before(min(attempt, 1))):
                    return False
                job.digits.begin()
            else:
                return True
        job.digits.fail()
        return False

    async def _not_taken(self, job: _Job, error: CallError) -> None:
        """Handle an unconfirmed tone: the calls changed, which is about to be reported, or the phone rejects tones."""
        if await _undisturbed(job, SETTLE_SECONDS):
            if error.key != "timeout":  # after a time-out it may have been sent
                job.digits.refuse()
            job.digits.fail()

    def _show(self, job: _Job) -> None:
        if self._jobs.get(job.call_id) is job:
            self._link.line.tones(job.call_id, job.digits.phase)
            self._link.publish()


async def _undisturbed(job: _Job, seconds: float) -> bool:
    """Wait `seconds`; return False as soon as the call is not the only active one."""
    try:
        async with asyncio.timeout(seconds):
            await job.disturbed.wait()
    except TimeoutError:
        return True
    return False
