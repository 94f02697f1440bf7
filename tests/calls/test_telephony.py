"""The promise of `Telephony`, kept by the simulation and by oFono with the real daemon on a private bus."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Protocol

import pytest

from app.calls.ofono import OfonoTelephony
from app.calls.simulated import Cancel, SimulatedTelephony, timer
from app.domain.call import Call, CallCommand, CallPhase, EndedBy, PhoneState, TonesPhase
from app.domain.ports import Telephony
from app.emulator.phone import PhoneLine, available
from app.errors import CallError

NUMBER = "+496912345678"
OTHER = "+49301234567"
WAIT = 20.0


class Elapsed:
    def seconds(self) -> float:
        return time.monotonic()


class Watch:
    """Every state that a telephone told, and a way to wait for one."""

    def __init__(self, telephony: Telephony) -> None:
        self.states: list[PhoneState] = []
        self._changed = threading.Condition()
        self.end = telephony.subscribe(self._told)

    def _told(self, state: PhoneState) -> None:
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    def until(self, condition: Callable[[PhoneState], bool]) -> PhoneState:
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self.states[-1]), WAIT), self.states[-3:]
            return self.states[-1]

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


def hasty(seconds: float, action: Callable[[], None]) -> Cancel:
    """A scheduler that waits a tenth as long."""
    return timer(seconds / 10, action)


class SimulatedBench:
    def __init__(self) -> None:
        self.simulated = SimulatedTelephony(Elapsed(), hasty, answer_after=0.5)
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
        return self.simulated.heard.replace("p", "")


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
        self.telephony: Telephony = OfonoTelephony(Elapsed(), self.line.address)

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


@pytest.fixture
def ofono() -> Iterator[OfonoBench]:
    bench = OfonoBench()
    yield bench
    bench.close()


@pytest.fixture(params=["simulated", "ofono"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "ofono":
        yield request.getfixturevalue("ofono")
        return
    simulated = SimulatedBench()
    yield simulated
    simulated.telephony.stop()


@pytest.fixture
def watch(bench: Bench) -> Watch:
    watch = Watch(bench.telephony)
    watch.until(lambda state: state.connected)
    return watch


def test_a_call_goes_from_dialling_over_ringing_to_active_and_its_digits_are_heard(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "p123456789#")
    state = watch.until(lambda state: any(call.tones is TonesPhase.SENT for call in state.calls))
    assert bench.heard() == "123456789#"
    assert watch.phases() == [CallPhase.DIALING, CallPhase.RINGING, CallPhase.ACTIVE]
    assert [call.number for call in state.calls] == [NUMBER]


def test_digits_wait_for_the_answer(bench: Bench, watch: Watch) -> None:
    bench.answers(None)
    bench.telephony.dial(NUMBER, "12#")
    call = watch.call(CallPhase.RINGING)
    assert (call.tones, bench.heard()) == (TonesPhase.WAITING, "")
    bench.answer()
    watch.until(lambda state: any(call.tones is TonesPhase.SENT for call in state.calls))
    assert bench.heard() == "12#"


def test_the_driver_hangs_up(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    call = watch.call(CallPhase.ACTIVE)
    bench.telephony.command(CallCommand.HANG_UP, call.id)
    assert watch.ended().ended_by is EndedBy.HERE


def test_the_driver_gives_up_while_it_rings(bench: Bench, watch: Watch) -> None:
    bench.answers(None)
    bench.telephony.dial(NUMBER, "12#")
    watch.call(CallPhase.RINGING)
    bench.telephony.command(CallCommand.HANG_UP)
    assert watch.ended().ended_by is EndedBy.HERE
    assert bench.heard() == ""


def test_the_other_end_hangs_up(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    bench.hang_up()
    assert watch.ended().ended_by is EndedBy.THERE


def test_the_other_end_refuses(bench: Bench, watch: Watch) -> None:
    bench.answers(None)
    bench.telephony.dial(NUMBER, "12#")
    watch.call(CallPhase.RINGING)
    bench.refuse()
    assert watch.ended().ended_by is EndedBy.REFUSED


def test_digits_can_be_sent_again(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "12#")
    watch.until(lambda state: any(call.tones is TonesPhase.SENT for call in state.calls))
    bench.telephony.command(CallCommand.SEND_TONES, tones="*34#")
    watch.until(lambda state: any(call.tones is TonesPhase.SENDING for call in state.calls))
    watch.until(lambda state: any(call.tones is TonesPhase.SENT for call in state.calls))
    assert bench.heard() == "12#*34#"


def test_the_microphone_is_muted_and_back(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    bench.telephony.command(CallCommand.MUTE)
    watch.until(lambda state: state.muted)
    bench.telephony.command(CallCommand.UNMUTE)
    watch.until(lambda state: not state.muted)


def test_an_incoming_call_is_answered(bench: Bench, watch: Watch) -> None:
    bench.incoming(OTHER)
    call = watch.call(CallPhase.INCOMING, OTHER)
    bench.telephony.command(CallCommand.ANSWER, call.id)
    watch.call(CallPhase.ACTIVE, OTHER)


def test_a_waiting_call_is_taken_and_the_first_one_held(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    bench.incoming(OTHER)
    waiting = watch.call(CallPhase.WAITING, OTHER)
    bench.telephony.command(CallCommand.HOLD_AND_ANSWER, waiting.id)
    watch.call(CallPhase.HELD)
    watch.call(CallPhase.ACTIVE, OTHER)


def test_dialling_during_a_call_holds_the_first_one(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(OTHER, "")
    watch.call(CallPhase.ACTIVE, OTHER)
    bench.telephony.dial(NUMBER, "12#")
    watch.call(CallPhase.ACTIVE)
    state = watch.until(lambda state: any(call.tones is TonesPhase.SENT for call in state.calls))
    assert {call.number: call.phase for call in state.calls} == {OTHER: CallPhase.HELD, NUMBER: CallPhase.ACTIVE}
    assert bench.heard() == "12#"


def test_a_second_touch_does_not_dial_twice(bench: Bench, watch: Watch) -> None:
    bench.answers(None)
    bench.telephony.dial(NUMBER, "")
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.RINGING)
    assert all(len(state.calls) <= 1 for state in watch.states)


def test_the_phone_leaves_in_mid_call_and_comes_back(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    bench.leave()
    state = watch.until(lambda state: not state.connected)
    assert state.calls == ()
    assert state.last_ended is not None
    assert state.last_ended.ended_by is EndedBy.NO_PHONE
    bench.come()
    watch.until(lambda state: state.connected)
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)


def test_dialling_without_a_phone_says_so(bench: Bench, watch: Watch) -> None:
    bench.leave()
    watch.until(lambda state: not state.connected)
    bench.telephony.dial(NUMBER, "12#")
    assert watch.ended().ended_by is EndedBy.NO_PHONE


def test_nothing_is_dialled_during_an_emergency_call(bench: Bench, watch: Watch) -> None:
    bench.emergency()
    watch.until(lambda state: any(call.emergency for call in state.calls))
    with pytest.raises(CallError) as refused:
        bench.telephony.dial(NUMBER, "")
    assert refused.value.key == "emergency_call"


@pytest.mark.parametrize(
    ("key", "attempts"),
    [
        (
            "bad_number",
            [
                (number, "")
                for number in (
                    *("", "+", "12", "*21*030123#", "*#06#", "+4969123456,,12#", "tel:+4969123456"),
                    *("+49 69 123456", "1" * 16, "١٢٣٤", "123\n", "123;", "+49p1"),
                )
            ],
        ),
        ("bad_tones", [(NUMBER, tones) for tones in ("12,3", "a", "12 3", "1" * 65, "w1", "1\r", "١")]),
        ("emergency_number", [("112", ""), ("911", "1#")]),
    ],
)
def test_what_may_not_be_dialled_is_refused(
    bench: Bench, watch: Watch, key: str, attempts: list[tuple[str, str]]
) -> None:
    for number, tones in attempts:
        with pytest.raises(CallError) as refused:
            bench.telephony.dial(number, tones)
        assert refused.value.key == key
    assert watch.states[-1].calls == ()


def test_nobody_is_told_after_unsubscribing(bench: Bench, watch: Watch) -> None:
    watch.end()
    told = len(watch.states)
    second = Watch(bench.telephony)
    bench.telephony.dial(NUMBER, "")
    second.call(CallPhase.ACTIVE)
    assert len(watch.states) == told


class TestOfono:
    def test_mute_turns_the_gain_to_nothing_where_the_phone_cannot_mute(self, ofono: OfonoBench) -> None:
        watch = Watch(ofono.telephony)
        watch.until(lambda state: state.connected)
        ofono.telephony.command(CallCommand.MUTE)
        watch.until(lambda state: state.muted)
        assert ofono.line.microphone == 0
        ofono.telephony.command(CallCommand.UNMUTE)
        watch.until(lambda state: not state.muted)
        assert ofono.line.microphone > 0

    def test_the_daemon_is_killed_and_comes_back(self, ofono: OfonoBench) -> None:
        watch = Watch(ofono.telephony)
        watch.until(lambda state: state.connected)
        ofono.telephony.dial(NUMBER, "")
        watch.call(CallPhase.ACTIVE)
        ofono.run(ofono.line.kill_daemon())
        assert watch.ended().ended_by is EndedBy.NO_PHONE
        assert not watch.states[-1].connected
        ofono.run(ofono.line.start_daemon())
        watch.until(lambda state: state.connected)
        ofono.telephony.dial(NUMBER, "1#")
        watch.until(lambda state: any(call.tones is TonesPhase.SENT for call in state.calls))

    def test_the_link_is_cut_and_found_again(self, ofono: OfonoBench) -> None:
        watch = Watch(ofono.telephony)
        watch.until(lambda state: state.connected)
        ofono.telephony.dial(NUMBER, "")
        watch.call(CallPhase.ACTIVE)
        ofono.do(ofono.line.drop_link)
        watch.until(lambda state: not state.connected)
        watch.until(lambda state: state.connected)

    def test_a_call_that_is_up_is_found_after_a_restart(self, ofono: OfonoBench) -> None:
        watch = Watch(ofono.telephony)
        watch.until(lambda state: state.connected)
        ofono.telephony.dial(NUMBER, "")
        watch.call(CallPhase.ACTIVE)
        ofono.telephony.stop()
        assert [call.number for call in ofono.line.calls] == [NUMBER]
        ofono.telephony = OfonoTelephony(Elapsed(), ofono.line.address)
        again = Watch(ofono.telephony)
        call = again.call(CallPhase.ACTIVE)
        ofono.telephony.command(CallCommand.HANG_UP, call.id)
        assert again.ended().ended_by is EndedBy.HERE

    def test_without_a_bus_there_is_no_phone(self) -> None:
        telephony = OfonoTelephony(Elapsed(), "unix:path=/nonexistent/bus")
        watch = Watch(telephony)
        telephony.dial(NUMBER, "")
        assert watch.ended().ended_by is EndedBy.NO_PHONE
        telephony.stop()

    def test_it_can_be_stopped_while_it_is_still_connecting(self, ofono: OfonoBench) -> None:
        for _ in range(5):
            telephony = OfonoTelephony(Elapsed(), ofono.line.address)
            telephony.stop()
            telephony.dial(NUMBER, "")
        assert ofono.line.calls == ()
