"""What is known to hurt with Graph's calendars, one test each, named by its number in the facts (section 3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.world.entry import Entry, EntryOccurrence
from carlendar_devtools.emulator.world.generator import fill
from carlendar_devtools.emulator.world.pattern import Recurrence
from tests.truth.conftest import Car

HOUR = timedelta(hours=1)


def series(car: Car, title: str = "Stand-up", *, body: str = "") -> Entry:
    """A daily meeting at nine (UTC) that began long before the window."""
    rule = Recurrence("daily", date(2026, 10, 1))
    start = datetime.combine(date(2026, 10, 1), datetime.min.time(), car.clocks.wall.tzinfo) + 9 * HOUR
    return car.ada.add(title, start, HOUR, recurrence=rule, body=body)


def titles(car: Car) -> list[str]:
    return sorted(str(row[2]) for row in car.held())


def test_1_stubs_never_blank_a_filled_row_and_the_master_is_never_shown(car: Car) -> None:
    entry = series(car, body="<p>Join here</p>")
    car.settle()
    for round_ in range(3):
        car.ada.change(entry.key, title=f"Stand-up {round_}")
        car.settle()
        held = car.held()
        assert held == car.truth()
        assert {row[2] for row in held} == {f"Stand-up {round_}"}
        assert all("Join here" in str(row[5]) for row in held)
        assert min(str(row[3]) for row in held) >= "('2026-11-21", "no ghost at the series' first day"


def test_2_a_deleted_occurrence_goes_though_nothing_names_it(car: Car) -> None:
    entry = series(car)
    car.settle()
    before = len(car.held())
    car.ada.delete(entry.key, original=date(2026, 11, 26))
    car.settle()
    assert len(car.held()) == before - 1
    assert car.held() == car.truth()


def test_3_paging_without_end_costs_a_listing_and_loses_nothing(car: Car) -> None:
    car.ada.add("Review", car.clocks.wall + HOUR, HOUR)
    car.settle()
    car.ada.add("Planning", car.clocks.wall + HOUR, HOUR)
    car.cloud.inject(Fault("endless_paging"))
    assert car.sync().error == ""
    assert titles(car) == ["Planning", "Review"]
    car.ada.add("Third", car.clocks.wall + HOUR, HOUR)
    assert car.sync().error == ""
    assert titles(car) == ["Planning", "Review", "Third"]


def test_4_a_token_may_be_lost_at_any_time(car: Car) -> None:
    car.ada.add("Review", car.clocks.wall + HOUR, HOUR)
    car.settle()
    for number, fault in enumerate(
        (
            Fault("lost_token", 1, status=410, code="SyncStateNotFound"),
            Fault("lost_token", 1, status=410, code=""),
            Fault("lost_token", 1, status=400, code="syncStateNotFound"),
            Fault("lost_token", 1, status=404, code="RESYNCREQUIRED"),
        )
    ):
        car.ada.add(f"After {number}", car.clocks.wall + HOUR, HOUR)
        car.cloud.inject(fault)
        assert car.sync().error == ""
        assert car.held() == car.truth()
    car.cloud.lose_sync_state()
    car.ada.add("Last", car.clocks.wall + HOUR, HOUR)
    assert car.sync().error == ""
    assert car.held() == car.truth()
    car.asked.clear()
    assert car.sync().error == ""
    assert sum(size for _, size in car.asked) < 4000, "and then changes are followed again"


def test_5_what_changes_outside_the_window_is_ignored(car: Car) -> None:
    car.ada.add("Review", car.clocks.wall + HOUR, HOUR)
    car.settle()
    far = car.ada.add("Next summer", car.clocks.wall + timedelta(days=200), HOUR)
    outcome = car.sync()
    assert (outcome.error, sum(each.changed for each in outcome.calendars)) == ("", 0)
    car.ada.delete(far.key)
    outcome = car.sync()
    assert (outcome.error, sum(each.changed for each in outcome.calendars)) == ("", 0)
    assert titles(car) == ["Review"]


def test_6_whole_days_stay_on_their_dates(car: Car) -> None:
    car.ada.add("Holiday", date(2026, 11, 26), date(2026, 11, 27), zone_name="Pacific/Auckland")
    car.settle()
    assert [row[3] for row in car.held()] == [("2026-11-26", "2026-11-27")]
    assert car.held() == car.truth()


def test_7_recurring_meetings_on_later_pages_are_read(car: Car) -> None:
    fill(car.ada, date(2026, 11, 23), events=1100, days=14)
    series(car)
    car.settle()
    assert titles(car).count("Stand-up") == 16
    assert car.held() == car.truth()


def test_9_throttled_parts_of_a_batch_are_asked_again_and_the_mailbox_is_asked_little_at_a_time(car: Car) -> None:
    fill(car.ada, date(2026, 11, 23), events=60, days=14)
    car.cloud.inject(Fault("status", 2, "/events/", status=429, code="ApplicationThrottled", retry_after="0.5"))
    assert car.sync().error == ""
    assert car.held() == car.truth()
    for entry in list(car.ada.entries.values()):
        car.ada.change(entry.key, title="Renamed")
    car.cloud.inject(Fault("status", None, "/events/", status=429, code="TooManyRequests", retry_after="77"))
    outcome = car.sync()
    assert (outcome.error, outcome.retry_after) == ("throttled", 77)
    assert len(car.held()) == 60, "the last good copy stays"
    car.settle()
    assert car.held() == car.truth()


def test_14_files_cut_short_are_found_at_the_start_and_the_day_comes_back(car: Car) -> None:
    car.ada.add("Review", car.clocks.wall + HOUR, HOUR)
    car.settle()
    for name in ("events.db-wal", "events.db-shm"):
        (car.folder / name).unlink(missing_ok=True)
    path = car.folder / "events.db"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert car.settle().error == ""
    assert car.held() == car.truth() != set()


def test_15_an_event_keeps_its_id_when_it_moves_to_another_calendar(car: Car) -> None:
    entry = car.ada.add("Review", car.clocks.wall + HOUR, HOUR)
    car.settle()
    before = {row[1] for row in car.held()}
    car.ada.change(entry.key, calendar="team")
    car.settle()
    assert {row[1] for row in car.held()} == before == {car.ada.identifier(EntryOccurrence(entry, "singleInstance"))}
    assert {row[0] for row in car.held()} == {calendar.id for calendar in car.calendars() if calendar.name == "Team"}


def test_a_window_that_moves_with_midnight_gains_a_day_and_is_not_listed_anew(car: Car) -> None:
    fill(car.ada, date(2026, 11, 20), events=400, days=26)
    series(car)
    car.settle()
    whole = sum(size for _, size in car.asked)
    for hours in (24, 24, 48):
        car.clocks.wall += timedelta(hours=hours)
        car.asked.clear()
        car.settle()
        assert car.held() == car.truth()
        assert [path for path, _ in car.asked if path == "/me/calendarView"] == ["/me/calendarView"]
        assert sum(size for _, size in car.asked) < whole / 3
    car.clocks.car_zone = ZoneInfo("Asia/Tokyo")
    car.settle()
    assert car.held() == car.truth()
    car.clocks.wall += timedelta(days=7)
    car.settle()
    assert car.held() == car.truth()


def test_whole_days_at_the_edge_of_what_was_listed_outlive_midnight(car: Car) -> None:
    """Found by the state machine: listing the day that was gained took the last whole day of before for gone."""
    car.clocks.car_zone = UTC
    car.ada.add("Last day", date(2026, 12, 7), date(2026, 12, 8))
    car.settle()
    for _ in range(3):
        car.clocks.wall += timedelta(days=1)
        car.settle()
        assert titles(car) == ["Last day"]
        assert car.held() == car.truth()
