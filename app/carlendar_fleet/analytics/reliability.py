"""Measures of reliability: freshness of calendars, crash-free hours, start-up, watchdog events, dropped events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis.expr.types as ir

from carlendar.telemetry.schema import ErrorKind, Process
from carlendar_fleet.analytics.event_tables import EventTables
from carlendar_fleet.analytics.measure import (
    BRAND,
    DATE,
    DAY,
    TEXT,
    VERSION,
    Figure,
    Measure,
    percentile_figures,
)  # fmt: skip
from carlendar_fleet.analytics.rollup import Cars, Level, beside, percentiles, roll_up

STALE_MINUTES = 15
"""From this age on, the car's screen reports that the calendar is old."""
KIND, ERROR, PROCESS = "kind", "error", "process"
AGE = {"age_p50_min": 500, "age_p95_min": 950}
START_UP = {"p50_ms": 500, "p95_ms": 950, "p99_ms": 990}
_FRESHNESS_DIMENSIONS = {DAY: DATE, BRAND: TEXT}
_FRESHNESS_LEVELS: list[Level] = [(), (BRAND,), (DAY,), (DAY, BRAND)]
_ERROR_DIMENSIONS = {BRAND: TEXT, ERROR: TEXT}
_ERROR_LEVELS: list[Level] = [(ERROR,), (BRAND, ERROR)]
_CRASH_DIMENSIONS = {DAY: DATE, BRAND: TEXT, VERSION: TEXT}
_CRASH_LEVELS: list[Level] = [(), (BRAND,), (VERSION,), (BRAND, VERSION), (DAY,), (DAY, BRAND)]
_START_DIMENSIONS = {BRAND: TEXT, VERSION: TEXT}
_START_LEVELS: list[Level] = [(), (BRAND,), (VERSION,), (BRAND, VERSION)]
_WATCHDOG_DIMENSIONS = {BRAND: TEXT, KIND: TEXT}
_WATCHDOG_LEVELS: list[Level] = [(KIND,), (BRAND, KIND)]
_DROPPED_DIMENSIONS = {BRAND: TEXT}
_DROPPED_LEVELS: list[Level] = [(), (BRAND,)]


def versioned(table: ir.Table) -> ir.Table:
    """The table with the version of the software under its short name."""
    return table.mutate(version=table.software_version)


def _sync_freshness(events: EventTables) -> ir.Table:
    syncs = events["sync"]
    weight = syncs["count"]
    by_car = syncs.group_by([*_FRESHNESS_DIMENSIONS, "vehicle_id"]).aggregate(
        syncs=weight.sum(),
        failed=weight.sum(where=syncs.error != ErrorKind.NONE.value).fill_null(0),
        stale=weight.sum(where=(syncs.error != ErrorKind.NONE.value) & (syncs.age_minutes > STALE_MINUTES)).fill_null(
            0
        ),
    )
    counts = syncs.group_by([*_FRESHNESS_DIMENSIONS, "age_minutes"]).aggregate(occurrences=weight.sum())
    cars = Cars(by_car, _FRESHNESS_DIMENSIONS, ("syncs", "failed", "stale"))

    def at(level: Level) -> ir.Table:
        figures = cars.at(level)
        return beside(figures, percentiles(counts, level, "age_minutes", AGE), level)

    return roll_up(_FRESHNESS_DIMENSIONS, _FRESHNESS_LEVELS, at)


def counted(events: EventTables, name: str, dimensions: Mapping[str, str], levels: Sequence[Level]) -> ir.Table:
    """How often something occurred, where an event stands for `count` occurrences."""
    table = events[name]
    by_car = table.group_by([*dimensions, "vehicle_id"]).aggregate(occurrences=table["count"].sum())
    return roll_up(dimensions, levels, Cars(by_car, dimensions, ("occurrences",)).at)


def _sync_errors(events: EventTables) -> ir.Table:
    return counted(events, "sync", _ERROR_DIMENSIONS, _ERROR_LEVELS)


def _watchdog(events: EventTables) -> ir.Table:
    return counted(events, "watchdog", _WATCHDOG_DIMENSIONS, _WATCHDOG_LEVELS)


