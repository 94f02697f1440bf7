"""Other calls beside the one that was dialled: incoming, waiting, on hold; simulated and by the real daemon."""

from __future__ import annotations

from carlendar.domain.call import CallCommand, CallPhase, EndedBy, TonesPhase
from tests.fakes.telephone import Bench, Watch

NUMBER = "+496912345678"
OTHER = "+49301234567"
THIRD = "+49401234567"


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


def test_a_call_on_hold_is_taken_back(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    bench.incoming(OTHER)
    waiting = watch.call(CallPhase.WAITING, OTHER)
    bench.telephony.command(CallCommand.HOLD_AND_ANSWER, waiting.id)
    held = watch.call(CallPhase.HELD)
    watch.call(CallPhase.ACTIVE, OTHER)
    bench.telephony.command(CallCommand.RESUME, held.id)
    watch.call(CallPhase.HELD, OTHER)
    watch.call(CallPhase.ACTIVE)


def test_a_call_on_hold_is_taken_back_when_the_other_one_is_over(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    bench.incoming(OTHER)
    waiting = watch.call(CallPhase.WAITING, OTHER)
    bench.telephony.command(CallCommand.HOLD_AND_ANSWER, waiting.id)
    held = watch.call(CallPhase.HELD)
    bench.telephony.command(CallCommand.HANG_UP, watch.call(CallPhase.ACTIVE, OTHER).id)
    watch.until(lambda state: [call.number for call in state.calls] == [NUMBER])
    bench.telephony.command(CallCommand.RESUME, held.id)
    watch.call(CallPhase.ACTIVE)


def test_a_call_on_hold_can_be_left(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    bench.incoming(OTHER)
    bench.telephony.command(CallCommand.HOLD_AND_ANSWER, watch.call(CallPhase.WAITING, OTHER).id)
    watch.call(CallPhase.ACTIVE, OTHER)
    bench.telephony.command(CallCommand.HANG_UP, watch.call(CallPhase.HELD).id)
    state = watch.until(lambda state: [call.number for call in state.calls] == [OTHER])
    assert state.last_ended is not None
    assert (state.last_ended.number, state.last_ended.ended_by) == (NUMBER, EndedBy.HERE)


def test_answering_what_rings_while_no_call_is_up_needs_none_to_hold(bench: Bench, watch: Watch) -> None:
    bench.incoming(OTHER)
    bench.telephony.command(CallCommand.HOLD_AND_ANSWER, watch.call(CallPhase.INCOMING, OTHER).id)
    watch.call(CallPhase.ACTIVE, OTHER)


def test_dialling_while_something_rings_says_so(bench: Bench, watch: Watch) -> None:
    bench.incoming(OTHER)
    watch.call(CallPhase.INCOMING, OTHER)
    bench.telephony.dial(NUMBER, "")
    state = watch.until(lambda state: state.last_ended is not None)
    assert state.last_ended is not None
    assert (state.last_ended.number, state.last_ended.ended_by) == (NUMBER, EndedBy.BUSY)
    assert [call.number for call in state.calls] == [OTHER]


def test_a_third_call_is_not_dialled(bench: Bench, watch: Watch) -> None:
    for number in (OTHER, NUMBER):
        bench.telephony.dial(number, "")
        watch.call(CallPhase.ACTIVE, number)
    watch.call(CallPhase.HELD, OTHER)
    bench.telephony.dial("+49401234567", "")
    state = watch.until(lambda state: state.last_ended is not None)
    assert state.last_ended is not None
    assert state.last_ended.ended_by is EndedBy.BUSY
    assert {call.number for call in state.calls} == {OTHER, NUMBER}


def test_a_waiting_call_is_declined_and_the_first_one_stays_active(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    bench.incoming(OTHER)
    bench.telephony.command(CallCommand.HANG_UP, watch.call(CallPhase.WAITING, OTHER).id)
    state = watch.until(lambda state: len(state.calls) == 1)
    assert [(call.number, call.phase) for call in state.calls] == [(NUMBER, CallPhase.ACTIVE)]
    assert state.refusal is None


def test_a_waiting_call_is_declined_while_one_is_active_and_one_on_hold(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(OTHER, "")
    watch.call(CallPhase.ACTIVE, OTHER)
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.HELD, OTHER)
    watch.call(CallPhase.ACTIVE)
    bench.incoming(THIRD)
    bench.telephony.command(CallCommand.HANG_UP, watch.call(CallPhase.WAITING, THIRD).id)
    state = watch.until(lambda state: len(state.calls) == 2)
    assert {call.number: call.phase for call in state.calls} == {OTHER: CallPhase.HELD, NUMBER: CallPhase.ACTIVE}
