"""Translates traces of other cars: names and units of other VSS releases, as if sent by a databroker.

A trace has no metadata, so the signals in it count as those that the car has; the rules for choosing among a
databroker's paths apply to them.
"""

from __future__ import annotations

from collections.abc import Mapping

from carlendar.domain.ports import Reading
from carlendar.domain.vss import DATABROKER, SPEED
from carlendar.vehicle.choice import SignalChoice
from carlendar.vehicle.signals import ALIASES, sources
from carlendar.vehicle.speed import SpeedChoice

NOTHING = ""
"""The signal name of a reading that only lets time pass (see `carlendar.safety.trace`)."""


class Translation:
    """For one pass over a trace. `units` are its signals with their units, empty if none."""

    def __init__(self, units: Mapping[str, str]) -> None:
        found = sources(ALIASES, units)
        self._speeds = [source for source in found if source.signal == SPEED]
        self._speed = SpeedChoice(self._speeds, from_memory=False)
        self._others = SignalChoice([source for source in found if source.signal != SPEED], from_memory=False)
        self._speed_paths = frozenset(self._speed.paths)
        self._paths = frozenset(source.path for source in found)
        named = {alias.path for aliases in ALIASES.values() for alias in aliases}
        self._unused = named & units.keys() - self._paths

    def reading(self, raw: Reading) -> Reading:
        """Return the reading with our name and unit; one that only lets time pass if it has no effect."""
        if raw.signal in self._unused:
            return Reading(raw.at, NOTHING, None)
        if raw.signal not in self._paths:
            if raw.signal == DATABROKER and raw.value is False:  # the next connection compares from the start
                self._speed = SpeedChoice(self._speeds, from_memory=False)
            return raw
        choice = self._speed if raw.signal in self._speed_paths else self._others
        return choice.take(raw.at, raw.signal, raw.value, raw.reported) or Reading(raw.at, NOTHING, None)
