"""What a measure is: an expression over the tables of events, with the meaning of its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import ibis.expr.types as ir

from carlendar_fleet.analytics.event_tables import EventTables
from carlendar_fleet.analytics.rollup import Level

DAY, BRAND, VERSION = "day", "brand", "version"
TEXT, DATE = "string", "date"


@dataclass(frozen=True)
class Figure:
    """A column of figures. The unit `cars` marks numbers of cars, which are never shown below 20."""

    name: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Measure:
    """A question to the fleet's events.

    `dimensions` has the Ibis type of each; a dimension that is null stands for all its values. `levels` are the
    combinations of dimensions that there are rows for. `build` returns a table with the dimensions, the figures and
    `cars`, the number of cars that a row is about.
    """

    name: str
    title: str
    question: str
    events: tuple[str, ...]
    dimensions: Mapping[str, str]
    levels: Sequence[Level]
    figures: tuple[Figure, ...]
    build: Callable[[EventTables], ir.Table]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a result in order."""
        return (*self.dimensions, *(each.name for each in self.figures), "cars")

    @property
    def car_figures(self) -> tuple[str, ...]:
        """The figures that are numbers of cars."""
        return tuple(each.name for each in self.figures if each.unit == "cars")

    def expression(self, events: EventTables) -> ir.Table:
        """The unbound expression, with the columns in order."""
        return self.build(events).select(*self.columns)


def percentile_figures(what: str, unit: str, shares: Mapping[str, int]) -> tuple[Figure, ...]:
    """The columns of percentiles of `what`, by name and thousandths."""
    return tuple(
        Figure(name, unit, f"{what}: {share / 10:g} % of the occurrences are at most this")
        for name, share in shares.items()
    )
