"""Call: as pictured, claiming only what the car knows, and what to do when it fails."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from carlendar.domain.call import Call, CallPhase, EndedBy, PhoneState, TonesPhase
from carlendar.presentation.options import Options
from carlendar.presentation.states import Band, CallState, Look, NoticeState, Ring, ScreenName, Tone
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import TEAMS, At, Car, Make

NUMBER = "+496900001234"


def body(car: Car) -> CallState:
    state = car.frame.body
    assert isinstance(state, CallState)
    return state


def joined(new_car: type[Car], at: At, **options: Any) -> Car:
    car = new_car()
    car.clock.wall = at("9:00")
    car.start(Options(region="DE", **options)).fresh()
    car.touch("join")
    return car


def phone(car: Car, phase: CallPhase, *others: Call, muted: bool = False, **fields: Any) -> None:
    call = Call("/1", NUMBER, phase, car.clock.elapsed, **fields)
    car.presenter.phone_changed(PhoneState(connected=True, calls=(call, *others), muted=muted))


@pytest.mark.parametrize(
    ("phase", "tones", "text", "icon", "tone"),
    [
        (CallPhase.DIALING, TonesPhase.WAITING, "Dialling …", "phone-outgoing", Tone.ACCENT),
        (CallPhase.RINGING, TonesPhase.WAITING, "Ringing", "phone-ring", Tone.ACCENT),
        (CallPhase.ACTIVE, TonesPhase.NONE, "Connected", "phone-in-talk", Tone.GO),
        (CallPhase.ACTIVE, TonesPhase.WAITING, "Connected · sending ID", "phone-in-talk", Tone.GO),
        (CallPhase.ACTIVE, TonesPhase.SENT, "Connected · ID sent", "phone-in-talk", Tone.GO),
        (CallPhase.ACTIVE, TonesPhase.FAILED, "Connected · ID not sent", "phone-in-talk", Tone.WARN),
        (CallPhase.ACTIVE, TonesPhase.PARTIAL, "Connected · ID incomplete", "phone-in-talk", Tone.WARN),
        (CallPhase.HELD, TonesPhase.SENT, "On hold", "phone-paused", Tone.WARN),
        (CallPhase.HELD, TonesPhase.WAITING, "On hold · ID not sent yet", "phone-paused", Tone.WARN),
        (CallPhase.HELD, TonesPhase.FAILED, "On hold · ID not sent", "phone-paused", Tone.WARN),
        (CallPhase.HELD, TonesPhase.PARTIAL, "On hold · ID incomplete", "phone-paused", Tone.WARN),
    ],
)
def test_it_claims_what_the_phone_says(
    new_car: type[Car], at: At, phase: CallPhase, tones: TonesPhase, text: str, icon: str, tone: Tone
) -> None:
    car = joined(new_car, at)
    phone(car, phase, tones=tones)
    assert (body(car).status.text, body(car).status.icon, body(car).status.tone) == (text, icon, tone)
    assert body(car).title == "Product review"
    assert body(car).leave is not None


def test_connected_it_is_as_pictured(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    phone(car, CallPhase.ACTIVE, tones=TonesPhase.SENT)
    car.wait(4 * 60)
    state = body(car)
    assert state.detail == "Next: 10:15 Budget sync"
    assert state.ring == Ring("4", "minutes", "min", 4 / 30, Tone.GO)
    assert state.band is None
    assert state.large is not None
    assert (state.large.labels, state.large.icon) == (("Mute",), "microphone")
    assert state.small is not None
    assert (state.small.labels[0], state.small.icon) == ("Enter ID again", "dialpad")
    assert state.leave is not None
    assert (state.leave.labels, state.leave.icon, state.leave.look) == (("Leave",), "phone-hangup", Look.STOP)
    assert state.close is None
    assert car.frame.status.clock == "9:04"


def test_mute_enter_id_again_and_leave_reach_the_phone(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at, join_muted=False)
    phone(car, CallPhase.ACTIVE, tones=TonesPhase.SENT)
    car.touch("mute")
    phone(car, CallPhase.ACTIVE, tones=TonesPhase.SENT, muted=True)
    assert body(car).status.text == "Connected · ID sent · muted"
    assert body(car).large is not None
    assert body(car).large.labels == ("Muted",)  # type: ignore[union-attr]  # checked in the line before
    assert body(car).large.look is Look.WARN  # type: ignore[union-attr]  # the same
    car.touch("unmute")
    car.touch("send_tones")
    car.touch("leave")
    assert [done for done in car.done if done[0] in ("mute", "unmute", "send_tones", "hang_up")] == [
        ("mute", "/1", ""),
        ("unmute", "/1", ""),
        ("send_tones", "/1", "p987654321#"),
        ("hang_up", "/1", ""),
    ]


@pytest.mark.parametrize(
    ("ended_by", "text", "label"),
    [
        (EndedBy.HERE, "You left", "Rejoin"),
        (EndedBy.THERE, "The meeting ended the call", "Rejoin"),
        (EndedBy.NETWORK, "The connection was lost", "Rejoin"),
        (EndedBy.REFUSED, "The call was refused", "Try again"),
        (EndedBy.UNKNOWN, "The call has ended", "Rejoin"),
        (EndedBy.NO_PROGRESS, "The phone did not start the call", "Try again"),
        (EndedBy.NO_ANSWER, "No answer", "Try again"),
    ],
)
def test_an_ended_call_shows_the_reason_and_offers_another_try(
    new_car: type[Car], at: At, ended_by: EndedBy, text: str, label: str
) -> None:
    car = joined(new_car, at)
    phone(car, CallPhase.ACTIVE)
    ended = Call("/1", NUMBER, CallPhase.ENDED, car.clock.elapsed, ended_by)
    car.presenter.phone_changed(PhoneState(connected=True, last_ended=ended))
    assert body(car).status.text == text
    assert body(car).large is not None
    assert body(car).large.labels == (label,)  # type: ignore[union-attr]  # checked in the line before
    assert (body(car).leave, body(car).small) == (None, None)
    car.touch("join")
    assert [done[0] for done in car.done].count("dial") == 2
    car.presenter.phone_changed(PhoneState(connected=True, last_ended=ended))
    car.touch("close_call")
    assert car.frame.screen is ScreenName.DRIVE


def test_a_refused_dial_says_why(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.clock.wall = at("9:00")
    car.dial_error = "busy"
    car.start().fresh()
    car.touch("join")
    assert (body(car).status.text, body(car).status.tone) == ("The phone is on another call", Tone.STOP)
    assert "close_call" in car.offers()


def test_a_lost_phone_offers_the_link_when_parked(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    phone(car, CallPhase.ACTIVE)
    ended = Call("/1", NUMBER, CallPhase.ENDED, car.clock.elapsed, EndedBy.NO_PHONE)
    car.presenter.phone_changed(PhoneState(connected=False, last_ended=ended))
    assert body(car).status.text == "No phone is connected"
    assert body(car).large is None
    car.drive(DrivingState.PARKED)
    assert "hand_over" in car.offers()


def test_another_call_that_waits_can_be_answered(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    phone(car, CallPhase.ACTIVE, Call("/2", "+493012345678", CallPhase.WAITING, car.clock.elapsed))
    assert body(car).band == Band("+49 30 12345678 is calling", "phone-incoming", short_text="Another call is waiting")
    assert body(car).large is not None, "mute keeps its place"
    car.touch("answer_call")
    assert car.done[-1] == ("hold_and_answer", "/2", "")


def test_another_call_that_waits_can_be_declined_and_ours_goes_on(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    phone(car, CallPhase.ACTIVE, Call("/2", "+493012345678", CallPhase.WAITING, car.clock.elapsed))
    decline = body(car).decline
    assert decline is not None
    assert decline.labels == ("Decline",)
    car.touch("decline_call")
    assert car.done[-1] == ("hang_up", "/2", "")
    assert body(car).leave is not None
    phone(car, CallPhase.ACTIVE, Call("/2", "+493012345678", CallPhase.ACTIVE, car.clock.elapsed))
    before = len(car.done)
    car.presenter.act(decline)
    assert len(car.done) == before, "what is up now was answered elsewhere"


def test_without_another_call_there_is_nothing_to_decline(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    phone(car, CallPhase.ACTIVE)
    assert body(car).decline is None


@pytest.mark.parametrize(
    ("name", "number", "said"),
    [
        ("Ben Okafor", "+493012345678", "Ben Okafor is calling"),
        ("", "", "Another call is waiting"),
        ("B" * 80, "+493012345678", "Another call is waiting"),
        ("Ben\u202e\nOkafor", "", "Ben Okafor is calling"),
    ],
)
def test_the_band_says_who_calls_also_while_muted(
    new_car: type[Car], at: At, name: str, number: str, said: str
) -> None:
    car = joined(new_car, at)
    other = Call("/2", number, CallPhase.WAITING, car.clock.elapsed, name=name)
    own = Call("/1", NUMBER, CallPhase.ACTIVE, car.clock.elapsed, placed=car.clock.elapsed)
    car.presenter.phone_changed(PhoneState(connected=True, calls=(own, other), muted=True))
    band = body(car).band
    assert band is not None
    assert band.text == said
    assert body(car).large is not None, "mute keeps its place"


@pytest.mark.parametrize("key", ["bad_number", "bad_tones", "emergency_number"])
def test_a_number_that_cannot_be_called_is_not_offered_again(new_car: type[Car], at: At, key: str) -> None:
    car = new_car()
    car.dial_error = key
    car.clock.wall = at("9:00")
    car.start().fresh()
    car.touch("join")
    assert body(car).status.text == "This number cannot be called"
    assert "join" not in car.offers()
    assert "late" in car.offers(), "the others can be informed at least"


@pytest.mark.rule("S7")
def test_the_call_survives_tightening_and_loosening(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    phone(car, CallPhase.ACTIVE, tones=TonesPhase.SENT)
    before = body(car)
    for state in (DrivingState.PARKED, DrivingState.MOVING, DrivingState.UNKNOWN, DrivingState.IDLING):
        car.drive(state)
        now = replace(body(car), small=before.small, agenda=before.agenda, agenda_apart=before.agenda_apart)
        assert now == before, "parked, only Continue on phone and the way to Agenda, which the rail has, are different"


@pytest.mark.parametrize("muted", [False, True])
@pytest.mark.parametrize("phase", [CallPhase.DIALING, CallPhase.RINGING, CallPhase.ACTIVE, CallPhase.HELD])
def test_agenda_is_one_touch_away_in_every_phase_while_moving(
    new_car: type[Car], at: At, phase: CallPhase, muted: bool
) -> None:
    car = joined(new_car, at)
    phone(car, phase, muted=muted)
    car.touch("agenda")
    assert car.frame.screen is ScreenName.AGENDA


def test_parked_the_call_can_be_left_on_and_come_back_to(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    phone(car, CallPhase.ACTIVE)
    car.drive(DrivingState.PARKED)
    car.touch("home")
    assert car.primary.labels[0] == "Back to the call"
    car.touch("call")
    assert car.frame.screen is ScreenName.CALL


def test_an_unknown_foreign_number_is_asked_about_when_parked(new_car: type[Car], at: At, make: Make) -> None:
    from carlendar.domain.event import Response

    car = new_car()
    event = make("Pitch", "9:00", "9:30", teams=True, response=Response.NOT_RESPONDED)
    join_details = replace(TEAMS, dial_ins=(replace(TEAMS.dial_ins[0], number="+43720000", country="AT"),))
    car.snapshot = replace(car.snapshot, events=(replace(event, join_details=join_details),))
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("join")
    assert car.shown(NoticeState).title == "Call this number?"
    assert "+43720000" in car.shown(NoticeState).paragraphs
    assert not [done for done in car.done if done[0] == "dial"]
    car.touch("join_confirmed")
    assert ("dial", "+43720000", "p987654321#") in car.done
    assert car.frame.screen is ScreenName.CALL


@pytest.mark.parametrize("state", [DrivingState.MOVING, DrivingState.PARKED])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Budget sync with finance and controlling", "Budget sync with finance and"),
        ("Wirtschaftlichkeitsberechnungsvorbereitungsbesprechung", "…"),
        ("予算会議" * 20, "…"),
    ],
)
def test_what_comes_next_keeps_its_time_however_long_its_title(
    new_car: type[Car], at: At, make: Make, name: str, said: str, state: DrivingState
) -> None:
    from carlendar.text.graphemes import count

    car = new_car()
    car.snapshot = replace(car.snapshot, events=(car.snapshot.events[0], make(name, "10:15", "11:00")))
    car.clock.wall = at("9:00")
    car.start(state=state).fresh()
    car.touch("join")
    phone(car, CallPhase.ACTIVE, tones=TonesPhase.SENT)
    car.wait(3 * 60)
    detail = body(car).detail
    assert detail.startswith("Next: 10:15 ")
    assert count(detail) <= len("Next: 10:15 ") + 30 or state is DrivingState.PARKED
    assert count(detail) <= 60
    assert said.split()[0] in detail


def test_a_tighter_limit_of_the_platform_leaves_the_time_of_the_next_meeting() -> None:
    from carlendar.presentation.apply_limits import apply_limits
    from carlendar.presentation.states import Frame, Line, StatusBar
    from carlendar.safety.policy import MOVING_LIMITS
    from carlendar.safety.restrictions import Flag, Restrictions

    title = "Budget sync with finance and controlling"
    limits = replace(MOVING_LIMITS, string=30)
    restrictions = Restrictions(DrivingState.MOVING, Flag.FULLY_RESTRICTED, limits, "speed")
    shown = CallState(Line(("Connected",)), "Review", f"Next: 10:15 {title}", detail_title=title)
    frame = apply_limits(Frame(ScreenName.CALL, StatusBar("9:00"), shown, restrictions))
    assert isinstance(frame.body, CallState)
    assert frame.body.detail == "Next: 10:15 Budget sync"
