"""The digits of simulated calls: typed one at a time into their own call, as the hands-free telephone does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from carlendar.domain.call import Call, CallPhase, TonesPhase
from carlendar.telephony.dial_string import PAUSE_SECONDS, TONE_SECONDS
from carlendar.telephony.digits import PAUSE, Digits

GOING = (CallPhase.DIALING, CallPhase.RINGING)


class SimulatedDigits:
    """Types the digits of calls. Used under the telephone's lock; `schedule` calls back under it too."""

    def __init__(
        self,
        calls: Callable[[], tuple[Call, ...]],
        show: Callable[[str, TonesPhase], None],
        schedule: Callable[[float, Callable[[], None]], None],
    ) -> None:
        self.heard_by: dict[str, str] = {}
        """Tones that each number received."""
        self.refused = False
        """Whether the phone rejects tones."""
        self.tone_seconds = TONE_SECONDS
        self.merged = False
        """Whether the phone has merged its calls into a conference."""
        self._calls, self._show, self._schedule = calls, show, schedule
        self._digits: dict[str, Digits] = {}
        self._steps: dict[str, int] = {}
        self._count = 0

    def wait(self, call_id: str, tones: str) -> None:
        """Type the digits as soon as this call is the only active one."""
        if tones:
            self._digits[call_id] = Digits(tones)
            self.look()

    def send(self, call_id: str, tones: str) -> None:
        """Type the digits now; they fail unless this is the only active call."""
        self._steps.pop(call_id, None)
        if self._is_alone(call_id):
            self.wait(call_id, tones)
        else:
            self._digits.pop(call_id, None)
            self._show(call_id, TonesPhase.FAILED)

    def over(self, call: Call, *, lost: bool) -> TonesPhase:
        """Return the phase of the digits after the call has ended or the phone has left."""
        self._steps.pop(call.id, None)
        digits = self._digits.get(call.id)
        if digits is None:
            return call.tones
        if lost:
            digits.interrupt()
        else:
            digits.fail()
            del self._digits[call.id]
        return digits.phase

    def look(self) -> None:
        """The calls changed: stop at once, or go on."""
        for call_id, digits in tuple(self._digits.items()):
            running = call_id in self._steps
            if running and not self._is_alone(call_id):
                del self._steps[call_id]
                digits.interrupt()
                self._show(call_id, digits.phase)
            elif not running and digits.pending() and self._is_alone(call_id):
                self._step(call_id)

    def _step(self, call_id: str) -> None:
        digits = self._digits[call_id]
        self._count += 1
        step, self._steps[call_id] = digits.begin(), self._count
        if step == PAUSE:
            seconds = PAUSE_SECONDS
        elif self.refused:
            digits.refuse()
            digits.fail()
            del self._steps[call_id]
            self._show(call_id, digits.phase)
            return
        else:
            seconds = self.tone_seconds
        self._schedule(seconds, partial(self._stepped, call_id, self._count, step))
        self._show(call_id, digits.phase)

    def _stepped(self, call_id: str, count: int, step: str) -> None:
        if self._steps.get(call_id) != count:
            return
        del self._steps[call_id]
        if step != PAUSE:
            number = next(call.number for call in self._calls() if call.id == call_id)
            self.heard_by[number] = self.heard_by.get(number, "") + step
        digits = self._digits[call_id]
        digits.done()
        if digits.pending():
            self.look()
        else:
            self._show(call_id, digits.phase)

    def _is_alone(self, call_id: str) -> bool:
        calls = self._calls()
        call = next((call for call in calls if call.id == call_id), None)
        if call is None or call.phase is not CallPhase.ACTIVE or self.merged:
            return False
        others = [other for other in calls if other is not call]
        return not any(other.emergency or other.phase in (CallPhase.ACTIVE, *GOING) for other in others)
