"""Measures of joining meetings: success, outcomes, time to the connection."""

from __future__ import annotations

import ibis.expr.types as ir

from carlendar.telemetry.schema import JoinOutcome
from carlendar_fleet.analytics.event_tables import EventTables
from carlendar_fleet.analytics.measure import BRAND, DATE, DAY, TEXT, Figure, Measure, percentile_figures
from carlendar_fleet.analytics.rollup import Cars, Level, beside, percentiles, roll_up

UNDECIDED = (JoinOutcome.STARTED.value, JoinOutcome.CANCELLED.value)
"""Outcomes that say nothing about success: the car does not learn it, or the driver changed their mind."""
SERVICE, OUTCOME = "service", "outcome"
CONNECTED_MS = {"p50_ms": 500, "p90_ms": 900, "p95_ms": 950, "p99_ms": 990}
_SUCCESS_DIMENSIONS = {DAY: DATE, BRAND: TEXT, SERVICE: TEXT}
_SUCCESS_LEVELS: list[Level] = [(), (BRAND,), (SERVICE,), (BRAND, SERVICE), (DAY,), (DAY, BRAND)]
_TIME_DIMENSIONS = {BRAND: TEXT, SERVICE: TEXT}
_TIME_LEVELS: list[Level] = [(), (BRAND,), (SERVICE,), (BRAND, SERVICE)]
_OUTCOME_DIMENSIONS = {BRAND: TEXT, OUTCOME: TEXT}
_OUTCOME_LEVELS: list[Level] = [(OUTCOME,), (BRAND, OUTCOME)]


def _success(events: EventTables) -> ir.Table:
    joins = events["join"]
    by_car = joins.group_by([*_SUCCESS_DIMENSIONS, "vehicle_id"]).aggregate(
        attempts=joins.count(),
        decided=joins.outcome.notin(UNDECIDED).cast("int64").sum(),
        connected=(joins.outcome == JoinOutcome.CONNECTED.value).cast("int64").sum(),
    )

    sums = ("attempts", "decided", "connected")
    return roll_up(_SUCCESS_DIMENSIONS, _SUCCESS_LEVELS, Cars(by_car, _SUCCESS_DIMENSIONS, sums).at)


def _outcomes(events: EventTables) -> ir.Table:
    joins = events["join"]
    by_car = joins.group_by([*_OUTCOME_DIMENSIONS, "vehicle_id"]).aggregate(attempts=joins.count())
    return roll_up(_OUTCOME_DIMENSIONS, _OUTCOME_LEVELS, Cars(by_car, _OUTCOME_DIMENSIONS, ("attempts",)).at)


def _time_to_connected(events: EventTables) -> ir.Table:
    joins = events["join"]
    connected = joins.filter((joins.outcome == JoinOutcome.CONNECTED.value) & joins.connected_ms.notnull())
    by_car = connected.group_by([*_TIME_DIMENSIONS, "vehicle_id"]).aggregate(connected=connected.count())
    counts = connected.group_by([*_TIME_DIMENSIONS, "connected_ms"]).aggregate(occurrences=connected.count())
    cars = Cars(by_car, _TIME_DIMENSIONS, ("connected",))

    def at(level: Level) -> ir.Table:
        figures = cars.at(level)
        return beside(figures, percentiles(counts, level, "connected_ms", CONNECTED_MS), level)

    return roll_up(_TIME_DIMENSIONS, _TIME_LEVELS, at)


JOIN_SUCCESS = Measure(
    "join_success", "Join success", "Do drivers get into their meetings, by service and brand?", ("join",),
    _SUCCESS_DIMENSIONS, _SUCCESS_LEVELS,
    (
        Figure("attempts", "1", "attempts to join"),
        Figure("decided", "1", "attempts whose success the car learns: without those handed over or cancelled"),
        Figure("connected", "1", "attempts that were connected"),
    ),
    _success,
)  # fmt: skip
JOIN_OUTCOMES = Measure(
    "join_outcomes", "Outcomes of joining", "Why do attempts to join fail?", ("join",),
    _OUTCOME_DIMENSIONS, _OUTCOME_LEVELS, (Figure("attempts", "1", "attempts with this outcome"),), _outcomes,
)  # fmt: skip
TIME_TO_CONNECTED = Measure(
    "time_to_connected", "Time to connected", "How long does it take from the touch to the connection?", ("join",),
    _TIME_DIMENSIONS, _TIME_LEVELS,
    (
        Figure("connected", "1", "attempts that were connected"),
        *percentile_figures("from the touch to the connection", "ms", CONNECTED_MS),
    ),
    _time_to_connected,
)  # fmt: skip
