"""The measures of the semantic model."""

from __future__ import annotations

from dataclasses import dataclass

from carlendar_fleet.powerbi.calculation import Calculation, Constant, CountWhere, Ratio, highest, total

WHOLE, SHARE, DECIMAL = "#,0", "0.0%", "#,0.00"


@dataclass(frozen=True)
class DaxMeasure:
    """A measure of the model, in the table that it belongs to."""

    name: str
    table: str
    calculation: Calculation
    format: str
    meaning: str


def _measure(name: str, table: str, calculation: Calculation, form: str, meaning: str) -> DaxMeasure:
    return DaxMeasure(name, table, calculation, form, meaning)


JOINS, SERVICES, TIMES = "joins_by_day", "joins_by_service", "connection_times"
SYNCS, RUNS, RELEASES, STARTS = "syncs_by_day", "runs_by_day", "runs_by_version", "start_up_times"
FRAMES, GLANCES, ACTIVITY = "tightenings", "glances", "activity"
DAX_MEASURES: tuple[DaxMeasure, ...] = (
    _measure("Active cars", ACTIVITY, total(ACTIVITY, "cars"), WHOLE, "Cars that sent something in the period."),
    _measure("Active cars of a day", "activity_by_day", total("activity_by_day", "cars"), WHOLE,
             "Cars that sent something on that day; for one day at a time."),
    _measure("Joins per car", ACTIVITY, Ratio(total(ACTIVITY, "joins"), total(ACTIVITY, "cars")), DECIMAL,
             "Attempts to join in the period, per active car."),
    _measure("Cars that joined", ACTIVITY, Ratio(total(ACTIVITY, "joining_cars"), total(ACTIVITY, "cars")), SHARE,
             "Cars from which a meeting was joined, of the active cars."),
    _measure("Cars used while moving", ACTIVITY, Ratio(total(ACTIVITY, "moving_cars"), total(ACTIVITY, "cars")), SHARE,
             "Cars whose display was used while moving, of the active cars."),
    _measure("Join attempts", JOINS, total(JOINS, "attempts"), WHOLE, "Attempts to join a meeting."),
    _measure("Join success", JOINS, Ratio(total(JOINS, "connected"), total(JOINS, "decided")), SHARE,
             "Attempts that were connected, of those whose outcome the car learns."),
    _measure("Join success by service", SERVICES, Ratio(total(SERVICES, "connected"), total(SERVICES, "decided")),
             SHARE, "The same, over the whole period, by service."),
    _measure("Attempts with outcome", "join_outcomes", total("join_outcomes", "attempts"), WHOLE,
             "Attempts to join, by outcome."),
    _measure("Slowest median connection (ms)", TIMES, highest(TIMES, "p50_ms"), WHOLE,
             "Half of the connections take at most so long; the slowest brand and service that is selected."),
    _measure("Slowest connection, 90 % (ms)", TIMES, highest(TIMES, "p90_ms"), WHOLE,
             "90 % of the connections take at most so long; the slowest brand and service that is selected."),
    _measure("Synchronisations", SYNCS, total(SYNCS, "syncs"), WHOLE, "Synchronisations of calendars."),
    _measure("Failed synchronisations", SYNCS, Ratio(total(SYNCS, "failed"), total(SYNCS, "syncs")), SHARE,
             "Synchronisations that failed."),
    _measure("Stale calendars", SYNCS, Ratio(total(SYNCS, "stale"), total(SYNCS, "syncs")), SHARE,
             "Synchronisations that failed while the calendar was older than 15 minutes."),
    _measure("Errors", "sync_errors", total("sync_errors", "occurrences"), WHOLE, "Synchronisations, by cause."),
    _measure("Crashes", RUNS, total(RUNS, "crashes"), WHOLE, "Runs of a process that ended unexpectedly."),
    _measure("Hours", RUNS, Ratio(total(RUNS, "minutes"), Constant(60)), WHOLE, "How long the processes ran."),
    _measure("Crashes in 1,000 hours", RUNS, Ratio(total(RUNS, "crashes"), total(RUNS, "minutes"), 60_000), DECIMAL,
             "Runs that ended unexpectedly, per 1,000 hours of running."),
    _measure("Crash-free hours", RUNS, Ratio(total(RUNS, "crash_free_minutes"), total(RUNS, "minutes")), SHARE,
             "Share of the hours in runs that did not end unexpectedly."),
    _measure("Crashes in 1,000 hours of a version", RELEASES,
             Ratio(total(RELEASES, "crashes"), total(RELEASES, "minutes"), 60_000), DECIMAL,
             "The same, over the whole period, by version."),
    _measure("Slowest start, 95 % (ms)", STARTS, highest(STARTS, "p95_ms"), WHOLE,
             "95 % of the starts take at most so long; the slowest brand and version that is selected."),
    _measure("Anomalies", "rollouts", CountWhere("rollouts", "anomaly"), WHOLE,
             "Indicators that became significantly worse after a roll-out."),
    _measure("Failures before", "rollouts", Ratio(total("rollouts", "before_bad"), total("rollouts", "before")), SHARE,
             "Failures in the seven days before a roll-out, with other versions."),
    _measure("Failures after", "rollouts", Ratio(total("rollouts", "after_bad"), total("rollouts", "after")), SHARE,
             "Failures in the first seven days of a version."),
    _measure("Restrictions drawn", FRAMES, total(FRAMES, "frames"), WHOLE, "Frames that obeyed a restriction."),
    _measure("Restrictions drawn late", FRAMES, total(FRAMES, "over_limit"), WHOLE,
             "Frames that obeyed a restriction later than 500 ms."),
    _measure("Slowest tightening, 99 % (ms)", FRAMES, highest(FRAMES, "p99_ms"), WHOLE,
             "99 % of the frames take at most so long; the slowest brand and version that is selected."),
    _measure("Glances per use", GLANCES, Ratio(total(GLANCES, "glances"), total(GLANCES, "tasks")), DECIMAL,
             "Glances, as modelled, per use of a screen while moving."),
    _measure("Frames per glance", GLANCES, Ratio(total(GLANCES, "frames"), total(GLANCES, "glances")), DECIMAL,
             "Frames really drawn while moving, per modelled glance."),
    _measure("Long uses", GLANCES, Ratio(total(GLANCES, "long_tasks"), total(GLANCES, "tasks")), SHARE,
             "Uses of a screen with more than 12 s of glances in total, as modelled."),
    _measure("Eyes on the display", GLANCES, Ratio(total(GLANCES, "glance_ms"), total(GLANCES, "seconds"), 0.001),
             SHARE, "Modelled glance time, as a share of the time on the display while moving."),
    _measure("Security events", "security_events", total("security_events", "occurrences"), WHOLE,
             "What the security monitoring of the cars noticed."),
    _measure("Cars with version", "versions", total("versions", "cars"), WHOLE,
             "Cars by the version that they started last."),
    _measure("Reminders", "reminders", total("reminders", "reminders"), WHOLE, "Reminders, by what became of them."),
)  # fmt: skip
