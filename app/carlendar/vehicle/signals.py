"""Mapping from the paths of a car's VSS tree (VSS 4.0 to 6.0) to our signals.

Trees differ between cars and releases. For each signal, every path that the car has, in a known unit, is
subscribed to; which of them counts depends on what is published (see `speed` and `choice`). The first path in
the table is the signal's name in `Reading`.
Source: COVESA Vehicle Signal Specification 4.0, 5.1 and 6.0; KUKSA CAN provider, example mappings for VSS 4.0 to 6.0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from carlendar.domain.base import Value
from carlendar.domain.vss import (
    CHARGE,
    CONNECTED,
    DAY_NIGHT,
    DESTINATION_LATITUDE,
    DISTANCE_UNIT,
    DRIVER_ISSUER,
    DRIVER_POSITION,
    DRIVER_SUBJECT,
    FONT_SIZE,
    FRONT_SEATS,
    GEARBOX,
    IGNITION,
    LANGUAGE,
    LATITUDE,
    LIGHT,
    LONGITUDE,
    MIDDLE_SEAT,
    MOVING,
    ODOMETER,
    PARK_LOCK,
    PARKING_BRAKE,
    PASSENGER_SEAT,
    POWERTRAIN,
    RANGE,
    REAR_SEATS,
    SELECTOR,
    SPEED,
    TIME_FORMAT,
    TRIP,
    VOLUME,
)

Scalar = float | bool | str | None

KMH_IN = {"km/h": 1.0, "kmph": 1.0, "kph": 1.0, "m/s": 3.6, "mph": 1.609344, "mi/h": 1.609344, "cm/s": 0.036}
"""Conversion factors to km/h."""
DEGREES_IN = {"degrees": 1.0, "degree": 1.0, "deg": 1.0, "rad": 57.29577951308232}
KILOMETRES_IN = {"km": 1.0, "m": 0.001, "mi": 1.609344, "miles": 1.609344}
PERCENT_IN = {"percent": 1.0, "%": 1.0, "ratio": 100.0}
IN_PARK = 126
"""VSS value of the gear selector in P."""
ROLLS = 10.0
"""km/h assumed for a car that only reports that it is moving: fast enough to invalidate an earlier P."""


def _same(value: Scalar) -> Scalar:
    return value


def _occupied(value: Scalar) -> Scalar:
    """Convert the boolean of VSS 4.0 and 5.1."""
    return ("OCCUPIED" if value else "EMPTY") if isinstance(value, bool) else None


def _rolls(value: Scalar) -> Scalar:
    """Convert `IsMoving` of a car without a speed signal."""
    return (ROLLS if value else 0.0) if isinstance(value, bool) else None


def _locked(value: Scalar) -> Scalar:
    """Convert a park lock to a selector position: P, else N."""
    return (IN_PARK if value else 0) if isinstance(value, bool) else None


def _side(value: Scalar) -> Scalar:
    """Convert to LEFT, MIDDLE or RIGHT; before VSS 3.1 it was the seat's number, from 1 at the left."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {1: "LEFT", 2: "RIGHT", 3: "RIGHT"}.get(int(value)) if 1 <= value <= 3 else None
    return _word(value)


def _degrees(most: float) -> Callable[[Scalar], Scalar]:
    """Return a converter of coordinates; values beyond `most` are invalid and become None."""

    def usable(value: Scalar) -> Scalar:
        number = _number(value)
        return number if isinstance(number, (int, float)) and -most <= number <= most else None

    return usable


def _word(value: Scalar) -> Scalar:
    """Convert an enumeration value to upper case, as in VSS."""
    return value.upper() if isinstance(value, str) else None


def _number(value: Scalar) -> Scalar:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _truth(value: Scalar) -> Scalar:
    return value if isinstance(value, bool) else None


class Alias(Value, frozen=True):
    """One path of a signal. `units` maps the supported units to their factors; None for any."""

    path: str
    convert: Callable[[Scalar], Scalar] = _same
    units: Mapping[str, float] | None = None


class SignalSource(Value, frozen=True):
    """The source of a signal in this car, and the conversion of its values."""

    signal: str
    path: str
    factor: float
    convert: Callable[[Scalar], Scalar]

    def value(self, raw: Scalar) -> Scalar:
        """Convert a raw value to our unit and enumeration."""
        if self.factor != 1.0 and isinstance(raw, (int, float)) and not isinstance(raw, bool):
            raw *= self.factor
        return self.convert(raw)


_OLD_DRIVER = "Vehicle.Driver.Identifier."


def _seat(path: str) -> tuple[Alias, ...]:
    """Return the aliases of a seat: enumeration in VSS 6.0, boolean in 4.0 and 5.1."""
    return (Alias(path, _word), Alias(path.replace("OccupancyStatus", "IsOccupied"), _occupied))


