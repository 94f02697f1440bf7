"""The sections of the report: which charts, from which measures."""

from __future__ import annotations

from dataclasses import dataclass

from carlendar_fleet.analytics.disclosure import Row
from carlendar_fleet.analytics.joining import UNDECIDED
from carlendar_fleet.report.charts import Chart, areas, bars, by_brand, figure, heatmap, lines, of, ranges, rate
from carlendar_fleet.report.findings import ReportFindings, number, share

NONE = "None in this period."
SECONDS = [("50 %", figure("p50_ms", 1000)), ("90 %", figure("p90_ms", 1000)), ("99 %", figure("p99_ms", 1000))]
START_UP = [("50 %", figure("p50_ms")), ("95 %", figure("p95_ms")), ("99 %", figure("p99_ms"))]
LATENCY = [*START_UP, ("99.9 %", figure("p999_ms"))]


@dataclass(frozen=True)
class Section:
    """A part of the page. `table` is a table with its header in the first row, shown as such."""

    name: str
    title: str
    lead: str
    charts: tuple[Chart, ...]
    table: tuple[tuple[str, ...], ...] = ()
    table_title: str = ""


def sections(findings: ReportFindings) -> tuple[Section, ...]:
    """All sections in order."""
    return (
        _overview(findings), _joining(findings), _reliability(findings), _safety(findings), _brands(findings),
        _data(findings),
    )  # fmt: skip


def _overview(findings: ReportFindings) -> Section:
    return Section(
        "overview", "Overview", "",
        (
            lines("Active cars", "Cars that sent something on that day.", by_brand(findings, "adoption"),
                  figure("cars"), ""),
            lines("Join success", "Connected, of the attempts whose outcome the car learns.",
                  by_brand(findings, "join_success"), of("connected", "decided"), "%", zero=False),
        ),
    )  # fmt: skip


def _joining(findings: ReportFindings) -> Section:
    failed = sorted(findings.rows("join_outcomes", "outcome"), key=lambda row: -number(row, "attempts"))
    failed = [row for row in failed if row["outcome"] not in ("connected", *UNDECIDED)]
    return Section(
        "joining", "Joining", "From the touch on Join to the connection, by service and brand.",
        (
            heatmap("Success by service and brand", "Connected, of the attempts whose outcome the car learns.",
                    findings.rows("join_success", "brand", "service"), "service", "brand", of("connected", "decided")),
            bars("Why attempts fail", "Failed attempts, by outcome.", failed, "outcome",
                 [("attempts", "bad", figure("attempts"))], "", horizontal=True),
            ranges("Time to connected by service", "Half, 90 % and 99 % of the connections take at most so long.",
                   findings.rows("time_to_connected", "service"), "service", SECONDS, "s"),
            ranges("Time to connected by brand", "Half, 90 % and 99 % of the connections take at most so long.",
                   findings.rows("time_to_connected", "brand"), "brand", SECONDS, "s"),
        ),
    )  # fmt: skip


def _reliability(findings: ReportFindings) -> Section:
    errors = [row for row in findings.rows("sync_errors", "error") if row["error"] != "none"]
    errors.sort(key=lambda row: -number(row, "occurrences"))
    rollouts = [
        ("brand", "version", "indicator", "before", "after", "chi-squared", ""),
        *(
            (
                str(row["brand"]), str(row["version"]), str(row["indicator"]), _rate(row, "before"),
                _rate(row, "after"), f"{number(row, 'chi_squared'):.1f}", "anomaly" if row["anomaly"] else "",
            )
            for row in sorted(
                findings.rows("rollout_anomalies", "brand", "version", "indicator"),
                key=lambda row: (not row["anomaly"], _change(row) <= 0, -number(row, "chi_squared")),
            )
        ),
    ]  # fmt: skip
    watchdog = sorted(findings.rows("watchdog_events", "kind"), key=lambda row: -number(row, "occurrences"))
    per_1000_hours = rate("crashes", "minutes", 60_000)
    return Section(
        "reliability", "Reliability", "Crashes, freshness of the calendars, start-up, and what new versions changed.",
        (
            lines("Crashes in 1,000 hours", "Runs that ended unexpectedly, per 1,000 hours of running.",
                  by_brand(findings, "crash_free_hours"), per_1000_hours, ""),
            bars("Crashes in 1,000 hours by version", "The same, by version of the software.",
                 findings.rows("crash_free_hours", "version"), "version", [("crashes", "bad", per_1000_hours)], ""),
            lines("Stale calendars", "Synchronisations that failed while the calendar was older than 15 minutes.",
                  by_brand(findings, "sync_freshness"), of("stale", "syncs"), "%"),
            bars("Errors of synchronisation", "Synchronisations that failed, by cause.", errors, "error",
                 [("failed", "bad", figure("occurrences"))], "", horizontal=True),
            ranges("Start-up time by version", "From the start to the first frame: half, 95 % and 99 % of the starts.",
                   findings.rows("start_up_time", "version"), "version", START_UP, "ms"),
            areas("Version spread", "Share of the cars by version that they started on that day.",
                  findings.rows("version_days", "day", "version"), "version"),
            bars("Recovered faults", "What a watchdog did, by kind.", watchdog, "kind",
                 [("events", "bad", figure("occurrences"))], "", horizontal=True),
            bars("Crash-free hours by brand", "Share of the hours in runs that did not end unexpectedly.",
                 findings.rows("crash_free_hours", "brand"), "brand",
                 [("crash-free", "line:0", of("crash_free_minutes", "minutes"))], "%", horizontal=True),
        ),
        tuple(rollouts), "After roll-outs: seven days with the new version, against seven days before with others",
    )  # fmt: skip


