"""The microphone and the screen belong to our call, whatever other calls come, go and fail."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from carlendar.domain.call import Call, CallCommand, CallPhase, EndedBy, PhoneState, RejectedCommand
from carlendar.meetings.join_details import DialIn, JoinDetails
from carlendar.presentation.options import Options
from carlendar.presentation.states import CallState
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import At, Car, Make

FIRST, SECOND, OTHER = "+496900001111", "+496900002222", "+4930123456"


def join_details(number: str) -> JoinDetails:
    link = "https://contoso.zoom.example/j/1"
    return JoinDetails("zoom", link, dial_ins=(DialIn(number, "1#", "p1#", "DE"),))


@pytest.fixture
def car(new_car: type[Car], make: Make, at: At) -> Car:
    """Two meetings at the same time, the first joined."""
    car = new_car()
    review = replace(make("Review", "9:00", "9:30"), join_details=join_details(FIRST))
    budget = replace(make("Budget", "9:00", "9:45"), join_details=join_details(SECOND))
    car.snapshot = replace(car.snapshot, events=(review, budget))
    car.clock.wall = at("9:00")
    car.start(Options(region="DE"), state=DrivingState.MOVING).fresh()
    car.join(key(car, "Review"))
    return car


def key(car: Car, title: str) -> str:
    (found,) = (entry.key for entry in car.presenter._session.agenda.entries if entry.event.title == title)
    return str(found)


def up(car: Car, number: str, phase: CallPhase = CallPhase.ACTIVE, **fields: Any) -> Call:
    return Call(f"/{number}", number, phase, car.clock.elapsed, **fields)


def over(car: Car, number: str, by: EndedBy, *, answered: bool = False) -> Call:
    return up(car, number, CallPhase.ENDED, ended_by=by, answered=answered)


def shown(car: Car, *calls: Call, **fields: Any) -> None:
    car.presenter.phone_changed(PhoneState(**{"connected": True, "calls": calls, **fields}))


def asked(car: Car, *names: str) -> list[str]:
    return [done[0] for done in car.done if done[0] in (names or ("mute", "unmute"))]


def body(car: Car) -> CallState:
    assert isinstance(car.frame.body, CallState)
    return car.frame.body


def joined_muted(car: Car) -> None:
    shown(car, up(car, FIRST))
    shown(car, up(car, FIRST), muted=True)
    car.done.clear()


# --- the microphone ------------------------------------------------------------------------------


def test_a_call_that_is_answered_on_the_phone_is_not_muted_by_ours(car: Car) -> None:
    joined_muted(car)
    shown(car, up(car, FIRST, CallPhase.HELD), up(car, OTHER), muted=True)
    assert asked(car) == ["unmute"]


def test_our_call_is_muted_again_when_it_is_swapped_back(car: Car) -> None:
    joined_muted(car)
    shown(car, up(car, FIRST, CallPhase.HELD), up(car, OTHER), muted=True)
    shown(car, up(car, FIRST, CallPhase.HELD), up(car, OTHER))
    shown(car, up(car, FIRST), up(car, OTHER, CallPhase.HELD))
    assert asked(car) == ["unmute", "mute"]


def test_a_swap_back_before_the_unmuting_took_effect_ends_muted(car: Car) -> None:
    joined_muted(car)
    shown(car, up(car, FIRST, CallPhase.HELD), up(car, OTHER), muted=True)
    shown(car, up(car, FIRST), up(car, OTHER, CallPhase.HELD), muted=True)
    shown(car, up(car, FIRST), up(car, OTHER, CallPhase.HELD))
    shown(car, up(car, FIRST), up(car, OTHER, CallPhase.HELD), muted=True)
    assert asked(car) == ["unmute", "mute"]


def test_our_call_is_muted_again_when_the_lost_phone_is_back(car: Car) -> None:
    joined_muted(car)
    shown(car, connected=False, last_ended=over(car, FIRST, EndedBy.NO_PHONE, answered=True))
    shown(car, up(car, FIRST))
    assert asked(car) == ["mute"]


def test_our_call_that_the_driver_unmuted_stays_open_after_a_swap(car: Car) -> None:
    joined_muted(car)
    car.touch("unmute")
    shown(car, up(car, FIRST))
    shown(car, up(car, FIRST, CallPhase.HELD), up(car, OTHER))
    shown(car, up(car, FIRST), up(car, OTHER, CallPhase.HELD))
    assert asked(car) == ["unmute"]


def test_a_microphone_that_was_opened_elsewhere_stays_open(car: Car) -> None:
    joined_muted(car)
    shown(car, up(car, FIRST))
    shown(car, up(car, FIRST, CallPhase.HELD), up(car, OTHER))
    shown(car, up(car, FIRST), up(car, OTHER, CallPhase.HELD))
    assert asked(car) == []


def test_answering_that_fails_leaves_our_call_muted(car: Car) -> None:
    joined_muted(car)
    shown(car, up(car, FIRST), up(car, OTHER, CallPhase.WAITING), muted=True)
    car.touch("answer_call")
    refusal = RejectedCommand(CallCommand.HOLD_AND_ANSWER, car.clock.elapsed)
    shown(car, up(car, FIRST), up(car, OTHER, CallPhase.WAITING), muted=True, refusal=refusal)
    assert asked(car) == []
    assert car.frame.toast is not None
    assert car.toast == "The call was not answered"


def test_resuming_that_fails_does_not_leave_the_other_call_muted(car: Car) -> None:
    joined_muted(car)
    held = (up(car, FIRST, CallPhase.HELD), up(car, OTHER))
    shown(car, *held, muted=True)
    shown(car, *held)
    car.touch("unhold")
    shown(car, *held, muted=True)
    shown(car, *held, muted=True, refusal=RejectedCommand(CallCommand.RESUME, car.clock.elapsed))
    assert asked(car) == ["unmute", "mute", "unmute"]


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (CallCommand.MUTE, "The microphone is still on"),
        (CallCommand.UNMUTE, "The microphone is still muted"),
        (CallCommand.HANG_UP, "The phone did not hang up"),
        (CallCommand.RESUME, "The call is still on hold"),
        (CallCommand.ANSWER, "The call was not answered"),
    ],
)
def test_what_the_phone_does_not_carry_out_is_reported_once(car: Car, command: CallCommand, text: str) -> None:
    shown(car, up(car, FIRST))
    refusal = RejectedCommand(command, car.clock.elapsed)
    shown(car, up(car, FIRST), refusal=refusal)
    assert car.frame.toast is not None
    assert car.toast == text
    car.wait(60)
    shown(car, up(car, FIRST), refusal=refusal)
    assert car.frame.toast is None


def test_muting_that_fails_is_not_asked_for_again_and_again(car: Car) -> None:
    shown(car, up(car, FIRST))
    for count in range(5):
        shown(car, up(car, FIRST), refusal=RejectedCommand(CallCommand.MUTE, car.clock.elapsed + count))
    assert asked(car) == ["mute"]
    assert body(car).status.text == "Connected"


# --- another meeting -----------------------------------------------------------------------------


def join_budget(car: Car) -> None:
    shown(car, up(car, FIRST), muted=True)
    car.wait(5)
    car.join(key(car, "Budget"))
    shown(car, up(car, FIRST, CallPhase.HELD), up(car, SECOND, CallPhase.DIALING), muted=True)
    assert body(car).title == "Budget"


def test_the_meeting_that_was_put_on_hold_is_shown_again_when_the_other_cannot_be_reached(car: Car) -> None:
    join_budget(car)
    ended = over(car, SECOND, EndedBy.REFUSED)
    shown(car, up(car, FIRST, CallPhase.HELD), muted=True, last_ended=ended)
    assert (body(car).title, body(car).status.text) == ("Review", "On hold")
    assert car.frame.toast is not None
    assert car.toast == "The call was refused"
    shown(car, up(car, FIRST), muted=True, last_ended=ended)
    assert body(car).status.text == "Connected · muted"


def test_the_meeting_that_was_put_on_hold_is_offered_when_the_other_is_over(car: Car) -> None:
    join_budget(car)
    shown(car, up(car, FIRST, CallPhase.HELD), up(car, SECOND), muted=True)
    ended = over(car, SECOND, EndedBy.THERE, answered=True)
    shown(car, up(car, FIRST, CallPhase.HELD), muted=True, last_ended=ended)
    assert (body(car).title, body(car).status.text) == ("Review", "On hold")
    assert body(car).large is not None
    assert "unhold" in car.offers()


def test_the_end_of_the_meeting_on_hold_does_not_end_the_other(car: Car) -> None:
    join_budget(car)
    shown(car, up(car, SECOND), last_ended=over(car, FIRST, EndedBy.THERE, answered=True))
    assert (body(car).title, body(car).status.text) == ("Budget", "Connected")
    shown(car, last_ended=over(car, SECOND, EndedBy.THERE, answered=True))
    assert body(car).title == "Budget"


def test_a_dialling_that_is_refused_at_once_leaves_the_meeting_one_is_in(car: Car) -> None:
    shown(car, up(car, FIRST), muted=True)
    car.dial_error = "no_phone"
    car.join(key(car, "Budget"))
    assert (body(car).title, body(car).status.text) == ("Review", "Connected · muted")


def test_two_meetings_with_one_number_are_two_calls(car: Car) -> None:
    clock = car.clock
    first = Call("/1", FIRST, CallPhase.ACTIVE, clock.elapsed, placed=clock.elapsed)
    shown(car, first)
    car.wait(5)
    events = car.snapshot.events
    car.change(events=(events[0], replace(events[1], join_details=join_details(FIRST))))
    car.join(key(car, "Budget"))
    held = replace(first, phase=CallPhase.HELD)
    second = Call("/2", FIRST, CallPhase.RINGING, clock.elapsed, placed=clock.elapsed)
    shown(car, held)
    assert body(car).status.text == "Calling"
    shown(car, held, second)
    assert (body(car).title, body(car).status.text) == ("Budget", "Ringing")
    shown(car, second, last_ended=replace(first, phase=CallPhase.ENDED, ended_by=EndedBy.THERE, since=clock.elapsed))
    assert (body(car).title, body(car).status.text) == ("Budget", "Ringing")


def test_a_second_touch_on_join_dials_once_and_keeps_the_call(car: Car) -> None:
    placed = Call("/1", FIRST, CallPhase.RINGING, car.clock.elapsed, placed=car.clock.elapsed)
    shown(car, placed)
    car.wait(1)
    car.join(key(car, "Review"))
    shown(car, replace(placed, phase=CallPhase.ACTIVE))
    assert asked(car, "dial") == ["dial"]
    assert body(car).status.text == "Connected"


# --- no progress ---------------------------------------------------------------------------------


def test_a_phone_that_may_be_asking_something_is_not_made_to_dial_a_second_number(car: Car) -> None:
    shown(car, last_ended=over(car, FIRST, EndedBy.NO_PROGRESS))
    assert asked(car, "dial") == ["dial"]
    assert body(car).detail == "It may be asking which SIM card to use"
    assert "join" in car.offers()
    shown(car, up(car, FIRST, CallPhase.RINGING))
    assert body(car).status.text == "Ringing"


def test_a_call_that_was_found_says_what_to_do_where_its_digits_are_unknown(
    new_car: type[Car], make: Make, at: At
) -> None:
    car = new_car()
    car.snapshot = replace(
        car.snapshot, events=(replace(make("Review", "9:00", "9:30"), join_details=join_details(FIRST)),)
    )
    car.clock.wall = at("9:05")
    car.start(Options(region="DE"), state=DrivingState.MOVING).fresh()
    shown(car, up(car, FIRST))
    assert body(car).detail == "Enter the ID again if the meeting asks for it"
    assert "send_tones" in car.offers()
