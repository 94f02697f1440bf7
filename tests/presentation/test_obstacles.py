"""The reason why joining is impossible is stated, and alternatives are offered."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.domain.call import PhoneState
from carlendar.meetings.join_details import DialIn, JoinDetails
from carlendar.presentation.states import DriveState, EventState, Tone
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import At, Car, Make

LINK = "https://contoso.zoom.example/j/1"
ABROAD = DialIn("+33100000000", "1#", "p1#", "FR")


def car_with(
    new_car: type[Car],
    make: Make,
    at: At,
    join_details: JoinDetails,
    state: DrivingState,
    time: str = "8:50",
    **more: object,
) -> Car:
    car = new_car()
    stored = replace(make("Review", "9:00", "9:30", **more), join_details=join_details)
    car.snapshot = replace(car.snapshot, events=(stored,))
    car.clock.wall = at(time)
    car.start(state=state).fresh()
    return car


def lines(car: Car) -> list[tuple[tuple[str, ...], str, Tone]]:
    assert isinstance(car.frame.body, DriveState)
    return [(line.variants, line.icon, line.tone) for line in car.frame.body.lines[1:]]


def test_without_a_phone_it_says_so_and_running_late_is_still_there(car: Car, at: At) -> None:
    car.clock.wall = at("8:50")
    car.presenter.phone_changed(PhoneState(connected=False))
    assert lines(car) == [(("Teams · No phone connected", "No phone connected", "No phone"), "phone-off", Tone.WARN)]
    assert "join" not in car.offers()
    assert "late" in car.offers()
    car.presenter.phone_changed(PhoneState(connected=True))
    assert lines(car) == [(("Teams · Priya Raman", "Teams"), "microsoft-teams", Tone.MUTE)]
    assert "join" in car.offers()


def test_parked_without_a_phone_the_link_is_passed_on(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.clock.wall = at("8:50")
    car.start(state=DrivingState.PARKED).fresh()
    car.presenter.phone_changed(PhoneState(connected=False))
    assert "No phone connected" in lines(car)[0][0]
    assert car.primary.intent.name == "hand_over"
    car.touch("hand_over")
    assert isinstance(car.frame.body, EventState)
    assert car.frame.body.qr
    assert "No phone connected" in [line.text for line in car.frame.body.lines]


def test_parked_with_a_browser_no_phone_is_needed_and_none_is_missed(new_car: type[Car], at: At) -> None:
    car = new_car(browser=True)
    car.clock.wall = at("8:50")
    car.start(state=DrivingState.PARKED).fresh()
    car.presenter.phone_changed(PhoneState(connected=False))
    assert lines(car) == [(("Teams · Priya Raman", "Teams"), "microsoft-teams", Tone.MUTE)]
    assert car.primary.intent.name == "join"


@pytest.mark.parametrize(
    ("join_details", "said"),
    [
        (JoinDetails("zoom", LINK), ("Zoom · No dial-in number", "No dial-in number", "No dial-in")),
        (JoinDetails("skype", retired=True), ("Meeting service discontinued", "Service ended", "Ended")),
    ],
)
def test_the_reason_of_the_plan_is_shown_as_text(
    new_car: type[Car], make: Make, at: At, join_details: JoinDetails, said: tuple[str, ...]
) -> None:
    car = car_with(new_car, make, at, join_details, DrivingState.MOVING)
    assert [line[0] for line in lines(car)] == [said]


def test_a_foreign_number_of_an_invitation_not_answered_waits_for_the_parked_car(
    new_car: type[Car], make: Make, at: At
) -> None:
    from carlendar.domain.event import Response

    join_details = JoinDetails("zoom", LINK, dial_ins=(ABROAD,))
    car = car_with(new_car, make, at, join_details, DrivingState.MOVING, response=Response.NOT_RESPONDED)
    assert lines(car)[0][0][1:] == ("Confirm the number when parked", "Confirm when parked", "When parked")
    car.drive(DrivingState.PARKED)
    assert [line[0] for line in lines(car)] == [
        ("Zoom · Priya Raman", "Zoom"),
        ("You have not accepted this invitation.", "Not accepted"),
    ]
    assert "join" in car.offers()


@pytest.mark.parametrize("time", ["8:44", "10:05"])
def test_nothing_is_missed_before_its_time(new_car: type[Car], make: Make, at: At, time: str) -> None:
    car = car_with(new_car, make, at, JoinDetails("zoom", LINK), DrivingState.MOVING, time)
    assert not any("No dial-in" in line.text for line in car.shown(DriveState).lines)


def test_a_reminder_says_it_too(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.clock.wall = at("8:56")
    car.start(quiet=False).fresh()
    car.presenter.phone_changed(PhoneState(connected=False))
    assert car.shown(DriveState).band is not None
    assert [line.text for line in car.shown(DriveState).lines] == ["9:00 – 9:30", "Teams · No phone connected"]


def test_a_private_meeting_tells_nothing_of_its_join_details(new_car: type[Car], make: Make, at: At) -> None:
    from carlendar.domain.event import Sensitivity

    car = car_with(
        new_car, make, at, JoinDetails("zoom", LINK), DrivingState.MOVING, sensitivity=Sensitivity.PRIVATE
    )  # fmt: skip
    car.presenter.set_occupants(passenger_aboard=True, driver_subject="")
    assert lines(car) == []
