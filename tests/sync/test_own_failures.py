"""A failure stays with the calendar or the event that failed: the account goes on at its usual pace."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Account, Calendar
from carlendar.domain.calendar_delta import CalendarDelta
from carlendar.domain.event import Event
from carlendar.errors import (
    CarlendarError,
    GoneError,
    OfflineError,
    OutageError,
    RefusedError,
    SignInNeededError,
    ThrottledError,
)
from carlendar.store.events import EventStore, StoredSyncToken
from carlendar.store.records import SourceStatus
from carlendar.store.sources import overall
from carlendar.sync.backoff import FIRST, LONGEST, Backoff
from carlendar.sync.engine import SyncEngine
from carlendar.sync.scheduler import SyncInterval, Timetable
from tests.fakes.clocks import ManualClocks
from tests.sync.conftest import MemoryCalendar

Make = Callable[..., Event]


def refuse(source: MemoryCalendar, **texts: CarlendarError) -> list[str]:
    """Let these events' texts fail each time; returns the list of all texts that are asked for."""
    asked: list[str] = []

    def bodies(_: Calendar, wanted: Iterable[str], starts: object = None) -> dict[str, str | CarlendarError]:
        ids = list(wanted)
        asked.extend(ids)
        return {each: texts.get(each, f"text of {each}") for each in ids}

    source.replace("bodies", bodies)
    return asked


