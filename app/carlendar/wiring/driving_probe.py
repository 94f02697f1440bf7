"""The driving state of a databroker, evaluated by the screen's code: for `carlendar doctor` and the emulator's page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from carlendar.domain.vss import GEARBOX, IGNITION, PARKING_BRAKE, SELECTOR, SPEED
from carlendar.safety.engine import SafetyEngine
from carlendar.safety.restrictions import DrivingState
from carlendar.vehicle.kuksa import KuksaSignals

if TYPE_CHECKING:
    from carlendar.domain.ports import ElapsedClock, Reading
    from carlendar.safety.restrictions import Restrictions
    from carlendar.vehicle.broker import Broker

DECIDE = (SPEED, SELECTOR, GEARBOX, PARKING_BRAKE, IGNITION)
"""The signals that the driving state depends on."""
DECIDED = (DrivingState.PARKED, DrivingState.MOVING)
"""States that do not change with time alone."""
LASTS = 1.3
"""Seconds that a state must last: longer than a confirmation of the speed is valid."""


class DrivingProbe:
    """Observes a databroker from `start` to `stop`, independently of the screen. Thread-safe.

    `heartbeat` is the setting `vehicle.heartbeat`.
    """

    def __init__(self, broker: Broker, clock: ElapsedClock, *, heartbeat: str = "") -> None:
        self._signals = KuksaSignals(broker, clock, signals=DECIDE, heartbeat=heartbeat)
        self._engine = SafetyEngine(clock)
        self._changed = threading.Condition()
        self._values: dict[str, object] = {}

    def start(self, changed: Callable[[], None] = lambda: None) -> None:
        """Connect, and reconnect whenever the connection is lost; call `changed` at every change of the state."""

        def on_restrictions(_restrictions: Restrictions) -> None:
            with self._changed:
                self._changed.notify_all()
            changed()

        self._engine.start()
        self._engine.subscribe(on_restrictions)
        self._signals.start(self._take)

    def stop(self) -> None:
        """Close the connection."""
        self._signals.stop()
        self._engine.stop()

    @property
    def state(self) -> DrivingState:
        """The driving state now."""
        return self._engine.current().state

    @property
    def cause(self) -> str:
        """The signal, or the passage of time, that caused it."""
        return self._engine.current().cause

    @property
    def problem(self) -> str:
        """Why there are no signals, as a message to the user; empty if there are."""
        return self._signals.problem

    def value(self, signal: str) -> object:
        """Return the last value of one of `DECIDE`; None if there was none."""
        return self._values.get(signal)

    def wait(self, seconds: float) -> DrivingState:
        """Return the state once it is settled, or after `seconds`; UNKNOWN if it does not last."""
        with self._changed:
            self._changed.wait_for(lambda: self.state in DECIDED, seconds)
            if self.state is not DrivingState.UNKNOWN:
                self._changed.wait_for(lambda: self.state is DrivingState.UNKNOWN, LASTS)
        return self.state

    def _take(self, readings: Sequence[Reading]) -> None:
        self._values |= {reading.signal: reading.value for reading in readings}
        self._engine.take(readings)
