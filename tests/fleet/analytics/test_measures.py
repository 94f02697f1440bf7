"""Each measure against figures that were worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from carlendar_fleet.analytics.duckdb_engine import DuckDBEngine
from carlendar_fleet.analytics.event_tables import Period
from carlendar_fleet.analytics.measures import ALL, MEASURES
from carlendar_fleet.analytics.published import publish
from tests.fleet.event_folder import DAY, EventFolder

CARS = range(20)
PERIOD = Period(DAY, DAY + timedelta(days=13))
NEXT = DAY + timedelta(days=1)


@pytest.fixture
def events(tmp_path: Path) -> EventFolder:
    return EventFolder(tmp_path)


def rows(events: EventFolder, measure: str, *, period: Period = PERIOD) -> list[tuple[object, ...]]:
    engine = DuckDBEngine(events.write())
    try:
        found = publish(MEASURES[measure], engine, period).rows
    finally:
        engine.close()
    return [tuple(row[each] for each in MEASURES[measure].columns) for row in found]


def join(events: EventFolder, car: int, outcome: str, ms: int | None = None, **more: object) -> None:
    fields: dict[str, Any] = {"service": "teams", "way": "dial_in", "outcome": outcome, "connected_ms": ms}
    events.add("join", car, **(fields | more))


def test_join_success_leaves_out_what_the_car_does_not_learn(events: EventFolder) -> None:
    for car in CARS:
        join(events, car, "connected", 8_000)
        join(events, car, "busy" if car < 5 else "started")
        join(events, car, "cancelled")
    # no dimension, then brand, service, both, and the same again by day
    figures = (60, 25, 20, 20)
    assert rows(events, "join_success") == [
        (None, None, None, *figures), (None, None, "teams", *figures), (None, "strada", None, *figures),
        (None, "strada", "teams", *figures), (DAY, None, None, *figures), (DAY, "strada", None, *figures),
    ]  # fmt: skip


def test_outcomes_of_fewer_than_20_cars_are_not_shown(events: EventFolder) -> None:
    for car in CARS:
        join(events, car, "connected", 8_000)
        if car < 19:
            join(events, car, "busy")
    assert rows(events, "join_outcomes") == [(None, "connected", 20, 20), ("strada", "connected", 20, 20)]


def test_time_to_connected_is_the_smallest_time_that_a_share_of_the_attempts_does_not_exceed(
    events: EventFolder,
) -> None:
    for number in range(100):
        join(events, number % 20, "connected", 1_000 + number)
    join(events, 0, "no_answer")
    # the 50th, 90th, 95th and 99th of 100
    assert rows(events, "time_to_connected")[0] == (None, None, 100, 1_049, 1_089, 1_094, 1_098, 20)


def test_sync_freshness_weighs_events_by_what_they_stand_for(events: EventFolder) -> None:
    for car in CARS:
        events.add("sync", car, source="microsoft", error="none", age_minutes=4, duration_ms=300, count=7)
        events.add("sync", car, source="feed", error="none", age_minutes=600, duration_ms=300, count=1)
        events.add("sync", car, source="feed", error="offline", age_minutes=15, duration_ms=300, count=1)
        events.add("sync", car, source="microsoft", error="timeout", age_minutes=16, duration_ms=9_000, count=1)
    assert rows(events, "sync_freshness")[0] == (None, None, 200, 40, 20, 4, 600, 20)
    assert rows(events, "sync_errors")[:3] == [
        (None, "none", 160, 20), (None, "offline", 20, 20), (None, "timeout", 20, 20),
    ]  # fmt: skip


def test_crash_free_hours_are_those_of_runs_that_did_not_end_unexpectedly(events: EventFolder) -> None:
    for car in CARS:
        events.add("uptime", car, process="screen", minutes=60, crashed=car == 0)
        events.add("uptime", car, process="service", minutes=30, crashed=False, day=NEXT)
    found = rows(events, "crash_free_hours")
    assert found[0] == (None, None, None, 40, 1, 1_800, 1_740, 20)
    assert (DAY, None, None, 20, 1, 1_200, 1_140, 20) in found
    assert (None, "strada", "0.4.2", 40, 1, 1_800, 1_740, 20) in found


def test_start_up_time_is_that_of_the_screen(events: EventFolder) -> None:
    for car in CARS:
        version: dict[str, Any] = {"major": 0, "minor": 4, "patch": 2}
        events.add("start_up", car, process="screen", duration_ms=500 + car, **version)
        events.add("start_up", car, process="service", duration_ms=9_999, **version)
    assert rows(events, "start_up_time")[0] == (None, None, 20, 509, 518, 519, 20)


def test_tightening_counts_the_frames_beyond_the_limit(events: EventFolder) -> None:
    for car in CARS:
        events.add("tightening", car, latency_ms=40, count=99)
        events.add("tightening", car, latency_ms=510 if car else 500, count=1)
    assert rows(events, "tightening_latency")[0] == (None, None, 2_000, 19, 40, 40, 40, 510, 20)


def test_glances_are_added_per_use_of_a_screen(events: EventFolder) -> None:
    for car in CARS:
        events.add("screen", car, screen="now", seconds=100, frames=30, touches=1, glances=4, glance_ms=4_000)
        events.add("screen", car, screen="now", seconds=50, frames=9, touches=0, glances=12, glance_ms=12_001)
    assert rows(events, "glances")[0] == (None, None, 40, 20, 3_000, 780, 20, 320, 320_020, 20)


@pytest.mark.parametrize(
    ("event", "measure", "kind"),
    [("watchdog", "watchdog_events", "screen_ended"), ("security", "security_events", "command_replayed")],
)
def test_occurrences_are_counted_by_kind(events: EventFolder, event: str, measure: str, kind: str) -> None:
    for car in CARS:
        events.add(event, car, kind=kind, count=3)
    assert rows(events, measure) == [(None, kind, 60, 20), ("strada", kind, 60, 20)]


def test_dropped_events_are_counted_by_brand(events: EventFolder) -> None:
    for car in CARS:
        events.add("dropped", car, count=5)
    assert rows(events, "dropped_events") == [(None, 100, 20), ("strada", 100, 20)]


def test_adoption_leaves_out_numbers_of_fewer_than_20_cars(events: EventFolder) -> None:
    for car in CARS:
        version: dict[str, Any] = {"major": 0, "minor": 4, "patch": 2}
        events.add("start_up", car, process="screen", duration_ms=500, **version)
        join(events, car, "connected", 8_000)
        if car < 3:
            events.add("late", car, minutes=10, outcome="sent")
    joining, reminded, late, moving = 20, 0, None, 0
    assert rows(events, "adoption")[0] == (None, None, joining, reminded, late, moving, 20, 3, 20)


def test_a_car_counts_with_the_version_that_it_started_last(events: EventFolder) -> None:
    for car in range(40):
        events.add("start_up", car, process="screen", duration_ms=500, major=0, minor=9, patch=0, version="0.9.0")
    for car in CARS:
        later: dict[str, Any] = {"major": 0, "minor": 10, "patch": 0}
        events.add("start_up", car, process="screen", duration_ms=500, **later, version="0.10.0")
    found = rows(events, "versions")
    assert found[:3] == [(None, None, 40), (None, "0.10.0", 20), (None, "0.9.0", 20)]
    assert rows(events, "version_days") == [(DAY, "0.10.0", 20), (DAY, "0.9.0", 40)]


def test_reminders_and_trips_are_counted(events: EventFolder) -> None:
    for car in CARS:
        events.add("reminder", car, outcome="joined", moving=car < 10)
        events.add("trip", car, hour=8, minutes=30, distance_km=20)
    assert rows(events, "reminders")[0] == (None, "joined", 20, 10, 20)
    assert rows(events, "trips") == [(None, None, 20, 600, 400, 20), (None, 8, 20, 600, 400, 20),
                                     ("strada", None, 20, 600, 400, 20)]  # fmt: skip


def test_the_volume_counts_every_kind_of_event(events: EventFolder) -> None:
    for car in CARS:
        events.add("dropped", car, count=5)
        events.add("late", car, minutes=10, outcome="sent")
        events.add("late", car, minutes=15, outcome="sent")
    assert rows(events, "volume")[:3] == [(None, None, 60, 20), (None, "dropped", 20, 20), (None, "late", 40, 20)]


def roll_out(events: EventFolder, crashes_before: int, crashes_after: int) -> None:
    """20 cars run 1,000 times a week before and after a new version."""
    for offset, version, crashes in ((0, "0.4.2", crashes_before), (7, "0.5.0", crashes_after)):
        day = DAY + timedelta(days=offset)
        for car in CARS:
            numbers: dict[str, Any] = {"major": 0, "minor": int(version[2]), "patch": 0}
            events.add("start_up", car, day=day, version=version, process="screen", duration_ms=500, **numbers)
        for run in range(1_000):
            events.add("uptime", run % 20, day=day, version=version, process="screen", minutes=9, crashed=run < crashes)


@pytest.mark.parametrize(("before", "after", "anomaly"), [(10, 40, True), (10, 11, False), (40, 10, False)])
def test_more_crashes_after_a_roll_out_are_an_anomaly(
    events: EventFolder, before: int, after: int, *, anomaly: bool
) -> None:
    roll_out(events, before, after)
    ((brand, version, indicator, *figures, chi_squared, found, cars),) = rows(events, "rollout_anomalies")
    assert (brand, version, indicator, figures) == ("strada", "0.5.0", "crashes", [1_000, before, 1_000, after])
    assert chi_squared == pytest.approx(  # Pearson's statistic of the two by two table
        2_000 * (after * (1_000 - before) - before * (1_000 - after)) ** 2
        / (1_000 * 1_000 * (before + after) * (2_000 - before - after))
    )  # fmt: skip
    assert (found, cars) == (anomaly, 20)


def test_events_outside_the_period_do_not_count(events: EventFolder) -> None:
    for car in CARS:
        events.add("dropped", car, count=5)
        events.add("dropped", car, count=7, day=NEXT)
    assert rows(events, "dropped_events", period=Period(NEXT, NEXT))[0] == (None, 140, 20)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(tmp_path)
    yield engine
    engine.close()


def test_without_events_there_are_no_figures(empty: DuckDBEngine) -> None:
    for measure in ALL:
        assert publish(measure, empty, Period(date(2026, 1, 1), date(2026, 1, 2))).rows == ()


def test_a_file_that_is_being_written_is_not_read(events: EventFolder, tmp_path: Path) -> None:
    for car in CARS:
        events.add("dropped", car, count=5)
    events.write()
    (tmp_path / "dropped" / f"day={DAY}" / "brand=strada" / ".part-00009.parquet.new").write_bytes(b"half a file")
    assert rows(events, "dropped_events")[0] == (None, 100, 20)


def test_the_folder_may_have_any_name(tmp_path: Path) -> None:
    events = EventFolder(tmp_path / "the fleet's [1]*" / "events")
    for car in CARS:
        events.add("dropped", car, count=5)
    assert rows(events, "dropped_events")[0] == (None, 100, 20)
