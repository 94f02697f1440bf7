"""The part of the VSS 6.0 tree that the emulated car has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from kuksa.val.v2 import types_pb2

from carlendar.domain.vss import (
    CHARGE,
    CONNECTED,
    DAY_NIGHT,
    DESTINATION_LATITUDE,
    DESTINATION_LONGITUDE,
    DISTANCE_UNIT,
    DRIVER_ISSUER,
    DRIVER_POSITION,
    DRIVER_SUBJECT,
    FONT_SIZE,
    GEARBOX,
    IGNITION,
    LANGUAGE,
    LATITUDE,
    LIGHT,
    LONGITUDE,
    MIDDLE_SEAT,
    MOVING,
    ODOMETER,
    PARKING_BRAKE,
    PASSENGER_SEAT,
    POWERTRAIN,
    RANGE,
    REAR_SEATS,
    SELECTOR,
    SPEED,
    TIME_FORMAT,
    UNITS,
    VOLUME,
)
from carlendar_devtools.emulator.overlay import GUIDANCE_SPOKEN, LANE_WARNING

Value = float | bool | str | None


class SignalKind(Enum):
    """Type of a signal's values: the field of the wire's value, and the number of its data type."""

    STRING = ("string", types_pb2.DATA_TYPE_STRING)
    BOOLEAN = ("bool", types_pb2.DATA_TYPE_BOOLEAN)
    INT8 = ("int32", types_pb2.DATA_TYPE_INT8)
    UINT8 = ("uint32", types_pb2.DATA_TYPE_UINT8)
    UINT32 = ("uint32", types_pb2.DATA_TYPE_UINT32)
    FLOAT = ("float", types_pb2.DATA_TYPE_FLOAT)
    DOUBLE = ("double", types_pb2.DATA_TYPE_DOUBLE)


@dataclass(frozen=True, slots=True)
class Signal:
    """One leaf. A `continuous` one sends equal values again, any other only changes.

    By default an actuator sends changes only and everything else is continuous, as databroker has it for a tree that
    does not say (`x-kuksa-changetype`).
    """

    path: str
    kind: SignalKind
    unit: str = ""
    actuator: bool = False
    continuous: bool | None = None

    @property
    def repeats(self) -> bool:
        """Whether equal values are sent again."""
        return not self.actuator if self.continuous is None else self.continuous

    def encode(self, value: Value) -> types_pb2.Value:
        """The value on the wire; TypeError or ValueError when it is not of this type."""
        return types_pb2.Value(**{self.kind.value[0]: value})

    def accepts(self, value: types_pb2.Value) -> bool:
        """Whether a value from the wire is of this type."""
        return bool(value.WhichOneof("typed_value") == self.kind.value[0])

    def metadata(self, number: int) -> types_pb2.Metadata:
        """What the broker lists of it."""
        entry = types_pb2.ENTRY_TYPE_ACTUATOR if self.actuator else types_pb2.ENTRY_TYPE_SENSOR
        return types_pb2.Metadata(
            path=self.path, id=number, data_type=self.kind.value[1], entry_type=entry, unit=self.unit
        )


def encoded(signal: Signal, value: Value) -> types_pb2.Value:
    """Any value on the wire: of the signal's type where it can be, else of its own; empty for None."""
    if value is None:
        return types_pb2.Value()
    for kind in (signal.kind, SignalKind.BOOLEAN, SignalKind.STRING, SignalKind.DOUBLE):
        try:
            return types_pb2.Value(**{kind.value[0]: value})
        except (TypeError, ValueError, OverflowError):
            continue
    return types_pb2.Value(string=str(value)[:80])


def plain(value: types_pb2.Value) -> Value:
    """A value from the wire; None for none, and for an array."""
    kind = value.WhichOneof("typed_value")
    found = None if kind is None else getattr(value, kind)
    return found if found is None or isinstance(found, (bool, int, float, str)) else None


TREE: Mapping[str, Signal] = {
    signal.path: signal
    for signal in (
        Signal(SPEED, SignalKind.FLOAT, UNITS[SPEED]),
        Signal(SELECTOR, SignalKind.INT8, actuator=True),
        Signal(GEARBOX, SignalKind.STRING),
        Signal(PARKING_BRAKE, SignalKind.BOOLEAN, actuator=True),
        Signal(IGNITION, SignalKind.STRING),
        Signal(MOVING, SignalKind.BOOLEAN),
        Signal(GUIDANCE_SPOKEN, SignalKind.BOOLEAN, continuous=False),
        Signal(LANE_WARNING, SignalKind.BOOLEAN, continuous=False),
        Signal(PASSENGER_SEAT, SignalKind.STRING),
        Signal(MIDDLE_SEAT, SignalKind.STRING),
        *(Signal(seat, SignalKind.STRING) for seat in REAR_SEATS),
        Signal(DRIVER_POSITION, SignalKind.STRING),
        Signal(DRIVER_SUBJECT, SignalKind.STRING),
        Signal(DRIVER_ISSUER, SignalKind.STRING),
        Signal(DAY_NIGHT, SignalKind.STRING, actuator=True),
        Signal(LIGHT, SignalKind.FLOAT, UNITS[LIGHT]),
        Signal(LANGUAGE, SignalKind.STRING),
        Signal(DISTANCE_UNIT, SignalKind.STRING, actuator=True),
        Signal(FONT_SIZE, SignalKind.STRING, actuator=True),
        Signal(LATITUDE, SignalKind.DOUBLE, UNITS[LATITUDE]),
        Signal(LONGITUDE, SignalKind.DOUBLE, UNITS[LONGITUDE]),
        Signal(ODOMETER, SignalKind.FLOAT, UNITS[ODOMETER]),
        Signal(POWERTRAIN, SignalKind.STRING),
        Signal(RANGE, SignalKind.UINT32, UNITS[RANGE]),
        Signal(CONNECTED, SignalKind.BOOLEAN),
        Signal(CHARGE, SignalKind.FLOAT, UNITS[CHARGE]),
        Signal(VOLUME, SignalKind.UINT8, UNITS[VOLUME], actuator=True),
        Signal(TIME_FORMAT, SignalKind.STRING, actuator=True),
        Signal(DESTINATION_LATITUDE, SignalKind.DOUBLE, UNITS[DESTINATION_LATITUDE], actuator=True),
        Signal(DESTINATION_LONGITUDE, SignalKind.DOUBLE, UNITS[DESTINATION_LONGITUDE], actuator=True),
    )
}
