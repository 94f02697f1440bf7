"""The tables of the project: which published rows each holds, and their files."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from carlendar_fleet.analytics.disclosure import Row
from carlendar_fleet.analytics.event_tables import Period
from carlendar_fleet.analytics.measures import MEASURES
from carlendar_fleet.analytics.published import Published

TMDL_TYPES = {"string": "string", "date": "dateTime", "int64": "int64", "boolean": "boolean", "float64": "double"}
BRANDS, DAYS = "brands", "days"


@dataclass(frozen=True)
class ExportedColumn:
    """A column with its type in Ibis' terms, and what it means."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True)
class ExportedTable:
    """A table: the rows of a measure at one level of detail, so that sums over it count nothing twice."""

    name: str
    measure: str
    level: tuple[str, ...]

    @property
    def columns(self) -> tuple[ExportedColumn, ...]:
        """The columns in order."""
        measure = MEASURES[self.measure]
        keys = [ExportedColumn(each, measure.dimensions[each], each) for each in self.level]
        figures = [ExportedColumn(each.name, _kind(each.name, each.unit), each.meaning) for each in measure.figures]
        return (*keys, *figures, ExportedColumn("cars", "int64", "cars that the figures are about, 20 or more"))


EXPORTED: tuple[ExportedTable, ...] = (
    ExportedTable("joins_by_day", "join_success", ("day", "brand")),
    ExportedTable("joins_by_service", "join_success", ("brand", "service")),
    ExportedTable("join_outcomes", "join_outcomes", ("brand", "outcome")),
    ExportedTable("connection_times", "time_to_connected", ("brand", "service")),
    ExportedTable("syncs_by_day", "sync_freshness", ("day", "brand")),
    ExportedTable("sync_errors", "sync_errors", ("brand", "error")),
    ExportedTable("runs_by_day", "crash_free_hours", ("day", "brand")),
    ExportedTable("runs_by_version", "crash_free_hours", ("brand", "version")),
    ExportedTable("start_up_times", "start_up_time", ("brand", "version")),
    ExportedTable("rollouts", "rollout_anomalies", ("brand", "version", "indicator")),
    ExportedTable("tightenings", "tightening_latency", ("brand", "version")),
    ExportedTable("glances", "glances", ("brand", "screen")),
    ExportedTable("security_events", "security_events", ("brand", "kind")),
    ExportedTable("activity_by_day", "adoption", ("day", "brand")),
    ExportedTable("activity", "adoption", ("brand",)),
    ExportedTable("versions", "versions", ("brand", "version")),
    ExportedTable("reminders", "reminders", ("brand", "outcome")),
)
DIMENSIONS: dict[str, tuple[ExportedColumn, ...]] = {
    BRANDS: (ExportedColumn("brand", "string", "brand of the car"),),
    DAYS: (ExportedColumn("day", "date", "day (UTC)"),),
}
"""Tables that others are related to by a column of the same name."""


def all_columns() -> dict[str, tuple[ExportedColumn, ...]]:
    """The columns of all tables by name."""
    return DIMENSIONS | {each.name: each.columns for each in EXPORTED}


def csv_files(results: Mapping[str, Published], period: Period) -> dict[str, str]:
    """The content of each table's file by the table's name."""
    rows = {each.name: _rows(each, results) for each in EXPORTED}
    brands = sorted({str(row["brand"]) for own in rows.values() for row in own})
    days = [period.first + timedelta(days=each) for each in range((period.last - period.first).days + 1)]
    rows[BRANDS] = [{"brand": each} for each in brands]
    rows[DAYS] = [{"day": each} for each in days]
    return {name: _csv(columns, rows[name]) for name, columns in all_columns().items()}


def _rows(table: ExportedTable, results: Mapping[str, Published]) -> list[Row]:
    return results[table.measure].at(tuple(MEASURES[table.measure].dimensions), table.level)


def _csv(columns: tuple[ExportedColumn, ...], rows: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([each.name for each in columns])
    for row in rows:
        writer.writerow([_text(row[each.name]) for each in columns])
    return text.getvalue()


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kind(name: str, unit: str) -> str:
    if name == "anomaly":
        return "boolean"
    return "float64" if name == "chi_squared" else "int64" if unit else "string"
