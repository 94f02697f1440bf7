"""Traces of other cars under our names: names and units of other VSS releases, as if a databroker had sent them.

A trace has no metadata, so what it names counts as what its car has: the same rules that choose among a broker's paths
choose among the trace's.
"""

from __future__ import annotations

from collections.abc import Mapping

from carlendar.domain.ports import Reading
from carlendar.domain.vss import DATABROKER, SPEED
from carlendar.vehicle.choice import SignalChoice
from carlendar.vehicle.signals import ALIASES, sources
from carlendar.vehicle.speed import SpeedChoice

NOTHING = ""
"""The signal of a reading that only lets time pass (see `carlendar.safety.trace`)."""


class Translation:
    """`units` are the signals that a trace has, each with its unit, empty where it names none. For one pass over it."""

    def __init__(self, units: Mapping[str, str]) -> None:
        found = sources(ALIASES, units)
        self._speeds = [source for source in found if source.signal == SPEED]
        self._speed = SpeedChoice(self._speeds, from_memory=False)
        self._others = SignalChoice([source for source in found if source.signal != SPEED], from_memory=False)
        self._speed_paths = frozenset(self._speed.paths)
        self._paths = frozenset(source.path for source in found)
        named = {alias.path for aliases in ALIASES.values() for alias in aliases}
        self._unused = named & units.keys() - self._paths

    def reading(self, said: Reading) -> Reading:
        """Under our name and in our unit; time alone for what changes nothing, or has an unknown unit."""
        if said.signal in self._unused:
            return Reading(said.at, NOTHING, None)
        if said.signal not in self._paths:
            if said.signal == DATABROKER and said.value is False:  # timestamps of the next connection start anew
                self._speed = SpeedChoice(self._speeds, from_memory=False)
            return said
        choice = self._speed if said.signal in self._speed_paths else self._others
        return choice.take(said.at, said.signal, said.value, said.reported) or Reading(said.at, NOTHING, None)
