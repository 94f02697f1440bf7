"""Arrival against the start and when to leave, on Now, in the agenda and on a meeting's screen."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.domain.call import Call, CallPhase, PhoneState
from carlendar.domain.event import Sensitivity
from carlendar.domain.place import Position
from carlendar.domain.travel import DepartureStage
from carlendar.ipc.messages import Command, NavigationStatus, Travel, TravelLeg
from carlendar.presentation.now.running_late import called
from carlendar.presentation.options import Options
from carlendar.presentation.states import Action, AgendaState, ArrivalPanel, DriveState, EventState, Tone
from carlendar.presentation.travel import departure
from carlendar.presentation.travel.facts import travel_of
from carlendar.presentation.vehicle_context import VehicleContext
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import JONAS, LUNCH, PRIYA, SUPPLIER, TEAMS, At, Car

HERE, FARTHER = Position(53.62, 10.12), Position(53.62, 10.13)
KEY = "id Lunch with Ana@2026-11-23T12:00:00Z"
PARKED, MOVING = DrivingState.PARKED, DrivingState.MOVING


def car_at(new_car: type[Car], at: At, time: str = "12:29", state: DrivingState = MOVING, **options: object) -> Car:
    """A car some way from the lunch at 13:00."""
    car = new_car()
    car.clock.wall = at(time)
    car.start(Options(region="DE", **options), state).fresh()  # type: ignore[arg-type]  # options of a test
    car.presenter.vehicle(VehicleContext(here=HERE))
    car.presenter.tick()
    return car


def drive(car: Car, minutes: float, *, live: bool = True, age: float = 0.0, metres: float = 18_000) -> None:
    """Report a travel time to the lunch, and let the display settle."""
    car.presenter.tick()
    car.presenter.service_said(Travel((TravelLeg(KEY, minutes * 60, metres, live, "routing", age),)))
    car.wait(11)


def panel(car: Car) -> ArrivalPanel | None:
    return car.shown(DriveState).arrival


def read(car: Car) -> tuple[str, str, str]:
    """Heading, time and note of the arrival."""
    found = panel(car)
    assert found is not None
    return found.heading, found.time, found.note.text if found.note else ""


def requests(car: Car) -> list[dict[str, str]]:
    return [dict(done[2]) for done in car.done if done[:2] == ("send", "travel")]  # type: ignore[call-overload]  # arguments of a command


# --- on Now --------------------------------------------------------------------------------------


def test_now_shows_the_arrival_against_the_start_and_amber_when_late(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    drive(car, 40)
    assert read(car) == ("You arrive", "13:09", "9 min late")
    shown = panel(car)
    assert shown is not None
    assert shown.note is not None
    assert (shown.note.tone, shown.note.icon) == (Tone.WARN, "alert")
    assert (shown.line.text, shown.line.tone) == ("Arrive 13:09 · 9 min late", Tone.WARN)


@pytest.mark.parametrize(
    ("minutes", "time", "note", "tone"), [(12, "12:41", "19 min early", Tone.GO), (31, "13:00", "on time", Tone.GO)]
)
def test_only_a_late_arrival_is_amber(
    new_car: type[Car], at: At, minutes: int, time: str, note: str, tone: Tone
) -> None:
    car = car_at(new_car, at)
    drive(car, minutes)
    assert read(car) == ("You arrive", time, note)
    shown = panel(car)
    assert shown is not None
    assert shown.note is not None
    assert shown.note.tone is tone


def test_without_live_traffic_the_time_is_rough_and_there_is_no_verdict(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    drive(car, 40, live=False)
    assert read(car) == ("You arrive", "about 13:10", "")
    assert "WARN" not in str(panel(car))
    assert car.shown(DriveState).secondary is not None
    assert car.shown(DriveState).secondary.labels[0] == "I’m late"  # type: ignore[union-attr]  # asserted above


def test_what_is_older_than_ten_minutes_is_not_shown(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    drive(car, 40, age=8 * 60)
    assert panel(car) is not None
    car.wait(180)
    assert panel(car) is None


def test_nothing_is_shown_of_an_unknown_source(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    car.presenter.service_said(Travel((TravelLeg(KEY, 2400, 1, True, "crystal ball"),)))
    car.wait(11)
    assert panel(car) is None


def test_what_the_service_no_longer_reports_is_not_shown(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    drive(car, 40)
    car.presenter.service_said(Travel())
    car.wait(61)
    assert panel(car) is None


def test_a_gain_of_a_minute_changes_nothing(new_car: type[Car], at: At) -> None:
    """The display never rewards speeding: it changes by two minutes or more."""
    car = car_at(new_car, at)
    drive(car, 33)
    assert read(car)[1:] == ("13:02", "2 min late")
    car.wait(60)
    drive(car, 31)  # a minute has passed, and one was gained
    car.wait(60)
    assert read(car)[1:] == ("13:02", "2 min late")


def test_arrival_and_verdict_change_on_the_minute(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    drive(car, 40)
    before = read(car)
    drive(car, 60)
    assert read(car) == before
    car.wait(60)
    assert read(car)[1:] == ("13:29", "29 min late")


def test_a_parked_car_shows_when_to_leave_and_then_the_arrival(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at, "12:20", PARKED)
    drive(car, 17)
    assert read(car) == ("Leave at", "12:38", "17 min drive")
    car.clock.wall = at("12:39")
    drive(car, 17)
    car.wait(61)
    assert read(car) == ("You arrive", "12:57", "3 min early")


def test_without_live_traffic_leaving_is_rough_and_early(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at, "12:20", PARKED)
    drive(car, 17, live=False)
    assert read(car) == ("Leave about", "12:35", "17 min drive")


def test_the_buffer_is_a_setting(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at, "12:10", PARKED, buffer_minutes=15)
    drive(car, 17)
    assert read(car)[:2] == ("Leave at", "12:28")


def test_a_meeting_that_is_joined_by_phone_on_the_way_needs_no_arrival(new_car: type[Car], at: At) -> None:
    car = new_car()
    joinable = replace(LUNCH, join_details=TEAMS)
    car.snapshot = replace(car.snapshot, events=(joinable,))
    car.clock.wall = at("12:50")
    car.start().fresh()
    car.presenter.vehicle(VehicleContext(here=HERE))
    drive(car, 40)
    assert panel(car) is not None
    car.touch("join")
    number = TEAMS.dial_ins[0].number
    call = Call("1", number, CallPhase.ACTIVE, car.clock.seconds(), placed=car.clock.seconds())
    car.presenter.phone_changed(PhoneState(connected=True, calls=(call,)))
    car.wait(61)
    view = car.presenter._context.view()
    assert travel_of(view, view.agenda.timed[0]) is None
    assert requests(car)[-1] == {"latitude": "", "longitude": "", "keys": ""}


def test_a_hidden_meeting_has_no_arrival(new_car: type[Car], at: At) -> None:
    car = new_car()
    private = replace(LUNCH, event=replace(LUNCH.event, sensitivity=Sensitivity.PRIVATE))
    car.snapshot = replace(car.snapshot, events=(private,))
    car.clock.wall = at("12:29")
    car.start().fresh()
    car.presenter.vehicle(VehicleContext(here=HERE))
    drive(car, 40)
    assert panel(car) is not None
    car.presenter.set_occupants(passenger_aboard=True, driver_subject="")
    assert panel(car) is None


def test_at_the_place_there_is_no_arrival(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    drive(car, 2)
    car.presenter.vehicle(VehicleContext(here=Position(53.5502, 9.9701)))
    car.wait(61)
    assert panel(car) is None


def test_an_electric_car_with_too_little_range_is_to_be_charged_first(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    car.presenter.vehicle(VehicleContext(here=HERE, range_metres=21_000.0))
    drive(car, 12, metres=18_000)
    assert read(car) == ("You arrive", "12:41", "Charge first")
    car.presenter.vehicle(VehicleContext(here=HERE, range_metres=22_000.0))
    car.wait(61)
    assert read(car)[2] == "19 min early"


def test_a_meeting_hours_away_shows_its_arrival_with_its_name(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at, "11:20")
    drive(car, 81)
    shown = car.shown(DriveState)
    assert shown.title == "Free until 13:00"
    assert shown.lines[0].text == "Lunch with Ana · Hafenstraße 12"
    assert read(car) == ("You arrive", "12:41", "19 min early")
    assert [card.time for card in shown.cards] == ["15:30"]


def test_a_clock_that_was_set_forgets_all_travel_times(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    drive(car, 40)
    car.presenter.clock_changed()
    assert panel(car) is None


# --- elsewhere -----------------------------------------------------------------------------------


def test_the_agenda_says_when_to_leave(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at, "12:20")
    drive(car, 17)
    car.touch("agenda")
    details = {row.title: row.detail for row in car.shown(AgendaState).rows}
    assert details["Lunch with Ana"] == "Leave 12:38 · Hafenstraße 12"


def test_a_later_place_is_reached_from_the_one_before(new_car: type[Car], at: At) -> None:
    """Its row says when to leave there; the car's arrival at it is not known."""
    car = new_car()
    later = replace(SUPPLIER, join_details=None, event=replace(SUPPLIER.event, place=LUNCH.event.place))
    car.snapshot = replace(car.snapshot, events=(LUNCH, later))
    car.clock.wall = at("12:20")
    car.start().fresh()
    car.presenter.vehicle(VehicleContext(here=HERE))
    car.presenter.tick()
    other = "id Supplier call@2026-11-23T14:30:00Z"
    assert requests(car)[-1]["keys"] == f"{KEY}\n{other}"
    legs = (TravelLeg(KEY, 1020, 18_000, True, "routing"), TravelLeg(other, 600, 9_000, True, "routing"))
    car.presenter.service_said(Travel(legs))
    car.wait(11)
    car.touch("agenda")
    details = {row.title: row.detail for row in car.shown(AgendaState).rows}
    assert details["Supplier call"] == "Leave 15:15 · Hafenstraße 12"


