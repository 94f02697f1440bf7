"""Navigate: what is set, what is displayed of the outcome, and what is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from carlendar.domain.place import Place, Position
from carlendar.ipc.messages import Navigated, NavigationStatus
from carlendar.presentation.intents import OpenEvent
from carlendar.presentation.states import DriveState, EventState
from carlendar.presentation.vehicle_context import VehicleContext
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import HAFEN, LUNCH, At, Car

KEY = "id Lunch with Ana@2026-11-23T12:00:00Z"


@pytest.fixture
def noon(new_car: type[Car], at: At) -> Car:
    """A car that drives at 12:30, before the lunch at 13:00."""
    car = new_car()
    car.clock.wall = at("12:30")
    car.start().fresh()
    return car


def through_the_service(car: Car, status: NavigationStatus | None = None) -> None:
    """Let the navigation be one that the service process reaches."""
    car.has_navigation = False
    car.presenter.service_said(status or NavigationStatus("ready"))
    car.wait(60)


def test_navigate_sets_the_meetings_place(noon: Car) -> None:
    noon.touch("navigate")
    assert ("navigate", 53.55, 9.97, False) in noon.done
    assert noon.toast == "Destination set"


@pytest.mark.parametrize(
    ("outcome", "text", "again"),
    [
        ("changed", "Destination changed", True),
        ("cleared", "Navigation ended", True),
        ("not_ours", "This destination is not from your calendar", True),
        ("not_here", "End it in the car’s navigation", True),
        ("not_cleared", "Navigation could not be ended", True),
        ("guiding_there", "Already navigating there", True),
        ("there", "You are almost there", True),
        ("perhaps", "No answer, check the destination", True),
        ("unknown", "The address was not found", True),
        ("lost", "Navigation is restarting, try again soon", True),
        ("failed", "The destination could not be set", True),
        ("of another release", "The destination could not be set", True),
        ("refused", "This car does not accept destinations", False),
        ("incomplete", "Destination may be incomplete", False),
        ("none", "There is no navigation in this car", False),
    ],
)
def test_each_outcome_has_its_own_message_and_what_the_car_refuses_is_not_offered_again_in_this_drive(
    noon: Car, outcome: str, text: str, again: bool
) -> None:
    noon.outcome = outcome
    noon.touch("navigate")
    assert noon.toast == text
    assert ("navigate" in noon.offers()) is again
    noon.drive(DrivingState.IDLING)
    assert ("navigate" in noon.offers()) is again
    noon.drive(DrivingState.PARKED)
    assert "navigate" in noon.offers()


@pytest.mark.parametrize("state", [DrivingState.MOVING, DrivingState.PARKED])
def test_a_destination_of_the_drivers_own_is_replaced_only_after_a_second_touch(noon: Car, state: DrivingState) -> None:
    noon.drive(state)
    noon.outcome = "ask"
    noon.touch("navigate")
    assert noon.toast == "Another destination is set"
    action = noon.frame.toast_action
    assert action is not None
    assert action.labels == ("Replace",)
    assert not [done for done in noon.done if done[0] == "navigate"]
    noon.outcome = ""
    noon.presenter.act(action)
    assert [done for done in noon.done if done[0] == "navigate"] == [("navigate", 53.55, 9.97, True)]


def test_without_an_answer_the_drivers_destination_stays(noon: Car) -> None:
    noon.outcome = "ask"
    noon.touch("navigate")
    noon.wait(21)
    assert noon.frame.toast is None
    assert not [done for done in noon.done if done[0] == "navigate"]


def test_a_navigation_of_the_service_is_sent_the_key_alone(noon: Car) -> None:
    through_the_service(noon)
    noon.touch("navigate")
    assert noon.done[-1] == ("send", "navigate", {"key": KEY, "replace": "0"})


@pytest.mark.parametrize("phase", ["none", "lost", "of another release"])
def test_without_a_navigation_nothing_is_offered(noon: Car, phase: str) -> None:
    through_the_service(noon, NavigationStatus(phase))
    assert "navigate" not in noon.offers()


def test_while_the_car_is_guided_there_the_place_shows_why_navigate_is_gone(noon: Car) -> None:
    through_the_service(noon)
    before = noon.shown(DriveState).lines[-1]
    assert before.icon == "map-marker"
    noon.presenter.service_said(NavigationStatus("guiding", KEY))
    noon.wait(60)
    (line,) = (line for line in noon.shown(DriveState).lines if line.icon == "navigation-variant")
    assert line.variants == (f"{before.text} · navigating", "Navigating there")
    noon.presenter.vehicle(VehicleContext(here=HAFEN.position))
    noon.wait(60)
    assert f"{before.text} · you are here" in [line.text for line in noon.shown(DriveState).lines]


def test_navigate_is_not_offered_while_the_car_is_guided_there(noon: Car) -> None:
    through_the_service(noon, NavigationStatus("guiding", KEY, ours=True))
    assert "navigate" not in noon.offers()
    noon.presenter.service_said(NavigationStatus("guiding", "another"))
    noon.wait(60)
    assert "navigate" in noon.offers()


@pytest.mark.parametrize(
    ("place", "search", "offered"),
    [
        (Place("Hafen", "Hafenstraße 12, Hamburg"), True, True),
        (Place("Hafen", "Hafenstraße 12, Hamburg"), False, False),
        (Place("Raum 3", "Hafenstraße 12, Hamburg", is_room=True), True, False),
        (Place("Hafen"), True, False),
    ],
)
def test_an_address_is_a_destination_where_it_can_be_found(
    noon: Car, place: Place, search: bool, offered: bool
) -> None:
    through_the_service(noon, NavigationStatus("ready", search=search))
    noon.change(events=(replace(LUNCH, event=replace(LUNCH.event, place=place)),))
    noon.wait(60)
    assert ("navigate" in noon.offers()) is offered


def test_a_place_within_a_kilometre_is_not_set(noon: Car) -> None:
    near = Position(HAFEN.latitude or 0.0, (HAFEN.longitude or 0.0) + 0.008)
    noon.presenter.vehicle(VehicleContext(here=near))
    noon.touch("navigate")
    assert noon.toast == "You are almost there"
    assert not [done for done in noon.done if done[0] == "navigate"]


def test_the_question_is_not_answered_by_its_place_before_it_was_there(noon: Car) -> None:
    """Two touches in one frame are one touch: the second one is of an action that is no longer offered."""
    noon.outcome = "ask"
    first = noon.primary
    noon.presenter.act(first)
    noon.clock.advance(timedelta(seconds=0.2).total_seconds())
    noon.presenter.act(first)
    assert noon.toast == "Another destination is set"
    assert not [done for done in noon.done if done[0] == "navigate"]


# --- another device ------------------------------------------------------------------------------


def test_without_a_navigation_a_parked_car_shows_the_place_as_a_code(noon: Car) -> None:
    noon.has_navigation = False
    noon.drive(DrivingState.PARKED)
    noon.touch("agenda")
    noon.touch(OpenEvent(KEY))
    noon.touch("hand_over_place")
    assert noon.shown(EventState).qr.startswith("geo:53.550000,9.970000?q=")
    noon.drive(DrivingState.MOVING)
    assert "geo:" not in str(to_builtins(noon.frame.body))


def test_while_driving_and_with_a_navigation_no_code_is_offered(noon: Car) -> None:
    noon.drive(DrivingState.PARKED)
    noon.touch("agenda")
    noon.touch(OpenEvent(KEY))
    assert "hand_over_place" not in noon.offers()
    noon.has_navigation = False
    noon.drive(DrivingState.IDLING)
    assert "hand_over_place" not in noon.offers()


def test_guidance_that_carlendar_began_can_be_ended_on_the_meetings_screen(noon: Car) -> None:
    through_the_service(noon, NavigationStatus("guiding", KEY, ours=True))
    noon.drive(DrivingState.PARKED)
    noon.touch("agenda")
    noon.touch(OpenEvent(KEY))
    noon.touch("navigation_stop")
    assert noon.done[-1] == ("send", "navigation_clear", {})


def test_the_loss_of_guidance_and_the_return_of_the_program_are_reported(noon: Car) -> None:
    through_the_service(noon, NavigationStatus("guiding", KEY, ours=True))
    noon.presenter.service_said(NavigationStatus("lost"))
    noon.wait(11)
    assert noon.toast == "Navigation has stopped"
    noon.presenter.service_said(NavigationStatus("ready"))
    noon.wait(11)
    assert noon.toast == "Navigation is available again"
    noon.wait(60)
    assert noon.frame.toast is None


def test_a_program_that_restarts_without_guiding_is_not_mentioned(noon: Car) -> None:
    through_the_service(noon)
    noon.presenter.service_said(NavigationStatus("lost"))
    noon.presenter.service_said(NavigationStatus("ready"))
    noon.wait(1)
    assert noon.frame.toast is None


def test_guidance_that_the_driver_began_is_left_alone(noon: Car) -> None:
    through_the_service(noon, NavigationStatus("guiding", KEY, ours=False))
    noon.drive(DrivingState.PARKED)
    noon.touch("agenda")
    noon.touch(OpenEvent(KEY))
    assert "navigation_stop" not in noon.offers()


def test_an_address_that_the_service_found_becomes_the_cars_destination(noon: Car) -> None:
    noon.presenter.service_said(Navigated(KEY, "found", 53.56, 9.98))
    noon.wait(1)
    assert ("navigate", 53.56, 9.98, False) not in noon.done  # the meeting has coordinates of its own
    assert ("navigate", 53.55, 9.97, False) in noon.done
    noon.presenter.service_said(Navigated("gone@2026-11-23T12:00:00Z", "found", 53.56, 9.98))
    noon.wait(1)
    assert not any(each[:3] == ("navigate", 53.56, 9.98) for each in noon.done)


def test_a_place_with_an_address_alone_is_found_by_the_service_and_set_by_the_screen(
    new_car: type[Car], at: At
) -> None:
    car = new_car()
    car.clock.wall = at("12:30")
    address = Place("Hafen", "Am Hafen 1, 20457 Hamburg")
    car.snapshot = replace(car.snapshot, events=(replace(LUNCH, event=replace(LUNCH.event, place=address)),))
    car.start().fresh()
    car.presenter.service_said(NavigationStatus("none", search=True))
    car.wait(60)
    car.touch("navigate")
    assert ("send", "navigate", {"key": KEY, "replace": "0"}) in car.done
    car.presenter.service_said(Navigated(KEY, "found", 53.56, 9.98))
    car.wait(1)
    assert ("navigate", 53.56, 9.98, False) in car.done
