"""Hand-made results of the measures, and the values of the model's measures that were worked out from them by hand."""

from __future__ import annotations

from datetime import date

from carlendar_fleet.analytics.disclosure import Row
from carlendar_fleet.analytics.event_tables import Period
from carlendar_fleet.analytics.measure import Measure
from carlendar_fleet.analytics.measures import ALL, MEASURES
from carlendar_fleet.analytics.published import Published

FIRST, SECOND = date(2026, 11, 2), date(2026, 11, 3)
PERIOD = Period(FIRST, SECOND)
S, C = "strada", "corvia"
OLD, NEW = "0.4.2", "0.5.0"
ROWS: dict[str, list[tuple[object, ...]]] = {
    # in the order of the measure's columns, the number of cars last
    "join_success": [
        (FIRST, S, None, 10, 8, 6, 20), (SECOND, S, None, 10, 10, 9, 20), (FIRST, C, None, 5, 4, 4, 20),
        (None, S, "teams", 20, 18, 15, 20), (None, C, "zoom", 5, 4, 4, 20), (None, None, None, 25, 22, 19, 40),
    ],
    "join_outcomes": [(S, "busy", 7, 20), (C, "busy", 1, 20)],
    "time_to_connected": [
        (S, "teams", 15, 5_000, 9_000, 9_500, 12_000, 20), (C, "zoom", 4, 6_000, 8_000, 8_500, 9_000, 20),
    ],
    "sync_freshness": [(FIRST, S, 100, 10, 4, 5, 20, 20), (FIRST, C, 50, 0, 0, 3, 9, 20)],
    "sync_errors": [(S, "offline", 10, 20), (C, "none", 50, 20)],
    "crash_free_hours": [
        (FIRST, S, None, 10, 2, 6_000, 5_400, 20), (SECOND, C, None, 5, 0, 6_000, 6_000, 20),
        (None, S, OLD, 10, 2, 6_000, 5_400, 20), (None, C, OLD, 5, 0, 6_000, 6_000, 20),
    ],
    "start_up_time": [(S, OLD, 9, 500, 900, 1_000, 20), (C, OLD, 9, 600, 800, 900, 20)],
    "rollout_anomalies": [
        (S, NEW, "crashes", 1_000, 10, 1_000, 40, 18.5, True, 20),
        (C, NEW, "crashes", 1_000, 10, 1_000, 10, 0.0, False, 20),
    ],
    "tightening_latency": [(S, OLD, 1_000, 2, 40, 80, 120, 510, 20), (C, OLD, 500, 0, 30, 70, 150, 200, 20)],
    "glances": [(S, "now", 10, 1, 1_000, 300, 5, 40, 20_000, 20), (C, "now", 10, 0, 1_000, 100, 0, 10, 5_000, 20)],
    "security_events": [(S, "command_expired", 3, 20), (C, "command_expired", 1, 20)],
    "adoption": [
        (FIRST, S, 20, 20, None, 20, 9, 1, 20), (SECOND, S, 20, 20, None, 20, 11, 0, 25),
        (FIRST, C, 20, 20, 0, 20, 10, 0, 20),
        (None, S, 20, 20, None, 25, 20, 1, 40), (None, C, 20, 20, 0, 20, 10, 0, 20),
    ],
    "versions": [(S, OLD, 40), (C, OLD, 20)],
    "reminders": [(S, "shown", 30, 10, 20), (C, "shown", 10, 2, 20)],
}  # fmt: skip
EVERYTHING: dict[str, float] = {
    "Active cars": 60, "Active cars of a day": 65, "Joins per car": 30 / 60, "Cars that joined": 40 / 60,
    "Cars used while moving": 45 / 60, "Join attempts": 25, "Join success": 19 / 22, "Join success by service": 19 / 22,
    "Attempts with outcome": 8, "Slowest median connection (ms)": 6_000, "Slowest connection, 90 % (ms)": 9_000,
    "Synchronisations": 150, "Failed synchronisations": 10 / 150, "Stale calendars": 4 / 150, "Errors": 60,
    "Crashes": 2, "Hours": 200, "Crashes in 1,000 hours": 10, "Crash-free hours": 0.95,
    "Crashes in 1,000 hours of a version": 10, "Slowest start, 95 % (ms)": 900, "Anomalies": 1,
    "Failures before": 0.01, "Failures after": 0.025, "Restrictions drawn": 1_500, "Restrictions drawn late": 2,
    "Slowest tightening, 99 % (ms)": 150, "Glances per use": 2.5, "Frames per glance": 8, "Long uses": 0.05,
    "Eyes on the display": 0.0125, "Security events": 4, "Cars with version": 60, "Reminders": 40,
}  # fmt: skip
CORVIA: dict[str, float | None] = {
    "Active cars": 20, "Active cars of a day": 20, "Joins per car": 0.5, "Cars that joined": 1,
    "Cars used while moving": 1, "Join attempts": 5, "Join success": 1, "Join success by service": 1,
    "Attempts with outcome": 1, "Slowest median connection (ms)": 6_000, "Slowest connection, 90 % (ms)": 8_000,
    "Synchronisations": 50, "Failed synchronisations": 0, "Stale calendars": 0, "Errors": 50,
    "Crashes": 0, "Hours": 100, "Crashes in 1,000 hours": 0, "Crash-free hours": 1,
    "Crashes in 1,000 hours of a version": 0, "Slowest start, 95 % (ms)": 800, "Anomalies": None,
    "Failures before": 0.01, "Failures after": 0.01, "Restrictions drawn": 500, "Restrictions drawn late": 0,
    "Slowest tightening, 99 % (ms)": 150, "Glances per use": 1, "Frames per glance": 10, "Long uses": 0,
    "Eyes on the display": 0.005, "Security events": 1, "Cars with version": 20, "Reminders": 10,
}  # fmt: skip
"""The same, of one brand."""


def results() -> dict[str, Published]:
    """The results of all measures; those without rows have none."""
    return {each.name: Published(each.name, tuple(_rows(each)), 0) for each in ALL}


def _rows(measure: Measure) -> list[Row]:
    return [dict(zip(measure.columns, row, strict=True)) for row in ROWS.get(measure.name, [])]


assert set(ROWS) <= set(MEASURES)
