"""Parked, the Call screen offers the meeting's link as a QR code; the call goes on until the driver leaves it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.domain.agenda import occurrence_key
from carlendar.domain.call import Call, CallPhase, PhoneState, TonesPhase
from carlendar.domain.online_call import OnlinePhase, OnlineReadiness, OnlineState
from carlendar.ipc.messages import OnlineStatus
from carlendar.presentation.states import CallState, EventState
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import REVIEW, TEAMS, At, Car, Make

KEY = occurrence_key(REVIEW.event)


@pytest.fixture
def car(new_car: type[Car], at: At) -> Car:
    car = new_car()
    car.clock.wall = at("9:05")
    car.start(state=DrivingState.MOVING).fresh()
    return car


def on_phone(car: Car, tones: TonesPhase = TonesPhase.SENT, phase: CallPhase = CallPhase.ACTIVE) -> None:
    car.join(KEY)
    call = Call("/1", "+496900001234", phase, car.clock.elapsed, tones=tones, placed=car.clock.elapsed, answered=True)
    car.presenter.phone_changed(PhoneState(connected=True, calls=(call,)))


def on_data(car: Car, phase: OnlinePhase = OnlinePhase.CONNECTED, **fields: object) -> None:
    state = OnlineState(phase, car.clock.elapsed, joined=car.clock.elapsed, **fields)  # type: ignore[arg-type]  # fields of a test
    car.presenter.service_said(OnlineStatus(OnlineReadiness("teams_web", ("teams",)), KEY, state))


def small(car: Car) -> str:
    action = car.shown(CallState).small
    return action.labels[0] if action is not None else ""


@pytest.mark.parametrize("line", ["phone", "data"])
def test_parking_offers_the_link_and_the_call_goes_on(car: Car, line: str) -> None:
    (on_phone if line == "phone" else on_data)(car)
    assert small(car) != "Continue on phone"
    car.drive(DrivingState.PARKED)
    assert small(car) == "Continue on phone"
    car.done.clear()
    car.touch("hand_over")
    event = car.shown(EventState)
    assert event.qr == TEAMS.url
    assert event.primary is not None
    assert event.primary.labels[0] == "Back to the call"
    assert [done for done in car.done if done[0] in ("hang_up", "send")] == []
    car.touch("call")
    assert "leave" in car.offers()


@pytest.mark.parametrize("state", [DrivingState.MOVING, DrivingState.IDLING, DrivingState.UNKNOWN])
@pytest.mark.parametrize("line", ["phone", "data"])
def test_it_is_not_offered_while_driving_and_the_code_goes_when_driving_off(
    car: Car, state: DrivingState, line: str
) -> None:
    (on_phone if line == "phone" else on_data)(car)
    car.drive(DrivingState.PARKED)
    car.touch("hand_over")
    car.drive(state)
    assert not isinstance(car.frame.body, EventState) or not car.frame.body.qr
    car.touch("call") if "call" in car.offers() else None
    assert "hand_over" not in car.offers()


@pytest.mark.parametrize("line", ["phone", "data"])
def test_a_meeting_that_was_moved_during_its_call_is_still_the_one_of_the_call(
    car: Car, make: Make, at: At, line: str
) -> None:
    (on_phone if line == "phone" else on_data)(car)
    length = make("Review", "9:40", "10:10").event.span
    moved = replace(REVIEW, event=replace(REVIEW.event, span=length))
    car.change(events=tuple(moved if each is REVIEW else each for each in car.snapshot.events))
    state = car.shown(CallState)
    assert not state.detail_title.startswith("Next: 9:40")
    assert state.title == REVIEW.event.title
    car.drive(DrivingState.PARKED)
    assert small(car) == "Continue on phone"
    car.touch("hand_over")
    event = car.shown(EventState)
    assert event.qr == TEAMS.url
    assert event.primary is not None
    assert event.primary.labels[0] == "Back to the call"


@pytest.mark.parametrize("tones", [TonesPhase.FAILED, TonesPhase.PARTIAL, TonesPhase.NONE])
def test_digits_that_may_be_missing_come_first(car: Car, tones: TonesPhase) -> None:
    on_phone(car, tones)
    car.drive(DrivingState.PARKED)
    assert small(car) == "Enter ID again"


def test_what_needs_an_answer_comes_first(car: Car) -> None:
    on_data(car, consent_needed=True)
    car.drive(DrivingState.PARKED)
    assert small(car) == "Agree to recording"


def test_it_is_not_offered_before_the_call_is_in_the_meeting_or_without_a_link(car: Car) -> None:
    on_data(car, OnlinePhase.LOBBY)
    car.drive(DrivingState.PARKED)
    assert small(car) == ""
    details = replace(TEAMS, url="")
    events = tuple(replace(each, join_details=details) if each is REVIEW else each for each in car.snapshot.events)
    car.change(events=events)
    on_data(car)
    assert small(car) == ""
