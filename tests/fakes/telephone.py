"""Telephones with their other end in hand: the simulation, and oFono with the real daemon on a private bus."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from carlendar.domain.call import Call, CallCommand, CallPhase, EndedBy, PhoneState
from carlendar.domain.ports import Telephony
from carlendar.platform.clock import BoottimeClock
from carlendar.telephony.ofono import OfonoTelephony
from carlendar.telephony.ofono_deadlines import LIMITS
from carlendar_devtools.emulator.phone import PhoneLine, available
from carlendar_devtools.emulator.phone.simulated import Cancel, SimulatedTelephony, timer
from tests.fakes.waiting import wait_until

NUMBER = "+496912345678"
WAIT = 20.0


class Watch:
    """Records every state of a telephony adapter, and waits for one."""

    def __init__(self, telephony: Telephony) -> None:
        self.states: list[PhoneState] = []
        self._seen = 0
        self._changed = threading.Condition()
        self.end = telephony.subscribe(self._on_state)

    def _on_state(self, state: PhoneState) -> None:
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    def until(self, condition: Callable[[PhoneState], bool]) -> PhoneState:
        """The first state from the one that was last waited for that is so, however soon it was over."""

        def found() -> bool:
            while self._seen < len(self.states) and not condition(self.states[self._seen]):
                self._seen += 1
            return self._seen < len(self.states)

        with self._changed:
            assert self._changed.wait_for(found, WAIT), "\n".join(map(_described, self.states[-8:]))
            return self.states[self._seen]

    def call(self, phase: CallPhase, number: str = NUMBER) -> Call:
        def there(state: PhoneState) -> bool:
            return any(call.phase is phase and call.number == number for call in state.calls)

        return next(call for call in self.until(there).calls if call.phase is phase and call.number == number)

    def ended(self) -> Call:
        state = self.until(lambda state: state.last_ended is not None and not state.calls)
        assert state.last_ended is not None
        return state.last_ended

    def phases(self) -> list[CallPhase]:
        """Phases of the first call of each state, each once in a row."""
        seen = [state.calls[0].phase for state in self.states if state.calls]
        return [phase for index, phase in enumerate(seen) if index == 0 or phase is not seen[index - 1]]


def _described(state: PhoneState) -> str:
    """Return what a failed wait shows of a state."""
    calls = [(call.number, call.phase.value, call.tones.value, call.placed is not None) for call in state.calls]
    ended = state.last_ended and (state.last_ended.ended_by, state.last_ended.tones)
    return f"connected={state.connected} phone={state.phone!r} calls={calls} last ended={ended}"


SHORT = {CallPhase.DIALING: (1.0, EndedBy.NO_PROGRESS), CallPhase.RINGING: (1.0, EndedBy.NO_ANSWER)}
"""Limits for tests of what ends by them; other calls have the real ones, however busy the machine is."""


class Bench(Protocol):
    """A telephone with the other end in hand."""

    telephony: Telephony

    def answers(self, after: float | None) -> None: ...
    def answer(self) -> None: ...
    def refuse(self) -> None: ...
    def hang_up(self) -> None: ...
    def incoming(self, number: str) -> None: ...
    def emergency(self) -> None: ...
    def leave(self) -> None: ...
    def come(self) -> None: ...
    def heard(self) -> str: ...
    def heard_by(self, number: str) -> str: ...
    def other_phone(self, *, present: bool) -> None: ...
    def answer_on_handset(self) -> None: ...
    def swap_on_handset(self) -> None: ...
    def merge_on_handset(self) -> None: ...
    def dial_on_handset(self, number: str) -> None: ...
    def hang_up_on_handset(self) -> None: ...
    def choose_sim(self) -> None: ...
    def lose_link(self, *, keeps_calls: bool) -> None: ...
    def slow_tones(self, seconds: float) -> None: ...
    def refuse_tones(self) -> None: ...
    def ask_which_sim(self) -> None: ...
    def let_waiting_call_give_up(self) -> None: ...
    def refuse_command(self, command: CallCommand) -> None: ...
    def give_up_soon(self) -> None: ...


def hasty(seconds: float, action: Callable[[], None]) -> Cancel:
    """A scheduler that waits a tenth as long."""
    return timer(seconds / 10, action)


REFUSED_BY = {
    CallCommand.HANG_UP: {"AT+CHUP", "AT+CHLD"},
    CallCommand.HOLD_AND_ANSWER: {"AT+CHLD=2"},
    CallCommand.RESUME: {"AT+CHLD=2"},
    CallCommand.MUTE: {"AT+VGM"},
    CallCommand.UNMUTE: {"AT+VGM"},
}
"""Commands of the hands-free link that the emulated phone refuses for each of the telephone's."""


