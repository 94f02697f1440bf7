"""The promise of `Telephony`, kept by the simulation and by oFono with the real daemon on a private bus."""

from __future__ import annotations

import pytest

from carlendar.domain.call import CallCommand, CallPhase, EndedBy, TonesPhase
from carlendar.errors import CallError
from tests.fakes.telephone import Bench, Watch

NUMBER = "+496912345678"
OTHER = "+49301234567"


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


def test_digits_before_the_answer_are_reported_as_unsent(bench: Bench, watch: Watch) -> None:
    bench.answers(None)
    bench.telephony.dial(NUMBER, "")
    call = watch.call(CallPhase.RINGING)
    bench.telephony.command(CallCommand.SEND_TONES, call.id, "12#")
    watch.until(lambda state: any(call.tones is TonesPhase.FAILED for call in state.calls))
    assert bench.heard() == ""


def test_the_microphone_is_muted_and_back(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    bench.telephony.command(CallCommand.MUTE)
    watch.until(lambda state: state.muted)
    bench.telephony.command(CallCommand.UNMUTE)
    watch.until(lambda state: not state.muted)


def test_a_second_touch_does_not_dial_twice(bench: Bench, watch: Watch) -> None:
    bench.answers(None)
    bench.telephony.dial(NUMBER, "")
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.RINGING)
    assert max(len(state.calls) for state in watch.states) == 1


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


def test_nothing_touches_an_emergency_call_but_the_opening_of_the_microphone(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    bench.telephony.command(CallCommand.MUTE)
    watch.until(lambda state: state.muted)
    bench.emergency()
    watch.until(lambda state: any(call.emergency for call in state.calls))
    for name in CallCommand:
        if name not in (CallCommand.UNMUTE, CallCommand.PREFER_PHONE):
            with pytest.raises(CallError) as refused:
                bench.telephony.command(name, tones="1")
            assert refused.value.key == "emergency_call"
    bench.telephony.command(CallCommand.UNMUTE)
    state = watch.until(lambda state: not state.muted)
    assert any(call.emergency for call in state.calls)


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


def test_an_end_says_whether_the_call_was_answered(bench: Bench, watch: Watch) -> None:
    bench.answers(None)
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.RINGING)
    bench.refuse()
    assert not watch.ended().answered
    bench.telephony.dial(OTHER, "")
    watch.call(CallPhase.RINGING, OTHER)
    bench.answer()
    watch.call(CallPhase.ACTIVE, OTHER)
    bench.hang_up()
    ended = watch.until(lambda state: state.last_ended is not None and state.last_ended.number == OTHER).last_ended
    assert ended is not None
    assert ended.answered


def test_of_two_phones_the_preferred_one_is_used_and_named(bench: Bench, watch: Watch) -> None:
    used = watch.states[-1].phone
    bench.other_phone(present=True)
    state = watch.until(lambda state: len(state.phones) == 2)
    assert state.phone == used
    other = next(phone for phone in state.phones if phone.id != used)
    bench.telephony.command(CallCommand.PREFER_PHONE, other.id)
    assert watch.until(lambda state: state.phone == other.id).name == other.name
    bench.other_phone(present=False)
    assert watch.until(lambda state: state.phone == used).connected


def test_another_phone_is_not_taken_in_the_middle_of_a_call(bench: Bench, watch: Watch) -> None:
    bench.other_phone(present=True)
    state = watch.until(lambda state: len(state.phones) == 2)
    other = next(phone for phone in state.phones if phone.id != state.phone)
    bench.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    bench.telephony.command(CallCommand.PREFER_PHONE, other.id)
    bench.telephony.command(CallCommand.MUTE)
    assert watch.until(lambda state: state.muted).phone == state.phone
    bench.hang_up()
    state = watch.until(lambda state: state.phone == other.id)
    assert state.calls == ()
    assert state.last_ended is not None
    assert state.last_ended.ended_by is EndedBy.THERE


def test_no_one_is_notified_after_unsubscribing(bench: Bench, watch: Watch, new_watch: type[Watch]) -> None:
    watch.end()
    before = len(watch.states)
    second = new_watch(bench.telephony)
    bench.telephony.dial(NUMBER, "")
    second.call(CallPhase.ACTIVE)
    assert len(watch.states) == before