@pytest.mark.parametrize("error", [OutageError("x", detail="500 ErrorContentConversionFailed"), RefusedError("x")])
def test_one_unreadable_body_is_that_events_alone_and_is_tried_later_and_later(
    engine: SyncEngine,
    source: MemoryCalendar,
    account: Account,
    meeting: Make,
    events: EventStore,
    clocks: ManualClocks,
    error: CarlendarError,
) -> None:  # fmt: skip
    source.events["c1"] = [meeting("bad"), meeting("good", 90)]
    asked = refuse(source, bad=error)
    outcome = engine.sync(account)
    assert (outcome.error, [each.error for each in outcome.calendars], outcome.calendars[0].unread) == ("", ["", ""], 1)
    kept = events.event("a1", "bad")
    assert (kept is not None, {status.error for status in events.statuses()}) == (True, {""})
    good = events.event("a1", "good")
    assert good is not None
    assert good.body == "TEXT OF GOOD"
    attempts = []
    for passed in range(400):
        asked.clear()
        outcome = engine.sync(account)
        assert (outcome.error, outcome.calendars[0].unread) == ("", 1)
        attempts += [passed] * asked.count("bad")
        clocks.advance(300)
    pauses = [later - earlier for earlier, later in pairwise(attempts)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST / 300
    source.events["c1"][0] = meeting("bad", version="2")
    del source.bodies
    assert engine.sync(account).calendars[0].unread == 0
    repaired = events.event("a1", "bad")
    assert repaired is not None


@pytest.mark.parametrize("error", [RefusedError("x"), GoneError("x"), OutageError("x")])
def test_one_calendar_that_fails_for_good_stands_in_its_own_status(
    engine: SyncEngine,
    source: MemoryCalendar,
    account: Account,
    meeting: Make,
    events: EventStore,
    clocks: ManualClocks,
    error: CarlendarError,
) -> None:  # fmt: skip
    source.events["c1"] = [meeting("a")]
    source.trouble["listing c2"] = [error] * 50
    table = Timetable(SyncInterval(interval=300, jitter=0), lambda: 0.5)
    for _ in range(12):
        clocks.advance(300)
        outcome = engine.sync(account)
        assert (outcome.error, {c.calendar.name: c.error for c in outcome.calendars}) == (
            "", {"Calendar": "", "Team": error.key})  # fmt: skip
        assert outcome.soon is isinstance(error, OutageError)
        table.partly(0) if outcome.soon else table.succeeded(0)
        assert table.due <= 300
    assert overall(events.statuses(), ()) == (clocks.now(), "")
    assert [(status.calendar_id, status.error) for status in events.statuses()] == [("c1", ""), ("c2", error.key)]


@pytest.mark.parametrize(
    "error", [OfflineError("x"), OutageError("x"), RefusedError("x"), ThrottledError("x"), SignInNeededError("x")]
)
def test_what_concerns_all_calendars_is_the_accounts_failure(
    engine: SyncEngine, source: MemoryCalendar, account: Account, events: EventStore, error: CarlendarError
) -> None:
    engine.sync(account)
    source.trouble["listing"] = [error] * 4
    source.trouble["calendars"] = [error]
    assert engine.sync(account).error == error.key
    assert overall(events.statuses(), ())[1] == error.key


def test_an_event_that_is_listed_but_cannot_be_read_stays_as_it_was(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, events: EventStore
) -> None:
    source.events["c1"] = [meeting("a"), meeting("b")]
    engine.sync(account)
    source.replace(
        "listing",
        lambda calendar, *_: CalendarDelta(
            (meeting("b", version="2"),) if calendar.id == "c1" else (),
            "p",
            unreadable=("a", "") * (calendar.id == "c1"),
        ),
    )
    outcome = engine.sync(account)
    assert (outcome.error, outcome.calendars[0].unread) == ("", 2)
    assert events.event("a1", "a") is not None


def test_a_deletion_while_a_listing_was_under_way_drops_its_position(
    engine: SyncEngine, source: MemoryCalendar, account: Account, events: EventStore, calendars: tuple[Calendar, ...]
) -> None:
    engine.sync(account)
    original = source.listing

    def listing(calendar: Calendar, start: datetime, end: datetime, position: str) -> CalendarDelta:
        events.database.change("UPDATE sources SET position = '' WHERE calendar_id = 'c1'")
        return original(calendar, start, end, position)

    source.replace("listing", listing)
    engine.sync(account)
    assert events.position(calendars[0]) == StoredSyncToken()
    assert events.position(calendars[1]).position != ""


def test_pauses_of_one_item_double_and_are_no_others(clocks: ManualClocks) -> None:
    backoff: Backoff[str] = Backoff(clocks)
    pause = FIRST
    for _ in range(20):
        assert backoff.due("a")
        backoff.failed("a")
        assert not backoff.due("a")
        assert backoff.due("b")
        clocks.advance(pause - 1)
        assert not backoff.due("a")
        clocks.advance(1)
        pause = min(2 * pause, LONGEST)
    backoff.forget(["a", "never seen"])
    assert backoff.pausing() == ()


NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
OLD = NOW - timedelta(days=3)


@pytest.mark.parametrize(
    ("sources", "as_of", "failing"),
    [
        ([SourceStatus("1", "a", NOW), SourceStatus("2", "a", OLD, "refused")], NOW, ""),
        ([SourceStatus("1", "a", NOW), SourceStatus("2", "a", None, "refused")], NOW, ""),
        ([SourceStatus("1", "a", NOW), SourceStatus("f", "feed", OLD, "feed_text")], NOW, ""),
        ([SourceStatus("1", "a", OLD, "offline"), SourceStatus("f", "feed", NOW)], OLD, "offline"),
        ([SourceStatus("f", "feed", OLD, "outage")], OLD, "outage"),
        ([SourceStatus("f", "feed", None, "outage")], None, "outage"),
        ([SourceStatus("1", "a", NOW), SourceStatus("2", "a", None)], None, ""),
        ([], None, ""),
    ],
)
def test_what_fails_by_itself_takes_nothing_from_the_others(
    sources: list[SourceStatus], as_of: datetime | None, failing: str
) -> None:
    assert overall(sources, {"feed"}) == (as_of, failing)


def test_a_part_that_may_do_better_soon_never_waits_beyond_the_next_refresh() -> None:
    table = Timetable(replace(SyncInterval(), jitter=0.0), lambda: 0.5)
    pauses = []
    for _ in range(8):
        table.partly(0)
        pauses.append(table.due)
    assert pauses == [10, 20, 40, 80, 160, 300, 300, 300]
