"""Trips are measured in rounded figures, and no position leaves the meter."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from carlendar.domain import vss
from carlendar.domain.ports import Reading
from carlendar.vehicle.trip_meter import TripMeter
from tests.fakes.clocks import ManualClocks


def driven(meter: TripMeter, clocks: ManualClocks, *, kmh: float, minutes: int) -> None:
    """Drive at a speed that is confirmed every second."""
    for _ in range(minutes * 60):
        meter.take([Reading(clocks.elapsed, vss.SPEED, kmh)])
        clocks.advance(1)
    meter.take([Reading(clocks.elapsed, vss.SPEED, 0.0)])


def made() -> tuple[TripMeter, ManualClocks]:
    clocks = ManualClocks(datetime(2026, 5, 4, 6, 58, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    return TripMeter(clocks, clocks, lambda latitude, longitude: 63_722 if latitude and longitude else None), clocks


def test_a_trip_has_rounded_figures() -> None:
    meter, clocks = made()
    meter.take([Reading(0.0, vss.ODOMETER, 41_230.4), Reading(0.0, vss.LATITUDE, 52.520008)])
    driven(meter, clocks, kmh=62.0, minutes=23)
    meter.take([
        Reading(clocks.elapsed, vss.ODOMETER, 41_253.9), Reading(clocks.elapsed, vss.RANGE, 273.4),
        Reading(clocks.elapsed, vss.CHARGE, 71.6), Reading(clocks.elapsed, vss.LONGITUDE, 13.404954),
    ])  # fmt: skip
    assert meter.parked() == {
        "hour": "8", "minutes": "25", "distance_km": "25", "range_km": "270", "charge_percent": "70", "cell": "63722",
    }  # fmt: skip
    assert meter.parked() is None


def test_without_an_odometer_the_distance_is_integrated_and_gaps_do_not_count() -> None:
    meter, clocks = made()
    driven(meter, clocks, kmh=60.0, minutes=10)
    clocks.advance(3_600)
    meter.take([Reading(clocks.elapsed, vss.SPEED, 0.0)])
    trip = meter.parked()
    assert trip is not None
    assert trip["distance_km"] == "10"
    assert set(trip) == {"hour", "minutes", "distance_km"}


def test_moving_within_a_car_park_is_no_trip() -> None:
    meter, clocks = made()
    driven(meter, clocks, kmh=10.0, minutes=1)
    assert meter.parked() is None
