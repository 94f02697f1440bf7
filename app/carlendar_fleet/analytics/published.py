"""Results that may be shown: the only way from an engine to a report, an export or a screen."""

from __future__ import annotations

from carlendar.domain.base import Value
from carlendar_fleet.analytics.disclosure import Row, publishable
from carlendar_fleet.analytics.engine import AnalyticsEngine
from carlendar_fleet.analytics.event_tables import EventTables, Period
from carlendar_fleet.analytics.measure import Measure
from carlendar_fleet.analytics.rollup import Level


class Published(Value, frozen=True):
    """The rows of a measure that may be shown, and how many were hidden because they concern too few cars."""

    measure: str
    rows: tuple[Row, ...]
    hidden: int

    def at(self, dimensions: tuple[str, ...], level: Level) -> list[Row]:
        """The rows of one level of detail."""
        return [row for row in self.rows if {each for each in dimensions if row[each] is not None} == set(level)]


def publish(measure: Measure, engine: AnalyticsEngine, period: Period) -> Published:
    """Return what may be shown of a measure over a period. Raises StoreError if the data cannot be read."""
    rows: list[Row] = engine.run(measure.expression(EventTables(period))).to_pylist()
    shown = publishable(rows, tuple(measure.dimensions), measure.car_figures)
    return Published(measure.name, tuple(shown), len(rows) - len(shown))
