"""The calls of a simulated telephone, and their course."""

from __future__ import annotations

import threading
from collections.abc import Callable

from msgspec.structs import replace

from carlendar.domain.call import (  # fmt: skip
    Call,
    CallCommand,
    CallPhase,
    EndedBy,
    Phone,
    PhoneState,
    RejectedCommand,
    TonesPhase,
)
from carlendar.domain.ports import ElapsedClock
from carlendar_devtools.emulator.phone.simulated_digits import GOING, SimulatedDigits

RING_AFTER = 0.5
"""Seconds from dialling until it rings at the other end."""

NO_PROGRESS_AFTER, NO_ANSWER_AFTER, SETTLE_AFTER = 45.0, 75.0, 1.0
"""Seconds until an unanswered call is given up, and the call that it put on hold is resumed."""

Cancel = Callable[[], None]
Scheduler = Callable[[float, Callable[[], None]], Cancel]
"""Runs an action after so many elapsed seconds, on any thread; returns a function that cancels it."""

OWN, OTHER = "simulated", "simulated other"
"""Ids of the two phones."""

UP = (CallPhase.ACTIVE, CallPhase.HELD)
COMING = (CallPhase.INCOMING, CallPhase.WAITING)


def timer(seconds: float, action: Callable[[], None]) -> Cancel:
    """A scheduler of real time; its threads do not keep the process alive."""
    running = threading.Timer(seconds, action)
    running.daemon = True
    running.start()
    return running.cancel


