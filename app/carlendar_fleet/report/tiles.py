"""The key figures at the top of the report, with the change against the seven days before the last seven."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from carlendar.domain.base import Value
from carlendar_fleet.analytics.disclosure import Row
from carlendar_fleet.report.attention import cost_of_a_car
from carlendar_fleet.report.findings import ReportFindings, between, number, share, sums

WEEK = timedelta(days=7)
STEADY = 0.005
"""A relative change below this is shown as none."""
JUDGED_UP, JUDGED_DOWN = 0.02, 0.10
"""Relative changes from which a tile is coloured: of shares near 100 %, and of failures."""


class Tile(Value, frozen=True):
    """A figure with its label. `trend` is the change in words; `better` whether it is for the better, if any."""

    label: str
    value: str
    detail: str
    trend: str = ""
    better: bool | None = None


def tiles(findings: ReportFindings) -> list[Tile]:
    """All key figures."""
    success = findings.total("join_success")
    crashes = findings.total("crash_free_hours")
    return [
        _active(findings),
        Tile(
            "Join success", _percent(share(success, "connected", "decided")),
            f"of {number(success, 'decided'):,.0f} attempts",
            *_change(findings, "join_success", lambda row: share(row, "connected", "decided"),
                     ("connected", "decided"), up_is_good=True),
        ),
        _time(findings),
        Tile(
            "Crashes in 1,000 h", _decimal(_per_1000_hours(crashes)), _hours(crashes),
            *_change(findings, "crash_free_hours", _per_1000_hours, ("crashes", "minutes"), up_is_good=False),
        ),
        Tile(
            "Stale calendars", _percent(share(findings.total("sync_freshness"), "stale", "syncs")),
            "of the synchronisations failed when older than 15 min",
            *_change(findings, "sync_freshness", lambda row: share(row, "stale", "syncs"), ("stale", "syncs"),
                     up_is_good=False),
        ),
        _tightening(findings),
        Tile("Cost of a car", _megabytes(cost_of_a_car(findings)), "of events a month, connections not included"),
    ]  # fmt: skip


def _active(findings: ReportFindings) -> Tile:
    row = findings.total("adoption")
    days = findings.rows("adoption", "day")
    last = f"{number(days[-1], 'cars'):,.0f} on the last day" if days else ""
    return Tile("Active cars", f"{number(row, 'cars'):,.0f}" if row else "–", last)


def _time(findings: ReportFindings) -> Tile:
    row = findings.total("time_to_connected")
    value = f"{number(row, 'p90_ms') / 1000:.1f} s" if row else "–"
    half = f"half within {number(row, 'p50_ms') / 1000:.1f} s" if row else ""
    return Tile("90 % joined within", value, half)


def _tightening(findings: ReportFindings) -> Tile:
    row = findings.total("tightening_latency")
    late = number(row, "over_limit")
    detail = f"{late:,.0f} of {number(row, 'frames'):,.0f} beyond 500 ms" if row else ""
    value = f"{number(row, 'p99_ms'):,.0f} ms" if row else "–"
    return Tile("Tightening (99 %)", value, detail, "", None if late == 0 else False)


def _change(
    findings: ReportFindings, measure: str, value: Callable[[Row | None], float | None], figures: tuple[str, ...], *,
    up_is_good: bool,
) -> tuple[str, bool | None]:  # fmt: skip
    """The change of the last seven days against the seven before, in words and for better or worse."""
    rows, last = findings.rows(measure, "day"), findings.period.last
    now = value(sums(between(rows, last - WEEK + timedelta(days=1), last), *figures))
    before = value(sums(between(rows, last - 2 * WEEK + timedelta(days=1), last - WEEK), *figures))
    if now is None or not before:
        return "", None
    change = now / before - 1
    if abs(change) < STEADY:
        return "steady in the last week", None
    judged = (change > 0) == up_is_good if abs(change) >= (JUDGED_UP if up_is_good else JUDGED_DOWN) else None
    return f"{change:+.1%} in the last week".replace("-", "−"), judged


def _per_1000_hours(row: Row | None) -> float | None:
    ratio = share(row, "crashes", "minutes")
    return None if ratio is None else ratio * 60_000


def _hours(row: Row | None) -> str:
    if row is None:
        return ""
    crash_free = share(row, "crash_free_minutes", "minutes") or 0
    return f"{number(row, 'minutes') / 60:,.0f} h, {crash_free:.2%} of them without a crash"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:,.2f}"


def _megabytes(value: float) -> str:
    return f"{value / 1e6:.2f} MB" if value else "–"
