"""Which paths of a car's VSS tree are which of our signals, over VSS 4.0 to 6.0.

Trees differ between cars and releases. For each signal the first path that the car knows, in a unit
that we know, is taken. The first path in the table is the signal's name in `Reading`.
Source: COVESA Vehicle Signal Specification 4.0, 5.1 and 6.0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Value = float | bool | str | None

SPEED = "Vehicle.Speed"
SELECTOR = "Vehicle.Powertrain.Transmission.SelectedGear"
GEARBOX = "Vehicle.Powertrain.Transmission.Type"
PARKING_BRAKE = "Vehicle.Chassis.ParkingBrake.IsEngaged"
IGNITION = "Vehicle.LowVoltageSystemState"
PASSENGER_SEAT = "Vehicle.Cabin.Seat.Row1.PassengerSide.OccupancyStatus"
DRIVER_SUBJECT = "Vehicle.Occupant.Row1.DriverSide.Identifier.Subject"
DRIVER_ISSUER = "Vehicle.Occupant.Row1.DriverSide.Identifier.Issuer"
DAY_NIGHT = "Vehicle.Cabin.Infotainment.HMI.DayNightMode"
LANGUAGE = "Vehicle.Cabin.Infotainment.HMI.CurrentLanguage"
TIME_FORMAT = "Vehicle.Cabin.Infotainment.HMI.TimeFormat"
DESTINATION_LATITUDE = "Vehicle.Cabin.Infotainment.Navigation.DestinationSet.Latitude"
DESTINATION_LONGITUDE = "Vehicle.Cabin.Infotainment.Navigation.DestinationSet.Longitude"

KMH_IN = {"km/h": 1.0, "kmph": 1.0, "kph": 1.0, "m/s": 3.6, "mph": 1.609344, "mi/h": 1.609344, "cm/s": 0.036}
"""Kilometres per hour in one of the unit."""


def _same(value: Value) -> Value:
    return value


def _occupied(value: Value) -> Value:
    """VSS 4.0 and 5.1 say it by a boolean."""
    return ("OCCUPIED" if value else "EMPTY") if isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class Alias:
    """One path of a signal. `units` are those that it is understood in, with their factors; None for any."""

    path: str
    convert: Callable[[Value], Value] = _same
    units: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a signal comes from in this car, and how its values become ours."""

    signal: str
    path: str
    factor: float
    convert: Callable[[Value], Value]

    def value(self, raw: Value) -> Value:
        """The raw value in our unit and words."""
        if self.factor != 1.0 and isinstance(raw, (int, float)) and not isinstance(raw, bool):
            return raw * self.factor
        return self.convert(raw)


_OLD_DRIVER = "Vehicle.Driver.Identifier."

ALIASES: Mapping[str, tuple[Alias, ...]] = {
    SPEED: (Alias(SPEED, units=KMH_IN), Alias("Vehicle.OBD.Speed", units=KMH_IN)),
    SELECTOR: (Alias(SELECTOR),),
    GEARBOX: (Alias(GEARBOX),),
    PARKING_BRAKE: (Alias(PARKING_BRAKE),),
    IGNITION: (Alias(IGNITION),),
    PASSENGER_SEAT: (
        Alias(PASSENGER_SEAT),
        Alias("Vehicle.Cabin.Seat.Row1.PassengerSide.IsOccupied", _occupied),
        Alias("Vehicle.Cabin.Seat.Row1.Pos2.IsOccupied", _occupied),
    ),
    DRIVER_SUBJECT: (Alias(DRIVER_SUBJECT), Alias(_OLD_DRIVER + "Subject")),
    DRIVER_ISSUER: (Alias(DRIVER_ISSUER), Alias(_OLD_DRIVER + "Issuer")),
    DAY_NIGHT: (Alias(DAY_NIGHT),),
    LANGUAGE: (Alias(LANGUAGE),),
    TIME_FORMAT: (Alias(TIME_FORMAT),),
}
"""Every signal that is read."""


def sources(signals: Iterable[str], units: Mapping[str, str]) -> tuple[Source, ...]:
    """Where each signal comes from, of the paths that the car has, each with its unit ("" for none).

    A signal that the car does not have, or only in an unknown unit, is left out.
    """
    found = (_source(signal, ALIASES[signal], units) for signal in signals)
    return tuple(source for source in found if source is not None)


def _source(signal: str, aliases: Iterable[Alias], units: Mapping[str, str]) -> Source | None:
    for alias in aliases:
        unit = units.get(alias.path)
        if unit is None:
            continue
        factor = 1.0 if alias.units is None or not unit else alias.units.get(unit)
        if factor is not None:
            return Source(signal, alias.path, factor, alias.convert)
    return None