ALIASES: Mapping[str, tuple[Alias, ...]] = {
    SPEED: (
        Alias(SPEED, units=KMH_IN),
        Alias("Vehicle.OBD.Speed", units=KMH_IN),
        Alias(MOVING, _rolls),
    ),
    SELECTOR: (Alias(SELECTOR), Alias(PARK_LOCK, _locked)),
    GEARBOX: (Alias(GEARBOX),),
    PARKING_BRAKE: (Alias(PARKING_BRAKE),),
    IGNITION: (Alias(IGNITION),),
    PASSENGER_SEAT: _seat(PASSENGER_SEAT),
    **{seat: (Alias(seat, _occupied),) for seat in FRONT_SEATS},
    MIDDLE_SEAT: _seat(MIDDLE_SEAT),
    **{seat: _seat(seat) for seat in REAR_SEATS},
    DRIVER_POSITION: (Alias(DRIVER_POSITION, _side),),
    DRIVER_SUBJECT: (Alias(DRIVER_SUBJECT), Alias(_OLD_DRIVER + "Subject")),
    DRIVER_ISSUER: (Alias(DRIVER_ISSUER), Alias(_OLD_DRIVER + "Issuer")),
    DAY_NIGHT: (Alias(DAY_NIGHT, _word),),
    LIGHT: (
        Alias(LIGHT, _number, PERCENT_IN),
        Alias("Vehicle.Cabin.Light.PerceivedAmbientLight", _number, PERCENT_IN),
    ),
    LANGUAGE: (Alias(LANGUAGE),),
    DISTANCE_UNIT: (Alias(DISTANCE_UNIT, _word),),
    TIME_FORMAT: (Alias(TIME_FORMAT, _word),),
    FONT_SIZE: (Alias(FONT_SIZE, _word),),
    LATITUDE: (Alias(LATITUDE, _degrees(90.0), DEGREES_IN),),
    LONGITUDE: (Alias(LONGITUDE, _degrees(180.0), DEGREES_IN),),
    CONNECTED: (Alias(CONNECTED, _truth),),
    VOLUME: (Alias(VOLUME, _number, PERCENT_IN),),
    ODOMETER: (Alias(ODOMETER, _number, KILOMETRES_IN),),
    POWERTRAIN: (Alias(POWERTRAIN, _word),),
    RANGE: (
        Alias(RANGE, _number, KILOMETRES_IN),
        Alias("Vehicle.Powertrain.TractionBattery.Range", _number, KILOMETRES_IN),
    ),
    CHARGE: (
        Alias(CHARGE, _number, PERCENT_IN),
        Alias("Vehicle.Powertrain.TractionBattery.StateOfCharge.Current", _number, PERCENT_IN),
    ),
}
"""All signals in use, with their possible paths. Distances are in kilometres."""

USED = tuple(signal for signal in ALIASES if signal not in TRIP)
"""The signals that the screen subscribes to."""

WITHOUT: Mapping[str, str] = {
    SPEED: "the screen stays as if moving",
    SELECTOR: "only a manual gearbox with its brake engaged is ever parked",
    GEARBOX: "the parking brake alone never parks",
    PARKING_BRAKE: "a manual gearbox is never parked",
    IGNITION: "a sleeping bus is unknown",
    PASSENGER_SEAT: "the car is assumed to carry a passenger",
    DRIVER_POSITION: "the driver is taken to sit on the left",
    DRIVER_SUBJECT: "the driver is chosen by hand",
    DAY_NIGHT: "day and night follow the light",
    LIGHT: "day and night follow the car's own mode alone",
    LANGUAGE: "the language is chosen by hand",
    TIME_FORMAT: "the clock is the language's usual one",
    FONT_SIZE: "the text has its usual size",
    DISTANCE_UNIT: "distances are in kilometres",
    LATITUDE: "no distance to a meeting's place",
    CONNECTED: "offline is noticed by the computer's own network alone",
    VOLUME: "reminders sound at their own loudness",
    DESTINATION_LATITUDE: "no Navigate",
}
"""The consequence of each missing signal; others have none."""


def aliases(signal: str) -> tuple[Alias, ...]:
    """Return the possible paths of a signal; one that is not in the table is a boolean at its own path."""
    return ALIASES.get(signal) or (Alias(signal, _truth),)


def named(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths that an integrator may name as switches: none that a signal of the table is read from."""
    taken = {alias.path for each in ALIASES.values() for alias in each}
    return tuple(path for path in dict.fromkeys(paths) if path not in taken)


def sources(signals: Iterable[str], units: Mapping[str, str]) -> tuple[SignalSource, ...]:
    """Return the sources of the signals; `units` maps the car's paths to their units ("" for none).

    In order of preference per signal. Paths that the car does not have, or in an unknown unit, are left out.
    """
    return tuple(source for signal in signals for source in _sources(signal, aliases(signal), units))


def _sources(signal: str, aliases: Iterable[Alias], units: Mapping[str, str]) -> Iterator[SignalSource]:
    for alias in aliases:
        unit = units.get(alias.path)
        if unit is None:
            continue
        factor = 1.0 if alias.units is None or not unit else alias.units.get(unit)
        if factor is not None:
            yield SignalSource(signal, alias.path, factor, alias.convert)
