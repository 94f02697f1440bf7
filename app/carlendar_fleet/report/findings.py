"""What the report shows: published results of all measures, and the quality of the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from carlendar_fleet.analytics.disclosure import Row
from carlendar_fleet.analytics.event_tables import Period
from carlendar_fleet.analytics.measures import MEASURES
from carlendar_fleet.analytics.published import Published
from carlendar_fleet.report.data_quality import DataQuality


@dataclass(frozen=True)
class ReportFindings:
    """The content of a report."""

    period: Period
    made_at: datetime
    results: Mapping[str, Published]
    quality: DataQuality

    def rows(self, measure: str, *level: str) -> list[Row]:
        """The shown rows of a measure at one level of detail."""
        return self.results[measure].at(tuple(MEASURES[measure].dimensions), level)

    def total(self, measure: str) -> Row | None:
        """The row of a measure over everything, if it may be shown."""
        return next(iter(self.rows(measure)), None)

    @property
    def brands(self) -> list[str]:
        """The brands that may be shown, by name."""
        return [str(row["brand"]) for row in self.rows("volume", "brand")]

    @property
    def hidden(self) -> int:
        """How many rows are not shown."""
        return sum(each.hidden for each in self.results.values())


def number(row: Row | None, figure: str) -> float:
    """A figure of a row; 0 if there is none."""
    value = None if row is None else row[figure]
    return value if isinstance(value, int | float) else 0


def share(row: Row | None, part: str, whole: str) -> float | None:
    """One figure divided by another; None without any occurrence, or where a figure is of fewer than 20 cars."""
    if row is None or row[part] is None or not number(row, whole):
        return None
    return number(row, part) / number(row, whole)


def sums(rows: Sequence[Row], *figures: str) -> Row:
    """The sums of figures over rows."""
    return {each: sum(number(row, each) for row in rows) for each in figures}


def between(rows: Sequence[Row], first: date, last: date) -> list[Row]:
    """The rows of those days."""
    return [row for row in rows if isinstance(row["day"], date) and first <= row["day"] <= last]
