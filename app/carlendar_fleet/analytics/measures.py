"""All measures by name."""

from __future__ import annotations

from carlendar_fleet.analytics import adoption, joining, reliability, rollouts, safety
from carlendar_fleet.analytics.measure import Measure

ALL: tuple[Measure, ...] = (
    joining.JOIN_SUCCESS, joining.JOIN_OUTCOMES, joining.TIME_TO_CONNECTED,
    reliability.SYNC_FRESHNESS, reliability.SYNC_ERRORS, reliability.CRASH_FREE_HOURS, reliability.START_UP_TIME,
    reliability.WATCHDOG_EVENTS, reliability.DROPPED_EVENTS,
    safety.TIGHTENING_LATENCY, safety.GLANCES, safety.SECURITY_EVENTS,
    adoption.ADOPTION, adoption.VERSIONS, adoption.VERSION_DAYS, adoption.REMINDERS, adoption.TRIPS, adoption.VOLUME,
    rollouts.ROLLOUT_ANOMALIES,
)  # fmt: skip
MEASURES: dict[str, Measure] = {each.name: each for each in ALL}
"""All measures by name."""