def _dropped(events: EventTables) -> ir.Table:
    return counted(events, "dropped", _DROPPED_DIMENSIONS, _DROPPED_LEVELS)


def _crash_free_hours(events: EventTables) -> ir.Table:
    runs = versioned(events["uptime"])
    by_car = runs.group_by([*_CRASH_DIMENSIONS, "vehicle_id"]).aggregate(
        runs=runs.count(),
        crashes=runs.crashed.cast("int64").sum(),
        minutes=runs.minutes.sum(),
        crash_free_minutes=runs.minutes.sum(where=~runs.crashed).fill_null(0),
    )

    sums = ("runs", "crashes", "minutes", "crash_free_minutes")
    return roll_up(_CRASH_DIMENSIONS, _CRASH_LEVELS, Cars(by_car, _CRASH_DIMENSIONS, sums).at)


def _start_up(events: EventTables) -> ir.Table:
    everything = versioned(events["start_up"])
    starts = everything.filter(everything.process == Process.SCREEN.value)
    by_car = starts.group_by([*_START_DIMENSIONS, "vehicle_id"]).aggregate(starts=starts.count())
    counts = starts.group_by([*_START_DIMENSIONS, "duration_ms"]).aggregate(occurrences=starts.count())
    cars = Cars(by_car, _START_DIMENSIONS, ("starts",))

    def at(level: Level) -> ir.Table:
        figures = cars.at(level)
        return beside(figures, percentiles(counts, level, "duration_ms", START_UP), level)

    return roll_up(_START_DIMENSIONS, _START_LEVELS, at)


_OCCURRENCES = (Figure("occurrences", "1", "how often it occurred"),)
SYNC_FRESHNESS = Measure(
    "sync_freshness", "Sync freshness", "Are the calendars in the cars up to date?", ("sync",),
    _FRESHNESS_DIMENSIONS, _FRESHNESS_LEVELS,
    (
        Figure("syncs", "1", "synchronisations"),
        Figure("failed", "1", "synchronisations that failed"),
        Figure("stale", "1", f"of these, while the calendar was older than {STALE_MINUTES} minutes"),
        *percentile_figures("age of the calendar before a synchronisation", "min", AGE),
    ),
    _sync_freshness,
)  # fmt: skip
SYNC_ERRORS = Measure(
    "sync_errors", "Errors of synchronisation", "What prevents calendars from being up to date?", ("sync",),
    _ERROR_DIMENSIONS, _ERROR_LEVELS, _OCCURRENCES, _sync_errors,
)  # fmt: skip
CRASH_FREE_HOURS = Measure(
    "crash_free_hours", "Crash-free hours", "How long does the application run without a crash?", ("uptime",),
    _CRASH_DIMENSIONS, _CRASH_LEVELS,
    (
        Figure("runs", "1", "runs of a process"),
        Figure("crashes", "1", "runs that ended unexpectedly"),
        Figure("minutes", "min", "how long the processes ran"),
        Figure("crash_free_minutes", "min", "how long those ran that did not crash"),
    ),
    _crash_free_hours,
)  # fmt: skip
START_UP_TIME = Measure(
    "start_up_time", "Start-up time", "How long does the display take to appear?", ("start_up",),
    _START_DIMENSIONS, _START_LEVELS,
    (
        Figure("starts", "1", "starts of the display"),
        *percentile_figures("from the start to the first frame", "ms", START_UP),
    ),
    _start_up,
)  # fmt: skip
WATCHDOG_EVENTS = Measure(
    "watchdog_events", "Watchdog events", "From what did the application recover by itself?", ("watchdog",),
    _WATCHDOG_DIMENSIONS, _WATCHDOG_LEVELS, _OCCURRENCES, _watchdog,
)  # fmt: skip
DROPPED_EVENTS = Measure(
    "dropped_events", "Dropped events", "How many events did cars delete because their queue was full?", ("dropped",),
    _DROPPED_DIMENSIONS, _DROPPED_LEVELS, _OCCURRENCES, _dropped,
)  # fmt: skip
