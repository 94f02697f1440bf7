"""What an engineer should look at first: sentences about figures that are out of bounds, the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from carlendar.domain.base import Value
from carlendar.telemetry.schema import WatchdogKind
from carlendar_fleet.report.data_quality import BUDGET_BYTES, monthly_bytes
from carlendar_fleet.report.findings import ReportFindings, number, share

JOIN_SUCCESS = 0.90
JOIN_SUCCESS_GAP = 0.05
"""So far below the fleet's join success a brand or service is reported."""
STALE = 0.05
LATE_TIGHTENINGS = 0.0
LONG_TASKS = 0.05
DEAD_LETTERS = 0.01


class Severity(IntEnum):
    """How urgent it is."""

    GOOD = 0
    WARNING = 1
    SERIOUS = 2


class Notice(Value, frozen=True):
    """One sentence, with the part of the page that has the figures."""

    severity: Severity
    text: str
    section: str


def notices(findings: ReportFindings) -> list[Notice]:
    """All notices, the most serious first."""
    found = [*_safety(findings), *_rollouts(findings), *_joining(findings), *_reliability(findings), *_data(findings)]
    return sorted(found, key=lambda each: -each.severity)


def _safety(findings: ReportFindings) -> Iterator[Notice]:
    late = share(findings.total("tightening_latency"), "over_limit", "frames")
    if late is not None and late > LATE_TIGHTENINGS:
        count = number(findings.total("tightening_latency"), "over_limit")
        yield Notice(Severity.SERIOUS, f"{count:,.0f} restrictions were drawn later than 500 ms", "safety")
    for row in findings.rows("watchdog_events", "kind"):
        if row["kind"] == WatchdogKind.DEADLINE_MISSED.value:
            count = number(row, "occurrences")
            text = f"A watchdog ended the display {count:,.0f} times because it had not drawn a restriction in time"
            yield Notice(Severity.SERIOUS, text, "reliability")
    shares = {str(row["screen"]): share(row, "long_tasks", "tasks") or 0 for row in findings.rows("glances", "screen")}
    if long := [f"{name} {value:.1%}" for name, value in shares.items() if value > LONG_TASKS]:
        text = f"Uses of a screen that take more than 12 s of glances, as modelled: {', '.join(long)}"
        yield Notice(Severity.WARNING, text, "safety")


def _rollouts(findings: ReportFindings) -> Iterator[Notice]:
    for row in findings.rows("rollout_anomalies", "brand", "version", "indicator"):
        if row["anomaly"]:
            before, after = share(row, "before_bad", "before"), share(row, "after_bad", "after")
            text = (
                f"{row['brand']}: {row['indicator']} rose from {before or 0:.2%} to {after or 0:.2%} "
                f"with version {row['version']}"
            )
            yield Notice(Severity.SERIOUS, text, "reliability")


def _joining(findings: ReportFindings) -> Iterator[Notice]:
    fleet = share(findings.total("join_success"), "connected", "decided")
    if fleet is None:
        return
    if fleet < JOIN_SUCCESS:
        yield Notice(Severity.WARNING, f"Only {fleet:.1%} of the attempts to join succeed", "joining")
    for level in ("brand", "service"):
        for row in findings.rows("join_success", level):
            own = share(row, "connected", "decided")
            if own is not None and own < fleet - JOIN_SUCCESS_GAP:
                text = f"{row[level]}: {own:.1%} of the attempts to join succeed, {fleet:.1%} in the whole fleet"
                yield Notice(Severity.WARNING, text, "joining")


def _reliability(findings: ReportFindings) -> Iterator[Notice]:
    stale = share(findings.total("sync_freshness"), "stale", "syncs")
    if stale is not None and stale > STALE:
        text = f"{stale:.1%} of the synchronisations failed while the calendar was older than 15 minutes"
        yield Notice(Severity.WARNING, text, "reliability")


def _data(findings: ReportFindings) -> Iterator[Notice]:
    volume = findings.total("volume")
    letters = findings.quality.dead_letters
    if volume is not None and letters > DEAD_LETTERS * number(volume, "events"):
        yield Notice(Severity.WARNING, f"{letters:,} messages were refused", "data")
    cost = cost_of_a_car(findings)
    if cost > BUDGET_BYTES:
        yield Notice(Severity.WARNING, f"A car sends {cost / 1e6:.2f} MB of events a month", "data")


def cost_of_a_car(findings: ReportFindings) -> float:
    """Bytes of events in 30 days, an average over all cars."""
    kinds = {str(row["event"]): number(row, "events") for row in findings.rows("volume", "event")}
    days = (findings.period.last - findings.period.first).days + 1
    return monthly_bytes(kinds, number(findings.total("volume"), "cars"), days)