class SimulatedBench:
    def __init__(self) -> None:
        self.simulated = SimulatedTelephony(BoottimeClock(), hasty, answer_after=0.5)
        self.telephony: Telephony = self.simulated

    def answers(self, after: float | None) -> None:
        self.simulated.answer_after = after

    def answer(self) -> None:
        self.simulated.answer()

    def refuse(self) -> None:
        self.simulated.refuse()

    def hang_up(self) -> None:
        self.simulated.drop()

    def incoming(self, number: str) -> None:
        self.simulated.incoming(number)

    def emergency(self) -> None:
        self.simulated.incoming("112", emergency=True)

    def leave(self) -> None:
        self.simulated.disconnect()

    def come(self) -> None:
        self.simulated.connect()

    def heard(self) -> str:
        return "".join(self.simulated.digits.heard_by.values())

    def heard_by(self, number: str) -> str:
        return self.simulated.digits.heard_by.get(number, "")

    def answer_on_handset(self) -> None:
        self.simulated.answer_on_handset()

    def swap_on_handset(self) -> None:
        self.simulated.swap_on_handset()

    def merge_on_handset(self) -> None:
        self.simulated.merge_on_handset()

    def dial_on_handset(self, number: str) -> None:
        self.simulated.dial_on_handset(number)

    def hang_up_on_handset(self) -> None:
        self.simulated.drop()

    def choose_sim(self) -> None:
        self.simulated.choose_sim()

    def lose_link(self, *, keeps_calls: bool) -> None:
        self.simulated.disconnect(keeps_calls=keeps_calls)
        self.simulated.connect()

    def slow_tones(self, seconds: float) -> None:
        self.simulated.digits.tone_seconds = seconds * 10

    def refuse_tones(self) -> None:
        self.simulated.digits.refused = True

    def ask_which_sim(self) -> None:
        self.simulated.asks_which_sim = True

    def let_waiting_call_give_up(self) -> None:
        self.simulated.waiting_call_gives_up = True

    def refuse_command(self, command: CallCommand) -> None:
        self.simulated.refused.add(command)

    def give_up_soon(self) -> None:
        """It does so: see `hasty`."""

    def other_phone(self, *, present: bool) -> None:
        self.simulated.other_phone("Other phone" if present else "")


class OfonoBench:
    """A loop on a thread with the emulated phone, and the adapter on its bus."""

    def __init__(self) -> None:
        assert available() == "", "packaging/setup.sh installs what this test needs"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.line = PhoneLine()
        self.run(self.line.start())
        self.line.answers(0.05)
        self._limits = dict(LIMITS)
        self.telephony: Telephony = OfonoTelephony(BoottimeClock(), self.line.address, limits=self._limits)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT)

    def do(self, action: Callable[[], object]) -> None:
        async def acted() -> None:
            action()

        self.run(acted())

    def close(self) -> None:
        self.telephony.stop()
        self.run(self.line.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def answers(self, after: float | None) -> None:
        self.do(lambda: self.line.answers(after))

    def answer(self) -> None:
        self.do(self.line.answer)

    def refuse(self) -> None:
        self.do(self.line.refuse)

    def hang_up(self) -> None:
        self.do(self.line.hang_up)

    def incoming(self, number: str) -> None:
        self.do(lambda: self.line.incoming(number))

    def emergency(self) -> None:
        self.do(self.line.emergency)

    def leave(self) -> None:
        self.run(self.line.unpair())

    def come(self) -> None:
        self.run(self.line.pair())

    def heard(self) -> str:
        return self.line.heard

    def heard_by(self, number: str) -> str:
        return self.line.heard_by(number)

    def answer_on_handset(self) -> None:
        self.do(self.line.answer_on_handset)

    def swap_on_handset(self) -> None:
        self.do(self.line.swap_on_handset)

    def merge_on_handset(self) -> None:
        self.do(self.line.merge_on_handset)

    def dial_on_handset(self, number: str) -> None:
        self.do(lambda: self.line.dial_on_handset(number))

    def hang_up_on_handset(self) -> None:
        self.do(self.line.hang_up_on_handset)

    def hang_up_waiting(self) -> None:
        self.do(self.line.waiting_hangs_up)

    def choose_sim(self) -> None:
        self.line.faults.asks_which_sim = False
        self.do(self.line.choose_sim)

    def lose_link(self, *, keeps_calls: bool) -> None:
        self.line.faults.keeps_calls = keeps_calls
        self.do(self.line.drop_link)

    def slow_tones(self, seconds: float) -> None:
        self.line.faults.tone_seconds = seconds

    def refuse_tones(self) -> None:
        self.line.faults.refused.add("AT+VTS")

    def ask_which_sim(self) -> None:
        self.line.faults.asks_which_sim = True

    def let_waiting_call_give_up(self) -> None:
        self.line.faults.waiting_call_gives_up = True

    def refuse_command(self, command: CallCommand) -> None:
        self.line.faults.refused |= REFUSED_BY[command]

    def give_up_soon(self) -> None:
        self._limits.update(SHORT)

    def other_phone(self, *, present: bool) -> None:
        self.run(self.line.other_phone(present=present))


def wait_until_heard(bench: Bench, tones: str) -> None:
    """Wait until these tones were heard by anyone."""
    wait_until(lambda: bench.heard().startswith(tones), WAIT, bench.heard)
