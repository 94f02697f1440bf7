"""oFono by the real daemon: its going and coming, the link's, the microphone, other phones."""

from __future__ import annotations

import pytest

from carlendar.domain.call import CallCommand, CallPhase, EndedBy, TonesPhase
from carlendar.errors import CallError
from carlendar.platform.clock import BoottimeClock
from carlendar.telephony.ofono import OfonoTelephony
from tests.fakes.telephone import OfonoBench, Watch
from tests.fakes.waiting import wait_until

NUMBER = "+496912345678"


def test_mute_turns_the_gain_to_nothing_where_the_phone_cannot_mute(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected and not state.muted)  # the gain is known a moment later
    ofono.telephony.command(CallCommand.MUTE)
    watch.until(lambda state: state.muted)
    wait_until(lambda: ofono.line.microphone == 0, what="the microphone is off")
    ofono.telephony.command(CallCommand.UNMUTE)
    watch.until(lambda state: not state.muted)
    wait_until(lambda: ofono.line.microphone > 0, what="the microphone is on again")


def test_the_daemon_is_killed_and_comes_back(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
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


def test_a_daemon_that_crashes_is_started_again_and_the_call_is_found(
    ofono: OfonoBench, new_watch: type[Watch]
) -> None:
    """As oFono 1.31 does where the link is lost soon after a change of calls."""
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.telephony.dial(NUMBER, "1#")
    watch.until(lambda state: any(call.tones is TonesPhase.SENT for call in state.calls))
    daemon = ofono.line._stack._daemon
    assert daemon is not None
    ofono.line.faults.keeps_calls = True
    ofono.do(daemon.kill)
    watch.until(lambda state: not state.connected)
    state = watch.until(lambda state: any(call.phase is CallPhase.ACTIVE for call in state.calls))
    assert [(call.tones, call.placed is not None) for call in state.calls] == [(TonesPhase.SENT, True)]


def test_the_link_is_cut_and_found_again(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    ofono.do(ofono.line.drop_link)
    watch.until(lambda state: not state.connected)
    watch.until(lambda state: state.connected)


def test_an_emergency_call_on_the_other_phone_counts_too(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    used = watch.until(lambda state: state.connected).phone
    ofono.other_phone(present=True)
    watch.until(lambda state: len(state.phones) == 2)
    ofono.do(ofono.line.other_emergency)
    assert watch.until(lambda state: any(call.emergency for call in state.calls)).phone == used
    with pytest.raises(CallError) as refused:
        ofono.telephony.dial(NUMBER, "")
    assert refused.value.key == "emergency_call"
    ofono.other_phone(present=False)
    watch.until(lambda state: not state.calls)
    ofono.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)


def test_the_link_is_cut_while_the_digits_are_sent(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.telephony.dial(NUMBER, "ppp1#")
    watch.until(lambda state: any(call.tones is TonesPhase.SENDING for call in state.calls))
    ofono.do(ofono.line.drop_link)
    assert watch.ended().ended_by is EndedBy.NO_PHONE
    watch.until(lambda state: state.connected)
    ofono.telephony.dial(NUMBER, "2#")
    watch.until(lambda state: any(call.tones is TonesPhase.SENT for call in state.calls))
    assert ofono.heard() == "2#"


def test_the_daemon_is_killed_while_it_dials(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.answers(None)
    ofono.telephony.dial(NUMBER, "1#")
    watch.call(CallPhase.DIALING)
    ofono.run(ofono.line.kill_daemon())
    assert watch.ended().ended_by is EndedBy.NO_PHONE
    ofono.run(ofono.line.start_daemon())
    ofono.answers(0.05)
    watch.until(lambda state: state.connected)
    ofono.telephony.dial(NUMBER, "2#")
    watch.until(lambda state: any(call.tones is TonesPhase.SENT for call in state.calls))
    assert ofono.heard() == "2#"


def test_unmuting_gives_the_gain_back_that_there_was(ofono: OfonoBench, new_watch: type[Watch]) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected and not state.muted)  # the gain is known a moment later
    before = ofono.line.microphone
    ofono.telephony.command(CallCommand.MUTE)
    watch.until(lambda state: state.muted)
    ofono.telephony.command(CallCommand.MUTE)
    ofono.telephony.command(CallCommand.UNMUTE)
    watch.until(lambda state: not state.muted)
    assert ofono.line.microphone == before


def test_a_call_that_is_up_is_found_after_a_restart(
    ofono: OfonoBench, new_watch: type[Watch], elapsed: BoottimeClock
) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.telephony.dial(NUMBER, "")
    watch.call(CallPhase.ACTIVE)
    ofono.telephony.stop()
    assert [call.number for call in ofono.line.calls] == [NUMBER]
    ofono.telephony = OfonoTelephony(elapsed, ofono.line.address)
    again = new_watch(ofono.telephony)
    call = again.call(CallPhase.ACTIVE)
    ofono.telephony.command(CallCommand.HANG_UP, call.id)
    assert again.ended().ended_by is EndedBy.HERE


def test_without_a_bus_there_is_no_phone(new_watch: type[Watch], elapsed: BoottimeClock) -> None:
    telephony = OfonoTelephony(elapsed, "unix:path=/nonexistent/bus")
    watch = new_watch(telephony)
    telephony.dial(NUMBER, "")
    assert watch.ended().ended_by is EndedBy.NO_PHONE
    telephony.stop()


def test_it_can_be_stopped_while_it_is_still_connecting(ofono: OfonoBench, elapsed: BoottimeClock) -> None:
    for _ in range(5):
        telephony = OfonoTelephony(elapsed, ofono.line.address)
        telephony.stop()
        telephony.dial(NUMBER, "")
    assert ofono.line.calls == ()