def test_a_meetings_screen_shows_the_arrival(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at, "12:29", PARKED)
    drive(car, 40)
    car.touch("agenda")
    car.touch("open")
    lines = [line.text for line in car.shown(EventState).lines]
    assert "Arrive 13:09 · 9 min late" in lines


# --- what is requested ---------------------------------------------------------------------------


def test_the_position_is_sent_only_while_a_meeting_with_a_place_is_near(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at, "8:48")
    assert requests(car) == []
    car.clock.wall = at("9:01")
    car.wait(1)
    assert requests(car) == [{"latitude": "53.6200", "longitude": "10.1200", "keys": KEY}]
    car.clock.wall = at("14:01")
    car.wait(1)
    assert requests(car)[-1] == {"latitude": "", "longitude": "", "keys": ""}


def test_the_vehicle_is_asked_for_the_position_only_while_a_meeting_with_a_place_is_near(
    new_car: type[Car], at: At
) -> None:
    car = new_car()
    car.clock.wall = at("8:58")
    car.start(Options(region="DE"), MOVING).fresh()
    car.presenter.vehicle(VehicleContext())
    car.presenter.tick()
    assert car.watched == []
    car.clock.wall = at("9:01")
    car.wait(60)
    assert car.watched == [True]
    car.clock.wall = at("14:01")
    car.wait(60)
    assert car.watched == [True, False]


