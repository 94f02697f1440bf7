"""Anomalies by version after a roll-out: what became worse with a new version, by brand."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from carlendar.telemetry.schema import ErrorKind, JoinOutcome
from carlendar_fleet.analytics.disclosure import SMALLEST_GROUP
from carlendar_fleet.analytics.event_tables import EventTables
from carlendar_fleet.analytics.joining import UNDECIDED
from carlendar_fleet.analytics.measure import BRAND, TEXT, VERSION, Figure, Measure
from carlendar_fleet.analytics.reliability import versioned
from carlendar_fleet.analytics.safety import LIMIT_MS

DAYS = 7
"""So many days before a roll-out are compared with as many from its first day on."""
CRITICAL = 10.828
"""Chi-squared with one degree of freedom at 0.1 %: beyond it a difference is reported as an anomaly."""
WORSE_PERCENT = 10
"""Smaller differences are no anomaly, however certain they are in a large fleet."""
INDICATOR = "indicator"
_DIMENSIONS = {BRAND: TEXT, VERSION: TEXT, INDICATOR: TEXT}
_KEYS = ("day", BRAND, VERSION, "vehicle_id")


def _rollouts(events: EventTables) -> ir.Table:
    """Per brand and version, the first day on which 20 cars ran it; the first version of a brand is no roll-out."""
    starts = versioned(events["start_up"])
    by_day = starts.group_by([BRAND, VERSION, "day"]).aggregate(cars=starts.vehicle_id.nunique())
    spread = by_day.filter(by_day.cars >= SMALLEST_GROUP)
    firsts = spread.group_by([BRAND, VERSION]).aggregate(start=spread.day.min())
    return firsts.mutate(new_version=firsts.version).select(BRAND, "new_version", "start")


def _indicators(events: EventTables) -> ir.Table:
    """By day, brand, version and car: how often something could fail, and how often it did."""
    joins, runs = versioned(events["join"]), versioned(events["uptime"])
    syncs, frames = versioned(events["sync"]), versioned(events["tightening"])
    decided = joins.filter(joins.outcome.notin(UNDECIDED))
    return ibis.union(
        _rates(decided, "join failures", decided.count(),
               (decided.outcome != JoinOutcome.CONNECTED.value).cast("int64").sum()),
        _rates(runs, "crashes", runs.count(), runs.crashed.cast("int64").sum()),
        _rates(syncs, "sync errors", syncs["count"].sum(),
               syncs["count"].sum(where=syncs.error != ErrorKind.NONE.value).fill_null(0)),
        _rates(frames, "late tightenings", frames["count"].sum(),
               frames["count"].sum(where=frames.latency_ms > LIMIT_MS).fill_null(0)),
    )  # fmt: skip


def _rates(table: ir.Table, name: str, total: ir.Value, bad: ir.Value) -> ir.Table:
    rows = table.group_by(list(_KEYS)).aggregate(total=total, bad=bad)
    return rows.mutate(indicator=ibis.literal(name)).select(*_KEYS, INDICATOR, "total", "bad")


def _anomalies(events: EventTables) -> ir.Table:
    rollouts, rates = _rollouts(events), _indicators(events)
    placed = rates.join(rollouts, [BRAND])
    begun = placed.start + ibis.interval(days=DAYS)
    preceding = placed.start - ibis.interval(days=DAYS)
    is_new = (placed.version == placed.new_version) & (placed.day >= placed.start) & (placed.day < begun)
    is_old = (placed.version != placed.new_version) & (placed.day < placed.start) & (placed.day >= preceding)
    sides = placed.filter(is_new | is_old).mutate(new=is_new.cast("int64"))
    sums = sides.group_by([BRAND, "new_version", INDICATOR]).aggregate(
        before=sides.total.sum(where=sides.new == 0),
        before_bad=sides.bad.sum(where=sides.new == 0),
        after=sides.total.sum(where=sides.new == 1),
        after_bad=sides.bad.sum(where=sides.new == 1),
        before_cars=sides.vehicle_id.nunique(where=sides.new == 0),
        after_cars=sides.vehicle_id.nunique(where=sides.new == 1),
    )
    both = sums.filter(sums.before.notnull() & sums.after.notnull())
    chi_squared = _chi_squared(both)
    worse = both.after_bad * both.before * 100 >= both.before_bad * both.after * (100 + WORSE_PERCENT)
    return both.mutate(
        version=both.new_version,
        chi_squared=chi_squared,
        anomaly=worse & (chi_squared > CRITICAL),
        cars=ibis.least(both.before_cars, both.after_cars),
    )


def _chi_squared(table: ir.Table) -> ir.Value:
    """Pearson's statistic of the two by two table; 0 where nothing failed, or everything did."""
    bad, good = table.after_bad.cast("float64"), (table.after - table.after_bad).cast("float64")
    bad_before = table.before_bad.cast("float64")
    good_before = (table.before - table.before_bad).cast("float64")
    total = bad + good + bad_before + good_before
    product = (bad + good) * (bad_before + good_before) * (bad + bad_before) * (good + good_before)
    difference = bad * good_before - good * bad_before
    return ibis.ifelse(product > 0, total * difference * difference / product, 0.0)


ROLLOUT_ANOMALIES = Measure(
    "rollout_anomalies", "Anomalies after a roll-out", "Did a new version make anything worse?",
    ("start_up", "join", "uptime", "sync", "tightening"),
    _DIMENSIONS, [(BRAND, VERSION, INDICATOR)],
    (
        Figure("before", "1", f"occasions with other versions in the {DAYS} days before the roll-out"),
        Figure("before_bad", "1", "of these, failures"),
        Figure("after", "1", f"occasions with the new version in its first {DAYS} days"),
        Figure("after_bad", "1", "of these, failures"),
        Figure("chi_squared", "1", "Pearson's chi-squared of the difference"),
        Figure("anomaly", "", f"{WORSE_PERCENT} % more failures or worse, and chi-squared above {CRITICAL}"),
    ),
    _anomalies,
)  # fmt: skip
