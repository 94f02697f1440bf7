"""How long PARKED is held without a confirmed speed while the ignition is off (restriction profile, rule 1).

The vehicle bus goes to sleep with the ignition off, so missing signals must not restrict at once. A feeder that has
crashed looks the same, so the hold is short, and only an ignition source independent of the databroker extends it.
"""

from __future__ import annotations

from typing import Protocol

SECOND = 1_000_000
HOLD = 60 * SECOND
"""Microseconds after the last confirmation of the speed."""
LINE_LIVENESS = 3 * SECOND
"""Microseconds for which a report of the independent source is trusted."""
IGNITION_OFF = frozenset({"OFF", "ACC", "LOCK"})

Scalar = float | bool | str | None


class IgnitionLine(Protocol):
    """An ignition source independent of the databroker and its feeders, such as terminal 15 on a GPIO input."""

    def off(self) -> bool:
        """Whether the ignition is off; False if it cannot be read. Does not block, never raises."""


class Hold:
    """Whether PARKED is being held, and until when. Times are whole microseconds of elapsed time."""

    __slots__ = ("_off", "on", "online", "until")

    def __init__(self) -> None:
        self.on = False
        self.until = 0
        """The time after which the hold ends; only meaningful while it is `on`."""
        self.online = True
        """Whether the speed was confirmed since the databroker was last lost."""
        self._off = False

    def take_ignition(self, value: Scalar) -> str:
        """Process the ignition signal; return a description of it."""
        self._off = isinstance(value, str) and value.upper() in IGNITION_OFF
        return "ignition off" if self._off else "ignition not off"

    @property
    def ignition_off(self) -> bool:
        """Whether the ignition is known to be off."""
        return self._off

    def begin(self, now: int, confirmed: int) -> bool:
        """Start to hold if allowed, and return whether it is. `confirmed` is the last confirmation of the speed."""
        if self._off and self.online:
            self.until = max(self.until, confirmed + HOLD)
            self.on = now <= self.until
        else:
            self.on = False
        return self.on

    def prolong(self, now: int) -> None:
        """Extend the hold: the independent source has just reported that the ignition is off."""
        self.until = max(self.until, now + LINE_LIVENESS)