def test_travel_is_requested_again_after_500_metres_or_five_minutes(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    car.presenter.vehicle(VehicleContext(here=Position(53.622, 10.12)))
    car.wait(1)
    assert len(requests(car)) == 1
    car.presenter.vehicle(VehicleContext(here=Position(53.625, 10.12)))
    car.wait(1)
    assert len(requests(car)) == 2
    car.wait(301)
    assert len(requests(car)) == 3


def test_a_service_that_comes_back_is_asked_again(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    car.presenter.service_lost()
    car.presenter.service_found()
    car.presenter.tick()
    assert len(requests(car)) == 2


def test_nothing_but_keys_and_the_position_is_sent(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    car.has_navigation = False
    car.presenter.service_said(NavigationStatus("ready"))
    drive(car, 40)
    car.touch("navigate")
    sent = [done for done in car.done if done[0] == "send"]
    assert "Lunch" not in str([Command(str(done[1]), done[2]) for done in sent]).replace("id Lunch with Ana", "")  # type: ignore[arg-type]  # arguments of a command
    assert "Hafen" not in str(sent)


# --- late by arrival -----------------------------------------------------------------------------


def late_button(car: Car) -> Action:
    action = car.shown(DriveState).secondary
    assert action is not None
    return action


@pytest.mark.parametrize("state", [MOVING, DrivingState.IDLING, PARKED])
def test_who_arrives_late_tells_the_organiser_the_arrival_in_one_touch(
    new_car: type[Car], at: At, state: DrivingState
) -> None:
    car = car_at(new_car, at, state=state)
    drive(car, 40)
    assert late_button(car).labels == ("Tell Priya: 13:09", "Late: 13:09")
    car.touch("late")
    (item,) = car.put_items()
    assert item.kind == "late"
    assert item.payload == {
        "minutes": "9",
        "start": "2026-11-23T12:00:00+00:00",
        "arrives": "2026-11-23T12:09:00+00:00",
    }
    assert (item.not_before - item.created).total_seconds() == 20
    assert "Sending: arrival 13:09" in [line.text for line in car.shown(DriveState).lines]


def test_the_message_can_be_undone_and_is_sent_once(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    drive(car, 40)
    touched = late_button(car)
    car.presenter.act(touched)
    car.presenter.act(touched)
    assert len(car.put_items()) == 1
    car.touch("undo")
    assert car.done[-1] == ("withdraw", car.put_items()[0].key)


def test_the_message_names_the_arrival_of_the_touched_frame_or_none(new_car: type[Car], at: At) -> None:
    """A touch on a frame whose arrival is no longer true sends nothing; the next frame offers the new one."""
    car = car_at(new_car, at)
    drive(car, 40)
    touched = late_button(car)
    drive(car, 60)
    car.wait(60)
    car.presenter.act(touched)
    assert car.put_items() == []
    assert late_button(car).labels[0] == "Tell Priya: 13:29"


def test_an_arrival_that_is_no_longer_known_is_not_sent(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    drive(car, 40, age=8 * 60)
    touched = late_button(car)
    car.clock.advance(180)
    car.presenter.act(touched)
    assert car.put_items() == []


@pytest.mark.parametrize("minutes", [12, 31])
def test_who_arrives_in_time_is_offered_the_message_as_before(new_car: type[Car], at: At, minutes: int) -> None:
    car = car_at(new_car, at)
    drive(car, minutes)
    assert late_button(car).labels[0] == "I’m late"


def test_for_ones_own_meeting_all_attendees_get_the_message(new_car: type[Car], at: At) -> None:
    car = new_car()
    own = replace(LUNCH.event, is_organizer=True, attendees=(PRIYA, JONAS))
    car.snapshot = replace(car.snapshot, events=(replace(LUNCH, event=own),))
    car.clock.wall = at("12:29")
    car.start().fresh()
    car.presenter.vehicle(VehicleContext(here=HERE))
    car.presenter.tick()
    drive(car, 40)
    assert late_button(car).labels[0] == "Tell everyone: 13:09"
    car.touch("late")
    assert "Sending to 2 people: arrival 13:09" in [line.text for line in car.shown(DriveState).lines]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("Ben Okafor", "Ben"),
        ("Okafor, Ben", "Ben"),
        ("Dr. Ben Okafor", "Ben"),
        ("Okafor, Dr. Ben", "Ben"),
        ("王小明", "王小明"),
        ("ben@contoso.example", ""),
        ("", ""),
        (",", ","),
        ("Prof.", "Prof."),
        ("\n\x00", ""),
    ],
)
def test_people_are_called_by_their_given_names(name: str, given: str) -> None:
    assert called(name) == given


def test_a_long_name_is_shortened() -> None:
    assert len(called("A" * 400)) <= 21


# --- notices of departure ------------------------------------------------------------------------


def sounds(car: Car) -> int:
    return len([done for done in car.done if done[0] == "play"])


def leaves(new_car: type[Car], at: At, time: str, state: DrivingState = PARKED) -> Car:
    """A car that has to leave at 12:38."""
    car = car_at(new_car, at, time, state)
    drive(car, 17)
    return car


@pytest.mark.parametrize(
    ("time", "text"),
    [("12:28", "Leave 12:38: Lunch with Ana"), ("12:38", "Time to leave: Lunch with Ana"), ("12:20", "")],
)
def test_there_is_a_notice_ten_minutes_before_it_is_time_to_leave_and_then(
    new_car: type[Car], at: At, time: str, text: str
) -> None:
    car = leaves(new_car, at, time)
    assert (car.frame.toast.text if car.frame.toast else "") == text
    assert sounds(car) == bool(text)


def test_each_notice_sounds_once_and_stays_until_it_is_answered(new_car: type[Car], at: At) -> None:
    car = leaves(new_car, at, "12:28")
    car.wait(120)
    assert sounds(car) == 1
    car.touch("departure_seen")
    assert car.frame.toast is None
    car.clock.wall = at("12:38")
    drive(car, 17)
    car.wait(1)
    assert car.toast == "Time to leave: Lunch with Ana"
    assert sounds(car) == 2


def test_there_is_no_notice_during_a_call(new_car: type[Car], at: At) -> None:
    car = leaves(new_car, at, "12:20")
    call = Call("1", "+493012345678", CallPhase.ACTIVE, car.clock.seconds())
    car.presenter.phone_changed(PhoneState(connected=True, calls=(call,)))
    car.clock.wall = at("12:28")
    drive(car, 17)
    assert car.frame.toast is None
    assert sounds(car) == 0
    car.presenter.phone_changed(PhoneState(connected=True))
    assert car.toast == "Leave 12:38: Lunch with Ana"
    assert sounds(car) == 1


def test_who_is_guided_there_needs_no_notice(new_car: type[Car], at: At) -> None:
    car = leaves(new_car, at, "12:20")
    car.presenter.service_said(NavigationStatus("guiding", KEY, ours=True))
    car.clock.wall = at("12:28")
    drive(car, 17)
    assert car.frame.toast is None


def test_who_drives_there_without_guidance_needs_no_notice(new_car: type[Car], at: At) -> None:
    car = leaves(new_car, at, "12:20", MOVING)
    car.clock.wall = at("12:28")
    drive(car, 16, metres=17_000)
    assert car.frame.toast is None
    drive(car, 17, metres=18_000)  # the car has turned
    assert car.toast == "Leave 12:38: Lunch with Ana"


def test_a_driver_who_has_left_gets_no_notice_to_leave(new_car: type[Car], at: At) -> None:
    car = leaves(new_car, at, "12:39")
    assert car.toast == "Time to leave: Lunch with Ana"
    car.drive(MOVING)
    assert car.frame.toast is None


def test_a_driver_who_drives_elsewhere_gets_both_notices(new_car: type[Car], at: At) -> None:
    car = leaves(new_car, at, "12:28", MOVING)
    assert car.toast == "Leave 12:38: Lunch with Ana"
    car.touch("departure_seen")
    car.presenter.vehicle(VehicleContext(here=FARTHER))
    car.clock.wall = at("12:37")
    drive(car, 18, metres=18_600)
    car.wait(60)
    assert car.toast == "Time to leave: Lunch with Ana"
    assert sounds(car) == 2


def test_a_driver_who_has_just_driven_off_is_reminded_only_where_it_is_not_to_the_meeting(
    new_car: type[Car], at: At
) -> None:
    car = leaves(new_car, at, "12:38")
    car.drive(MOVING)
    assert car.frame.toast is None
    car.presenter.vehicle(VehicleContext(here=FARTHER))
    drive(car, 17, metres=18_050)
    assert car.toast == "Time to leave: Lunch with Ana"
    car.presenter.vehicle(VehicleContext(here=HERE))
    drive(car, 16, metres=17_500)
    assert car.frame.toast is None


def test_a_driver_who_is_guided_to_another_place_gets_both_notices(new_car: type[Car], at: At) -> None:
    car = leaves(new_car, at, "12:37", MOVING)
    car.touch("departure_seen")
    car.presenter.service_said(NavigationStatus("guiding"))
    car.wait(60)
    assert car.toast == "Time to leave: Lunch with Ana"


def test_while_driving_the_notice_switches_to_now(new_car: type[Car], at: At) -> None:
    car = leaves(new_car, at, "12:20", MOVING)
    car.touch("agenda")
    car.clock.wall = at("12:28")
    drive(car, 17)
    assert isinstance(car.frame.body, DriveState)
    assert car.toast == "Leave 12:38: Lunch with Ana"


def test_without_live_traffic_the_notice_is_rough(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at, "12:26", PARKED)
    drive(car, 17, live=False)
    assert car.toast == "Leave about 12:35: Lunch with Ana"


def test_a_hidden_title_is_neither_shown_nor_spoken(new_car: type[Car], at: At) -> None:
    car = leaves(new_car, at, "12:28")
    view = car.presenter._context.view()
    assert departure.spoken(view, KEY, DepartureStage.SOON) == "Leave 12:38: Lunch with Ana"
    assert departure.spoken(view, KEY, DepartureStage.NOW) == ""
    car.change(events=(replace(LUNCH, event=replace(LUNCH.event, sensitivity=Sensitivity.PRIVATE)),))
    car.presenter.set_occupants(passenger_aboard=True, driver_subject="")
    assert car.frame.toast is None
    assert departure.spoken(car.presenter._context.view(), KEY, DepartureStage.SOON) == ""


@pytest.mark.parametrize(
    ("options", "spoken"),
    [
        ({}, []),
        ({"spoken_notices": True}, ["Leave 12:38: Lunch with Ana"]),
        ({"spoken_notices": True, "language": "de"}, ["Abfahrt 12:38: Lunch with Ana"]),
    ],
)
def test_leaving_is_spoken_by_the_drivers_setting_and_in_the_drivers_language(
    new_car: type[Car], at: At, options: dict[str, object], spoken: list[str]
) -> None:
    car = car_at(new_car, at, "12:28", PARKED, **options)
    drive(car, 17)
    car.wait(60)
    assert [done[1] for done in car.done if done[0] == "say"] == spoken


@pytest.mark.parametrize("state", [MOVING, PARKED])
@pytest.mark.parametrize(
    ("seconds", "metres"),
    [
        (float("nan"), 18_000.0), (float("inf"), 18_000.0), (-1.0, 18_000.0), (1e300, 18_000.0), (86_401.0, 18_000.0),
        (600.0, float("nan")), (600.0, -1.0),
    ],
)  # fmt: skip
def test_an_impossible_travel_time_shows_nothing_and_breaks_nothing(
    new_car: type[Car], at: At, state: DrivingState, seconds: float, metres: float
) -> None:
    car = car_at(new_car, at, "12:29", state)
    leg = TravelLeg(KEY, seconds, metres, True, "routing", age=float("nan"))
    for each in (leg, replace(leg, age=0.0), replace(leg, age=1e300)):
        car.presenter.service_said(Travel((each,)))
        car.wait(61)
        assert panel(car) is None
        assert car.frame.toast is None
    drive(car, 40)
    assert panel(car) is not None


def test_a_way_of_no_length_arrives_now(new_car: type[Car], at: At) -> None:
    car = car_at(new_car, at)
    drive(car, 0, metres=0.0)
    assert read(car) == ("You arrive", "12:29", "31 min early")
