"""Arrival and leaving where clocks change on the way: summer time, a border of zones, a meeting in another zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from carlendar.domain.agenda import occurrence_key
from carlendar.domain.place import Position
from carlendar.domain.timespan import Timespan
from carlendar.ipc.messages import Travel, TravelLeg
from carlendar.presentation.options import Options
from carlendar.presentation.states import DriveState
from carlendar.presentation.vehicle_context import VehicleContext
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import LUNCH, Car

BERLIN, LISBON, MADRID = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Lisbon"), ZoneInfo("Europe/Madrid")
HERE = Position(53.62, 10.12)


def on_the_way(
    new_car: type[Car], now: datetime, start: datetime, *, zone: ZoneInfo = BERLIN, zone_name: str = "",
    state: DrivingState = DrivingState.MOVING,
) -> Car:  # fmt: skip
    """A car that has one meeting at a place."""
    car = new_car()
    car.clock.wall, car.clock.car_zone = now.astimezone(UTC), zone
    span = Timespan(start.astimezone(UTC), start.astimezone(UTC) + timedelta(hours=1))
    event = replace(LUNCH.event, span=span, zone_name=zone_name)
    car.snapshot = replace(car.snapshot, events=(replace(LUNCH, event=event),))
    car.start(Options(region="DE"), state).fresh()
    car.presenter.vehicle(VehicleContext(here=HERE))
    car.presenter.tick()
    return car


def arrives_in(car: Car, minutes: float) -> tuple[str, str]:
    """The time and the verdict that are displayed with so many minutes of driving left."""
    (stored,) = car.snapshot.events
    car.presenter.service_said(
        Travel((TravelLeg(occurrence_key(stored.event), minutes * 60, 18_000, True, "routing"),))
    )
    car.wait(11)
    found = car.shown(DriveState).arrival
    assert found is not None
    return found.time, found.note.text if found.note else ""


@pytest.mark.parametrize(
    ("now", "start", "time"),
    [
        # 2:00 becomes 3:00: forty minutes after 1:50 it is 3:30
        (datetime(2026, 3, 29, 1, 50, tzinfo=BERLIN), datetime(2026, 3, 29, 3, 30, tzinfo=BERLIN), "3:30"),
        # 3:00 becomes 2:00: forty minutes after the first 2:50 it is the second 2:30
        (datetime(2026, 10, 25, 2, 50, tzinfo=BERLIN), datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1), "2:30"),
    ],
)
def test_a_change_of_summer_time_during_the_drive_changes_no_verdict(
    new_car: type[Car], now: datetime, start: datetime, time: str
) -> None:
    car = on_the_way(new_car, now, start)
    assert arrives_in(car, 40) == (time, "on time")
    car.clock.advance(20 * 60)
    assert arrives_in(car, 20) == (time, "on time")


def test_a_car_that_crosses_into_another_zone_reads_its_clocks_and_keeps_the_verdict(new_car: type[Car]) -> None:
    start = datetime(2026, 11, 23, 13, 0, tzinfo=MADRID)
    car = on_the_way(new_car, start - timedelta(minutes=31), start, zone=MADRID)
    assert arrives_in(car, 40) == ("13:09", "9 min late")
    label = car.shown(DriveState).secondary
    car.clock.car_zone = LISBON
    car.clock.advance(60)
    assert arrives_in(car, 39) == ("12:09", "9 min late")
    lines = [line.text for line in car.shown(DriveState).lines]
    assert lines[0].startswith("12:00")
    assert label is not None
    assert label.labels[0].endswith("13:09")
    car.touch("late")
    assert car.put_items()[-1].payload["arrives"] == "2026-11-23T12:09:00+00:00"


def test_a_touch_of_the_frame_before_the_border_sends_the_same_moment(new_car: type[Car]) -> None:
    start = datetime(2026, 11, 23, 13, 0, tzinfo=MADRID)
    car = on_the_way(new_car, start - timedelta(minutes=31), start, zone=MADRID)
    arrives_in(car, 40)
    action = car.shown(DriveState).secondary
    assert action is not None
    car.clock.car_zone = LISBON
    car.presenter.act(action)
    assert car.put_items()[-1].payload["arrives"] == "2026-11-23T12:09:00+00:00"


def test_a_meeting_in_another_zone_is_compared_by_the_moment(new_car: type[Car]) -> None:
    start = datetime(2026, 11, 23, 12, 0, tzinfo=LISBON)  # 13:00 in Madrid, where the car is
    car = on_the_way(new_car, start - timedelta(minutes=31), start, zone=MADRID, zone_name="Europe/Lisbon")
    assert arrives_in(car, 40) == ("13:09", "9 min late")
    assert car.shown(DriveState).lines[0].text.startswith("13:00")


def test_when_to_leave_for_a_meeting_in_another_zone_is_by_the_clocks_of_the_car(new_car: type[Car]) -> None:
    start = datetime(2026, 11, 23, 12, 0, tzinfo=LISBON)
    car = on_the_way(
        new_car, start - timedelta(minutes=50), start, zone=MADRID, zone_name="Europe/Lisbon", state=DrivingState.PARKED
    )
    assert arrives_in(car, 17)[0] == "12:38"
