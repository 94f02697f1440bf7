"""The table of speeds, from which the simulation and the profiles of Navit and Routino are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class RoadClass(StrEnum):
    """OpenStreetMap's `highway`, and the ferry."""

    MOTORWAY = "motorway"
    MOTORWAY_LINK = "motorway_link"
    TRUNK = "trunk"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    TERTIARY = "tertiary"
    RESIDENTIAL = "residential"
    FERRY = "ferry"


@dataclass(frozen=True, slots=True)
class RoadSpeed:
    """`kmh` is driven where nothing is in the way; `rank` decides who gives way at a junction, a lower one yields.

    `navit` are the types of items that Navit's maptool makes of the class, inside and outside of towns; `routino` is
    Routino's name of it, which a motorway and its links share.
    """

    kmh: float
    rank: int
    navit: tuple[str, ...]
    routino: str


SPEEDS: Mapping[RoadClass, RoadSpeed] = MappingProxyType({
    RoadClass.MOTORWAY: RoadSpeed(115.0, 7, ("highway_land", "highway_city"), "motorway"),
    RoadClass.MOTORWAY_LINK: RoadSpeed(60.0, 6, ("ramp",), "motorway"),
    RoadClass.TRUNK: RoadSpeed(85.0, 5, ("street_n_lanes",), "trunk"),
    RoadClass.PRIMARY: RoadSpeed(60.0, 4, ("street_4_land", "street_4_city"), "primary"),
    RoadClass.SECONDARY: RoadSpeed(50.0, 3, ("street_3_land", "street_3_city"), "secondary"),
    RoadClass.TERTIARY: RoadSpeed(45.0, 2, ("street_2_land", "street_2_city"), "tertiary"),
    RoadClass.RESIDENTIAL: RoadSpeed(28.0, 1, ("street_1_land", "street_1_city"), "residential"),
    RoadClass.FERRY: RoadSpeed(12.0, 0, ("ferry",), "ferry"),
})  # fmt: skip

SIGNAL_CYCLE = 70.0
"""Seconds from one green to the next."""
SIGNAL_RED = 30.0
"""Seconds of it in which the car must wait."""
START_LOSS = 3.0
"""Seconds lost by braking and setting off where the car had to stop."""
YIELD = 4.0
"""Seconds lost where a road of higher rank is crossed or entered."""
FERRY_EVERY = 600.0
"""Seconds between two departures of the ferry."""

SIGNAL_MEAN = SIGNAL_RED / SIGNAL_CYCLE * (SIGNAL_RED / 2 + START_LOSS)
"""Seconds that a signal costs on average."""
FERRY_MEAN = FERRY_EVERY / 2
"""Seconds that one waits for the ferry on average."""


def profile_speeds(costs: Iterable[tuple[RoadClass, float, float]]) -> dict[RoadClass, float]:
    """Return the km/h of each class, with the delays at junctions: what a router that knows none of them needs.

    `costs` are a class, metres, and the seconds that these take on average, for each piece of road.
    """
    metres: dict[RoadClass, float] = {}
    seconds: dict[RoadClass, float] = {}
    for kind, length, duration in costs:
        metres[kind] = metres.get(kind, 0.0) + length
        seconds[kind] = seconds.get(kind, 0.0) + duration
    return {kind: 3.6 * metres[kind] / seconds[kind] for kind in metres}
