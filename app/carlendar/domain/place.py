"""Where a meeting takes place."""

from __future__ import annotations

import math
from typing import TypeGuard

from carlendar.domain.base import Value

EARTH = 6_371_008.8
"""Metres: the earth's mean radius (IUGG)."""


class Position(Value, frozen=True):
    """A point on the earth, degrees (WGS 84)."""

    latitude: float
    longitude: float

    def metres(self, other: Position) -> float:
        """Along the surface, in a straight line (haversine on a sphere: within 0.6 % of the ellipsoid)."""
        here, there = math.radians(self.latitude), math.radians(other.latitude)
        across = math.radians(other.longitude - self.longitude)
        half = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
        return 2 * EARTH * math.asin(min(1.0, math.sqrt(half)))

    def coarse(self) -> Position:
        """To a thousandth of a degree: about a hundred metres."""
        return Position(round(self.latitude, 3), round(self.longitude, 3))


def position(latitude: object, longitude: object) -> Position | None:
    """A point of two numbers; None for what is no place on the earth, or no fix (both exactly 0)."""
    if not _within(latitude, 90.0) or not _within(longitude, 180.0) or latitude == longitude == 0:
        return None
    return Position(float(latitude), float(longitude))


def _within(value: object, most: float) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -most <= value <= most


class Place(Value, frozen=True, gc=False):
    """A place as the calendar names it; coordinates in degrees (WGS 84) where they are known."""

    name: str
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    is_room: bool = False

    @property
    def navigable(self) -> bool:
        """Whether a navigation system can be sent there: it has usable coordinates."""
        return self.position is not None

    @property
    def position(self) -> Position | None:
        """Where it is; None without coordinates, or with some that are no place on the earth."""
        return position(self.latitude, self.longitude)
