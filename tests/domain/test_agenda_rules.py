"""The agenda's rules over events at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from carlendar.domain.agenda import (
    AgendaEntry,
    clashes,
    clashing,
    entry_of,
    in_order,
    joinable,
    minutes_until,
    occurrence_key,
)
from carlendar.domain.days import days
from carlendar.domain.event import Event, Response, ShowAs
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.domain.up_next import Phase, find_up_next

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 8, 48, tzinfo=BERLIN)


def at(text: str, day: int = 23) -> datetime:
    hour, minute = map(int, text.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN)


def entry(name: str, start: str, end: str, *, join_details: bool = False, day: int = 23, **fields: Any) -> AgendaEntry:
    return AgendaEntry(Event(name, "c", name, Timespan(at(start, day), at(end, day)), **fields), join_details)


def names(entries: Iterable[AgendaEntry]) -> list[str]:
    return [one.event.id for one in entries]


def test_a_key_names_the_occurrence_and_its_start() -> None:
    one = entry("a", "9:00", "9:30")
    assert one.key == "a@2026-11-23T08:00:00Z"
    whole = Event("d", "c", "", DateSpan(date(2026, 11, 23), date(2026, 11, 24)))
    assert occurrence_key(whole) == "d@2026-11-23"


@pytest.mark.parametrize(
    ("time", "is_joinable"),
    [("8:44", False), ("8:45", True), ("9:15", True), ("10:00", True), ("10:01", False)],
)
def test_joinable_from_fifteen_minutes_before_to_thirty_after(time: str, is_joinable: bool) -> None:
    assert joinable(entry("a", "9:00", "9:30", join_details=True), at(time)) is is_joinable


def test_without_join_details_or_cancelled_or_declined_there_is_nothing_to_join() -> None:
    assert not joinable(entry("a", "9:00", "9:30"), at("9:00"))
    assert not joinable(entry("a", "9:00", "9:30", join_details=True, cancelled=True), at("9:00"))
    assert not joinable(entry("a", "9:00", "9:30", join_details=True, response=Response.DECLINED), at("9:00"))


def test_minutes_count_like_a_clock_that_shows_minutes() -> None:
    held = entry("a", "9:00", "9:30").event
    assert minutes_until(held, NOW) == 12
    assert minutes_until(held, NOW + timedelta(seconds=59)) == 12
    assert minutes_until(held, NOW + timedelta(seconds=60)) == 11


@pytest.mark.parametrize(
    ("zone", "start", "end", "all_day"),
    [
        ("Europe/Berlin", "2026-11-23T00:00", "2026-11-24T00:00", True),
        ("Europe/Berlin", "2026-11-23T00:00", "2026-11-23T23:59", True),
        ("Europe/Berlin", "2026-11-23T00:00", "2026-11-23T23:58", False),
        ("Europe/Berlin", "2026-11-23T00:01", "2026-11-24T00:00", False),
        ("Europe/Berlin", "2026-11-23T18:00", "2026-11-24T18:00", False),  # a duty of 24 hours covers no day
        ("Europe/Berlin", "2026-11-23T18:00", "2026-11-25T00:00", True),
        ("Europe/Berlin", "2026-11-23T18:00", "2026-11-25T12:00", True),
        ("Europe/Berlin", "2026-03-29T00:00", "2026-03-29T23:59", True),  # 23 hours
        ("Europe/Berlin", "2026-10-25T00:00", "2026-10-25T23:59", True),  # 25 hours
        ("Europe/Berlin", "2026-10-25T00:00", "2026-10-25T23:00", False),
        ("Africa/Cairo", "2026-04-24T01:00", "2026-04-24T23:59", True),  # its clocks skip midnight: it begins at 1:00
        ("Antarctica/Troll", "2026-03-29T00:00", "2026-03-29T23:59", True),  # 22 hours
        ("Australia/Lord_Howe", "2026-10-04T00:00", "2026-10-04T23:59", True),  # 23.5 hours
    ],
)
def test_all_day_is_what_covers_a_day_of_the_car_s_zone(zone: str, start: str, end: str, all_day: bool) -> None:
    moments = [datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)) for text in (start, end)]
    held = entry_of(Event("a", "c", "", Timespan(*moments)), ZoneInfo(zone))
    assert held.all_day is all_day
    assert (held.key in clashes([held, replace(held, event=replace(held.event, id="b"))])) is not all_day


def test_a_day_in_one_zone_is_none_in_another() -> None:
    event = Event("a", "c", "", Timespan(at("0:00"), at("0:00", 24)))
    assert [entry_of(event, ZoneInfo(name)).all_day for name in ("Europe/Berlin", "Asia/Tokyo")] == [True, False]


def test_what_claims_no_attention_hides_no_meeting() -> None:
    for show_as in (ShowAs.FREE, ShowAs.WORKING_ELSEWHERE):
        home = entry("home", "7:00", "18:00", show_as=show_as)
        soon = entry("soon", "9:00", "10:00", join_details=True)
        view = find_up_next([home, soon], at("8:45"))
        assert (view.main, view.phase, view.following, view.clashing) == (soon, Phase.SOON, (), frozenset())
        assert find_up_next([home], at("8:45")).main is None
        assert find_up_next([home], at("6:45")).main == home  # before it begins it is what is next
        talk = entry("talk", "8:30", "9:30", join_details=True, show_as=show_as)
        assert find_up_next([home, talk], at("8:45")).main == talk  # one can join it
        assert find_up_next([home, talk, soon], at("8:45")).main == soon


def test_clashes_go_both_ways_and_touching_is_none() -> None:
    held = [entry("a", "9:00", "10:00"), entry("b", "9:30", "10:30"), entry("c", "10:30", "11:00")]
    assert clashes(held) == {held[0].key: (held[1].key,), held[1].key: (held[0].key,)}


def test_what_is_free_declined_cancelled_or_whole_day_never_clashes() -> None:
    held = [
        entry("a", "9:00", "10:00"),
        entry("free", "9:00", "10:00", show_as=ShowAs.FREE),
        entry("no", "9:00", "10:00", response=Response.DECLINED),
        entry("off", "9:00", "10:00", cancelled=True),
        AgendaEntry(Event("day", "c", "", DateSpan(date(2026, 11, 23), date(2026, 11, 24)))),
    ]
    assert clashes(held) == {}


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 30)), max_size=12))
def test_clashes_are_those_of_every_pair(spans: list[tuple[int, int]]) -> None:
    held = [
        AgendaEntry(Event(f"{index}", "c", "", Timespan(NOW + timedelta(minutes=a), NOW + timedelta(minutes=a + b))))
        for index, (a, b) in enumerate(spans)
    ]

    def clash(one: AgendaEntry, other: AgendaEntry) -> bool:
        a, b = one.event.moments(UTC), other.event.moments(UTC)
        return a.start == b.start or a.overlaps(b)

    expected = {one.key: {other.key for other in held if other is not one and clash(one, other)} for one in held}
    assert {key: set(others) for key, others in clashes(held).items()} == {k: v for k, v in expected.items() if v}
    assert clashing(held) == {key for key, others in expected.items() if others}


def test_of_several_at_one_time_the_one_to_take_comes_first() -> None:
    held = [
        entry("free", "9:00", "9:30", show_as=ShowAs.FREE, join_details=True),
        entry("maybe", "9:00", "9:30", response=Response.TENTATIVE, join_details=True),
        entry("plain", "9:00", "9:30"),
        entry("sure", "9:00", "9:30", response=Response.ACCEPTED, join_details=True),
    ]
    assert names(in_order(held, UTC)) == ["sure", "maybe", "plain", "free"]


@pytest.mark.parametrize(
    ("time", "phase", "main"),
    [
        ("7:00", Phase.LATER, "a"),
        ("8:00", Phase.SOON, "a"),
        ("8:59", Phase.SOON, "a"),
        ("9:00", Phase.RUNNING, "a"),
        ("9:19", Phase.RUNNING, "a"),
        ("9:20", Phase.SOON, "b"),
        ("9:30", Phase.RUNNING, "b"),
        ("10:30", Phase.NOTHING, None),
    ],
)
def test_next_now_and_soon_of_two_back_to_back_meetings(time: str, phase: Phase, main: str | None) -> None:
    held = [entry("a", "9:00", "9:30"), entry("b", "9:30", "10:00")]
    view = find_up_next(held, at(time))
    assert (view.phase, view.main.event.id if view.main else None) == (phase, main)


def test_a_short_meeting_keeps_its_first_five_minutes() -> None:
    held = [entry("a", "9:00", "9:10"), entry("b", "9:10", "10:00")]
    assert find_up_next(held, at("9:04")).main == held[0]
    assert find_up_next(held, at("9:05")).main == held[1]


def test_a_dismissed_running_meeting_gives_way() -> None:
    held = [entry("a", "9:00", "12:00"), entry("b", "11:00", "11:30")]
    assert find_up_next(held, at("9:30"), frozenset({held[0].key})).main == held[1]


def test_of_two_running_the_one_with_join_details_is_the_main_one_and_both_are_there() -> None:
    held = [entry("a", "9:00", "12:00", join_details=True), entry("b", "9:10", "11:30")]
    view = find_up_next(held, at("9:30"))
    assert view.main == held[0]
    assert view.also == (held[1],)


def test_it_looks_beyond_midnight() -> None:
    view = find_up_next([entry("a", "0:15", "1:00", day=24)], at("23:30"))
    assert (view.phase, view.main.event.id if view.main else "") == (Phase.SOON, "a")


@pytest.mark.parametrize(("time", "name"), [("9:29", None), ("9:30", "a"), ("10:00", "a"), ("10:01", None)])
def test_what_ended_can_be_joined_again_for_half_an_hour(time: str, name: str | None) -> None:
    view = find_up_next([entry("a", "9:00", "9:30", join_details=True)], at(time))
    assert (view.rejoinable.event.id if view.rejoinable else None) == name


def test_whole_days_are_never_the_main_meeting() -> None:
    assert (
        find_up_next([AgendaEntry(Event("d", "c", "", DateSpan(date(2026, 11, 23), date(2026, 11, 24))))], NOW).main
        is None
    )


def test_days_are_those_of_the_cars_zone() -> None:
    late = AgendaEntry(Event("late", "c", "", Timespan(at("23:30"), at("0:30", 24))))
    trip = AgendaEntry(Event("trip", "c", "", DateSpan(date(2026, 11, 22), date(2026, 11, 24))))
    found = days([late, trip], BERLIN, date(2026, 11, 23), 3)
    assert [(one.day.day, names(one.all_day), names(one.timed)) for one in found] == [
        (23, ["trip"], ["late"]),
        (24, [], ["late"]),
        (25, [], []),
    ]
    tokyo = days([late], ZoneInfo("Asia/Tokyo"), date(2026, 11, 24), 1)
    assert names(tokyo[0].timed) == ["late"]


def test_a_day_of_the_change_to_winter_time_has_twenty_five_hours() -> None:
    start = datetime(2026, 10, 25, 23, 30, tzinfo=BERLIN)
    held = AgendaEntry(Event("x", "c", "", Timespan(start, start + timedelta(minutes=20))))
    assert names(days([held], BERLIN, date(2026, 10, 25), 1)[0].timed) == ["x"]


def test_an_entry_that_ends_at_midnight_is_not_of_the_next_day() -> None:
    held = AgendaEntry(Event("x", "c", "", Timespan(at("23:00"), at("0:00", 24))))
    assert [names(one.timed) for one in days([held], BERLIN, date(2026, 11, 23), 2)] == [["x"], []]
