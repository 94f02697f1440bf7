"""Data connectivity, combined from the operating system's and the car's information."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Connectivity:
    """Calls `on_change` at each change, on the thread that causes it. Connected unless either source denies it.

    A route can outlive the mobile network behind it (a tunnel); the car reports that before any time-out does. If the
    car does not report it, the operating system's state counts alone.
    """

    def __init__(self, on_change: Callable[[bool], None]) -> None:
        self._on_change = on_change
        self._lock = threading.Lock()
        self._network: bool | None = None
        self._car: bool | None = None
        self._reported: bool | None = None

    def set_network(self, online: bool) -> None:
        """Set the state of the operating system."""
        with self._lock:
            self._network = online
            self._notify()

    def set_vehicle(self, connected: object) -> None:
        """Set the state of the car (VSS `IsConnectivityAvailable`); anything but a boolean means unknown."""
        with self._lock:
            self._car = connected if isinstance(connected, bool) else None
            self._notify()

    def _notify(self) -> None:
        if self._network is None:
            return  # the network state is not known yet
        now = self._network and self._car is not False
        if now != self._reported:
            self._reported = now
            self._on_change(now)
