"""The presenter's state of travel and navigation; changed on the UI thread only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.base import Value
from carlendar.domain.travel import NavigationPhase
from carlendar.ipc.messages import NavigationStatus
from carlendar.presentation.travel.on_the_road import OnTheRoad

if TYPE_CHECKING:
    from datetime import datetime

    from carlendar.domain.place import Position
    from carlendar.domain.travel import DepartureStage, TravelTime

PHASES = frozenset(phase.value for phase in NavigationPhase)


class SentRequest(Value, frozen=True):
    """What was last requested of the service: from where, for which meetings, and when (elapsed seconds)."""

    keys: tuple[str, ...] = ()
    here: Position | None = None
    at: float = 0.0


class TravelSession:
    """The mutable part: changed on the thread of the presenter only."""

    def __init__(self) -> None:
        self.times: dict[str, TravelTime] = {}
        self.arrivals: dict[str, datetime] = {}
        self.departures: dict[str, datetime] = {}
        self.minute: datetime | None = None
        """The minute in which displayed times were last computed."""
        self.status = NavigationStatus(NavigationPhase.NONE.value)
        self.guidance_lost = False
        """The navigation has ended while it guided, and is not back."""
        self.connected = False
        """Whether the car has reported anything: it may know where it is."""
        self.position_wanted = False
        """Whether the car's position is needed: a meeting with a place is near."""
        self.request = SentRequest()
        self.seen: set[tuple[str, DepartureStage]] = set()
        self.distances: dict[str, tuple[Position, float]] = {}
        """Where the car was when it was last compared, and the metres from there, by meeting."""
        self.approaches: dict[str, bool] = {}
        """Whether the car drives there, by meeting."""
        self.leaving = False
        """The ignition went off, and the line about tomorrow was not displayed yet."""
        self.noticed: tuple[str, DepartureStage] | None = None
        """The notice of departure that last made a sound."""

    @property
    def phase(self) -> NavigationPhase:
        """What the navigation does; it has none while it reports a phase that is unknown here."""
        return NavigationPhase(self.status.phase) if self.status.phase in PHASES else NavigationPhase.NONE

    def forget(self) -> None:
        """Forget all travel times, as when the clock was set or the driver changed."""
        self.times, self.arrivals, self.departures, self.minute = {}, {}, {}, None
        self.distances, self.approaches = {}, {}

    def request_again(self) -> None:
        """Let the next request be sent in any case, as after a restart of the service."""
        self.request = SentRequest()

    def on_the_road(self) -> OnTheRoad:
        """Return the state of now for the view."""
        return OnTheRoad(
            times=dict(self.times),
            arrivals=dict(self.arrivals),
            departures=dict(self.departures),
            phase=self.phase,
            guiding_to=self.status.key,
            ours=self.status.ours,
            finds_addresses=self.status.search,
            seen=frozenset(self.seen),
            approaches=dict(self.approaches),
        )
