"""Tells the service manager that a process lives: the sd_notify protocol, without its library.

A process that is stopped as a whole cannot end itself; who watches over it can (S10). systemd, or
the emulator in its place, sets NOTIFY_SOCKET and WATCHDOG_USEC and ends a process that falls silent.
Source: sd_notify(3), sd_watchdog_enabled(3).
"""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carlendar.domain.ports import ElapsedClock

LONGEST = 0.1
"""Seconds between two signs of life at most, however patient the manager is."""


class ServiceNotifier:
    """Messages to the service manager; does nothing where there is none. For one thread, the UI's (the main one).

    Nothing here raises or blocks: a manager that does not listen is the manager's affair.
    """

    def __init__(self, clock: ElapsedClock, environment: Mapping[str, str] = os.environ) -> None:
        self._clock = clock
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self._socket: socket.socket | None = None
        self.interval = _interval(environment) if self._address else None
        """Seconds between two signs of life, see `_interval`; None where the manager does not watch."""
        self._fed: float | None = None
        if self._address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.setblocking(False)

    def ready(self) -> None:
        """The first frame is drawn; of the service: it answers."""
        self._send("READY=1")

    def feed(self) -> None:
        """A sign of life, from the main loop only (the UI's after a frame that obeys); sent as often as is wanted."""
        if self.interval is not None and self.due() == 0.0:
            self._fed = self._clock.seconds()
            self._send("WATCHDOG=1")

    def due(self) -> float | None:
        """Seconds until `feed` wants to be called; None where nobody watches."""
        if self.interval is None:
            return None
        return 0.0 if self._fed is None else max(0.0, self._fed + self.interval - self._clock.seconds())

    def stopping(self) -> None:
        """The process ends on purpose."""
        self._send("STOPPING=1")

    def close(self) -> None:
        """Release the socket; later calls do nothing."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, message: str) -> None:
        if self._socket is None:
            return
        try:
            self._socket.sendto(message.encode(), self._address)
        except OSError:
            return  # see the class: what the manager misses, the manager acts on


def _address(name: str) -> str:
    """A path, or an abstract name (`@…`); anything else is nowhere."""
    if name.startswith("@"):
        return "\0" + name[1:]
    return name if name.startswith("/") else ""


def _interval(environment: Mapping[str, str]) -> float | None:
    """Seconds, or None without WATCHDOG_USEC or when WATCHDOG_PID names another process.

    A fifth of what the manager allows, and a tenth of a second at most: one turn of the loop may then take almost
    all of it. (sd_watchdog_enabled(3) recommends half, which leaves a turn only the other half.)
    """
    usec, pid = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not usec.isdecimal() or int(usec) == 0 or (pid and pid != str(os.getpid())):
        return None
    return min(LONGEST, int(usec) / 5_000_000)
