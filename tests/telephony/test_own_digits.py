"""Digits belong to the call that Carlendar placed: whatever else is active, nothing is typed into it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carlendar.domain.call import Call, CallCommand, CallPhase, EndedBy, PhoneState, TonesPhase
from tests.fakes.telephone import Bench, Watch

NUMBER = "+496912345678"
OTHER = "+49301234567"


def ours(state: PhoneState) -> Call:
    return next(call for call in state.calls if call.number == NUMBER)


def digits_are(phase: TonesPhase, call_phase: CallPhase | None = None) -> Callable[[PhoneState], bool]:
    def condition(state: PhoneState) -> bool:
        return any(
            call.number == NUMBER and call.tones is phase and call_phase in (None, call.phase) for call in state.calls
        )

    return condition


def test_another_call_that_is_answered_during_the_pause_hears_no_digit(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "ppp1234#")
    watch.until(digits_are(TonesPhase.SENDING))
    bench.incoming(OTHER)
    watch.call(CallPhase.WAITING, OTHER)
    bench.answer_on_handset()
    watch.until(digits_are(TonesPhase.WAITING, CallPhase.HELD))
    assert (bench.heard(), bench.heard_by(OTHER)) == ("", "")
    bench.swap_on_handset()
    watch.until(digits_are(TonesPhase.SENDING, CallPhase.ACTIVE))
    watch.until(digits_are(TonesPhase.SENT))
    assert (bench.heard_by(NUMBER), bench.heard_by(OTHER)) == ("1234#", "")


def test_digits_are_sent_once_the_other_call_is_over_and_ours_is_resumed(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "pp12#")
    watch.until(digits_are(TonesPhase.SENDING))
    bench.incoming(OTHER)
    waiting = watch.call(CallPhase.WAITING, OTHER)
    bench.telephony.command(CallCommand.HOLD_AND_ANSWER, waiting.id)
    watch.until(digits_are(TonesPhase.WAITING, CallPhase.HELD))
    held = watch.call(CallPhase.HELD)
    bench.telephony.command(CallCommand.HANG_UP, watch.call(CallPhase.ACTIVE, OTHER).id)
    watch.until(lambda state: [call.number for call in state.calls] == [NUMBER])
    bench.telephony.command(CallCommand.RESUME, held.id)
    watch.until(digits_are(TonesPhase.SENT))
    assert (bench.heard_by(NUMBER), bench.heard_by(OTHER)) == ("12#", "")


def test_an_entry_that_was_interrupted_is_reported_as_partial_and_not_continued(
    bench: Bench, watch: Watch, until_heard: Callable[[Bench, str], None]
) -> None:
    bench.slow_tones(0.3)
    bench.telephony.dial(NUMBER, "123456789#")
    watch.until(digits_are(TonesPhase.SENDING))
    until_heard(bench, "12")
    bench.dial_on_handset(OTHER)
    watch.until(digits_are(TonesPhase.PARTIAL, CallPhase.HELD))
    bench.hang_up_on_handset()
    watch.until(lambda state: [call.number for call in state.calls] == [NUMBER])
    bench.swap_on_handset()
    state = watch.until(digits_are(TonesPhase.PARTIAL, CallPhase.ACTIVE))
    assert bench.heard_by(OTHER) == ""
    assert "123456789#".startswith(bench.heard_by(NUMBER))
    bench.slow_tones(0.0)
    bench.telephony.command(CallCommand.SEND_TONES, ours(state).id, "77#")
    watch.until(digits_are(TonesPhase.SENT))
    assert bench.heard_by(NUMBER).endswith("77#")


def test_the_next_entry_is_sent_when_ours_is_active_again(
    bench: Bench, watch: Watch, until_heard: Callable[[Bench, str], None]
) -> None:
    bench.telephony.dial(NUMBER, "12#ppp34#")
    until_heard(bench, "12#")
    bench.dial_on_handset(OTHER)
    watch.until(digits_are(TonesPhase.WAITING, CallPhase.HELD))
    bench.swap_on_handset()
    watch.until(digits_are(TonesPhase.SENT))
    assert (bench.heard_by(NUMBER), bench.heard_by(OTHER)) == ("12#34#", "")


def test_nothing_is_typed_into_a_conference_made_on_the_phone(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(OTHER, "")
    watch.call(CallPhase.ACTIVE, OTHER)
    bench.telephony.dial(NUMBER, "ppp12#")
    watch.until(digits_are(TonesPhase.SENDING))
    bench.merge_on_handset()
    watch.until(lambda state: all(call.phase is CallPhase.ACTIVE for call in state.calls) and len(state.calls) == 2)
    state = watch.until(digits_are(TonesPhase.WAITING))
    bench.telephony.command(CallCommand.SEND_TONES, ours(state).id, "12#")
    watch.until(digits_are(TonesPhase.FAILED))
    assert (bench.heard_by(NUMBER), bench.heard_by(OTHER)) == ("", "")


def test_nothing_is_typed_while_an_emergency_call_is_up(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "ppp12#")
    watch.until(digits_are(TonesPhase.SENDING))
    bench.emergency()
    watch.until(lambda state: any(call.emergency for call in state.calls))
    watch.until(digits_are(TonesPhase.WAITING))
    assert bench.heard() == ""


def test_pending_digits_are_sent_when_a_lost_call_is_found_again(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "ppp12#")
    watch.until(digits_are(TonesPhase.SENDING))
    bench.lose_link(keeps_calls=True)
    watch.until(lambda state: not state.connected)
    watch.until(digits_are(TonesPhase.SENDING, CallPhase.ACTIVE))
    state = watch.until(digits_are(TonesPhase.SENT))
    assert bench.heard_by(NUMBER) == "12#"
    assert ours(state).placed is not None


def test_an_entry_that_the_lost_link_interrupted_is_reported_as_partial(
    bench: Bench, watch: Watch, until_heard: Callable[[Bench, str], None]
) -> None:
    bench.slow_tones(0.3)
    bench.telephony.dial(NUMBER, "123456789#")
    until_heard(bench, "1")
    bench.lose_link(keeps_calls=True)
    watch.until(lambda state: not state.connected)
    watch.until(digits_are(TonesPhase.PARTIAL, CallPhase.ACTIVE))
    assert bench.heard_by(NUMBER) != "123456789#"


def test_what_was_sent_is_known_when_a_lost_call_is_found_again(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "12#")
    watch.until(digits_are(TonesPhase.SENT))
    bench.lose_link(keeps_calls=True)
    watch.until(lambda state: not state.connected)
    watch.until(digits_are(TonesPhase.SENT, CallPhase.ACTIVE))
    assert bench.heard_by(NUMBER) == "12#"


@pytest.mark.parametrize(("tones", "phase"), [("12#", TonesPhase.FAILED), ("p12#", TonesPhase.FAILED)])
def test_digits_that_the_phone_does_not_take_are_reported_as_unsent(
    bench: Bench, watch: Watch, tones: str, phase: TonesPhase
) -> None:
    bench.refuse_tones()
    bench.telephony.dial(NUMBER, tones)
    watch.until(digits_are(phase))
    assert bench.heard() == ""


def test_digits_of_a_call_that_is_over_are_not_typed_into_the_next(bench: Bench, watch: Watch) -> None:
    bench.telephony.dial(NUMBER, "ppp12#")
    watch.until(digits_are(TonesPhase.SENDING))
    bench.hang_up()
    assert watch.ended().ended_by is EndedBy.THERE
    bench.telephony.dial(OTHER, "3#")
    watch.until(lambda state: any(call.number == OTHER and call.tones is TonesPhase.SENT for call in state.calls))
    assert bench.heard() == "3#"
