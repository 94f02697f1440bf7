"""What the car tells of itself beside safety, who sits in it and how its screens are set."""

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
    """Whether distances are told in miles."""
    loudness: float = 1.0
    """Of its own loudness, that a sound may have at most: 0 is silence, 1 where the car tells nothing."""
