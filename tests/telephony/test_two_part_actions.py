"""Where half of an action in two parts fails, the other half is taken back, or what is left is shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carlendar.domain.call import CallCommand, CallPhase, EndedBy, PhoneState
from tests.fakes.telephone import Bench, OfonoBench, Watch

NUMBER = "+496912345678"
OTHER = "+49301234567"


def phases(state: PhoneState) -> dict[str, CallPhase]:
    return {call.number: call.phase for call in state.calls}


def refused(command: CallCommand) -> Callable[[PhoneState], bool]:
    return lambda state: state.refusal is not None and state.refusal.command is command


def test_ours_is_resumed_when_the_waiting_call_is_over_before_it_is_taken(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    bench.incoming(OTHER)
    waiting = watch.call(CallPhase.WAITING, OTHER)
    bench.let_waiting_call_give_up()
    bench.telephony.command(CallCommand.HOLD_AND_ANSWER, waiting.id)
    state = watch.until(refused(CallCommand.HOLD_AND_ANSWER))
    assert phases(state) == {NUMBER: CallPhase.ACTIVE}


def test_a_holding_and_answering_that_is_refused_changes_nothing_and_is_reported(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    bench.incoming(OTHER)
    waiting = watch.call(CallPhase.WAITING, OTHER)
    bench.refuse_command(CallCommand.HOLD_AND_ANSWER)
    bench.telephony.command(CallCommand.HOLD_AND_ANSWER, waiting.id)
    state = watch.until(refused(CallCommand.HOLD_AND_ANSWER))
    assert phases(state) == {NUMBER: CallPhase.ACTIVE, OTHER: CallPhase.WAITING}


def test_what_is_left_on_hold_is_shown_where_it_cannot_be_resumed(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    ofono.incoming(OTHER)
    watch.call(CallPhase.WAITING, OTHER)
    ofono.do(lambda: ofono.line.hold_on_handset())
    watch.call(CallPhase.HELD)
    ofono.line.faults.refused.add("AT+CHLD=2")
    ofono.hang_up_waiting()
    watch.until(lambda state: phases(state) == {NUMBER: CallPhase.HELD})
    ofono.telephony.command(CallCommand.RESUME, watch.call(CallPhase.HELD).id)
    state = watch.until(refused(CallCommand.RESUME))
    assert phases(state) == {NUMBER: CallPhase.HELD}


@pytest.mark.parametrize("by", ["refused", "cancelled"])
def test_the_call_that_was_held_for_a_dialling_that_fails_is_resumed(bench: Bench, watch: Watch, by: str) -> None:
    bench.telephony.dial(OTHER, "")
    watch.call(CallPhase.ACTIVE, OTHER)
    bench.answers(None)
    bench.telephony.dial(NUMBER, "12#")
    watch.call(CallPhase.HELD, OTHER)
    call = watch.call(CallPhase.RINGING)
    if by == "refused":
        bench.refuse()
    else:
        bench.telephony.command(CallCommand.HANG_UP, call.id)
    watch.until(lambda state: phases(state) == {OTHER: CallPhase.HELD})
    state = watch.until(lambda state: phases(state) == {OTHER: CallPhase.ACTIVE})
    assert state.last_ended is not None
    assert state.last_ended.ended_by is (EndedBy.REFUSED if by == "refused" else EndedBy.HERE)


def test_the_held_call_waits_while_a_second_number_is_tried(bench: Bench, watch: Watch) -> None:
    third = "+49401234567"
    bench.telephony.dial(OTHER, "")
    watch.call(CallPhase.ACTIVE, OTHER)
    bench.answers(None)
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.RINGING)
    bench.refuse()
    watch.until(lambda state: phases(state) == {OTHER: CallPhase.HELD})
    bench.telephony.dial(third, "")
    watch.call(CallPhase.RINGING, third)
    assert phases(watch.states[-1]) == {OTHER: CallPhase.HELD, third: CallPhase.RINGING}
    bench.refuse()
    watch.until(lambda state: phases(state) == {OTHER: CallPhase.ACTIVE})


def test_a_call_that_was_held_for_one_that_was_answered_stays_on_hold_at_its_end(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(OTHER, "")
    watch.call(CallPhase.ACTIVE, OTHER)
    bench.telephony.dial(NUMBER, "")
    call = watch.call(CallPhase.ACTIVE)
    bench.telephony.command(CallCommand.HANG_UP, call.id)
    held = watch.until(lambda state: phases(state) == {OTHER: CallPhase.HELD}).calls[0]
    bench.telephony.command(CallCommand.RESUME, held.id)
    watch.call(CallPhase.ACTIVE, OTHER)


def test_resuming_a_call_that_is_active_already_does_not_put_it_on_hold(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    call = watch.call(CallPhase.ACTIVE)
    bench.telephony.command(CallCommand.RESUME, call.id)
    bench.telephony.command(CallCommand.MUTE)
    state = watch.until(lambda state: state.muted)
    assert phases(state) == {NUMBER: CallPhase.ACTIVE}
    assert all(CallPhase.HELD not in phases(each).values() for each in watch.states)
