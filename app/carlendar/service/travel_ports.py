"""What travel and navigation in the service consist of, in the order in which sources are asked."""

from __future__ import annotations

from typing import Protocol

from carlendar.domain.base import Value
from carlendar.domain.ports import Geocoder, Navigation, TravelTimes
from carlendar.domain.travel import NavigationState


class NavigationProgram(Navigation, Protocol):
    """A navigation program beside Carlendar that reports no changes by itself."""

    def refresh(self) -> NavigationState:
        """Read its state, blocking for seconds at most; the listeners are called if it has changed."""


class TravelPorts(Value, frozen=True):
    """Sources of travel times and positions. The `online` ones need the driver's consent."""

    navigation: NavigationProgram | None = None
    times: tuple[TravelTimes, ...] = ()
    online_times: tuple[TravelTimes, ...] = ()
    geocoders: tuple[Geocoder, ...] = ()
    online_geocoders: tuple[Geocoder, ...] = ()
    set_by_screen: bool = False
    """Whether the screen process sets destinations; the service then finds addresses alone."""
