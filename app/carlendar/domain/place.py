"""The location of a meeting."""

from __future__ import annotations

import math
import re
from typing import TypeGuard

from carlendar.domain.base import Value

EARTH = 6_371_008.8
"""Metres: the earth's mean radius (IUGG)."""


class Position(Value, frozen=True):
    """A geographic position in degrees (WGS 84)."""

    latitude: float
    longitude: float

    def metres(self, other: Position) -> float:
        """Return the great-circle distance in metres (haversine: within 0.6 % of the ellipsoid)."""
        here, there = math.radians(self.latitude), math.radians(other.latitude)
        across = math.radians(other.longitude - self.longitude)
        half = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
        return 2 * EARTH * math.asin(min(1.0, math.sqrt(half)))

    def coarse(self) -> Position:
        """Round to a thousandth of a degree, about a hundred metres."""
        return Position(round(self.latitude, 3), round(self.longitude, 3))


def position(latitude: object, longitude: object) -> Position | None:
    """Return the position; None for invalid coordinates, or without a fix (both exactly 0)."""
    if not _within(latitude, 90.0) or not _within(longitude, 180.0) or latitude == longitude == 0:
        return None
    return Position(float(latitude), float(longitude))


def _within(value: object, most: float) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -most <= value <= most


_PARTS = r"[,\n\r;]+"
_HOUSE = r"[^\W\d].{2,60}\s\d{1,5}\s?[a-zA-Z]?|\d{1,5}[a-zA-Z]?\s[^\W\d].{2,60}"
_TOWN = (
    r"(?:[A-Z]{1,3}-)?(?:\d{4,6}|\d{3} \d{2})\s+[^\W\d].*"  # 00000 Quellhaven, D-00000 Quellhaven, 000 00 Stad
    r"|(?:[^\d]*\s)?[A-Z]{2} \d{5}(?:-\d{4})?"  # IL 00000
    r"|(?:[^\d]*\s)?[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"  # London ZZ1A 1ZZ
)
"""Compiled, and kept by `re`, when the first name is read: not on the way to the first frame."""
LONGEST_ADDRESS = 300
"""Characters; a longer text is no address."""


def _reads_as_address(name: str) -> bool:
    if len(name) > LONGEST_ADDRESS:
        return False
    parts = [each.strip() for each in re.split(_PARTS, name)]
    towns = {each for each in parts if re.fullmatch(_TOWN, each)}
    return any(re.fullmatch(_HOUSE, each) and (towns - {each}) for each in parts)


class Place(Value, frozen=True, gc=False):
    """A location as named in the calendar; coordinates in degrees (WGS 84) if known."""

    name: str
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    is_room: bool = False

    @property
    def postal_address(self) -> str:
        """Its address, else its name where that is one, as in calendars that have a single text; empty for a room.

        A name is an address if one of its parts is a street with a house number and another has a postcode.
        """
        if self.is_room:
            return ""
        address = self.address.strip()
        if address:
            return address if len(address) <= LONGEST_ADDRESS else ""
        return self.name.strip() if _reads_as_address(self.name) else ""

    @property
    def navigable(self) -> bool:
        """Whether it can be a destination for the navigation system: it has valid coordinates."""
        return self.position is not None

    @property
    def position(self) -> Position | None:
        """Its position; None without valid coordinates."""
        return position(self.latitude, self.longitude)
