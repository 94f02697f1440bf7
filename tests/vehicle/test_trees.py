"""Cars of several VSS releases over real gRPC: one car, the same words; and what `doctor` says of what is missing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from carlendar.domain import vss
from carlendar.platform.clock import BoottimeClock
from carlendar.vehicle import signals
from carlendar.vehicle.broker import Broker
from carlendar.vehicle.kuksa import KuksaSignals
from carlendar_devtools.emulator.vss import Signal, SignalKind, Value
from tests.fakes.databroker import Ears, Garage

SEAT = "Vehicle.Cabin.Seat."
BESIDE = "Row1.PassengerSide.IsOccupied"

COMMON: dict[Signal, Value] = {
    Signal(vss.SELECTOR, SignalKind.INT8): 126,
    Signal(vss.GEARBOX, SignalKind.STRING): "AUTOMATIC",
    Signal(vss.PARKING_BRAKE, SignalKind.BOOLEAN): True,
    Signal(vss.IGNITION, SignalKind.STRING): "ON",
    Signal(vss.LANGUAGE, SignalKind.STRING): "de",
    Signal(vss.TIME_FORMAT, SignalKind.STRING): "HR_24",
    Signal(vss.FONT_SIZE, SignalKind.STRING): "LARGE",
    Signal(vss.DISTANCE_UNIT, SignalKind.STRING): "MILES",
    Signal(vss.DAY_NIGHT, SignalKind.STRING): "NIGHT",
    Signal(vss.CONNECTED, SignalKind.BOOLEAN): False,
    Signal(vss.VOLUME, SignalKind.UINT8, "percent"): 30,
    Signal(vss.LATITUDE, SignalKind.DOUBLE, "degrees"): 53.5,
    Signal(vss.LONGITUDE, SignalKind.DOUBLE, "degrees"): 10.0,
}
"""Under the same names in every release."""

TREES: dict[str, dict[Signal, Value]] = {
    "3.0": COMMON | {
        Signal(vss.SPEED, SignalKind.FLOAT, "km/h"): 36.0,
        Signal(vss.DRIVER_POSITION, SignalKind.UINT8): 2,
        Signal(f"{SEAT}Row1.Pos1.IsOccupied", SignalKind.BOOLEAN): True,
        Signal(f"{SEAT}Row1.Pos2.IsOccupied", SignalKind.BOOLEAN): True,
        Signal("Vehicle.Driver.Identifier.Subject", SignalKind.STRING): "ana",
    },
    "4.0": COMMON | {
        Signal(vss.SPEED, SignalKind.FLOAT, "km/h"): 36.0,
        Signal(vss.DRIVER_POSITION, SignalKind.STRING): "RIGHT",
        Signal(SEAT + BESIDE, SignalKind.BOOLEAN): True,
        Signal("Vehicle.Driver.Identifier.Subject", SignalKind.STRING): "ana",
    },
    "5.1, metres a second": COMMON | {
        Signal(vss.SPEED, SignalKind.FLOAT, "m/s"): 10.0,
        Signal(vss.DRIVER_POSITION, SignalKind.STRING): "right",
        Signal(SEAT + BESIDE, SignalKind.BOOLEAN): True,
        Signal(vss.DRIVER_SUBJECT, SignalKind.STRING): "ana",
        Signal("Vehicle.Driver.Identifier.Subject", SignalKind.STRING): "someone else",
    },
    "6.0, ratio and radians": COMMON | {
        Signal(vss.SPEED, SignalKind.FLOAT, "mph"): 22.369363,
        Signal(vss.DRIVER_POSITION, SignalKind.STRING): "RIGHT",
        Signal(vss.PASSENGER_SEAT, SignalKind.STRING): "OCCUPIED",
        Signal(vss.DRIVER_SUBJECT, SignalKind.STRING): "ana",
        Signal(vss.VOLUME, SignalKind.FLOAT, "ratio"): 0.3,
        Signal(vss.LATITUDE, SignalKind.DOUBLE, "rad"): 0.9337511,
    },
}  # fmt: skip
SAME: dict[str, Value] = {
    vss.SELECTOR: 126, vss.GEARBOX: "AUTOMATIC", vss.PARKING_BRAKE: True, vss.IGNITION: "ON", vss.LANGUAGE: "de",
    vss.TIME_FORMAT: "HR_24", vss.FONT_SIZE: "LARGE", vss.DISTANCE_UNIT: "MILES", vss.DAY_NIGHT: "NIGHT",
    vss.CONNECTED: False, vss.DRIVER_SUBJECT: "ana", vss.DRIVER_POSITION: "RIGHT", vss.LONGITUDE: 10.0,
}  # fmt: skip
MEASURED = {vss.SPEED: 36.0, vss.VOLUME: 30.0, vss.LATITUDE: 53.5}


def open_with(garage: Garage, car: Mapping[Signal, Value]) -> None:
    """A broker whose car has these signals; the last of one path counts."""
    garage.shut()
    garage.open({signal.path: signal for signal in car})
    for path, value in {signal.path: value for signal, value in car.items()}.items():
        garage.set(path, value)


@pytest.mark.parametrize("release", TREES)
def test_a_car_of_any_release_is_understood_alike(
    garage: Garage, clock: BoottimeClock, ears: Ears, release: str
) -> None:
    open_with(garage, TREES[release])
    source = KuksaSignals(Broker(garage.address), clock, signals=signals.USED)
    source.start(ears)
    speed = next(value for signal, value in TREES[release].items() if signal.path == vss.SPEED)
    try:
        ears.wait(vss.LANGUAGE, "de")
        garage.set(vss.SPEED, speed)
        ears.wait_for(vss.SPEED)
        assert {signal: ears.latest(signal) for signal in SAME} == SAME
        assert {signal: ears.latest(signal) for signal in MEASURED} == pytest.approx(MEASURED, rel=1e-5)
        seats = (vss.PASSENGER_SEAT, vss.FRONT_SEATS[0])
        assert [ears.latest(seat) for seat in seats].count("OCCUPIED") == 1
    finally:
        source.stop()


@pytest.mark.parametrize("degrees", [90.5, -91.0, float("nan"), float("inf")])
def test_a_latitude_beyond_the_poles_is_none(garage: Garage, clock: BoottimeClock, ears: Ears, degrees: float) -> None:
    source = KuksaSignals(Broker(garage.address), clock)
    source.start(ears)
    try:
        garage.set(vss.LATITUDE, 53.5)
        ears.wait(vss.LATITUDE, 53.5)
        garage.set(vss.LATITUDE, degrees)
        ears.wait(vss.LATITUDE, None)
    finally:
        source.stop()