def _safety(findings: ReportFindings) -> Section:
    security = sorted(findings.rows("security_events", "kind"), key=lambda row: -number(row, "occurrences"))
    screens = findings.rows("glances", "screen")
    return Section(
        "safety", "Safety", "How fast the display obeys the car, and what it asks of the driver's eyes while moving.",
        (
            ranges("Tightening latency by version", "From the signal to the drawn frame; a watchdog acts at 500 ms.",
                   findings.rows("tightening_latency", "version"), "version", LATENCY, "ms", limit=500),
            ranges("Tightening latency by brand", "The same, by brand.", findings.rows("tightening_latency", "brand"),
                   "brand", LATENCY, "ms", limit=500),
            bars("Glances per use of a screen", "Of one screen in one trip, as modelled from reading and touching it.",
                 screens, "screen", [("glances", "line:0", rate("glances", "tasks", 1))], ""),
            bars("Frames drawn per glance", "Frames really drawn while moving: how often the screen changed meanwhile.",
                 screens, "screen", [("frames", "line:1", rate("frames", "glances", 1))], ""),
            bars("Long uses of a screen", "Uses that take more than 12 s of glances in total, as modelled.", screens,
                 "screen", [("more than 12 s", "bad", of("long_tasks", "tasks"))], "%"),
            bars("Eyes on the display", "Modelled glance time, as a share of the time on the display while moving.",
                 screens, "screen", [("glance time", "line:0", rate("glance_ms", "seconds", 0.001))], "%"),
            bars("Touches per use of a screen", "While moving, of one screen in one trip.", screens, "screen",
                 [("touches", "line:0", rate("touches", "tasks", 1))], ""),
            bars("Security monitoring", "What cars noticed: commands and certificates that were refused.", security,
                 "kind", [("events", "bad", figure("occurrences"))], "", horizontal=True),
        ),
    )  # fmt: skip


def _brands(findings: ReportFindings) -> Section:
    measures = ("join_success", "time_to_connected", "crash_free_hours", "sync_freshness", "tightening_latency",
                "adoption")  # fmt: skip
    found = {name: {row["brand"]: row for row in findings.rows(name, "brand")} for name in measures}
    rows = [
        (
            brand, f"{number(found['adoption'].get(brand), 'cars'):,.0f}",
            _percent(share(found["join_success"].get(brand), "connected", "decided")),
            _maybe(found["time_to_connected"].get(brand), "p90_ms", 1000, "s"),
            _maybe_rate(found["crash_free_hours"].get(brand), "crashes", "minutes", 60_000),
            _percent(share(found["sync_freshness"].get(brand), "stale", "syncs")),
            _maybe(found["tightening_latency"].get(brand), "p99_ms", 1, "ms"),
            _maybe_rate(found["adoption"].get(brand), "joins", "cars", 1),
        )
        for brand in findings.brands
    ]  # fmt: skip
    header = ("brand", "cars", "join success", "connected within (90 %)", "crashes in 1,000 h", "stale calendars",
              "tightening (99 %)", "joins per car")  # fmt: skip
    return Section(
        "brands", "Brands", "The same figures side by side: one service for all brands.",
        (
            lines("Cars that joined a meeting", "Share of the active cars of the day.", by_brand(findings, "adoption"),
                  of("joining_cars", "cars"), "%"),
            bars("Use of the display while moving", "Cars whose display was used while moving, of the active cars.",
                 findings.rows("adoption", "brand"), "brand", [("cars", "line:0", of("moving_cars", "cars"))], "%"),
            bars("Reminders", "What became of them.", findings.rows("reminders", "outcome"), "outcome",
                 [("reminders", "line:0", figure("reminders"))], "", horizontal=True),
            bars("Trips by hour of departure", "In local time; of cars whose drivers consented to mobility data.",
                 findings.rows("trips", "hour"), "hour", [("trips", "line:0", figure("trips"))], "", labelled=False),
        ),
        (header, *rows), "Brand by brand",
    )  # fmt: skip


def _data(findings: ReportFindings) -> Section:
    letters = [{"reason": reason, "letters": count} for reason, count in findings.quality.reasons.items()]
    volume = sorted(findings.rows("volume", "event"), key=lambda row: -number(row, "events"))
    by_day: list[Row] = [{"day": day, "letters": count} for day, count in findings.quality.days.items()]
    return Section(
        "data", "Data quality", "What was refused or lost, and how much is sent.",
        (
            bars("Dead letters by reason", "Messages that were refused. Their folder has each with its reason.",
                 letters, "reason", [("letters", "bad", figure("letters"))], "", horizontal=True).or_else(NONE),
            lines("Dead letters by day", "Messages that were refused on that day.", [("letters", "bad", by_day)],
                  figure("letters"), "").or_else(NONE),
            bars("Events by kind", "Events that were stored.", volume, "event",
                 [("events", "line:0", figure("events"))], "", horizontal=True),
            bars("Events dropped in cars", "Deleted in the car because its queue was full.",
                 findings.rows("dropped_events", "brand"), "brand", [("events", "bad", figure("occurrences"))], ""),
        ),
    )  # fmt: skip


def _change(row: Row) -> float:
    return (share(row, "after_bad", "after") or 0) - (share(row, "before_bad", "before") or 0)


def _rate(row: Row, side: str) -> str:
    return f"{share(row, f'{side}_bad', side) or 0:.2%} of {number(row, side):,.0f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _maybe(row: Row | None, name: str, divisor: float, unit: str) -> str:
    return "–" if row is None else f"{number(row, name) / divisor:,.1f} {unit}".replace(".0 ", " ")


def _maybe_rate(row: Row | None, part: str, whole: str, factor: float) -> str:
    ratio = share(row, part, whole)
    return "–" if ratio is None else f"{ratio * factor:,.2f}"
