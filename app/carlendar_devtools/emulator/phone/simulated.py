"""A simulated telephone, for the emulator without oFono, for pictures and for tests.

It behaves as the hands-free telephone does, by a scheduler that is passed in: ringing after
`RING_AFTER`, answered after `answer_after`, tones at their real length. The controls of its other
end (`answer`, `refuse`, `drop`, `incoming`, `connect`, `disconnect`, `other_phone`) are for tests and
pictures; so are what its owner does on the phone itself (`answer_on_handset`, `swap_on_handset`,
`merge_on_handset`, `dial_on_handset`, `choose_sim`) and its faults (`refused`, `asks_which_sim`,
`waiting_call_gives_up`).
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from carlendar.domain.call import CallCommand, CallPhase, EndedBy, Phone, PhoneState, TonesPhase, same_number
from carlendar.domain.ports import Unsubscribe
from carlendar.telephony.dial_string import checked_number, checked_tones, refuse_emergencies, refuse_in_emergency
from carlendar_devtools.emulator.phone.simulated_digits import GOING
from carlendar_devtools.emulator.phone.simulated_line import (
    COMING,
    NO_PROGRESS_AFTER,
    OTHER,
    OWN,
    RING_AFTER,
    Cancel,
    Scheduler,
    SimulatedLine,
    timer,
)

__all__ = ["RING_AFTER", "Cancel", "Scheduler", "SimulatedTelephony", "timer"]


class SimulatedTelephony(SimulatedLine):
    """`Telephony` without a phone. `digits.heard_by` holds the tones that each number received."""

    def subscribe(self, listener: Callable[[PhoneState], None]) -> Unsubscribe:
        """Call `listener` with the state, now and at each change."""
        with self._lock:
            self._listeners.append(listener)
            listener(self._state)
        return lambda: self._unsubscribe(listener)

    def dial(self, number: str, tones: str) -> None:
        """Dial, then send tones; raises CallError for a number that must not be dialled."""
        checked_number(number)
        checked_tones(tones)
        with self._lock:
            refuse_emergencies(number, self._emergency_numbers, self._state)
            going = [call for call in self._state.calls if call.phase in GOING and same_number(number, call.number)]
            if going and self._asked == (number, tones):
                return  # a second touch: this call is being set up already
            self._asked = number, tones
            call = replace(self._new_call(number, CallPhase.DIALING), placed=self._clock.seconds())
            if (failed := self._not_possible()) is not None:
                self._end(call, failed)
                return
            self._put(replace(call, tones=TonesPhase.WAITING if tones else TonesPhase.NONE))
            self.digits.wait(call.id, tones)
            if self.asks_which_sim:
                self._after(NO_PROGRESS_AFTER, lambda: self._give_up(call.id, CallPhase.DIALING, EndedBy.NO_PROGRESS))
            else:
                self._displaced |= self._hold_active()
                self._after(RING_AFTER, lambda: self._ring(call.id))

    def command(self, name: CallCommand, call_id: str = "", tones: str = "") -> None:
        """Act on a call (the newest by default) or the microphone. Raises CallError during an emergency call."""
        with self._lock:
            refuse_in_emergency(name, self._state)
            if name is CallCommand.PREFER_PHONE:
                self._preferred = call_id
                self._choose()
                return
            if name in self.refused:
                self._refuse(name)
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
                self.digits.send(call.id, checked_tones(tones))
            elif name is CallCommand.RESUME:
                self._resume(call)
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
        """The other end answers."""
        self._other_end(lambda call: self._activate(call.id), *GOING)

    def refuse(self) -> None:
        """The other end refuses the call."""
        self._other_end(lambda call: self._end(call, EndedBy.REFUSED), *GOING)

    def drop(self) -> None:
        """The other end hangs up."""
        self._other_end(lambda call: self._end(call, EndedBy.THERE), *CallPhase)

    def incoming(self, number: str, name: str = "", *, emergency: bool = False) -> None:
        """Receive a call; it is a waiting call during another one. An emergency call is active immediately."""
        with self._lock:
            coming = CallPhase.WAITING if self._state.calls else CallPhase.INCOMING
            call = self._new_call(number, CallPhase.ACTIVE if emergency else coming)
            self._put(replace(call, emergency=emergency, name=name))

    def connect(self) -> None:
        """Connect the phone, with calls that were in progress."""
        with self._lock:
            self._there[OWN] = self._own
            self._choose()
            for call in self._lost if self._state.phone == OWN else ():
                self._put(call)
            self._lost.clear()

    def disconnect(self, *, keeps_calls: bool = False) -> None:
        """The phone leaves; its calls end for the car, and continue on the phone if it `keeps_calls`."""
        with self._lock:
            calls = self._state.calls
            self._there.pop(OWN, None)
            self._choose(lost=keeps_calls)
            ended = {call.id: self.digits.over(call, lost=True) for call in calls} if keeps_calls else {}
            self._lost = [replace(call, tones=ended[call.id]) for call in calls if call.id in ended]

    def answer_on_handset(self) -> None:
        """The owner answers the incoming call on the phone; the active call is put on hold."""
        with self._lock:
            call = next(call for call in self._state.calls if call.phase in COMING)
            self._hold_active()
            self._put(self._in_phase(call, CallPhase.ACTIVE))

    def swap_on_handset(self) -> None:
        """The owner swaps the active call and the one on hold on the phone; holds or resumes a single one."""
        with self._lock:
            held = next((call for call in self._state.calls if call.phase is CallPhase.HELD), None)
            self._hold_active()
            if held is not None:
                self._put(self._in_phase(held, CallPhase.ACTIVE))

    def merge_on_handset(self) -> None:
        """The owner merges the active call and the one on hold into a conference on the phone."""
        with self._lock:
            self.digits.merged = True
            for call in self._state.calls:
                self._put(self._in_phase(call, CallPhase.ACTIVE))

    def dial_on_handset(self, number: str) -> None:
        """The owner dials on the phone; it is answered at once, and an active call is put on hold."""
        with self._lock:
            self._hold_active()
            self._put(self._new_call(number, CallPhase.ACTIVE))

    def choose_sim(self) -> None:
        """The owner chooses on the phone which SIM card is to make the call that it asks about."""
        with self._lock:
            asking = next((call for call in self._state.calls if call.phase is CallPhase.DIALING), None)
            ended = self._state.last_ended
            if asking is None and ended is not None and ended.ended_by is EndedBy.NO_PROGRESS:
                asking = self._in_phase(replace(ended, ended_by=None), CallPhase.DIALING)
                self._put(asking)
            if asking is not None:
                self._ring(asking.id)

    def other_phone(self, name: str) -> None:
        """A second phone enters the car; an empty name lets it leave."""
        with self._lock:
            self._there.pop(OTHER, None)
            if name:
                self._there[OTHER] = Phone(OTHER, name)
            self._choose()
