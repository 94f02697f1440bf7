"""What the car reports beside safety: the driver's side, its position, and the settings of its screens."""

from __future__ import annotations

from enum import StrEnum

from carlendar.domain.base import Value
from carlendar.domain.place import Position


class Side(StrEnum):
    """Where the driver sits."""

    UNKNOWN = ""
    LEFT = "LEFT"
    RIGHT = "RIGHT"


class VehicleContext(Value, frozen=True):
    """Where the driver sits, where the car is (coarse; None where that is not known), and how it is set."""

    side: Side = Side.UNKNOWN
    here: Position | None = None
    miles: bool = False
    """Whether distances are given in miles."""
    loudness: float = 1.0
    """Highest volume of our sounds, as a fraction of their own: 0 is silence, 1 where the car reports nothing."""
    range_metres: float | None = None
    """How far an electric car can drive; None for other cars, and where that is not reported."""
    ignition_off: bool = False
