"""Moved and cancelled meetings are reported once, despite restarts, rebuilds and fetches in between."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Calendar
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.store.change_notices import forget, observe
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.records import ChangeNotice
from carlendar.store.user import UserStore
from tests.fakes.stores import read_snapshot

Say = Callable[..., bool]


@pytest.fixture
def say(events: EventStore, user: UserStore, calendar: Calendar, now: datetime) -> Say:
    """`say(Event…)`: the calendar says that by now; True when there is something new to be said."""
    versions = count()

    def listed(*said: Event, gone: tuple[str, ...] = ()) -> bool:
        arrivals = [EventUpsert(replace(event, version=str(next(versions)))) for event in said]
        events.save(calendar, arrivals, list(gone), StoredSyncToken(), now)
        return observe(user, events)

    return listed


def news(folder: Path, window: Timespan) -> list[ChangeNotice]:
    return list(read_snapshot(folder, window, UTC).news)


def moved(event: Event, minutes: float) -> Event:
    shift = timedelta(minutes=minutes)
    return replace(event, span=Timespan(event.span.start + shift, event.span.end + shift))  # type: ignore[arg-type]  # of a timed event


@pytest.fixture
def review(meeting: Callable[..., Event]) -> Event:
    return meeting("review")


def test_what_is_seen_for_the_first_time_is_no_news(say: Say, folder: Path, window: Timespan, review: Event) -> None:
    assert not say(review)
    assert not say(replace(review, id="other", cancelled=True))
    assert not say(replace(review, title="Renamed"))
    assert news(folder, window) == []


def test_a_moved_meeting_is_news_until_it_is_reported(
    say: Say, folder: Path, window: Timespan, review: Event, user: UserStore, events: EventStore
) -> None:
    say(review)
    assert say(moved(review, 30))
    start = review.span.start
    (found,) = news(folder, window)
    assert (found.account_id, found.event_id, found.kind, found.before) == ("a1", "review", "moved", start)
    assert not observe(user, events)
    assert len(news(folder, window)) == 1
    user.acknowledge_change("a1", "review")
    assert news(folder, window) == []
    assert not say(replace(moved(review, 30), title="Renamed"))
    assert news(folder, window) == []
    assert say(moved(review, 60))
    assert news(folder, window)[0].before == start + timedelta(minutes=30)


def test_moved_twice_is_distinguished_from_what_the_person_knows_and_moved_back_is_none(
    say: Say, folder: Path, window: Timespan, review: Event
) -> None:
    say(review)
    say(moved(review, 30))
    assert not say(moved(review, 45))
    assert [each.before for each in news(folder, window)] == [review.span.start]
    assert not say(review)
    assert news(folder, window) == []


def test_cancelled_is_news_once_and_so_is_what_takes_place_after_all_at_another_time(
    say: Say, folder: Path, window: Timespan, review: Event, user: UserStore
) -> None:
    say(review)
    assert say(replace(review, cancelled=True))
    assert not say(replace(review, cancelled=True, title="Canceled: T"))
    assert [each.kind for each in news(folder, window)] == ["cancelled"]
    user.acknowledge_change("a1", "review")
    assert not say(replace(review, cancelled=True))
    assert news(folder, window) == []
    assert say(moved(review, 30))
    assert [each.kind for each in news(folder, window)] == ["moved"]


def test_moved_and_then_cancelled_is_cancelled(say: Say, folder: Path, window: Timespan, review: Event) -> None:
    say(review)
    say(moved(review, 30))
    assert say(replace(moved(review, 30), cancelled=True))
    assert [(each.kind, each.before) for each in news(folder, window)] == [("cancelled", review.span.start)]


def test_events_that_had_to_be_fetched_anew_are_still_known(
    say: Say, folder: Path, window: Timespan, review: Event
) -> None:
    say(review)
    say(gone=("review",))
    assert say(moved(review, 30))


def standup(day: int, hour: int, *, uid: str = "series@contoso.example", series: str = "series") -> Event:
    """An occurrence of a series, which has another id at every other hour."""
    start = datetime(2026, 11, day, hour, tzinfo=UTC)
    span = Timespan(start, start + timedelta(minutes=30))
    return Event(f"{day} {hour}", "c1", "Standup", span, ical_uid=uid, series_id=series)


def test_a_series_that_moves_and_gets_new_ids_has_moved(
    say: Say, folder: Path, window: Timespan, user: UserStore, events: EventStore
) -> None:
    say(*(standup(day, 13) for day in (23, 24, 25)))
    assert say(*(standup(day, 14) for day in (23, 24, 25)), gone=("23 13", "24 13", "25 13"))
    found = {each.event_id: (each.kind, each.before) for each in news(folder, window)}
    assert found == {f"{day} 14": ("moved", datetime(2026, 11, day, 13, tzinfo=UTC)) for day in (23, 24, 25)}
    assert not observe(user, events)
    user.acknowledge_change("a1", "23 14")
    assert not observe(user, events)
    assert len(news(folder, window)) == 2
    assert not say(*(standup(day, 13) for day in (24, 25)), gone=("24 14", "25 14", "23 14"))
    assert news(folder, window) == []


def test_a_series_that_moves_to_another_day_has_moved_from_the_nearest(
    say: Say, folder: Path, window: Timespan
) -> None:
    say(standup(23, 13), standup(30, 13))
    assert say(standup(26, 13), gone=("23 13", "30 13"))
    assert [(each.event_id, each.before.day) for each in news(folder, window)] == [("26 13", 23)]


def test_exchanges_day_within_the_uid_is_not_part_of_the_meeting(say: Say, folder: Path, window: Timespan) -> None:
    head, tail = "040000008200E00074C5B7101A82E008", "00000000C0FFEE"
    say(standup(23, 13, uid=f"{head}07EA0B17{tail}"))
    assert say(standup(24, 13, uid=f"{head}07EA0B18{tail}"), gone=("23 13",))
    assert [(each.kind, each.before.day) for each in news(folder, window)] == [("moved", 23)]


def test_a_meeting_that_was_moved_to_a_new_id_and_then_cancelled_is_cancelled(
    say: Say, folder: Path, window: Timespan
) -> None:
    say(standup(23, 13, series=""))
    say(standup(23, 14, series=""), gone=("23 13",))
    assert say(replace(standup(23, 15, series=""), cancelled=True), gone=("23 14",))
    (found,) = news(folder, window)
    assert (found.kind, found.before.hour) == ("cancelled", 13)


@pytest.mark.parametrize(
    ("came", "gone"),
    [
        (standup(30, 13), ("23 13",)),  # today's was deleted, and the next day of the window has come
        (standup(24, 14), ()),
        (standup(23, 14, uid="other@contoso.example"), ("23 13", "24 13")),
        (standup(23, 14, uid=""), ("23 13", "24 13")),
    ],
)
def test_one_that_is_gone_and_another_that_has_come_is_no_move(
    say: Say, folder: Path, window: Timespan, came: Event, gone: tuple[str, ...]
) -> None:
    say(standup(23, 13), standup(24, 13))
    assert not say(came, gone=gone)
    assert news(folder, window) == []


def test_an_occurrence_a_week_away_is_the_next_one_and_not_the_one_that_is_gone(
    say: Say, folder: Path, window: Timespan
) -> None:
    say(standup(23, 13))
    assert not say(standup(30, 13), gone=("23 13",))
    assert news(folder, window) == []


def test_what_was_gone_before_is_not_what_comes_later(say: Say, folder: Path, window: Timespan) -> None:
    say(standup(23, 13))
    say(gone=("23 13",))
    assert not say(standup(23, 14))
    assert news(folder, window) == []


def test_a_series_of_thousands_under_one_uid_costs_no_more_than_its_first(say: Say, window: Timespan) -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)

    def many(name: str, shift: int) -> list[Event]:
        moments = [start + timedelta(minutes=n + shift) for n in range(2_000)]
        return [Event(f"{name}{m}", "c1", "B", Timespan(m, m), ical_uid="bomb", series_id="b") for m in moments]

    old = many("a", 0)
    say(*old)
    began = time.perf_counter()
    assert say(*many("b", 5), gone=tuple(event.id for event in old))
    assert time.perf_counter() - began < 10


def test_killed_at_any_statement_the_news_are_neither_lost_nor_doubled(
    killed_at: Callable[..., bool], say: Say, folder: Path, window: Timespan, review: Event, user: UserStore
) -> None:
    say(review)

    def work(_: object) -> None:
        observe(UserStore(folder), EventStore(folder))

    store = EventStore(folder)
    upsert = EventUpsert(replace(moved(review, 30), version="x"))
    store.save(Calendar("c1", "a1", "Calendar"), [upsert], [], StoredSyncToken(), datetime(2026, 11, 23, tzinfo=UTC))
    store.close()
    step = 1
    while killed_at(step, work):
        step += 1
        assert len(news(folder, window)) <= 1
    assert step > 20
    assert [each.kind for each in news(folder, window)] == ["moved"]


def test_what_is_over_or_of_no_one_is_forgotten(say: Say, review: Event, user: UserStore, now: datetime) -> None:
    say(review, replace(review, id="b"))
    forget(user, now)
    assert user.database.rows("SELECT count(*) FROM known") == [(2,)]
    forget(user, now + timedelta(days=4))
    assert user.database.rows("SELECT count(*) FROM known") == [(0,)]
    say(moved(review, 5))
    user.remove_account("a1")
    assert user.database.rows("SELECT count(*) FROM known") == [(0,)]
