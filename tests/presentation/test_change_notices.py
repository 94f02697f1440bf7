"""A meeting that was moved or cancelled is reported once, visibly, and at the pace for driving."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from carlendar.domain.event import Response, Sensitivity
from carlendar.presentation.states import AgendaState, DriveState
from carlendar.safety.restrictions import DrivingState
from carlendar.store.records import ChangeNotice, StoredEvent
from tests.presentation.conftest import At, Car, Make


def car_with(
    new_car: type[Car], stored: StoredEvent, kind: str, before: datetime, state: DrivingState = DrivingState.MOVING
) -> Car:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(stored,), news=(ChangeNotice("a1", stored.event.id, kind, before),))
    return car.start(state=state)


def test_moved_and_cancelled_are_stated_in_text_that_stands_alone(new_car: type[Car], make: Make, at: At) -> None:
    car = car_with(new_car, make("Supplier call", "15:30", "16:00"), "moved", at("15:00"))
    assert car.toast == "Supplier call: moved to 15:30"
    assert car.frame.toast is not None
    assert car.frame.toast.variants[-1] == "15:00 moved to 15:30"
    car = car_with(new_car, make("Canceled: Supplier call", "15:30", "16:00", cancelled=True), "cancelled", at("15:30"))
    assert car.toast == "Supplier call: cancelled (15:30)"
    car = car_with(new_car, make("Supplier call", "8:00", "8:30", day=24), "moved", at("15:00"))
    assert car.toast == "Supplier call: moved to tomorrow 8:00"


def test_it_is_reported_until_it_was_read_or_stood_for_a_minute(new_car: type[Car], make: Make, at: At) -> None:
    car = car_with(new_car, make("Supplier call", "15:30", "16:00"), "moved", at("15:00"))
    car.touch("news_seen")
    assert car.done[-1] == ("acknowledge_change", "a1", "id Supplier call")
    assert car.frame.toast is None
    car = car_with(new_car, make("Supplier call", "15:30", "16:00"), "moved", at("15:00"))
    car.wait(30)
    assert car.frame.toast is not None
    car.wait(150)
    assert car.done[-1] == ("acknowledge_change", "a1", "id Supplier call")
    assert car.frame.toast is None


def test_what_cannot_be_seen_was_not_said(new_car: type[Car], make: Make, at: At) -> None:
    car = car_with(new_car, make("Supplier call", "15:30", "16:00"), "moved", at("15:00"), DrivingState.PARKED)
    car.touch("settings")
    car.presenter.act(next(a for a in car.frame.rail if a.intent.name == "settings"))
    car.clock.known = False
    car.wait(300)
    assert ("acknowledge_change", "a1", "id Supplier call") not in car.done


def test_beside_a_reminder_and_on_the_agenda_of_the_road_there_is_no_room_for_it(
    new_car: type[Car], make: Make, at: At
) -> None:
    from carlendar.presentation.apply_limits import fits

    events = tuple(make(f"Meeting {n}", f"{9 + n}:00", f"{9 + n}:30", teams=True) for n in range(8))
    car = new_car()
    car.snapshot = replace(
        car.snapshot, events=events, news=(ChangeNotice("a1", events[3].event.id, "moved", at("11:30")),)
    )
    car.clock.wall = at("8:56")
    car.start(quiet=False)
    assert car.shown(DriveState).band is not None
    frames = [car.frame, car.touch("remind"), car.touch("agenda")]
    assert [frame.toast is None for frame in frames] == [True, False, True]
    assert all(fits(frame) for frame in frames)


def test_while_driving_it_comes_in_its_pace(new_car: type[Car], make: Make, at: At) -> None:
    car = new_car()
    stored = make("Supplier call", "15:30", "16:00")
    car.snapshot = replace(car.snapshot, events=(stored,))
    car.start()
    car.wait(61)
    car.clock.advance(1)
    car.change(news=(ChangeNotice("a1", stored.event.id, "moved", at("15:00")),))
    before = car.frame
    assert before.toast is None
    car.wait(12)
    assert car.toast == "Supplier call: moved to 15:30"


@pytest.mark.parametrize(
    ("fields", "kind", "before"),
    [
        ({"response": Response.DECLINED}, "moved", ("15:00", 23)),
        ({"day": 26}, "moved", ("15:00", 26)),
        ({"cancelled": True}, "moved", ("15:00", 23)),
        ({}, "cancelled", ("15:30", 23)),
        ({"day": 22}, "moved", ("15:00", 22)),
    ],
)
def test_what_the_driver_would_not_act_on_is_no_news(
    new_car: type[Car], make: Make, at: At, fields: dict[str, Any], kind: str, before: tuple[str, int]
) -> None:
    car = car_with(new_car, make("Supplier call", "15:30", "16:00", **fields), kind, at(*before))
    assert car.frame.toast is None


def test_a_private_title_is_not_revealed_by_its_change_notice(new_car: type[Car], make: Make, at: At) -> None:
    stored = make("Job interview", "15:30", "16:00", sensitivity=Sensitivity.PRIVATE)
    car = car_with(new_car, stored, "moved", at("15:00"))
    car.presenter.set_occupants(passenger_aboard=True, driver_subject="")
    assert car.toast == "Private meeting: moved to 15:30"


def test_a_private_title_is_hidden_too_where_no_one_says_who_is_aboard(new_car: type[Car], make: Make, at: At) -> None:
    stored = make("Job interview", "15:30", "16:00", sensitivity=Sensitivity.CONFIDENTIAL)
    car = car_with(new_car, stored, "moved", at("15:00"))
    car.presenter.set_occupants(passenger_aboard=None, driver_subject="")
    assert "interview" not in car.toast


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Canceled: Review", "Review"),
        ("Abgesagt: Canceled: Review", "Review"),
        ("已取消：Review", "Review"),
        ("Annulé : Review", "Review"),
        ("Canceled:", "Canceled:"),
    ],
)
def test_a_cancelled_meeting_has_its_own_title_and_the_word_beside_it(
    new_car: type[Car], make: Make, title: str, shown: str
) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(make(title, "15:30", "16:00", cancelled=True),))
    car.start(state=DrivingState.PARKED)
    car.touch("agenda")
    row = car.shown(AgendaState).rows[-1]
    assert (row.title, row.struck) == (shown, True)
    assert row.detail.startswith("Cancelled")
