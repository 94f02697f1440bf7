"""How long PARKED holds without a confirmed speed because the ignition is off (restriction profile, rule 1).

A bus falls asleep with the ignition off, so silence alone must not restrict at once. But a feeder that has died looks
the same, so the hold is short, and only an ignition source that is independent of the databroker prolongs it.
"""

from __future__ import annotations

from typing import Protocol

SECOND = 1_000_000
HOLD = 60 * SECOND
"""Microseconds after the last confirmation of the speed."""
LINE_LIVENESS = 3 * SECOND
"""A report of the independent source is trusted for so long."""
IGNITION_OFF = frozenset({"OFF", "ACC", "LOCK"})

Scalar = float | bool | str | None


class IgnitionLine(Protocol):
    """An ignition source that the databroker and its feeders cannot influence, such as terminal 15 on an input line."""

    def off(self) -> bool:
        """Whether the ignition is off; False also when it cannot be read. Returns at once, raises nothing."""


class Hold:
    """Whether PARKED is being held, and until when. Moments are whole microseconds of elapsed time."""

    __slots__ = ("_off", "on", "online", "until")

    def __init__(self) -> None:
        self.on = False
        self.until = 0
        """The moment after which a hold ends; only meaningful while it is `on`."""
        self.online = True
        """Whether the speed was confirmed since the databroker was last lost."""
        self._off = False

    def take_ignition(self, value: Scalar) -> str:
        """What the car says of its ignition, and what to call that."""
        self._off = isinstance(value, str) and value.upper() in IGNITION_OFF
        return "ignition off" if self._off else "ignition not off"

    @property
    def ignition_off(self) -> bool:
        """Whether the ignition is known to be off."""
        return self._off

    def begin(self, now: int, confirmed: int) -> bool:
        """Hold if that is allowed, `confirmed` being the last confirmation of the speed; whether it is."""
        if self._off and self.online:
            self.until = max(self.until, confirmed + HOLD)
            self.on = now <= self.until
        else:
            self.on = False
        return self.on

    def prolong(self, now: int) -> None:
        """The independent source has just said that the ignition is off."""
        self.until = max(self.until, now + LINE_LIVENESS)
