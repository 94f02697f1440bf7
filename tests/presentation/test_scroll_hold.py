"""Updates wait while a list is scrolled: no row moves under the finger, and no scrolled frame is late."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.presentation.scroll_hold import LONGEST, REST
from carlendar.presentation.states import AgendaState
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import At, Car, Make

STEP = 0.1
"""Seconds between two movements of the finger."""


@pytest.fixture
def scrolled(car: Car, make: Make) -> Car:
    """A parked car whose Agenda is scrolled while a meeting arrives."""
    car.drive(DrivingState.PARKED)
    car.touch("agenda")
    car.presenter.scrolled(car.frame.place, 0.9)
    car.snapshot = replace(car.snapshot, events=(*car.snapshot.events, make("Arrived", "15:00", "15:30")))
    car.presenter.snapshot_changed()
    return car


def rows(car: Car) -> list[str]:
    """The titles of the list."""
    return [row.title for row in car.shown(AgendaState).rows]


def test_an_arrived_meeting_waits_until_the_list_rests(scrolled: Car) -> None:
    again = scrolled.presenter.tick()
    assert "Arrived" not in rows(scrolled)
    assert 0 < again <= REST
    scrolled.wait(REST + STEP)
    assert "Arrived" in rows(scrolled)


def test_an_arrived_meeting_is_held_back_for_a_few_seconds_at_most(scrolled: Car) -> None:
    offset, waited = 0.9, 0.0
    while "Arrived" not in rows(scrolled):
        scrolled.presenter.tick()
        scrolled.clock.advance(STEP)
        waited += STEP
        offset -= 0.001
        scrolled.presenter.scrolled(scrolled.frame.place, offset)
        assert waited <= LONGEST + 2 * STEP
    assert waited >= LONGEST - STEP


def test_restrictions_are_shown_at_once_while_a_list_is_scrolled(scrolled: Car) -> None:
    scrolled.presenter.tick()
    assert scrolled.drive(DrivingState.MOVING).restrictions.state is DrivingState.MOVING
    assert scrolled.presenter.frame.restrictions.restricted
    scrolled.presenter.scrolled(scrolled.frame.place, 0.5)
    assert not isinstance(scrolled.frame.body, AgendaState) or not scrolled.frame.body.scrolls


def test_a_touch_is_answered_at_once_while_a_list_is_scrolled(scrolled: Car) -> None:
    scrolled.presenter.tick()
    before = scrolled.frame.screen
    assert scrolled.touch("home").screen is not before


def test_a_reminder_is_shown_at_once_while_a_list_is_scrolled(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.clock.wall = at("8:54")
    car.start(quiet=False, state=DrivingState.PARKED).fresh()
    car.touch("agenda")
    assert car.frame.toast is None
    car.clock.wall = at("8:55")
    car.presenter.scrolled(car.frame.place, 0.8)
    car.presenter.tick()
    assert car.frame.toast is not None


def test_a_list_that_is_shown_where_it_was_left_is_not_scrolled(car: Car, make: Make) -> None:
    car.drive(DrivingState.PARKED)
    car.touch("agenda")
    car.presenter.scrolled(car.frame.place, 1.0)
    car.snapshot = replace(car.snapshot, events=(*car.snapshot.events, make("Arrived", "15:00", "15:30")))
    car.presenter.snapshot_changed()
    car.presenter.tick()
    assert "Arrived" in rows(car)
