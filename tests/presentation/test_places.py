"""A place says where, once: no service's label, no link, no street twice."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.domain.place import Place
from carlendar.presentation.event.place_text import without_labels
from carlendar.presentation.states import AgendaState, DriveState, EventState
from carlendar.safety.restrictions import DrivingState
from carlendar.store.records import StoredEvent
from tests.presentation.conftest import Car, Make


def event_lines(new_car: type[Car], stored: StoredEvent) -> list[str]:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(stored,))
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("agenda")
    car.touch("open")
    assert isinstance(car.frame.body, EventState)
    return [line.text for line in car.frame.body.lines if line.icon == "map-marker"]


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Microsoft Teams Meeting", ""),
        ("Microsoft Teams-Besprechung", ""),
        ("Zoom", ""),
        ("Online", ""),
        ("https://contoso.zoom.example/j/123?pwd=x", ""),
        ("Room 4; Microsoft Teams Meeting", "Room 4"),
        ("Room 4 https://contoso.zoom.example/j/1", "Room 4"),
        ("Zoom Arena", "Zoom Arena"),
        ("Meeting room", "Meeting room"),
        ("Phone booth 2", "Phone booth 2"),
        ("Hotel:Lobby", "Hotel:Lobby"),
        ("tel:+4969000000", ""),
        ("", ""),
    ],
)
def test_of_a_places_name_the_services_label_goes_and_the_rest_stays(name: str, left: str) -> None:
    assert without_labels(name) == left


def test_a_label_is_no_place_line_and_stands_in_no_list(new_car: type[Car], make: Make) -> None:
    stored = make("Review", "9:00", "9:30", teams=True, place=Place("Microsoft Teams Meeting"))
    assert event_lines(new_car, stored) == []
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(stored,))
    car.start(state=DrivingState.IDLING).fresh()
    home = car.frame.body
    assert isinstance(home, DriveState)
    assert [line.text for line in home.lines] == ["9:00 – 9:30", "Teams · Priya Raman"]
    car.touch("agenda")
    listed = car.frame.body
    assert isinstance(listed, AgendaState)
    assert [row.detail for row in listed.rows] == ["Teams"]


def test_without_join_details_the_label_is_all_that_is_known_and_stays(new_car: type[Car], make: Make) -> None:
    stored = make("Review", "9:00", "9:30", place=Place("Microsoft Teams Meeting"))
    assert event_lines(new_car, stored) == ["Microsoft Teams Meeting"]


@pytest.mark.parametrize(
    ("name", "address", "said"),
    [
        ("Hafenstraße 12, Hamburg", "Hafenstraße 12, 20359 Hamburg, Germany", "Hafenstraße 12, Hamburg"),
        ("Hafenstraße 12", "Hafenstraße 12, 20359 Hamburg", "Hafenstraße 12, 20359 Hamburg"),
        ("Fish market", "Große Elbstraße 9, 22767 Hamburg", "Fish market, Große Elbstraße 9, 22767 Hamburg"),
        ("", "Große Elbstraße 9, Hamburg", "Große Elbstraße 9, Hamburg"),
        ("Fish market", "", "Fish market"),
    ],
)
def test_the_address_follows_only_where_it_adds_something(
    new_car: type[Car], make: Make, name: str, address: str, said: str
) -> None:
    assert event_lines(new_car, make("Lunch", "13:00", "14:00", place=Place(name, address))) == [said]
