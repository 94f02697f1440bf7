"""The navigation program Navit, over D-Bus."""

from __future__ import annotations

import threading
from collections.abc import Callable

from msgspec.structs import replace

from carlendar.domain.guidance import outcome_before
from carlendar.domain.ports import Unsubscribe
from carlendar.domain.travel import Destination, NavigationOutcome, NavigationPhase, NavigationState
from carlendar.errors import RefusedError, ServiceError
from carlendar.navigation.navit_bus import NavitBus, NavitGoneError, position_of
from carlendar.text.clean import clean

SAME = 50.0
"""Metres: a destination this near to the one that was set is that one, which Navit rounds."""
FARTHEST = 85.0
"""Degrees of latitude: Navit 0.5.6 aborts when its destination is the South Pole."""
LONGEST_COMMENT = 120
_DONE = (17, 33)
"""`route_status` of a finished path (Navit's `route_status_path_done_new`, `_incremental`)."""
_TENTHS = 10.0
"""Navit's times are in tenths of a second."""


class NavitNavigation:
    """`Navigation` by Navit. Thread-safe.

    Its times are without live traffic: Navit 0.5.6 drives around the delays of traffic reports, but leaves them out of
    `destination_time`. Navit sends no signals: `refresh` reads its state, and calls the listeners when it has changed.
    Whether a destination is Carlendar's is known in this process alone: after a restart it counts as the driver's own.
    """

    def __init__(self, bus: NavitBus) -> None:
        self._bus = bus
        self._lock = threading.RLock()
        self._set: Destination | None = None
        self._seen = False
        self._state = NavigationState()
        self._listeners: list[Callable[[NavigationState], None]] = []

    def available(self) -> bool:
        """Whether Navit answers."""
        return self.refresh().available

    def subscribe(self, listener: Callable[[NavigationState], None]) -> Unsubscribe:
        """Call `listener` with the state now and at each change that `refresh` finds."""
        with self._lock:
            self._listeners.append(listener)
            listener(self._state)
        return lambda: self._listeners.remove(listener)

    def navigate(self, destination: Destination, *, replace: bool = False) -> NavigationOutcome:
        """Set the destination. Raises RefusedError without Navit, ServiceError (`perhaps`) if it does not answer."""
        with self._lock:
            state = self.refresh()
            if not state.available:
                raise RefusedError("Navit is not running.", detail="no owner")
            outcome = outcome_before(state, destination, replace=replace)
            if outcome.sets:
                self._set_destination(destination)
            return outcome

    def clear(self) -> None:
        """End guidance to a destination of ours. Raises ServiceError if Navit does not answer."""
        with self._lock:
            state = self.refresh()
            if state.guiding and state.ours:
                self._ask(self._bus.clear_destination)
                self._set = None
                self.refresh()

    def refresh(self) -> NavigationState:
        """Read Navit's state; blocks for seconds at most."""
        with self._lock:
            try:
                state = self._read()
                self._seen = True
            except NavitGoneError:  # one that comes back goes on to the destination of before
                state = NavigationState(NavigationPhase.LOST if self._seen else NavigationPhase.NONE)
            changed, self._state = state != self._state, state
            if changed:
                for listener in tuple(self._listeners):
                    listener(state)
            return state

    def _set_destination(self, destination: Destination) -> None:
        if abs(destination.position.latitude) > FARTHEST:
            raise ServiceError("Navit's projection does not reach this place.", detail="near a pole")
        self._ask(lambda: self._bus.set_destination(destination.position, _comment(destination)))
        self._set = destination
        if not self.refresh().ours:
            self._set = None
            raise ServiceError("Navit did not take the destination.", detail="not set")

    def _ask(self, request: Callable[[], None]) -> None:
        try:
            request()
        except NavitGoneError as error:
            failure = ServiceError("Navit did not answer.", detail="no reply")
            failure.perhaps = error.asked
            raise failure from error

    def _read(self) -> NavigationState:
        to = position_of(self._bus.route("destination"))
        if to is None:
            self._set = None
            return NavigationState(NavigationPhase.READY)
        ours = self._set is not None and self._set.position.metres(to) < SAME
        if not ours:
            self._set = None
        state = NavigationState(NavigationPhase.GUIDING, self._set or Destination(to), ours)
        if self._bus.route("route_status") not in _DONE:
            return state
        metres, tenths = _count(self._bus.route("destination_length")), _count(self._bus.route("destination_time"))
        if metres is None or tenths is None:
            return state
        return replace(state, remaining_metres=float(metres), remaining_seconds=tenths / _TENTHS)


def _count(value: object) -> int | None:
    """A number of 31 bits that is not negative; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None


def _comment(destination: Destination) -> str:
    """The name, or the address, for Navit's list of destinations: a file of lines with values in quotation marks."""
    text = clean(destination.name or ", ".join(destination.address))
    return text.replace("\\", "/").replace('"', "'")[:LONGEST_COMMENT]
