"""A call that is up on the phone is matched to a meeting of now, by any of its numbers in any form."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from carlendar.domain.agenda import occurrence_key
from carlendar.domain.call import Call, CallPhase, EndedBy, PhoneState, same_number
from carlendar.meetings.join_details import DialIn
from carlendar.presentation.states import CallState, DriveState
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import TEAMS, At, Car, meeting

FRANKFURT, TOLL_FREE, LONDON, ORGANIZER = "+496900001234", "+498000000000", "+442079460000", "+4915100001111"
DIAL_INS = ((FRANKFURT, "DE"), (TOLL_FREE, "DE"), (LONDON, "GB"))
DETAILS = replace(
    TEAMS, dial_ins=tuple(DialIn(number, "1#", "p1#", country) for number, country in DIAL_INS),
    organizer_number=ORGANIZER, organizer_number_country="DE",
)  # fmt: skip
REVIEW = meeting("Product review", "9:00", "9:30", DETAILS)
FORMS = (
    "+496900001234", "06900001234", "00496900001234", "496900001234", "069 0000-1234", "(069) 00001234",
    "+49 69 00001234", "+496900001234,,987654321#", "06900001234p987", "tel:+496900001234", "08000000000",
    "8000000000", "+442079460000", "020 7946 0000", "015100001111",
)  # fmt: skip


@pytest.fixture
def car(new_car: type[Car], at: At) -> Car:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(REVIEW,))
    car.clock.wall = at("9:05")
    car.start().fresh()
    return car


def up(car: Car, number: str, phase: CallPhase = CallPhase.ACTIVE, **fields: Any) -> None:
    """The phone connects with a call that the car did not place."""
    car.presenter.phone_changed(PhoneState(connected=False))
    call = Call("/1", number, phase, car.clock.elapsed - 120, answered=True)
    car.presenter.phone_changed(PhoneState(**{"connected": True, "calls": (call,), **fields}))


@pytest.mark.parametrize("number", FORMS)
def test_a_call_that_is_up_when_the_phone_connects_is_shown_with_mute_and_leave(car: Car, number: str) -> None:
    up(car, number)
    body = car.shown(CallState)
    assert body.title == "Product review"
    assert {"mute", "leave"} <= set(car.offers())
    car.touch("mute")
    assert ("mute", "/1", "") in car.done
    car.touch("leave")
    assert ("hang_up", "/1", "") in car.done


@pytest.mark.parametrize(
    "number", ["", "+", "0", "1234", "00001234", "+496900001235", "+4969000012345", "112", "anonymous", "0000000"]
)
def test_another_call_is_left_alone(car: Car, number: str) -> None:
    up(car, number)
    assert isinstance(car.frame.body, DriveState)
    assert "leave" not in car.offers()


def test_numbers_without_digits_are_the_same_as_no_other() -> None:
    assert not same_number("", "anonymous")
    assert not same_number("+", "0")
    assert same_number("anonymous", "anonymous")


@pytest.mark.parametrize("phase", [CallPhase.INCOMING, CallPhase.WAITING])
def test_a_call_that_rings_is_none_that_the_driver_is_in(car: Car, phase: CallPhase) -> None:
    up(car, FRANKFURT, phase)
    assert not isinstance(car.frame.body, CallState)


def test_a_call_that_begins_before_the_time_for_joining_is_found_when_that_comes(car: Car, at: At) -> None:
    car.clock.wall = at("8:40")
    car.presenter.tick()
    up(car, FRANKFURT)
    assert not isinstance(car.frame.body, CallState)
    car.wait(6 * 60)
    assert car.shown(CallState).title == "Product review"


def test_a_call_is_found_once_the_calendar_is_there(new_car: type[Car], at: At) -> None:
    car = new_car()
    events, car.snapshot = (REVIEW,), replace(car.snapshot, events=())
    car.clock.wall = at("9:05")
    car.start().fresh()
    up(car, FRANKFURT)
    assert not isinstance(car.frame.body, CallState)
    car.change(events=events)
    car.wait(61)
    assert car.shown(CallState).title == "Product review"


def test_a_meeting_that_is_dialled_on_the_handset_takes_the_place_of_one_that_is_over(car: Car, at: At) -> None:
    other = meeting("Budget", "9:00", "10:00", replace(TEAMS, dial_ins=(DialIn("+493000005678", "2#", "p2#", "DE"),)))
    car.change(events=(REVIEW, other))
    up(car, FRANKFURT)
    ended = Call("/1", FRANKFURT, CallPhase.ENDED, car.clock.elapsed, EndedBy.THERE, answered=True)
    car.presenter.phone_changed(PhoneState(connected=True, last_ended=ended))
    assert "leave" not in car.offers()
    call = Call("/2", "03000005678", CallPhase.ACTIVE, car.clock.elapsed, answered=True)
    car.presenter.phone_changed(PhoneState(connected=True, calls=(call,), last_ended=ended))
    assert car.shown(CallState).title == "Budget"
    assert "leave" in car.offers()


def test_of_two_meetings_with_one_number_it_is_the_one_that_runs(car: Car, at: At) -> None:
    before = meeting("Stand-up", "8:30", "8:55", DETAILS)
    after = meeting("Planning", "9:15", "10:00", DETAILS)
    car.change(events=(before, REVIEW, after))
    up(car, FRANKFURT)
    assert car.shown(CallState).title == "Product review"


def test_the_organisers_own_number_counts_only_where_no_meeting_has_it(car: Car) -> None:
    other = meeting("Budget", "9:00", "10:00", replace(TEAMS, dial_ins=(DialIn(ORGANIZER, "2#", "p2#", "DE"),)))
    car.change(events=(REVIEW, other))
    up(car, ORGANIZER)
    assert car.shown(CallState).title == "Budget"


@pytest.mark.parametrize("state", list(DrivingState))
def test_it_is_shown_in_every_driving_state_without_a_question(car: Car, state: DrivingState) -> None:
    car.drive(state)
    up(car, FRANKFURT, muted=True)
    assert car.shown(CallState).title == "Product review"
    assert {"unmute", "leave"} <= set(car.offers())
    assert not [done for done in car.done if done[0] in ("dial", "mute", "unmute", "hang_up")]


def test_it_counts_as_joined(car: Car) -> None:
    up(car, FRANKFURT)
    assert [done[1:4] for done in car.done if done[0] == "joined"] == [(occurrence_key(REVIEW.event), "a1", "phone")]
