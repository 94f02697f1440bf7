"""What is known of travel and navigation at one time, for the view; immutable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import field

from carlendar.domain.base import Value
from carlendar.domain.travel import DepartureStage, NavigationPhase, TravelTime


class OnTheRoad(Value, frozen=True):
    """Travel times and displayed times by occurrence key, and the state of the navigation.

    `arrivals` and `departures` are held (`carlendar.domain.travel.held`); departures are without the buffer. An arrival
    is known only for the meeting that is reached from the car.
    """

    times: Mapping[str, TravelTime] = field(default_factory=dict)
    arrivals: Mapping[str, datetime] = field(default_factory=dict)
    departures: Mapping[str, datetime] = field(default_factory=dict)
    phase: NavigationPhase = NavigationPhase.NONE
    guiding_to: str = ""
    """Occurrence key of the meeting that the navigation guides to; empty for none or another destination."""
    ours: bool = False
    """Whether Carlendar set the destination."""
    finds_addresses: bool = False
    """Whether a place without coordinates can be a destination."""
    seen: frozenset[tuple[str, DepartureStage]] = frozenset()
    """Notices of departure that the driver has answered."""
    approaches: Mapping[str, bool] = field(default_factory=dict)
    """Whether the car drives there, by meeting: not if it moves and the distance does not decrease."""

    @property
    def navigates(self) -> bool:
        """Whether the navigation accepts destinations."""
        return self.phase.available

    @property
    def guides_elsewhere(self) -> bool:
        """Whether the navigation guides to another place than that of a meeting."""
        return self.phase is NavigationPhase.GUIDING and not self.guiding_to
