"""Runs every measure on DuckDB and on Spark and compares the rows; started by `python -m tests.spark`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from pyspark.sql import SparkSession

import fleet_events
from carlendar_fleet.analytics.disclosure import Row
from carlendar_fleet.analytics.duckdb_engine import DuckDBEngine
from carlendar_fleet.analytics.engine import AnalyticsEngine
from carlendar_fleet.analytics.event_tables import EventTables, Period
from carlendar_fleet.analytics.measure import Measure
from carlendar_fleet.analytics.measures import ALL
from carlendar_fleet.analytics.spark_engine import SparkEngine

CARS, DAYS = 5_000, 30
CLUSTER = "local-cluster[2,1,1024]"
"""Two executor processes of one core and 1 GiB each, apart from the driver."""
OPTIONS = {
    "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.sql.shuffle.partitions": "4",
    "spark.sql.session.timeZone": "UTC",
}  # fmt: skip


def main() -> int:
    """Print each measure with whether the engines agree; 1 if one does not."""
    folder, events = Path(sys.argv[1]), int(sys.argv[2])
    fleet = fleet_events.Fleet(CARS, DAYS, events)
    written = fleet_events.write(folder, fleet)
    period = Period(fleet_events.FIRST_DAY, fleet.last_day)
    builder = SparkSession.builder.master(CLUSTER).appName("carlendar")
    for option, value in OPTIONS.items():
        builder = builder.config(option, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    local, distributed = DuckDBEngine(folder), SparkEngine(folder, session)
    print(f"{written:,} events, DuckDB and Spark {session.version} on {CLUSTER}", flush=True)
    different = 0
    for measure in ALL:
        started = time.monotonic()
        expected = _rows(measure, local, period)
        middle = time.monotonic()
        found = _rows(measure, distributed, period)
        seconds = f"{middle - started:.1f} s, {time.monotonic() - middle:.1f} s"
        equal = found == expected
        different += not equal
        print(f"  {measure.name:20} {len(expected):4} rows {'equal' if equal else 'DIFFERENT'} ({seconds})", flush=True)
    session.stop()
    return 1 if different else 0


def _rows(measure: Measure, engine: AnalyticsEngine, period: Period) -> list[Row]:
    """All rows in order of their dimensions, before any is hidden."""
    rows: list[Row] = engine.run(measure.expression(EventTables(period))).to_pylist()
    return sorted(rows, key=lambda row: [(row[each] is not None, str(row[each])) for each in measure.dimensions])


if __name__ == "__main__":
    sys.exit(main())
