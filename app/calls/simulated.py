"""A telephone that is not there: for the emulator without oFono, for pictures and for tests.

It behaves as the hands-free telephone does, by a scheduler that is handed in: ringing after
`RING_AFTER`, answered after `answer_after`, tones in their real length. The controls of its other
end (`answer`, `refuse`, `drop`, `incoming`, `connect`, `disconnect`, `other_phone`) are for tests and pictures.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from app.calls.dialstring import checked_number, checked_tones, duration, refuse_emergencies, refuse_in_emergency
from app.domain.call import Call, CallCommand, CallPhase, EndedBy, Phone, PhoneState, TonesPhase
from app.domain.ports import ElapsedClock, Unsubscribe

RING_AFTER = 0.5
"""Seconds from dialling until it rings at the other end."""

Cancel = Callable[[], None]
Scheduler = Callable[[float, Callable[[], None]], Cancel]
"""Runs an action after so many elapsed seconds, on any thread; returns what cancels it."""

OWN, OTHER = "simulated", "simulated other"
"""Ids of the two phones."""

UP = (CallPhase.ACTIVE, CallPhase.HELD)
GOING = (CallPhase.DIALING, CallPhase.RINGING)
COMING = (CallPhase.INCOMING, CallPhase.WAITING)


def timer(seconds: float, action: Callable[[], None]) -> Cancel:
    """A scheduler of real time; its threads do not keep the process alive."""
    running = threading.Timer(seconds, action)
    running.daemon = True
    running.start()
    return running.cancel


class SimulatedTelephony:
    """`Telephony` without a phone. `heard` holds the tones of every call, pauses included."""

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
        self.heard = ""
        self._clock, self._schedule = clock, scheduler
        self._own, self._emergency_numbers = Phone(OWN, name), emergency_numbers
        self._there: dict[str, Phone] = {}
        self._preferred = ""
        self._lock = threading.RLock()
        self._listeners: list[Callable[[PhoneState], None]] = []
        self._tones: dict[str, str] = {}
        self._pending: list[Cancel] = []
        self._count = 0
        self._state = PhoneState(connected=False)
        if connected:
            self.connect()

    def subscribe(self, listener: Callable[[PhoneState], None]) -> Unsubscribe:
        """Call `listener` with the state, at once and at each change."""
        with self._lock:
            self._listeners.append(listener)
            listener(self._state)
        return lambda: self._unsubscribe(listener)

    def dial(self, number: str, tones: str) -> None:
        """Dial, then send tones; raises CallError for what may not be dialled."""
        checked_number(number)
        checked_tones(tones)
        with self._lock:
            refuse_emergencies(number, self._emergency_numbers, self._state)
            if any(call.phase in GOING for call in self._state.calls):
                return  # a second touch: one call is on its way already
            call = self._new_call(number, CallPhase.DIALING)
            if (failed := self._not_possible()) is not None:
                self._end(call, failed)
                return
            self._hold_active()
            self._tones[call.id] = tones
            self._put(replace(call, tones=TonesPhase.WAITING if tones else TonesPhase.NONE))
            self._after(RING_AFTER, lambda: self._ring(call.id))

    def command(self, name: CallCommand, call_id: str = "", tones: str = "") -> None:
        """Act on a call, the newest where none is named, or on the microphone; CallError in an emergency call."""
        with self._lock:
            refuse_in_emergency(name, self._state)
            if name is CallCommand.PREFER_PHONE:
                self._preferred = call_id
                self._choose()
                return
            if name in (CallCommand.MUTE, CallCommand.UNMUTE):
                self._publish(replace(self._state, muted=name is CallCommand.MUTE))
                return
            call = self._call(call_id) if call_id else next(reversed(self._state.calls), None)
            if call is None:
                return
            if name is CallCommand.HANG_UP:
                self._end(call, EndedBy.HERE)
            elif name is CallCommand.SEND_TONES:
                self._tones[call.id] = checked_tones(tones)
                self._send(call.id)
            elif name is CallCommand.RESUME:
                self._resume()
            else:
                self._take(call)

    def stop(self) -> None:
        """Cancel what is scheduled and forget the listeners."""
        with self._lock:
            for cancel in self._pending:
                cancel()
            self._pending.clear()
            self._listeners.clear()

    # --- the other end -------------------------------------------------------------------------

    def answer(self) -> None:
        """The other end answers what rings there."""
        self._other_end(lambda call: self._activate(call.id), *GOING)

    def refuse(self) -> None:
        """The other end does not take the call."""
        self._other_end(lambda call: self._end(call, EndedBy.REFUSED), *GOING)

    def drop(self) -> None:
        """The other end hangs up."""
        self._other_end(lambda call: self._end(call, EndedBy.THERE), *CallPhase)

    def incoming(self, number: str, *, emergency: bool = False) -> None:
        """Somebody calls; waiting while another call is up. An emergency call is up at once."""
        with self._lock:
            coming = CallPhase.WAITING if self._state.calls else CallPhase.INCOMING
            call = self._new_call(number, CallPhase.ACTIVE if emergency else coming)
            self._put(replace(call, emergency=emergency))

    def connect(self) -> None:
        """The phone comes into the car."""
        with self._lock:
            self._there[OWN] = self._own
            self._choose()

    def disconnect(self) -> None:
        """The phone leaves; its calls end for the car."""
        with self._lock:
            self._there.pop(OWN, None)
            self._choose()

    def other_phone(self, name: str) -> None:
        """A second phone comes into the car; an empty name lets it leave."""
        with self._lock:
            self._there.pop(OTHER, None)
            if name:
                self._there[OTHER] = Phone(OTHER, name)
            self._choose()

    # --- how a call goes -----------------------------------------------------------------------

    def _ring(self, call_id: str) -> None:
        with self._lock:
            call = self._call(call_id)
            if call is None or call.phase is not CallPhase.DIALING:
                return
            self._put(self._in_phase(call, CallPhase.RINGING))
            if self.answer_after is not None:
                self._after(self.answer_after, lambda: self._activate(call_id))

    def _activate(self, call_id: str) -> None:
        with self._lock:
            call = self._call(call_id)
            if call is None or call.phase in UP:
                return
            self._put(self._in_phase(call, CallPhase.ACTIVE))
            if self._tones.get(call_id):
                self._send(call_id)

    def _send(self, call_id: str) -> None:
        call = self._call(call_id)
        if call is None:
            return
        if call.phase is not CallPhase.ACTIVE:
            self._put(replace(call, tones=TonesPhase.FAILED))
            return
        self._put(replace(call, tones=TonesPhase.SENDING))
        self._after(duration(self._tones[call_id]), lambda: self._sent(call_id))

    def _sent(self, call_id: str) -> None:
        with self._lock:
            call = self._call(call_id)
            if call is not None:
                self.heard += self._tones.get(call_id, "")
                self._put(replace(call, tones=TonesPhase.SENT))

    def _take(self, call: Call) -> None:
        if call.phase not in COMING or {each.phase for each in self._state.calls} >= set(UP):
            return
        self._hold_active()
        self._put(self._in_phase(call, CallPhase.ACTIVE))

    def _resume(self) -> None:
        held = next((call for call in self._state.calls if call.phase is CallPhase.HELD), None)
        if held is not None:
            self._hold_active()
            self._put(self._in_phase(held, CallPhase.ACTIVE))

    def _not_possible(self) -> EndedBy | None:
        """Why a call cannot be dialled; None where it can."""
        if not self._state.connected:
            return EndedBy.NO_PHONE
        phases = {call.phase for call in self._state.calls}
        return EndedBy.BUSY if phases & set(COMING) or phases >= set(UP) else None

    def _choose(self) -> None:
        """The preferred phone, else the one in use, else any; never another one in a call."""
        used, there = self._state.phone, self._there
        if used not in there:
            for call in self._state.calls:
                self._end(call, EndedBy.NO_PHONE)
            self._publish(replace(self._state, muted=False))
        wanted = [self._preferred] if not self._state.calls else []
        phone = next((there[each] for each in (*wanted, used, *sorted(there)) if each in there), Phone("", ""))
        known = tuple(sorted(there.values(), key=lambda each: (each.name, each.id)))
        self._publish(replace(self._state, connected=bool(phone.id), name=phone.name, phone=phone.id, phones=known))

    def _hold_active(self) -> None:
        for other in self._state.calls:
            if other.phase is CallPhase.ACTIVE:
                self._put(self._in_phase(other, CallPhase.HELD))

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

    def _end(self, call: Call, by: EndedBy) -> None:
        self._tones.pop(call.id, None)
        ended = replace(self._in_phase(call, CallPhase.ENDED), ended_by=by)
        calls = tuple(other for other in self._state.calls if other.id != call.id)
        self._publish(replace(self._state, calls=calls, last_ended=ended))
        if not calls:
            self._choose()  # the preferred phone may have come meanwhile

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        self._pending.append(self._schedule(seconds, action))

    def _publish(self, state: PhoneState) -> None:
        if state == self._state:
            return
        self._state = state
        for listener in tuple(self._listeners):
            listener(state)

    def _unsubscribe(self, listener: Callable[[PhoneState], None]) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
