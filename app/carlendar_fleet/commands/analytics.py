"""`carlendar fleet analytics`: the measures, and the figures of one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from carlendar.errors import UsageError
from carlendar_fleet.analytics.duckdb_engine import DuckDBEngine
from carlendar_fleet.analytics.engine import AnalyticsEngine
from carlendar_fleet.analytics.measure import Measure
from carlendar_fleet.analytics.measures import ALL, MEASURES
from carlendar_fleet.analytics.published import publish
from carlendar_fleet.commands.data import located
from carlendar_fleet.report.gather import last_days


def run(*, measure: str, engine: str, as_json: bool, data: str, days: int, until: date | None) -> int:
    """Print figures. Raises UsageError for an unknown measure or without events, StoreError for unusable data."""
    if not measure:
        _list(ALL)
        return 0
    if measure not in MEASURES:
        raise UsageError(f"there is no measure {measure}: `carlendar fleet analytics` lists them")
    folder = located(data)
    period = last_days(folder, days, datetime.now(UTC).date(), until)
    with _engine(engine, folder.events) as chosen:
        rows = publish(MEASURES[measure], chosen, period).rows
    (_print_json if as_json else _print_table)(MEASURES[measure], rows)
    return 0


@contextmanager
def _engine(name: str, events: Path) -> Iterator[AnalyticsEngine]:
    if name == "duckdb":
        local = DuckDBEngine(events)
        try:
            yield local
        finally:
            local.close()
        return
    try:
        from pyspark.sql import SparkSession

        from carlendar_fleet.analytics.spark_engine import SparkEngine
    except ImportError as error:
        raise UsageError("PySpark is not installed: pip install 'pyspark>=4.0,<4.1' (and Java 17)") from error
    session = SparkSession.builder.appName("carlendar").config("spark.ui.showConsoleProgress", "false").getOrCreate()
    try:
        yield SparkEngine(events, session)
    finally:
        session.stop()


def _list(measures: tuple[Measure, ...]) -> None:
    table = Table("measure", "question", box=None)
    for each in measures:
        table.add_row(each.name, each.question)
    Console().print(table)


def _print_table(measure: Measure, rows: tuple[dict[str, object], ...]) -> None:
    table = Table(*measure.columns, box=None)
    for row in rows:
        table.add_row(*("all" if row[each] is None and each in measure.dimensions else _text(row[each])
                        for each in measure.columns))  # fmt: skip
    Console(width=200).print(table)


def _text(value: object) -> str:
    return "fewer than 20" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


def _print_json(measure: Measure, rows: tuple[dict[str, object], ...]) -> None:
    figures = {each.name: {"unit": each.unit, "meaning": each.meaning} for each in measure.figures}
    print(json.dumps({"measure": measure.name, "question": measure.question, "figures": figures, "rows": rows},
                     default=str))  # fmt: skip
