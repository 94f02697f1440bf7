"""Watchdog notifications to the service manager: the sd_notify protocol, without its library.

A process that is frozen as a whole cannot end itself, but its supervisor can (S10). systemd, or the emulator in
its place, sets NOTIFY_SOCKET and WATCHDOG_USEC and kills a process that stops sending notifications.
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
"""Maximum interval between two watchdog notifications in seconds, however long the manager's time-out."""


class ServiceNotifier:
    """Sends messages to the service manager, if there is one. Not thread-safe: used by the main (UI) thread.

    Never raises or blocks: a missed message is for the manager to act on.
    """

    def __init__(self, clock: ElapsedClock, environment: Mapping[str, str] = os.environ) -> None:
        self._clock = clock
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self._socket: socket.socket | None = None
        self.interval = _interval(environment) if self._address else None
        """Seconds between two watchdog notifications, see `_interval`; None if the manager has no watchdog."""
        self._fed: float | None = None
        if self._address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.setblocking(False)

    def ready(self) -> None:
        """Report readiness: the first frame is drawn, or, for the service, it answers."""
        self._send("READY=1")

    def feed(self) -> None:
        """Send a watchdog notification if due. Called by the main loop only (the UI's after a compliant frame)."""
        if self.interval is not None and self.due() == 0.0:
            self._fed = self._clock.seconds()
            self._send("WATCHDOG=1")

    def due(self) -> float | None:
        """Return the seconds until the next `feed` is due; None without a watchdog."""
        if self.interval is None:
            return None
        return 0.0 if self._fed is None else max(0.0, self._fed + self.interval - self._clock.seconds())

    def stopping(self) -> None:
        """Report a deliberate shutdown."""
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
            return  # see the class: the manager acts on missed messages


def _address(name: str) -> str:
    """Return the address of a path or an abstract name (`@…`); empty for anything else."""
    if name.startswith("@"):
        return "\0" + name[1:]
    return name if name.startswith("/") else ""


def _interval(environment: Mapping[str, str]) -> float | None:
    """Return the interval in seconds, or None without WATCHDOG_USEC or if WATCHDOG_PID is another process.

    A fifth of the manager's time-out, at most a tenth of a second, so that one turn of the loop may take almost the
    whole time-out. (sd_watchdog_enabled(3) recommends half, which leaves a turn only the other half.)
    """
    usec, pid = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not usec.isdecimal() or int(usec) == 0 or (pid and pid != str(os.getpid())):
        return None
    return min(LONGEST, int(usec) / 5_000_000)