class SimulatedLine:
    """State of the simulated phone and its calls; changes are made under `_lock`."""

    def __init__(
        self,
        clock: ElapsedClock,
        scheduler: Scheduler = timer,
        *,
        name: str = "Simulated phone",
        connected: bool = True,
        answer_after: float | None = 2.0,
        emergency_numbers: tuple[str, ...] = ("112", "911"),
    ) -> None:
        """`answer_after` is in seconds from ringing; None leaves it ringing until `answer` or `refuse`."""
        self.answer_after = answer_after
        self.refused: set[CallCommand] = set()
        """Commands that the phone does not carry out."""
        self.asks_which_sim = self.waiting_call_gives_up = False
        self._clock, self._schedule = clock, scheduler
        self._own, self._emergency_numbers = Phone(OWN, name), emergency_numbers
        self._there: dict[str, Phone] = {}
        self._preferred = ""
        self._lock = threading.RLock()
        self._listeners: list[Callable[[PhoneState], None]] = []
        self.digits = SimulatedDigits(lambda: self._state.calls, self._show_tones, self._after)
        self._pending: list[Cancel] = []
        self._displaced: set[str] = set()
        self._lost: list[Call] = []
        self._asked = ("", "")
        self._count = 0
        self._state = PhoneState(connected=False)
        if connected:
            self._there[OWN] = self._own
            self._choose()

    # --- course of a call -----------------------------------------------------------------------

    def _ring(self, call_id: str) -> None:
        with self._lock:
            call = self._call(call_id)
            if call is None or call.phase is not CallPhase.DIALING:
                return
            self._put(self._in_phase(call, CallPhase.RINGING))
            self._after(NO_ANSWER_AFTER, lambda: self._give_up(call_id, CallPhase.RINGING, EndedBy.NO_ANSWER))
            if self.answer_after is not None:
                self._after(self.answer_after, lambda: self._activate(call_id))

    def _activate(self, call_id: str) -> None:
        with self._lock:
            call = self._call(call_id)
            if call is None or call.phase in UP:
                return
            self._displaced.clear()
            self._put(self._in_phase(call, CallPhase.ACTIVE))

    def _give_up(self, call_id: str, phase: CallPhase, by: EndedBy) -> None:
        with self._lock:
            call = self._call(call_id)
            if call is not None and call.phase is phase:
                self._end(call, by)

    def _take(self, call: Call) -> None:
        if call.phase not in COMING or {each.phase for each in self._state.calls} >= set(UP):
            return
        if self.waiting_call_gives_up:
            self._end(call, EndedBy.THERE)
            self._refuse(CallCommand.HOLD_AND_ANSWER)
            return
        self._hold_active()
        self._put(self._in_phase(call, CallPhase.ACTIVE))

    def _resume(self, call: Call) -> None:
        if call.phase is CallPhase.HELD:
            self._hold_active()
            self._put(self._in_phase(call, CallPhase.ACTIVE))

    def _take_back(self) -> None:
        """Resume the call that was put on hold for one that was not answered."""
        with self._lock:
            calls = self._state.calls
            if len(calls) == 1 and calls[0].id in self._displaced:
                self._resume(calls[0])
                self._displaced.clear()

    def _refuse(self, name: CallCommand) -> None:
        self._publish(replace(self._state, refusal=RejectedCommand(name, self._clock.seconds())))

    def _not_possible(self) -> EndedBy | None:
        """Return why a call cannot be dialled; None if it can."""
        if not self._state.connected:
            return EndedBy.NO_PHONE
        phases = {call.phase for call in self._state.calls}
        return EndedBy.BUSY if phases & {*COMING, *GOING} or phases >= set(UP) else None

    def _choose(self, *, lost: bool = False) -> None:
        """Return the preferred phone, else the one in use, else any, except one that is in another call."""
        used, there = self._state.phone, self._there
        if used not in there:
            for call in self._state.calls:
                self._end(call, EndedBy.NO_PHONE, lost=lost)
            self._publish(replace(self._state, muted=False))
        wanted = [self._preferred] if not self._state.calls else []
        phone = next((there[each] for each in (*wanted, used, *sorted(there)) if each in there), Phone("", ""))
        known = tuple(sorted(there.values(), key=lambda each: (each.name, each.id)))
        self._publish(replace(self._state, connected=bool(phone.id), name=phone.name, phone=phone.id, phones=known))

    def _hold_active(self) -> set[str]:
        active = [call for call in self._state.calls if call.phase is CallPhase.ACTIVE]
        for call in active:
            self._put(self._in_phase(call, CallPhase.HELD))
        return {call.id for call in active}

    def _other_end(self, action: Callable[[Call], None], *phases: CallPhase) -> None:
        with self._lock:
            for call in reversed(self._state.calls):
                if call.phase in phases:
                    action(call)
                    return

    # --- state ---------------------------------------------------------------------------------

    def _new_call(self, number: str, phase: CallPhase) -> Call:
        self._count += 1
        return Call(f"call{self._count}", number, phase, self._clock.seconds())

    def _in_phase(self, call: Call, phase: CallPhase) -> Call:
        answered = call.answered or phase is CallPhase.ACTIVE
        return replace(call, phase=phase, since=self._clock.seconds(), answered=answered)

    def _call(self, call_id: str) -> Call | None:
        return next((call for call in self._state.calls if call.id == call_id), None)

    def _put(self, call: Call) -> None:
        others = tuple(other if other.id != call.id else call for other in self._state.calls)
        self._publish(replace(self._state, calls=others if call in others else (*others, call)))

    def _end(self, call: Call, by: EndedBy, *, lost: bool = False) -> None:
        tones = self.digits.over(call, lost=lost or by is EndedBy.NO_PROGRESS)
        self.digits.merged = False
        ended = replace(self._in_phase(call, CallPhase.ENDED), ended_by=by, tones=tones)
        calls = tuple(other for other in self._state.calls if other.id != call.id)
        self._publish(replace(self._state, calls=calls, last_ended=ended))
        if self._displaced and not ended.answered:
            self._after(SETTLE_AFTER, self._take_back)
        if not calls:
            self._choose()  # the preferred phone may have connected in the meantime

    def _show_tones(self, call_id: str, phase: TonesPhase) -> None:
        if call := self._call(call_id):
            self._put(replace(call, tones=phase))

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        def locked() -> None:
            with self._lock:
                action()

        self._pending.append(self._schedule(seconds, locked))

    def _publish(self, state: PhoneState) -> None:
        if state == self._state:
            return
        self._state = state
        for listener in tuple(self._listeners):
            listener(state)
        self.digits.look()

    def _unsubscribe(self, listener: Callable[[PhoneState], None]) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
