"""Measures of safety: how fast the display obeys the car, and how drivers look at it while moving."""

from __future__ import annotations

import ibis.expr.types as ir

from carlendar_fleet.analytics.event_tables import EventTables
from carlendar_fleet.analytics.measure import BRAND, TEXT, VERSION, Figure, Measure, percentile_figures
from carlendar_fleet.analytics.reliability import KIND, counted, versioned
from carlendar_fleet.analytics.rollup import Cars, Level, beside, percentiles, roll_up

LIMIT_MS = 500
"""The watchdog ends a screen that has not drawn a tightening within this time."""
TASK_LIMIT_MS = 12_000
"""Total glance time that a task may take while driving (NHTSA guidelines, phase 1: 12 s)."""
SCREEN = "screen"
LATENCY = {"p50_ms": 500, "p95_ms": 950, "p99_ms": 990, "p999_ms": 999}
_LATENCY_DIMENSIONS = {BRAND: TEXT, VERSION: TEXT}
_LATENCY_LEVELS: list[Level] = [(), (BRAND,), (VERSION,), (BRAND, VERSION)]
_GLANCE_DIMENSIONS = {BRAND: TEXT, SCREEN: TEXT}
_GLANCE_LEVELS: list[Level] = [(), (BRAND,), (SCREEN,), (BRAND, SCREEN)]
_GLANCE_SUMS = ("seconds", "frames", "touches", "glances", "glance_ms")
_SECURITY_DIMENSIONS = {BRAND: TEXT, KIND: TEXT}
_SECURITY_LEVELS: list[Level] = [(KIND,), (BRAND, KIND)]


def _tightening(events: EventTables) -> ir.Table:
    frames = versioned(events["tightening"])
    weight = frames["count"]
    by_car = frames.group_by([*_LATENCY_DIMENSIONS, "vehicle_id"]).aggregate(
        frames=weight.sum(), over_limit=weight.sum(where=frames.latency_ms > LIMIT_MS).fill_null(0)
    )
    counts = frames.group_by([*_LATENCY_DIMENSIONS, "latency_ms"]).aggregate(occurrences=weight.sum())
    cars = Cars(by_car, _LATENCY_DIMENSIONS, ("frames", "over_limit"))

    def at(level: Level) -> ir.Table:
        figures = cars.at(level)
        return beside(figures, percentiles(counts, level, "latency_ms", LATENCY), level)

    return roll_up(_LATENCY_DIMENSIONS, _LATENCY_LEVELS, at)


def _glances(events: EventTables) -> ir.Table:
    screens = events["screen"]
    by_car = screens.group_by([*_GLANCE_DIMENSIONS, "vehicle_id"]).aggregate(
        tasks=screens.count(),
        long_tasks=(screens.glance_ms > TASK_LIMIT_MS).cast("int64").sum(),
        **{each: screens[each].sum() for each in _GLANCE_SUMS},
    )

    sums = ("tasks", "long_tasks", *_GLANCE_SUMS)
    return roll_up(_GLANCE_DIMENSIONS, _GLANCE_LEVELS, Cars(by_car, _GLANCE_DIMENSIONS, sums).at)


def _security(events: EventTables) -> ir.Table:
    return counted(events, "security", _SECURITY_DIMENSIONS, _SECURITY_LEVELS)


TIGHTENING_LATENCY = Measure(
    "tightening_latency", "Tightening latency", "How fast does the display obey a restriction?", ("tightening",),
    _LATENCY_DIMENSIONS, _LATENCY_LEVELS,
    (
        Figure("frames", "1", "frames that obeyed a restriction"),
        Figure("over_limit", "1", f"of these, later than {LIMIT_MS} ms"),
        *percentile_figures("from the signal to the drawn frame", "ms", LATENCY),
    ),
    _tightening,
)  # fmt: skip
GLANCES = Measure(
    "glances", "Glances while moving", "Do drivers use the display without distraction?", ("screen",),
    _GLANCE_DIMENSIONS, _GLANCE_LEVELS,
    (
        Figure("tasks", "1", "uses of a screen, one for each trip and screen"),
        Figure("long_tasks", "1", f"of these, with a modelled glance time of more than {TASK_LIMIT_MS // 1000} s"),
        Figure("seconds", "s", "time on the display while moving"),
        Figure("frames", "1", "frames drawn while moving"),
        Figure("touches", "1", "touches while moving"),
        Figure("glances", "1", "glances, as modelled"),
        Figure("glance_ms", "ms", "duration of the glances, as modelled"),
    ),
    _glances,
)  # fmt: skip
SECURITY_EVENTS = Measure(
    "security_events", "Security monitoring", "What did the security monitoring notice?", ("security",),
    _SECURITY_DIMENSIONS, _SECURITY_LEVELS, (Figure("occurrences", "1", "how often it was noticed"),), _security,
)  # fmt: skip
