"""Travel: arrival, when to leave, verdicts, and which meetings need a travel time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from carlendar.domain.agenda import AgendaEntry
from carlendar.domain.event import Event, Response
from carlendar.domain.place import Place, Position
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.domain.travel import (
    DepartureStage,
    Destination,
    NavigationPhase,
    NavigationState,
    TravelSource,
    TravelTime,
    Verdict,
    arrival,
    arrival_time,
    charge_first,
    departure_stage,
    first_tomorrow,
    held,
    leave_by,
    leave_shown,
    roughly,
    to_reach,
)

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
DAY = datetime(2026, 11, 23, tzinfo=BERLIN)
HARBOUR = Place("Hafenstraße 12", latitude=53.5461, longitude=9.9665)


def at(text: str, day: int = 0) -> datetime:
    """Return a time of the day in Berlin."""
    hour, minute = map(int, text.split(":"))
    return DAY.replace(hour=hour, minute=minute) + timedelta(days=day)


def by_car(minutes: float, *, live: bool = True, computed: datetime | None = None) -> TravelTime:
    """Return a travel time, computed at 12:29 by default."""
    return TravelTime(minutes * 60, 20_000, live, TravelSource.ROUTING, computed or at("12:29"))


def meeting(key: str, start: datetime, place: Place | None = HARBOUR, minutes: int = 60) -> AgendaEntry:
    """Return a meeting."""
    return AgendaEntry(Event(key, "calendar", key, Timespan(start, start + timedelta(minutes=minutes)), place=place))


def ids(entries: tuple[AgendaEntry, ...]) -> list[str]:
    """The ids of the entries."""
    return [entry.event.id for entry in entries]


# --- leave ---------------------------------------------------------------------------------------


def test_leave_is_the_start_minus_travel_and_buffer() -> None:
    assert leave_by(at("13:00"), by_car(17)) == at("12:38")
    assert leave_by(at("13:00"), by_car(17), timedelta(minutes=15)) == at("12:28")


def test_leave_does_not_depend_on_the_zone_of_the_start() -> None:
    start = at("13:00").astimezone(NEW_YORK)
    assert leave_by(start, by_car(17)) == at("12:38")


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        # clocks go forward at 2:00 on 29 March 2026 and back at 3:00 on 25 October 2026
        (datetime(2026, 3, 29, 3, 30, tzinfo=BERLIN), 55, datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN)),
        (datetime(2026, 10, 25, 3, 30, tzinfo=BERLIN), 85, datetime(2026, 10, 25, 2, 0, fold=1, tzinfo=BERLIN)),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1), 55, datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)),
    ],
)
def test_leave_is_right_across_a_change_of_summer_time(start: datetime, minutes: int, expected: datetime) -> None:
    leave = leave_by(start.astimezone(UTC), by_car(minutes))
    assert leave.astimezone(UTC) == expected.astimezone(UTC)


def test_leave_without_live_traffic_is_rounded_down_to_five_minutes() -> None:
    assert leave_shown(by_car(17, live=False), at("12:38")) == at("12:35")
    assert leave_shown(by_car(17), at("12:38")) == at("12:38")


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        ("12:27", None),
        ("12:28", DepartureStage.SOON),
        ("12:37", DepartureStage.SOON),
        ("12:38", DepartureStage.NOW),
        ("12:59", DepartureStage.NOW),
        ("13:00", None),
    ],
)
def test_notices_are_due_ten_minutes_before_leaving_and_at_leaving(now: str, stage: DepartureStage | None) -> None:
    assert departure_stage(at("12:38"), at("13:00"), at(now)) is stage


# --- arrival -------------------------------------------------------------------------------------


def test_arrival_while_driving_counts_from_when_it_was_computed() -> None:
    assert arrival_time(by_car(40), at("12:33"), driving=True) == at("13:09")


def test_arrival_of_a_standing_car_counts_from_now() -> None:
    assert arrival_time(by_car(40), at("12:33"), driving=False) == at("13:13")


def test_arrival_is_never_in_the_past() -> None:
    assert arrival_time(by_car(1), at("12:35"), driving=True) == at("12:35")


@pytest.mark.parametrize(
    ("displayed", "minutes", "verdict"),
    [
        ("13:09", 9, Verdict.LATE),
        ("13:01", 1, Verdict.LATE),
        ("13:00", 0, Verdict.ON_TIME),
        ("12:41", -19, Verdict.EARLY),
    ],
)
def test_the_verdict_compares_arrival_and_start(displayed: str, minutes: int, verdict: Verdict) -> None:
    found = arrival(by_car(40), at("13:00"), at(displayed))
    assert (found.at, found.minutes, found.verdict) == (at(displayed), minutes, verdict)


def test_there_is_no_verdict_without_live_traffic_and_the_time_is_rough() -> None:
    found = arrival(by_car(40, live=False), at("13:00"), at("13:09"))
    assert (found.at, found.minutes, found.verdict) == (at("13:10"), None, None)


def test_the_verdict_does_not_depend_on_zones() -> None:
    start = at("13:00").astimezone(NEW_YORK)
    assert arrival(by_car(40), start, at("13:09").astimezone(UTC)).minutes == 9


@pytest.mark.parametrize(("exact", "rough"), [("13:07", "13:05"), ("13:08", "13:10"), ("13:58", "14:00")])
def test_rough_times_are_multiples_of_five_minutes(exact: str, rough: str) -> None:
    assert roughly(at(exact)) == at(rough)


def test_a_displayed_time_changes_only_by_two_minutes_or_more() -> None:
    shown = held(None, at("13:00") + timedelta(seconds=59))
    assert shown == at("13:00")
    assert held(shown, at("13:01") + timedelta(seconds=59)) == at("13:00")
    assert held(shown, at("12:59")) == at("13:00")
    assert held(shown, at("13:02")) == at("13:02")
    assert held(shown, at("12:58")) == at("12:58")


def test_a_time_that_wavers_by_a_minute_never_changes_the_verdict() -> None:
    shown = held(None, at("13:00"))
    for seconds in (0, 59, 119, 30, -60, 100):
        shown = held(shown, at("13:00") + timedelta(seconds=seconds))
        assert arrival(by_car(30), at("13:00"), shown).verdict is Verdict.ON_TIME


# --- travel times --------------------------------------------------------------------------------


def test_a_travel_time_expires_after_ten_minutes() -> None:
    assert by_car(40).usable(at("12:38"))
    assert not by_car(40).usable(at("12:39"))


def test_a_travel_time_from_the_future_is_not_used() -> None:
    assert not by_car(40, computed=at("12:50")).usable(at("12:29"))


@pytest.mark.parametrize("seconds", [-1.0, 25 * 3600.0, float("nan")])
def test_an_impossible_travel_time_is_not_used(seconds: float) -> None:
    assert not replace(by_car(1), seconds=seconds).usable(at("12:29"))


def test_a_travel_time_needs_an_aware_time() -> None:
    with pytest.raises(ValueError, match="time zone"):
        TravelTime(60, 1, True, TravelSource.ROUTING, datetime(2026, 11, 23))  # noqa: DTZ001  # that is the test


@pytest.mark.parametrize(("range_metres", "expected"), [(119_000.0, True), (120_000.0, False), (None, False)])
def test_an_electric_car_needs_a_fifth_more_than_the_distance(range_metres: float | None, expected: bool) -> None:
    assert charge_first(100_000, range_metres) is expected


# --- which meetings ------------------------------------------------------------------------------


def test_meetings_with_a_place_are_reached_in_order() -> None:
    day = [meeting("late", at("17:00")), meeting("lunch", at("13:00")), meeting("call", at("12:45"), None)]
    assert ids(to_reach(day, at("12:29"), BERLIN, parked=False)) == ["lunch", "late"]


def test_no_position_is_needed_until_four_hours_before_the_next_place() -> None:
    day = [meeting("lunch", at("13:00"))]
    assert to_reach(day, at("8:59"), BERLIN, parked=True) == ()
    assert ids(to_reach(day, at("9:00"), BERLIN, parked=True)) == ["lunch"]


def test_a_running_meeting_is_reached_until_its_end() -> None:
    day = [meeting("lunch", at("13:00"))]
    assert ids(to_reach(day, at("13:30"), BERLIN, parked=False)) == ["lunch"]
    assert to_reach(day, at("14:00"), BERLIN, parked=False) == ()


def test_what_does_not_take_place_or_is_joined_by_phone_is_not_reached() -> None:
    declined = meeting("declined", at("13:00"))
    declined = replace(declined, event=replace(declined.event, response=Response.DECLINED))
    joined = meeting("joined", at("14:00"))
    days = AgendaEntry(Event("days", "calendar", "", DateSpan(date(2026, 11, 23), date(2026, 11, 24)), place=HARBOUR))
    assert to_reach([declined, joined, days], at("12:29"), BERLIN, parked=True, skipped=frozenset({joined.key})) == ()


@pytest.mark.parametrize(
    ("place", "reached"),
    [
        (Place("Konferenzraum 3.12", is_room=True), False),
        (Place("Konferenzraum 3.12", address="Hafenstraße 12, Hamburg", is_room=True), False),
        (Place("Room", latitude=53.5, longitude=9.9, is_room=True), True),
        (Place("Harbour", address="Hafenstraße 12, Hamburg"), True),
        (Place("Somewhere"), False),
        (Place("No fix", latitude=0.0, longitude=0.0), False),
    ],
)
def test_a_room_is_not_an_address(place: Place, reached: bool) -> None:
    assert bool(to_reach([meeting("x", at("13:00"), place)], at("12:29"), BERLIN, parked=False)) is reached


def test_tomorrows_first_meeting_is_reached_from_a_parked_car_after_the_days_last_place() -> None:
    day = [meeting("today", at("16:00")), meeting("second", at("10:00", 1)), meeting("first", at("8:30", 1))]
    assert ids(to_reach(day, at("16:30"), BERLIN, parked=True)) == ["today"]
    assert ids(to_reach(day, at("18:00"), BERLIN, parked=True)) == ["first"]
    assert to_reach(day, at("18:00"), BERLIN, parked=False) == ()


def test_no_position_is_needed_if_tomorrows_first_meeting_has_no_place() -> None:
    day = [meeting("call", at("8:00", 1), None), meeting("visit", at("10:00", 1))]
    assert to_reach(day, at("18:00"), BERLIN, parked=True) == ()


def test_tomorrow_is_a_day_of_the_cars_zone() -> None:
    early = meeting("early", at("1:00", 1))
    found = first_tomorrow([early], at("18:00"), BERLIN)
    assert found is not None
    assert first_tomorrow([early], at("18:00").astimezone(NEW_YORK), NEW_YORK) is None


# --- navigation ----------------------------------------------------------------------------------


def test_destinations_within_a_kilometre_are_the_same() -> None:
    here = Destination(Position(53.5461, 9.9665))
    assert here.same(Destination(Position(53.5500, 9.9665)))
    assert not here.same(Destination(Position(53.5600, 9.9665)))


@pytest.mark.parametrize(
    ("phase", "available", "guiding"),
    [
        (NavigationPhase.NONE, False, False),
        (NavigationPhase.READY, True, False),
        (NavigationPhase.GUIDING, True, True),
        (NavigationPhase.LOST, False, False),
    ],
)
def test_navigation_accepts_destinations_while_it_runs(phase: NavigationPhase, available: bool, guiding: bool) -> None:
    state = NavigationState(phase)
    assert (state.available, state.guiding) == (available, guiding)
