"""What came of a request is read from the list of calls, whatever the phone replied; every phase has a limit."""

from __future__ import annotations

from carlendar.domain.call import Call, CallCommand, CallPhase, EndedBy, PhoneState, TonesPhase
from tests.fakes.telephone import Bench, OfonoBench, Watch

NUMBER = "+496912345678"
OTHER = "+49301234567"


def sent(state: PhoneState) -> bool:
    return any(call.number == NUMBER and call.tones is TonesPhase.SENT for call in state.calls)


def last_ended(watch: Watch) -> Call:
    ended = watch.until(lambda state: state.last_ended is not None).last_ended
    assert ended is not None
    return ended


def test_a_call_that_is_made_despite_an_error_is_ours(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.line.faults.dials_despite_error = True
    ofono.telephony.dial(NUMBER, "12#")
    state = watch.until(sent)
    assert [call.placed is not None for call in state.calls] == [True]
    assert all(each.last_ended is None for each in watch.states)
    assert ofono.heard_by(NUMBER) == "12#"


def test_a_dialling_that_the_phone_refuses_is_reported_as_not_made(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.line.faults.refused.add("ATD")
    ofono.telephony.dial(NUMBER, "12#")
    ended = last_ended(watch)
    assert (ended.ended_by, ended.tones, ended.answered) == (EndedBy.NOT_DIALLED, TonesPhase.FAILED, False)


def test_a_phone_that_asks_which_sim_makes_no_progress_and_the_call_is_given_up(bench: Bench, watch: Watch) -> None:
    bench.give_up_soon()
    bench.ask_which_sim()
    bench.telephony.dial(NUMBER, "12#")
    watch.call(CallPhase.DIALING)
    assert last_ended(watch).ended_by is EndedBy.NO_PROGRESS
    watch.until(lambda state: not state.calls)


def test_the_call_is_ours_when_the_sim_is_chosen_in_time(bench: Bench, watch: Watch) -> None:
    bench.ask_which_sim()
    bench.telephony.dial(NUMBER, "12#")
    watch.call(CallPhase.DIALING)
    bench.choose_sim()
    watch.until(sent)
    assert bench.heard_by(NUMBER) == "12#"


def test_the_call_is_ours_when_the_sim_is_chosen_after_it_was_given_up(bench: Bench, watch: Watch) -> None:
    bench.give_up_soon()
    bench.ask_which_sim()
    bench.telephony.dial(NUMBER, "12#")
    assert last_ended(watch).ended_by is EndedBy.NO_PROGRESS
    bench.choose_sim()
    state = watch.until(sent)
    assert bench.heard_by(NUMBER) == "12#"
    assert all(call.placed is not None for call in state.calls)


def test_ringing_that_is_not_answered_is_given_up(bench: Bench, watch: Watch) -> None:
    bench.give_up_soon()
    bench.answers(None)
    bench.telephony.dial(NUMBER, "12#")
    watch.call(CallPhase.RINGING)
    assert last_ended(watch).ended_by is EndedBy.NO_ANSWER
    assert bench.heard() == ""


def test_a_call_that_the_owner_places_is_not_given_up(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.line.faults.asks_which_sim = True
    ofono.telephony.dial(NUMBER, "")
    watch.call(CallPhase.DIALING)
    ofono.telephony.command(CallCommand.HANG_UP)
    watch.until(lambda state: not state.calls)
    ofono.do(lambda: ofono.line.begin_on_handset(OTHER))
    # oFono sometimes gives it our number, whose dialling it has not finished
    watch.until(lambda state: [(call.phase, call.placed) for call in state.calls] == [(CallPhase.DIALING, None)])


def test_a_call_to_another_number_is_not_taken_for_ours(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.line.faults.dial_seconds = 1.0
    ofono.telephony.dial(NUMBER, "12#")
    watch.call(CallPhase.DIALING)
    ofono.dial_on_handset(OTHER)
    watch.until(lambda state: {call.phase for call in state.calls} == {CallPhase.ACTIVE, CallPhase.HELD})
    # oFono sometimes gives both calls our number; then it is not known which is ours, and nothing is typed at all.
    assert all(call.placed is None for state in watch.states for call in state.calls if call.number == OTHER)
    assert ofono.heard_by(OTHER) == ""


def test_a_call_that_is_cancelled_before_it_has_a_name_is_ended_when_it_appears(
    ofono: OfonoBench, new_watch: type[Watch]
) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.answers(None)
    ofono.line.faults.dial_seconds = 1.0
    ofono.telephony.dial(NUMBER, "12#")
    watch.call(CallPhase.DIALING)
    ofono.telephony.command(CallCommand.HANG_UP)
    assert watch.ended().ended_by is EndedBy.HERE
    watch.call(CallPhase.DIALING)
    assert watch.ended().ended_by is EndedBy.HERE
    assert ofono.heard() == ""


def test_dialling_while_the_owner_dials_says_so(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.do(lambda: ofono.line.begin_on_handset(OTHER))
    watch.call(CallPhase.DIALING, OTHER)
    ofono.telephony.dial(NUMBER, "12#")
    ended = last_ended(watch)
    assert (ended.number, ended.ended_by) == (NUMBER, EndedBy.BUSY)


def test_a_hanging_up_that_is_not_carried_out_is_reported(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    call = watch.call(CallPhase.ACTIVE)
    bench.refuse_command(CallCommand.HANG_UP)
    bench.telephony.command(CallCommand.HANG_UP, call.id)
    state = watch.until(lambda state: state.refusal is not None)
    assert state.refusal is not None
    assert state.refusal.command is CallCommand.HANG_UP
    assert [call.phase for call in state.calls] == [CallPhase.ACTIVE]


def test_muting_that_is_not_carried_out_is_reported(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    bench.refuse_command(CallCommand.MUTE)
    bench.telephony.command(CallCommand.MUTE)
    state = watch.until(lambda state: state.refusal is not None)
    assert state.refusal is not None
    assert (state.refusal.command, state.muted) == (CallCommand.MUTE, False)


def test_another_meeting_by_the_number_that_is_being_dialled_is_reported_as_impossible(
    bench: Bench, watch: Watch
) -> None:
    bench.answers(None)
    bench.telephony.dial(NUMBER, "12#")
    call = watch.call(CallPhase.RINGING)
    bench.telephony.dial(NUMBER, "34#")
    ended = last_ended(watch)
    assert ended.ended_by is EndedBy.BUSY
    assert ended.placed is not None
    assert call.placed is not None
    assert ended.placed > call.placed
    bench.answer()
    watch.until(sent)
    assert bench.heard_by(NUMBER) == "12#"


def test_a_call_is_ended_by_the_id_that_it_had_before_it_was_named(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.answers(None)
    ofono.telephony.dial(NUMBER, "")
    pending = watch.call(CallPhase.DIALING)
    watch.call(CallPhase.RINGING)
    ofono.telephony.command(CallCommand.HANG_UP, pending.id)
    assert watch.ended().ended_by is EndedBy.HERE
