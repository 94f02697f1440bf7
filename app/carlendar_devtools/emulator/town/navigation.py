"""A simulated navigation that guides through the town."""

from __future__ import annotations

from collections.abc import Callable

from carlendar.domain.guidance import outcome_before
from carlendar.domain.place import Position
from carlendar.domain.ports import Unsubscribe
from carlendar.domain.travel import Destination, NavigationOutcome, NavigationPhase, NavigationState
from carlendar.errors import RefusedError
from carlendar_devtools.emulator.town.network import Network, Traffic


class SimulatedNavigation:
    """`Navigation` over the town. `here` returns the car's position, `traffic` that of now, which it knows.

    `running` may be set to False, as if the program had ended.
    """

    def __init__(
        self, network: Network, here: Callable[[], Position | None], traffic: Callable[[], Traffic] = dict
    ) -> None:
        self._network, self._here, self._traffic = network, here, traffic
        self._listeners: list[Callable[[NavigationState], None]] = []
        self._destination: Destination | None = None
        self._ours = False
        self.running = True

    def available(self) -> bool:
        """Whether it runs."""
        return self.running

    def subscribe(self, listener: Callable[[NavigationState], None]) -> Unsubscribe:
        """Call `listener` with the state now and at each change of the destination."""
        self._listeners.append(listener)
        listener(self.refresh())
        return lambda: self._listeners.remove(listener)

    def navigate(self, destination: Destination, *, replace: bool = False) -> NavigationOutcome:
        """Set the destination. Raises RefusedError if it does not run."""
        if not self.running:
            raise RefusedError("There is no navigation.")
        outcome = outcome_before(self.refresh(), destination, replace=replace)
        if outcome.sets:
            self._set(destination, ours=True)
        return outcome

    def clear(self) -> None:
        """End guidance to a destination of ours."""
        if self._ours:
            self._set(None, ours=False)

    def set_by_driver(self, destination: Destination) -> None:
        """Guide to a destination of the driver's own."""
        self._set(destination, ours=False)

    def refresh(self) -> NavigationState:
        """Return the state of now."""
        if not self.running:
            return NavigationState(NavigationPhase.LOST)
        here, to = self._here(), self._destination
        if to is None:
            return NavigationState(NavigationPhase.READY)
        if here is None:
            return NavigationState(NavigationPhase.GUIDING, to, self._ours)
        traffic = self._traffic()
        start, end = self._network.nearest(here), self._network.nearest(to.position)
        route = self._network.route(start.number, end.number, traffic)
        metres, seconds = sum(piece.metres for piece in route), self._network.expected(route, traffic)
        return NavigationState(NavigationPhase.GUIDING, to, self._ours, metres, seconds, live_traffic=True)

    def _set(self, destination: Destination | None, *, ours: bool) -> None:
        self._destination, self._ours = destination, ours
        for listener in tuple(self._listeners):
            listener(self.refresh())
