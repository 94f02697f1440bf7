"""Whether there is a data connection, as far as the computer and the car know."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Connectivity:
    """Tells `said` at each change, on the thread that brings it: connected where neither of the two says otherwise.

    A route can outlast the mobile network behind it (a tunnel); the car's own word comes before any time-out. Without
    a word of the car the computer's counts alone.
    """

    def __init__(self, said: Callable[[bool], None]) -> None:
        self._said = said
        self._lock = threading.Lock()
        self._network: bool | None = None
        self._car: bool | None = None
        self._told: bool | None = None

    def network(self, online: bool) -> None:
        """What the computer knows."""
        with self._lock:
            self._network = online
            self._tell()

    def car(self, connected: object) -> None:
        """What the car says (VSS `IsConnectivityAvailable`); whatever is neither true nor false is no word."""
        with self._lock:
            self._car = connected if isinstance(connected, bool) else None
            self._tell()

    def _tell(self) -> None:
        if self._network is None:
            return  # the service has no time-out before it is asked for anything
        now = self._network and self._car is not False
        if now != self._told:
            self._told = now
            self._said(now)
