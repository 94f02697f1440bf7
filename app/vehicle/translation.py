"""Traces of other cars in our words: names and units of other VSS releases, as if a databroker had said them.

A trace has no metadata, so what it says of each signal is taken for what its car has: the same table that chooses
among a broker's paths chooses among the trace's.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.ports import Reading
from app.vehicle.signals import ALIASES, sources

NOTHING = ""
"""The signal of a reading that only lets time pass (see `app.safety.trace`)."""


class Translation:
    """`units` are the signals that a trace has, each with its unit, empty where it names none."""

    def __init__(self, units: Mapping[str, str]) -> None:
        self._sources = {source.path: source for source in sources(ALIASES, units)}
        named = {alias.path for aliases in ALIASES.values() for alias in aliases}
        self._unused = named & units.keys() - self._sources.keys()

    def reading(self, said: Reading) -> Reading:
        """In our name and unit; time alone for what another name says better, or in a unit that nobody knows."""
        source = self._sources.get(said.signal)
        if source is not None:
            return Reading(said.at, source.signal, source.value(said.value))
        return Reading(said.at, NOTHING, None) if said.signal in self._unused else said
