"""Records the car's signals as a trace for `carlendar safety`."""

from __future__ import annotations

import json
from collections.abc import Callable

from carlendar.domain import vss
from carlendar_devtools.emulator.car import CarState
from carlendar_devtools.emulator.vss import Value

CONFIRMED = 0.5
"""Seconds between two lines of an unchanged speed: while the car sends, its speed is never older."""

LONGEST = 50_000
"""Maximum number of changes; then the recording starts again."""


class Recording:
    """The changes since the start, by the elapsed clock. `add` is a listener of the car."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._since = elapsed()
        self._changes: list[tuple[float, dict[str, Value], bool]] = []
        self._known: dict[str, Value] = {}

    def add(self, state: CarState) -> None:
        """The car is in this state from now on."""
        if len(self._changes) >= LONGEST:
            self._changes, self._known, self._since = [], {}, self._elapsed()
        sends = state.signals and state.provider
        values = state.values() if sends else {}
        values = {
            path: value for path, value in values.items() if not path.startswith(vss.LOCATION) and path not in vss.TRIP
        }  # the position is never recorded, nor what shows how far the car went
        changed = {
            path: value for path, value in values.items() if path not in self._known or self._known[path] != value
        }
        self._known = self._known | values
        self._changes.append((self._elapsed() - self._since, changed, sends))

    def lines(self) -> str:
        """JSON lines `{"t", "signal", "value"}`; `t` is in seconds from the start and never falls."""
        written: list[str] = []
        ends = [at for at, _, _ in self._changes[1:]] + [self._elapsed() - self._since]
        speed: Value = 0.0
        for (at, changed, sends), end in zip(self._changes, ends, strict=True):
            if sends:
                written += [_line(at, path, value) for path, value in changed.items()]
            speed = changed.get(vss.SPEED, speed)
            while sends and at + CONFIRMED < end:
                at += CONFIRMED
                written.append(_line(at, vss.SPEED, speed))
            if not sends:
                written.append(json.dumps({"t": round(end, 3)}))
        return "".join(line + "\n" for line in written)


def _line(at: float, path: str, value: Value) -> str:
    return json.dumps({"t": round(at, 3), "signal": path, "value": value})
