"""A car that does what it is told, in this process: for tests and for pictures. Never for the road (S11)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from app.domain.ports import ElapsedClock, Reading
from app.vehicle.signals import SPEED, Value

Listener = Callable[[Sequence[Reading]], None]


class SimulatedSignals:
    """`VehicleSignals` whose values are set by `set`; the speed is sent again every `interval` seconds.

    With an interval of 0 there is no thread, and only `set` and `confirm` send anything.
    """

    def __init__(
        self, clock: ElapsedClock, values: Mapping[str, Value] | None = None, *, interval: float = 0.25
    ) -> None:
        self._clock = clock
        self._values: dict[str, Value] = dict(values or {})
        self._interval = interval
        self._listener: Listener | None = None
        self._silent = False
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, listener: Listener) -> None:
        """As `VehicleSignals`."""
        with self._lock:
            self._listener = listener
            self._send(tuple(self._values))
        if self._interval > 0:
            self._thread = threading.Thread(target=self._repeat, name="simulated car", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """As `VehicleSignals`."""
        self._stopped.set()
        with self._lock:
            self._listener = None
        if self._thread is not None:
            self._thread.join()

    def set(self, signal: str, value: Value) -> None:
        """Set one signal and send it."""
        with self._lock:
            self._values[signal] = value
            self._send((signal,))

    def confirm(self) -> None:
        """Send the speed again."""
        with self._lock:
            if SPEED in self._values:
                self._send((SPEED,))

    def silence(self, silent: bool) -> None:
        """As a bus that is gone; False brings it back, with all values."""
        with self._lock:
            self._silent = silent
            self._send(tuple(self._values))

    def _send(self, signals: Sequence[str]) -> None:
        if self._listener is not None and not self._silent and signals:
            now = self._clock.seconds()
            self._listener([Reading(now, signal, self._values[signal]) for signal in signals])

    def _repeat(self) -> None:
        while not self._stopped.wait(self._interval):
            self.confirm()
