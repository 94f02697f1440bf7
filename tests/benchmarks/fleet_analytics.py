"""Every measure of the fleet over many events on DuckDB, beside a bare scan of the same columns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb

import fleet_events
from carlendar_fleet.analytics.duckdb_engine import DuckDBEngine
from carlendar_fleet.analytics.event_tables import EventTables, Period, columns
from carlendar_fleet.analytics.measure import Measure
from carlendar_fleet.analytics.measures import ALL

EVENTS, CARS, DAYS = 20_000_000, 10_000, 30
LIMIT = 2.0
NUMBER = {"int64": '"{}"', "boolean": '"{}"', "date": 'epoch("{}")', "string": 'strlen("{}")'}


def run(scratch: Path, rounds: int, report: Callable[[str], None]) -> None:
    """Print the median of each measure, of the scan, and the processor time of the measure."""
    fleet = fleet_events.Fleet(CARS, DAYS, EVENTS)
    folder = scratch / "fleet-events"
    written = fleet_events.write(folder, fleet)
    period = Period(fleet_events.FIRST_DAY, fleet.last_day)
    report(f"fleet analytics: {written:,} events of {CARS:,} cars in {DAYS} days; limit {LIMIT} s a measure")
    engine = DuckDBEngine(folder)
    slowest = 0.0
    for measure in ALL:
        seconds, processor, rows = _measured(partial(_rows, engine, measure, period), rounds)
        floor, _, _ = _measured(partial(_scan, folder, measure), rounds)
        slowest = max(slowest, seconds)
        report(
            f"  {measure.name:20} {seconds:5.2f} s, processor {processor:5.2f} s, {rows:4} rows; "
            f"bare scan {floor:5.2f} s; ratio {seconds / floor:4.1f}"
        )
    engine.close()
    report(f"  slowest {slowest:.2f} s: {'within' if slowest <= LIMIT else 'BEYOND'} the limit")


def _rows(engine: DuckDBEngine, measure: Measure, period: Period) -> int:
    """Run a measure and return the number of rows."""
    rows: int = engine.run(measure.expression(EventTables(period))).num_rows
    return rows


def _scan(folder: Path, measure: Measure) -> int:
    """Read every column of the measure's events once, and add up what is in it."""
    connection = duckdb.connect()
    for name in measure.events:
        used = _used(measure, name)
        sums = ", ".join(f"sum({NUMBER[columns(name)[each]].format(each)}::BIGINT)" for each in used)
        files = folder / name / "*" / "*" / "part-*.parquet"
        connection.execute(f"SELECT {sums} FROM read_parquet('{files}', hive_partitioning = true)").fetchall()  # noqa: S608 - our files
    connection.close()
    return 0


def _used(measure: Measure, name: str) -> list[str]:
    """The columns of a table of events that the measure's expression reads."""
    text = repr(measure.expression(EventTables(Period(fleet_events.FIRST_DAY, fleet_events.FIRST_DAY))))
    own = [each for each in columns(name) if each not in ("model", "day", "brand")]
    used = [each for each in own if f".{each}" in text]
    return used or ["vehicle_id"]


def _measured(work: Callable[[], int], rounds: int) -> tuple[float, float, int]:
    """Median seconds and processor seconds, and the last result. The first run only warms up."""
    work()
    walls, processors, result = [], [], 0
    for _ in range(max(1, min(rounds, 5))):
        wall, processor = time.perf_counter(), time.process_time()
        result = work()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return statistics.median(walls), statistics.median(processors), result
