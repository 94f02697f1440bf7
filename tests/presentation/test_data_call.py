"""The call on the data connection: one tap, what is reported, its ends, and the change from one line to the other."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from carlendar.domain.agenda import occurrence_key
from carlendar.domain.call import Call, CallPhase, EndedBy, PhoneState
from carlendar.domain.online_call import (
    MANY_PEOPLE,
    OnlineEnd,
    OnlineNeed,
    OnlinePhase,
    OnlineReadiness,
    OnlineState,
    Quality,
)
from carlendar.ipc.messages import OnlineStatus
from carlendar.presentation.intents import GoHome, ShowAgenda
from carlendar.presentation.options import Options
from carlendar.presentation.states import Action, CallState, Look, ScreenName, Tone
from carlendar.presentation.vehicle_context import VehicleContext
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import BUDGET, REVIEW, TEAMS, At, Car, Make

KEY = occurrence_key(REVIEW.event)
NUMBER = "+496900001234"
READY = OnlineReadiness("simulated", ("teams",))
LINK_ONLY = replace(TEAMS, dial_ins=())
BY_DATA = Options(region="DE", join_by="data")


def says(car: Car, phase: OnlinePhase | None, key: str = KEY, **fields: Any) -> None:
    """Report the state of the data call, as the service does."""
    since = fields.pop("since", car.clock.elapsed)
    state = None if phase is None else OnlineState(phase, since, **fields)
    car.presenter.service_said(OnlineStatus(READY, key, state))
    car.presenter.tick()


def data_car(
    new_car: type[Car], at: At, options: Options = BY_DATA, state: DrivingState = DrivingState.MOVING, **fields: Any
) -> Car:
    """A car that joins over data, at 9:00."""
    car = new_car(**fields)
    car.clock.wall = at("9:00")
    car.start(options, state).fresh()
    says(car, None, "")
    car.done.clear()
    return car


def link_only(car: Car, make: Make) -> None:
    """Let the one meeting of the day have a link and no number."""
    car.change(events=(replace(make("Review", "9:00", "9:30"), join_details=LINK_ONLY),))
    car.wait(15)  # changes are delayed while driving


def joined(new_car: type[Car], at: At, options: Options = BY_DATA, **fields: Any) -> Car:
    car = data_car(new_car, at, options)
    car.touch("join")
    says(car, OnlinePhase.CONNECTED, joined=car.clock.elapsed, **fields)
    return car


def phone(car: Car, *calls: Call, last_ended: Call | None = None) -> None:
    car.presenter.phone_changed(PhoneState(connected=True, calls=calls, last_ended=last_ended))


def our_call(car: Car, phase: CallPhase = CallPhase.ACTIVE) -> Call:
    return Call("/1", NUMBER, phase, car.clock.elapsed, placed=car.clock.elapsed)


def body(car: Car) -> CallState:
    return car.shown(CallState)


def asked(car: Car, name: str) -> list[object]:
    """The arguments of the commands of this name that were sent to the service."""
    return [done[2] for done in car.done if done[:2] == ("send", name)]


def done(car: Car) -> list[object]:
    """What was asked of the data call, in order."""
    return [given["do"] for given in asked(car, "online") if isinstance(given, dict) and given["do"] != "sound"]


# --- joining ---------------------------------------------------------------------------------------


def test_a_meeting_with_a_link_alone_is_joined_with_one_tap_while_driving(
    new_car: type[Car], at: At, make: Make
) -> None:
    car = data_car(new_car, at, Options(region="DE"))
    link_only(car, make)
    assert car.primary.labels[0] == "Join on the data connection"
    car.touch("join")
    assert asked(car, "online_join") == [
        {"account": "a1", "key": occurrence_key(car.snapshot.events[0].event), "muted": "1"}
    ]
    assert car.frame.screen is ScreenName.CALL
    assert (body(car).status.text, body(car).title) == ("Connecting …", "Review")


def test_without_an_adapter_it_is_as_before(new_car: type[Car], at: At, make: Make) -> None:
    car = new_car()
    car.clock.wall = at("9:00")
    car.start().fresh()
    assert car.primary.labels == ("Join",)
    link_only(car, make)
    assert "join" not in car.offers()


@pytest.mark.parametrize("need", list(OnlineNeed))
def test_what_is_lacking_takes_the_button_away(new_car: type[Car], at: At, make: Make, need: OnlineNeed) -> None:
    car = data_car(new_car, at)
    link_only(car, make)
    assert "join" in car.offers()
    car.presenter.service_said(OnlineStatus(replace(READY, needs=(need,))))
    car.presenter.tick()
    assert "join" not in car.offers()


def test_while_the_service_is_away_it_is_not_offered(new_car: type[Car], at: At, make: Make) -> None:
    car = data_car(new_car, at)
    link_only(car, make)
    car.presenter.service_lost()
    assert "join" not in car.offers()


def test_the_button_says_by_which_line(new_car: type[Car], at: At) -> None:
    assert data_car(new_car, at).primary.labels[0] == "Join on the data connection"
    by_phone = data_car(new_car, at, Options(region="DE"))
    assert by_phone.primary.labels[0] == "Join on the phone line"
    by_phone.touch("join")
    phone(by_phone, our_call(by_phone))
    assert body(by_phone).line is not None
    assert body(by_phone).line.text == "On the phone line"  # type: ignore[union-attr]  # checked in the line before


def test_a_touch_is_validated_once_and_a_second_one_joins_no_second_time(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at)
    join = car.primary
    car.presenter.act(join)
    says(car, OnlinePhase.CONNECTING)
    car.presenter.act(join)
    says(car, OnlinePhase.CONNECTED, joined=car.clock.elapsed)
    car.presenter.act(Action(GoHome(), ()))
    assert "join" not in car.offers()
    car.touch("call")
    assert car.frame.screen is ScreenName.CALL


def test_joining_is_answered_before_the_service_is(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at)
    before = len(car.frames)
    car.touch("join")
    assert len(car.frames) > before
    assert car.frames[-1].screen is ScreenName.CALL


def test_a_touch_on_join_is_answered_within_fifty_milliseconds(new_car: type[Car], at: At) -> None:
    data_car(new_car, at).touch("join")  # brings the modules of a first touch
    car = data_car(new_car, at)
    join, before = car.primary, time.thread_time()
    car.presenter.act(join)
    assert time.thread_time() - before < 0.05
    assert car.frame.screen is ScreenName.CALL


def test_an_earlier_end_is_not_taken_for_that_of_another_attempt(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    says(car, OnlinePhase.ENDED, end=OnlineEnd.CONNECTION_LOST)
    ended = car.presenter._session.data_line
    assert ended is not None
    car.clock.advance(5)
    car.touch("join")
    car.presenter.service_said(ended)  # as a change of the network brings it once more
    assert body(car).status.text == "Connecting …"


# --- what is reported -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "fields", "text", "tone"),
    [
        (OnlinePhase.CONNECTING, {}, "Connecting …", Tone.ACCENT),
        (OnlinePhase.LOBBY, {}, "Waiting to be let in", Tone.ACCENT),
        (OnlinePhase.CONNECTED, {}, "In the meeting", Tone.GO),
        (OnlinePhase.CONNECTED, {"muted": True}, "In the meeting · muted", Tone.GO),
        (OnlinePhase.CONNECTED, {"muted": True, "muted_by_organizer": True}, "Muted by the organiser", Tone.WARN),
        (OnlinePhase.CONNECTED, {"muted": True, "consent_needed": True}, "Listening only", Tone.WARN),
        (OnlinePhase.RECONNECTING, {}, "Connection interrupted", Tone.WARN),
    ],
)
def test_it_claims_what_the_service_reports(
    new_car: type[Car], at: At, phase: OnlinePhase, fields: dict[str, Any], text: str, tone: Tone
) -> None:
    car = data_car(new_car, at)
    car.touch("join")
    says(car, phase, **fields)
    assert (body(car).status.text, body(car).status.tone) == (text, tone)
    assert body(car).leave is not None


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "On the data connection"),
        ({"people": 1}, "On the data connection · 1 person"),
        ({"people": 12}, "On the data connection · 12 people"),
        ({"people": MANY_PEOPLE}, "On the data connection · 100+ people"),
        ({"people": 12, "quality": Quality.POOR}, "On the data connection · Poor connection"),
        ({"people": 12, "quality": Quality.BAD}, "On the data connection · Bad connection"),
    ],
)
def test_the_line_says_who_is_there_and_how_good_it_is(
    new_car: type[Car], at: At, fields: dict[str, Any], text: str
) -> None:
    line = body(joined(new_car, at, **fields)).line
    assert line is not None
    assert line.text == text


def test_mute_and_leave_reach_the_service_and_not_the_phone(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    car.touch("mute")
    says(car, OnlinePhase.CONNECTED, muted=True)
    large = body(car).large
    assert large is not None
    assert (large.labels, large.look) == (("Muted",), Look.WARN)
    car.touch("unmute")
    car.touch("leave")
    assert done(car) == ["mute", "unmute", "leave"]
    assert not {"mute", "unmute", "hang_up"} & {entry[0] for entry in car.done}


def test_before_it_is_reported_it_can_be_left(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at)
    car.touch("join")
    car.touch("leave")
    assert done(car) == ["leave"]


def test_the_minutes_run_from_entering_and_not_from_a_tunnel(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    entered = car.clock.elapsed
    car.wait(240)
    says(car, OnlinePhase.CONNECTED, joined=entered)
    ring = body(car).ring
    assert ring is not None
    assert ring.number == "4"


def test_no_reminder_comes_during_a_data_call(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    car.change(snoozed=())
    assert car.presenter._context.view().reminder is None


# --- recording and consent --------------------------------------------------------------------------


def test_a_recording_is_marked_on_every_screen_as_long_as_it_runs(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at, recording=True)
    mark = body(car).recording
    assert mark is not None
    assert (mark.text, mark.tone) == ("Recorded", Tone.STOP)
    for intent in (GoHome(), ShowAgenda()):
        car.presenter.act(Action(intent, ()))
        assert car.frame.status.recording == ("Recorded",)
    says(car, OnlinePhase.CONNECTED, transcription=True)
    assert car.frame.status.recording == ("Transcribed",)
    says(car, OnlinePhase.CONNECTED)
    assert not car.frame.status.recording


def test_it_stays_marked_while_another_call_rings_and_the_connection_is_interrupted(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at, recording=True)
    phone(car, Call("/2", "+4930123456", CallPhase.INCOMING, car.clock.elapsed))
    assert body(car).recording is not None
    says(car, OnlinePhase.RECONNECTING, recording=True)
    assert car.frame.status.recording
    says(car, OnlinePhase.ENDED, end=OnlineEnd.LEFT, recording=True)
    assert not car.frame.status.recording


def test_consent_has_a_target_of_its_own_and_never_that_of_mute(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at, recording=True, consent_needed=True, muted=True)
    assert body(car).large is None
    consent = body(car).small
    assert consent is not None
    assert consent.labels[0] == "Agree to recording"
    assert not {"mute", "unmute"} & set(car.offers())
    car.touch("give_consent")
    assert done(car) == ["consent"]
    says(car, OnlinePhase.CONNECTED, recording=True, muted=True)
    large = body(car).large
    assert large is not None
    assert large.intent.name == "unmute"
    assert body(car).small is None


MOVING_STATES: dict[str, tuple[OnlinePhase, dict[str, Any]]] = {
    "connecting": (OnlinePhase.CONNECTING, {}),
    "lobby": (OnlinePhase.LOBBY, {}),
    "unmuted": (OnlinePhase.CONNECTED, {}),
    "muted": (OnlinePhase.CONNECTED, {"muted": True}),
    "muted by the organiser": (OnlinePhase.CONNECTED, {"muted": True, "muted_by_organizer": True}),
    "recorded": (OnlinePhase.CONNECTED, {"recording": True}),
    "consent asked": (OnlinePhase.CONNECTED, {"recording": True, "consent_needed": True, "muted": True}),
    "bad connection": (OnlinePhase.CONNECTED, {"quality": Quality.BAD}),
    "interrupted": (OnlinePhase.RECONNECTING, {}),
}


@pytest.mark.parametrize(("phase", "fields"), MOVING_STATES.values(), ids=MOVING_STATES.keys())
def test_agenda_is_one_touch_away_in_every_state_while_moving(
    new_car: type[Car], at: At, phase: OnlinePhase, fields: dict[str, Any]
) -> None:
    car = data_car(new_car, at)
    car.touch("join")
    says(car, phase, **fields)
    assert body(car).agenda is not None
    assert body(car).agenda_apart, "agreeing to a recording has a place of its own"
    car.touch("agenda")
    assert car.frame.screen is ScreenName.AGENDA
    assert done(car) == [], "the call goes on"


def test_parked_agenda_is_in_the_rail_alone(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    car.drive(DrivingState.PARKED)
    assert (body(car).agenda, body(car).agenda_apart) == (None, False)
    assert "agenda" in [action.intent.name for action in car.frame.rail]


def test_lost_audio_is_shown_and_the_phone_offered_at_once(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at, recording=True, consent_needed=True, muted=True)
    says(car, OnlinePhase.CONNECTED, joined=car.clock.elapsed, audio_lost=True, consent_needed=True, muted=True)
    state = body(car)
    assert (state.status.text, state.status.tone) == ("No audio connection", Tone.WARN)
    assert state.small is not None
    assert state.small.labels[0] == "Call in by phone instead"
    assert "give_consent" not in car.offers(), "there is nothing to agree to be heard with"
    assert {"leave", "agenda"} <= set(car.offers())
    assert done(car) == [], "nothing is left by itself"


def test_without_a_number_lost_audio_suggests_to_rejoin_which_is_offered_after_leaving(
    new_car: type[Car], at: At, make: Make
) -> None:
    car = data_car(new_car, at, Options(region="DE"))
    link_only(car, make)
    key = occurrence_key(car.snapshot.events[0].event)
    car.touch("join")
    says(car, OnlinePhase.CONNECTED, key, joined=car.clock.elapsed, audio_lost=True)
    assert (body(car).status.text, body(car).detail) == ("No audio connection", "Leave, then rejoin")
    car.touch("leave")
    says(car, OnlinePhase.ENDED, key, end=OnlineEnd.LEFT, joined=car.clock.elapsed)
    large = body(car).large
    assert large is not None
    assert large.labels[0] == "Rejoin"


def test_audio_that_works_again_takes_the_offer_back(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at, audio_lost=True)
    assert body(car).small is not None
    says(car, OnlinePhase.CONNECTED, joined=car.clock.elapsed)
    assert (body(car).small, body(car).status.text) == (None, "In the meeting")


def test_each_recording_is_announced_once(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    spoken = car.presenter._session.spoken.known
    for fields in ({"recording": True}, {"recording": True, "people": 5}, {"recording": True, "transcription": True}):
        says(car, OnlinePhase.CONNECTED, **fields)
    assert len(spoken) == 1
    says(car, OnlinePhase.CONNECTED)
    car.clock.advance(1)
    says(car, OnlinePhase.CONNECTED, transcription=True)
    assert len(spoken) == 2
    car.clock.advance(1)
    says(car, OnlinePhase.CONNECTED, transcription=True, recording=True)
    assert len(spoken) == 3


# --- ends --------------------------------------------------------------------------------------------

ENDS = [
    (OnlineEnd.LEFT, "You left the meeting", "Rejoin", ""),
    (OnlineEnd.ENDED_FOR_ALL, "The meeting has ended", "", ""),
    (OnlineEnd.REMOVED, "You were removed from the meeting", "Rejoin", ""),
    (OnlineEnd.DENIED, "You were not let in", "Rejoin", "Call in by phone instead"),
    (OnlineEnd.NOT_ALLOWED, "This meeting does not admit you", "Call in by phone instead", "I’m late"),
    (OnlineEnd.BAD_LINK, "The meeting link does not work", "Call in by phone instead", "I’m late"),
    (OnlineEnd.SIGN_IN, "Sign-in needed", "Call in by phone instead", "I’m late"),
    (OnlineEnd.CONNECTION_LOST, "The connection was lost", "Rejoin", "Call in by phone instead"),
    (OnlineEnd.MEDIA, "No audio connection", "Call in by phone instead", "Rejoin"),
    (OnlineEnd.ENGINE, "The call stopped unexpectedly", "Call in by phone instead", "Rejoin"),
    (OnlineEnd.ENGINE_TOO_OLD, "This car cannot join over data", "Call in by phone instead", "I’m late"),
    (OnlineEnd.NOT_SET_UP, "This car cannot join over data", "Call in by phone instead", "I’m late"),
    (OnlineEnd.BUSY, "The phone is on another call", "Call in by phone instead", "Rejoin"),
    (OnlineEnd.UNKNOWN, "Could not join", "Call in by phone instead", "Rejoin"),
]


@pytest.mark.parametrize(("end", "text", "large", "small"), ENDS)
def test_each_end_says_why_and_offers_the_next_best(
    new_car: type[Car], at: At, end: OnlineEnd, text: str, large: str, small: str
) -> None:
    car = joined(new_car, at)
    says(car, OnlinePhase.ENDED, end=end, joined=car.clock.elapsed)
    state = body(car)
    assert state.status.text == text
    assert (state.large.labels[0] if state.large else "") == large
    assert (state.small.labels[0] if state.small else "") == small
    assert (state.leave, state.recording) == (None, None)
    car.touch("close_call")
    assert car.frame.screen is ScreenName.DRIVE


def test_a_meeting_that_was_moved_while_one_was_in_it_is_rejoined(new_car: type[Car], at: At, make: Make) -> None:
    car = joined(new_car, at)
    moved = replace(REVIEW, event=replace(REVIEW.event, span=make("Product review", "9:05", "10:00").event.span))
    car.change(events=tuple(moved if each is REVIEW else each for each in car.snapshot.events))
    car.wait(15)
    says(car, OnlinePhase.ENDED, end=OnlineEnd.CONNECTION_LOST, joined=car.clock.elapsed)
    large = body(car).large
    assert large is not None
    assert large.labels[0] == "Rejoin"
    car.touch("join")
    assert asked(car, "online_join")[-1] == {"account": "a1", "key": occurrence_key(moved.event), "muted": "1"}


def test_the_line_is_changed_for_a_meeting_that_was_moved_while_one_was_in_it(
    new_car: type[Car], at: At, make: Make
) -> None:
    car = joined(new_car, at)
    moved = replace(REVIEW, event=replace(REVIEW.event, span=make("Product review", "9:05", "10:00").event.span))
    car.change(events=tuple(moved if each is REVIEW else each for each in car.snapshot.events))
    car.wait(15)
    says(car, OnlinePhase.CONNECTED, joined=car.clock.elapsed, audio_lost=True)
    car.touch("change_line")
    assert done(car) == ["leave"]
    says(car, OnlinePhase.ENDED, end=OnlineEnd.LEFT, joined=car.clock.elapsed)
    assert [entry[0] for entry in car.done if entry[0] == "dial"] == ["dial"]


def test_every_end_is_among_them() -> None:
    assert {row[0] for row in ENDS} == set(OnlineEnd)


def test_after_a_failure_before_entering_it_says_try_again(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at)
    car.touch("join")
    says(car, OnlinePhase.ENDED, end=OnlineEnd.DENIED)
    large = body(car).large
    assert large is not None
    assert large.labels[0] == "Try again"
    car.touch("join")
    assert len(asked(car, "online_join")) == 2


def test_parked_a_refused_token_leads_to_the_sign_in(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at, state=DrivingState.PARKED)
    car.touch("join")
    says(car, OnlinePhase.ENDED, end=OnlineEnd.SIGN_IN)
    car.touch("sign_in")
    assert car.frame.screen in (ScreenName.SIGN_IN, ScreenName.NOTICE)


def test_after_the_phone_failed_the_other_line_is_offered(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at, Options(region="DE"))
    car.touch("join")
    phone(car, our_call(car, CallPhase.DIALING))
    ended = replace(our_call(car), phase=CallPhase.ENDED, ended_by=EndedBy.NO_ANSWER)
    phone(car, last_ended=ended)
    small = body(car).small
    assert small is not None
    assert small.labels[0] == "Join over data instead"
    car.presenter.act(small)
    assert len(asked(car, "online_join")) == 1


# --- the other line ----------------------------------------------------------------------------------


@pytest.mark.parametrize("reported", [True, False])
def test_what_does_not_connect_in_twenty_seconds_offers_the_phone(new_car: type[Car], at: At, reported: bool) -> None:
    car = data_car(new_car, at)
    car.touch("join")
    if reported:
        says(car, OnlinePhase.CONNECTING)
    car.wait(19.5)
    assert "change_line" not in car.offers()
    car.wait(1)
    assert "change_line" in car.offers()
    assert asked(car, "online") == []  # never by itself
    says(car, OnlinePhase.CONNECTED, joined=car.clock.elapsed)
    assert "change_line" not in car.offers()


def test_waiting_in_the_lobby_is_no_failure(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at)
    car.touch("join")
    says(car, OnlinePhase.LOBBY)
    car.wait(120)
    assert "change_line" not in car.offers()


def test_bad_quality_for_fifteen_seconds_offers_the_phone(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at, quality=Quality.BAD)
    car.wait(14.5)
    assert "change_line" not in car.offers()
    car.wait(1)
    assert "change_line" in car.offers()
    says(car, OnlinePhase.CONNECTED, quality=Quality.POOR)
    assert "change_line" in car.offers()  # it does not flicker
    says(car, OnlinePhase.CONNECTED, quality=Quality.GOOD)
    assert "change_line" not in car.offers()


def test_bad_quality_that_is_over_in_time_offers_nothing(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at, quality=Quality.BAD)
    car.wait(10)
    says(car, OnlinePhase.CONNECTED, quality=Quality.POOR)
    car.wait(30)
    assert "change_line" not in car.offers()


def test_the_data_call_is_left_before_the_phone_dials(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at)
    car.touch("join")
    says(car, OnlinePhase.CONNECTING)
    car.wait(21)
    car.touch("change_line")
    assert done(car) == ["leave"]
    assert "dial" not in [entry[0] for entry in car.done]
    assert body(car).status.text == "Leaving …"
    says(car, OnlinePhase.CONNECTING, people=2)  # anything but the end changes nothing
    assert "dial" not in [entry[0] for entry in car.done]
    says(car, OnlinePhase.ENDED, end=OnlineEnd.LEFT)
    assert [entry for entry in car.done if entry[0] == "dial"] == [("dial", NUMBER, "p987654321#")]


def test_the_phone_hangs_up_before_data_is_joined(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at, Options(region="DE"))
    car.touch("join")
    phone(car, our_call(car, CallPhase.DIALING))
    call = our_call(car, CallPhase.RINGING)
    phone(car, call)
    car.wait(19)
    assert "change_line" not in car.offers()
    car.wait(2)
    car.touch("change_line")
    assert [entry[0] for entry in car.done][-1] == "hang_up"
    assert asked(car, "online_join") == []
    phone(car, last_ended=replace(call, phase=CallPhase.ENDED, ended_by=EndedBy.HERE, since=car.clock.elapsed))
    assert len(asked(car, "online_join")) == 1
    assert body(car).status.text == "Connecting …"


def test_leave_while_the_line_is_changed_is_the_end_of_it(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at)
    car.touch("join")
    car.wait(21)
    car.touch("change_line")
    car.touch("leave")
    says(car, OnlinePhase.ENDED, end=OnlineEnd.LEFT)
    assert "dial" not in [entry[0] for entry in car.done]


def test_another_meeting_is_joined_after_leaving_this_one(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    car.clock.wall = at("10:10")
    car.presenter.tick()
    car.join(occurrence_key(BUDGET.event))
    assert done(car) == ["leave"]
    assert len(asked(car, "online_join")) == 1
    says(car, OnlinePhase.ENDED, end=OnlineEnd.LEFT)
    assert len(asked(car, "online_join")) == 2


# --- the phone beside it -----------------------------------------------------------------------------


def test_a_ringing_phone_is_shown_and_answered_after_leaving(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    rings = Call("/2", "+4930123456", CallPhase.INCOMING, car.clock.elapsed, name="Ben Okafor")
    phone(car, rings)
    assert body(car).band is not None
    assert done(car) == []
    small = body(car).small
    assert small is not None
    assert small.labels[0] == "Leave and answer"
    car.touch("answer_call")
    assert done(car) == ["leave"]
    assert "hold_and_answer" not in [entry[0] for entry in car.done]
    says(car, OnlinePhase.ENDED, end=OnlineEnd.LEFT)
    assert ("hold_and_answer", "/2", "") in car.done


def test_a_caller_who_gives_up_meanwhile_is_not_answered(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    phone(car, Call("/2", "+4930123456", CallPhase.INCOMING, car.clock.elapsed))
    car.touch("answer_call")
    phone(car)
    says(car, OnlinePhase.ENDED, end=OnlineEnd.LEFT)
    assert "hold_and_answer" not in [entry[0] for entry in car.done]


@pytest.mark.parametrize("phase", [CallPhase.ACTIVE, CallPhase.DIALING, CallPhase.HELD])
def test_a_call_on_the_phone_and_the_meeting_never_mix(new_car: type[Car], at: At, phase: CallPhase) -> None:
    car = joined(new_car, at)
    phone(car, Call("/2", "+4930123456", phase, car.clock.elapsed))
    assert done(car) == ["leave"]


def test_during_a_call_on_the_phone_nothing_is_joined_over_data(new_car: type[Car], at: At, make: Make) -> None:
    car = data_car(new_car, at)
    link_only(car, make)
    phone(car, Call("/2", "+4930123456", CallPhase.ACTIVE, car.clock.elapsed))
    assert "join" not in car.offers()
    assert "The phone is on another call" in " ".join(line.text for line in getattr(car.frame.body, "lines", ()))


def test_an_emergency_call_ends_the_data_call_and_hides_every_action(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    phone(car, Call("/9", "112", CallPhase.ACTIVE, car.clock.elapsed, emergency=True))
    assert done(car) == ["leave"]
    assert asked(car, "emergency") == [{"on": "1"}]
    assert body(car).detail == "Emergency call in progress"
    assert not {"leave", "mute", "unmute", "change_line", "join"} & set(car.offers())


def test_a_withheld_number_is_not_our_data_call(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    phone(car, Call("/2", "", CallPhase.ACTIVE, car.clock.elapsed))
    assert car.presenter._context.view().our_call is None


# --- crashes -----------------------------------------------------------------------------------------


def test_a_screen_that_starts_during_a_call_shows_it(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at)
    says(car, OnlinePhase.CONNECTED, muted=True, joined=car.clock.elapsed - 60, since=car.clock.elapsed - 60)
    assert car.frame.screen is ScreenName.CALL
    assert (body(car).title, body(car).status.text) == ("Product review", "In the meeting · muted")
    car.touch("leave")
    assert done(car) == ["leave"]


def test_a_call_of_a_meeting_that_is_not_known_here_can_be_left(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at)
    says(car, OnlinePhase.CONNECTED, "unknown@2026-11-23T08:00:00Z", joined=car.clock.elapsed)
    assert body(car).title == "Call"
    car.touch("leave")
    assert done(car) == ["leave"]


def test_a_service_that_dies_is_shown_as_interrupted_and_then_as_ended(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    car.presenter.service_lost()
    assert body(car).status.text == "Connection interrupted"
    car.presenter.service_found()
    for _ in range(2):  # on connecting, and once it knows the network
        says(car, None, "")
        assert body(car).status.text == "The call stopped unexpectedly"
        assert "join" in car.offers()


def test_a_service_that_was_only_away_still_has_the_call(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    entered = car.clock.elapsed
    car.presenter.service_lost()
    car.presenter.service_found()
    says(car, OnlinePhase.CONNECTED, joined=entered)
    assert body(car).status.text == "In the meeting"


def test_a_service_that_dies_before_it_answered_leaves_no_one_waiting(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at)
    car.touch("join")
    car.presenter.service_lost()
    assert body(car).status.text == "The call stopped unexpectedly"
    car.touch("close_call")


def test_a_service_that_dies_while_the_line_is_changed_leads_to_the_phone(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at)
    car.touch("join")
    says(car, OnlinePhase.CONNECTING)
    car.wait(21)
    car.touch("change_line")
    car.presenter.service_lost()
    assert "dial" not in [entry[0] for entry in car.done]  # the engine may still run
    says(car, None, "")
    assert "dial" in [entry[0] for entry in car.done]


def test_another_driver_keeps_the_call_without_its_name(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    car.presenter.set_occupants(passenger_aboard=False, driver_subject="subject-ben")
    assert car.frame.screen is ScreenName.CALL
    assert body(car).title == "Call"
    car.touch("leave")
    assert done(car) == ["leave"]


def test_after_the_end_nothing_of_the_first_driver_is_offered_to_another(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    car.presenter.set_occupants(passenger_aboard=False, driver_subject="subject-ben")
    says(car, OnlinePhase.ENDED, end=OnlineEnd.CONNECTION_LOST, joined=car.clock.elapsed)
    state = body(car)
    assert (state.title, state.large, state.small) == ("Call", None, None)
    car.touch("close_call")


def test_a_screen_that_starts_with_another_driver_shows_the_call_without_its_name(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at)
    car.presenter.set_occupants(passenger_aboard=False, driver_subject="subject-ben")
    says(car, OnlinePhase.CONNECTED, joined=car.clock.elapsed)
    assert (car.frame.screen, body(car).title) == (ScreenName.CALL, "Call")
    car.touch("leave")
    assert done(car) == ["leave"]


@pytest.mark.parametrize("hours", [6, -6, 24 * 400])
def test_a_clock_that_is_set_changes_neither_the_minutes_nor_what_is_offered(
    new_car: type[Car], at: At, hours: int
) -> None:
    car = joined(new_car, at)
    entered = car.clock.elapsed
    car.wait(240)
    car.clock.wall += timedelta(hours=hours)
    car.wait(1)
    says(car, OnlinePhase.CONNECTED, joined=entered)
    state = body(car)
    assert state.ring is not None
    assert (state.ring.number, state.status.text, state.small) == ("4", "In the meeting", None)
    assert {"mute", "leave"} <= set(car.offers())
    assert car.frame.screen is ScreenName.CALL
    car.touch("leave")
    assert done(car) == ["leave"]


def test_a_clock_that_is_set_does_not_end_the_waiting_for_the_connection(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at)
    car.touch("join")
    says(car, OnlinePhase.CONNECTING)
    car.clock.wall += timedelta(hours=6)
    car.wait(18)
    assert "change_line" not in car.offers()
    car.wait(3)
    assert body(car).detail == "This takes longer than usual"


def test_ignition_off_keeps_the_call_and_its_actions(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    car.drive(DrivingState.PARKED)
    for off in (True, False):
        car.presenter.vehicle(VehicleContext(ignition_off=off))
        assert car.frame.screen is ScreenName.CALL
        assert {"mute", "leave"} <= set(car.offers())
    assert done(car) == [], "one may listen on while parked"


def test_after_a_suspend_the_driver_learns_how_the_call_ended_and_can_rejoin(new_car: type[Car], at: At) -> None:
    car = joined(new_car, at)
    entered = car.clock.elapsed
    car.clock.elapsed += 300
    car.clock.wall += timedelta(seconds=300)
    car.wait(1)
    says(car, OnlinePhase.ENDED, end=OnlineEnd.CONNECTION_LOST, joined=entered)
    assert body(car).status.text == "The connection was lost"
    large = body(car).large
    assert large is not None
    assert large.labels[0] == "Rejoin"


# --- getting ready -----------------------------------------------------------------------------------


def test_the_service_gets_ready_shortly_before_the_meeting_and_not_all_the_time(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.clock.wall = at("8:50")
    car.start(BY_DATA).fresh()
    says(car, None, "")
    car.wait(6 * 60)
    assert asked(car, "online_prepare") == []
    car.wait(4 * 60)
    assert 2 <= len(asked(car, "online_prepare")) <= 4
    car.clock.wall = at("9:20")
    car.done.clear()
    car.wait(5 * 60)
    assert asked(car, "online_prepare") == []


def test_a_driver_who_joins_by_phone_needs_no_engine(new_car: type[Car], at: At) -> None:
    car = data_car(new_car, at, Options(region="DE"))
    car.wait(120)
    assert asked(car, "online_prepare") == []
