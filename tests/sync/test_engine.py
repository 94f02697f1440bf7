"""What a calendar holds arrives in the store, soonest first, whatever fails on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState, Calendar
from carlendar.domain.calendar_delta import CalendarDelta
from carlendar.domain.event import BODY_LIMIT, Event
from carlendar.domain.timespan import Timespan
from carlendar.errors import (
    IdentityError,
    OfflineError,
    OutageError,
    SignInNeededError,
    SignInRefusedError,
    StoreError,
    SyncStateLostError,
    ThrottledError,
)
from carlendar.meetings.join_details import JoinDetails
from carlendar.store.events import EventStore
from carlendar.store.user import UserStore
from carlendar.sync.body_reader import BATCH, SyncDependencies
from carlendar.sync.engine import SyncEngine
from carlendar.sync.outcome import CalendarOutcome
from carlendar.sync.window import rolling_window
from tests.fakes.clocks import ManualClocks
from tests.fakes.stores import read_snapshot
from tests.sync.conftest import MemoryCalendar

Make = Callable[..., Event]


def ids(user: UserStore, tmp_path: Path) -> list[str]:
    window = Timespan(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 12, 20, tzinfo=UTC))
    return [stored.event.id for stored in read_snapshot(tmp_path / "data", window, UTC).events]


def test_a_first_synchronisation_brings_events_texts_and_join_details(
    engine: SyncEngine,
    source: MemoryCalendar,
    user: UserStore,
    account: Account,
    tmp_path: Path,
    meeting: Make,
    changes: list[str],
) -> None:
    source.events["c1"] = [meeting("a"), meeting("b", 120)]
    source.events["c2"] = [meeting("t", 90, calendar="c2")]
    source.texts = {"a": "hello", "t": "x" * 1000}
    outcome = engine.sync(account)
    window = Timespan(datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    stored = read_snapshot(tmp_path / "data", window, UTC).events
    assert [(s.event.id, s.event.body, s.join_details and s.join_details.found_in) for s in stored] == [
        ("a", "HELLO", "body"), ("t", "X" * BODY_LIMIT, "body"), ("b", "", "url")]  # fmt: skip
    assert (outcome.error, [(c.calendar.id, c.events, c.changed, c.traffic.requests) for c in outcome.calendars]) == (
        "", [("c1", 2, 2, 1), ("c2", 1, 1, 1)])  # fmt: skip
    assert set(changes) == {"accounts", "events"}


def test_nothing_is_written_or_read_again_while_nothing_changes(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, events: EventStore
) -> None:
    source.events["c1"] = [meeting("a")]
    engine.sync(account)
    source.calls.clear()
    outcome = engine.sync(account)
    assert [call[0] for call in source.calls] == ["calendars", "listing", "listing"]
    assert source.calls[1][2].startswith("position")
    assert sum(calendar.changed for calendar in outcome.calendars) == 0


def test_a_position_says_nothing_about_another_window(
    engine: SyncEngine, source: MemoryCalendar, account: Account, clocks: ManualClocks
) -> None:
    engine.sync(account)
    clocks.advance(86_400)
    source.calls.clear()
    engine.sync(account)
    assert [call for call in source.calls if call[0] == "listing"] == [("listing", "c1", ""), ("listing", "c2", "")]


def test_unchanged_by_its_position_keeps_everything_and_counts_as_fresh(
    engine: SyncEngine,
    source: MemoryCalendar,
    account: Account,
    meeting: Make,
    clocks: ManualClocks,
    user: UserStore,
    tmp_path: Path,
    events: EventStore,
) -> None:  # fmt: skip
    source.events["c1"] = [meeting("a")]
    engine.sync(account)
    clocks.advance(60)
    source.answers = [None, None]
    assert engine.sync(account).error == ""
    assert ids(user, tmp_path) == ["a"]
    assert {status.as_of for status in events.statuses()} == {clocks.now()}


def test_a_position_that_the_service_has_lost_leads_to_a_listing_anew(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, user: UserStore, tmp_path: Path
) -> None:
    engine.sync(account)
    source.events["c1"] = [meeting("a")]
    source.trouble["listing c1"] = [SyncStateLostError("x")]
    assert engine.sync(account).error == ""
    assert ids(user, tmp_path) == ["a"]


def test_a_changed_event_is_read_again_and_a_missing_one_removed(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, user: UserStore, tmp_path: Path
) -> None:
    source.events["c1"] = [meeting("a"), meeting("b"), meeting("c")]
    engine.sync(account)
    source.events["c1"] = [meeting("a", version="2"), meeting("b")]
    source.calls.clear()
    engine.sync(account)
    assert ids(user, tmp_path) == ["a", "b"]
    assert [call for call in source.calls if call[0] == "bodies"] == [("bodies", "c1", "a")]


def test_an_answer_that_would_empty_the_calendar_is_checked_before_it_is_believed(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, user: UserStore, tmp_path: Path
) -> None:
    source.events["c1"] = [meeting("a"), meeting("b")]
    engine.sync(account)
    source.answers = [[]]
    engine.sync(account)
    assert ids(user, tmp_path) == ["a", "b"]
    source.events["c1"] = []
    source.calls.clear()
    engine.sync(account)
    assert ids(user, tmp_path) == []
    assert [call[1] for call in source.calls if call[0] == "listing"] == ["c1", "c1", "c2"]


def test_a_list_of_calendars_that_is_suddenly_empty_is_not_believed(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, user: UserStore, tmp_path: Path
) -> None:
    source.events["c1"] = [meeting("a")]
    engine.sync(account)
    source.known = ()
    engine.sync(account)
    assert ids(user, tmp_path) == ["a"]


def test_a_source_that_lists_more_days_than_it_was_asked_for_does_not_fill_the_store(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, user: UserStore, tmp_path: Path
) -> None:
    days = [meeting(str(number), 60 * 24 * number) for number in range(-400, 400)]
    source.replace("listing", lambda *_: CalendarDelta(tuple(days), "p"))
    outcome = engine.sync(account)
    (calendar, _) = outcome.calendars
    assert (outcome.error, calendar.events, calendar.changed) == ("", 16, 16)
    assert [each.changed for each in engine.sync(account).calendars] == [0, 0]


def test_a_text_that_was_reported_as_deleted_is_asked_for_again_while_its_event_is_listed(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make
) -> None:
    source.events["c1"], source.texts, source.without = [meeting("a"), meeting("b", 90)], {"a": "x", "b": "y"}, {"a"}
    assert engine.sync(account).error == ""
    source.without, source.calls = set(), []
    engine.sync(account)
    assert [call for call in source.calls if call[0] == "bodies"] == [("bodies", "c1", "a")]
    stored = engine._events.event("a1", "a")
    assert stored is not None
    assert stored.body == "X"


def test_texts_of_the_next_24_hours_are_read_first(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make
) -> None:
    source.events["c1"] = [meeting("past", -600), meeting("later", 3000), meeting("soon", 100), meeting("now", -10)]
    source.events["c2"] = [meeting("next", 5, calendar="c2")]
    engine.sync(account)
    bodies = [call[1:] for call in source.calls if call[0] == "bodies"]
    assert bodies == [("c1", "now", "soon"), ("c2", "next"), ("c1", "later"), ("c1", "past")]


def test_texts_come_in_batches_each_stored_before_the_next_is_fetched(
    engine: SyncEngine,
    source: MemoryCalendar,
    account: Account,
    meeting: Make,
    events: EventStore,
    calendars: tuple[Calendar, ...],
) -> None:
    source.events["c1"] = [meeting(f"e{number:02}", number) for number in range(2 * BATCH + 1)]
    source.trouble["bodies c2"] = []
    original = source.bodies

    def bodies(calendar: Calendar, wanted: Sequence[str], starts: Timespan | None = None) -> dict[str, str]:
        if len(events.unread(calendar)) == 1:
            raise OutageError("down")
        return dict(original(calendar, wanted))

    source.replace("bodies", bodies)
    outcome = engine.sync(account)
    assert (outcome.error, outcome.calendars[0].unread) == ("", 1)
    assert [event.id for event in events.unread(calendars[0])] == [f"e{2 * BATCH:02}"]


def test_a_hostile_invitation_ends_nothing(
    engine: SyncEngine,
    source: MemoryCalendar,
    account: Account,
    meeting: Make,
    events: EventStore,
    calendars: tuple[Calendar, ...],
) -> None:
    source.events["c1"] = [meeting("a"), meeting("b")]
    source.texts = {"a": "poison", "b": "fine"}
    assert engine.sync(account).error == ""
    assert events.unread(calendars[0]) == ()


@pytest.mark.parametrize("error", [OutageError("x"), OfflineError("x"), RuntimeError("a bug"), ValueError("garbage")])
def test_a_calendar_that_fails_does_not_hold_up_the_other(
    engine: SyncEngine,
    source: MemoryCalendar,
    account: Account,
    meeting: Make,
    user: UserStore,
    tmp_path: Path,
    error: Exception,
    events: EventStore,
) -> None:  # fmt: skip
    source.events["c2"] = [meeting("t", calendar="c2")]
    source.trouble["listing c1"] = [error]
    outcome = engine.sync(account)
    key = getattr(error, "key", "error")
    assert ids(user, tmp_path) == ["t"]
    assert (outcome.error, outcome.soon) == ("", True)
    assert [(each.calendar.name, each.error) for each in outcome.calendars] == [("Calendar", key), ("Team", "")]
    assert [(s.calendar_id, s.error, s.as_of is None) for s in events.statuses()] == [
        ("c1", key, True), ("c2", "", False)]  # fmt: skip


def test_a_calendar_that_hangs_does_not_hold_up_the_other(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, user: UserStore, tmp_path: Path
) -> None:
    source.events["c1"], source.events["c2"] = [meeting("a")], [meeting("t", calendar="c2")]
    arrived, listing = threading.Event(), source.listing

    def hanging(calendar: Calendar, start: datetime, end: datetime, position: str) -> CalendarDelta:
        if calendar.id == "c1":
            assert arrived.wait(20), "the other calendar waited"
            assert ids(user, tmp_path) == ["t"]
            assert [status.as_of is None for status in engine._events.statuses()] == [True, False]
        return listing(calendar, start, end, position)

    source.replace("listing", hanging)

    def listed(_account: Account, done: CalendarOutcome) -> None:
        if done.events:
            arrived.set()

    engine = SyncEngine(engine._events, user, replace(engine._dependencies, progress=listed, concurrency=3))
    outcome = engine.sync(account)
    assert (outcome.error, [each.calendar.id for each in outcome.calendars]) == ("", ["c1", "c2"])
    assert sorted(ids(user, tmp_path)) == ["a", "t"]


def test_a_calendar_that_hangs_does_not_hold_up_the_texts_of_the_other(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, user: UserStore, tmp_path: Path
) -> None:
    source.events["c1"], source.events["c2"] = [meeting("a")], [meeting("t", calendar="c2")]
    source.texts = {"a": "hello", "t": "x"}
    read, listing = threading.Event(), source.listing

    def hanging(calendar: Calendar, start: datetime, end: datetime, position: str) -> CalendarDelta:
        if calendar.id == "c1":
            assert read.wait(20), "the texts of the other calendar waited"
        return listing(calendar, start, end, position)

    def changed(_what: str) -> None:
        stored = engine._events.event("a1", "t")
        if stored is not None and stored.body == "X":
            read.set()

    source.replace("listing", hanging)
    dependencies = replace(engine._dependencies, changed=changed, concurrency=3, text_delay=0.01)
    outcome = SyncEngine(engine._events, user, dependencies).sync(account)
    assert (outcome.error, [each.calendar.id for each in outcome.calendars]) == ("", ["c1", "c2"])
    assert [call for call in source.calls if call[0] == "bodies"] == [("bodies", "c2", "t"), ("bodies", "c1", "a")]


def test_a_service_that_asks_to_wait_at_a_text_is_waited_for_while_a_calendar_hangs(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, user: UserStore, tmp_path: Path
) -> None:
    source.events["c1"], source.events["c2"] = [meeting("a")], [meeting("t", calendar="c2")]
    asked, listing = threading.Event(), source.listing

    def hanging(calendar: Calendar, start: datetime, end: datetime, position: str) -> CalendarDelta:
        assert calendar.id != "c1" or asked.wait(20), "no text was asked for"
        return listing(calendar, start, end, position)

    def throttled(*_: object) -> dict[str, str]:
        assert not asked.is_set(), "asked again"
        asked.set()
        raise ThrottledError("x", retry_after=7.0)

    source.replace("listing", hanging)
    source.replace("bodies", throttled)
    dependencies = replace(engine._dependencies, concurrency=2, text_delay=0.01)
    outcome = SyncEngine(engine._events, user, dependencies).sync(account)
    assert (outcome.error, outcome.retry_after) == ("throttled", 7.0)
    assert sorted(ids(user, tmp_path)) == ["a", "t"]


def test_when_the_list_of_calendars_fails_the_known_ones_are_synchronised(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, user: UserStore, tmp_path: Path
) -> None:
    engine.sync(account)
    source.events["c1"] = [meeting("a")]
    source.trouble["calendars"] = [OutageError("x")]
    outcome = engine.sync(account)
    assert (outcome.error, outcome.soon) == ("", True)
    assert ids(user, tmp_path) == ["a"]


def test_a_service_that_asks_to_wait_is_asked_nothing_more_and_the_old_day_stays(
    engine: SyncEngine,
    source: MemoryCalendar,
    account: Account,
    meeting: Make,
    user: UserStore,
    tmp_path: Path,
    events: EventStore,
) -> None:
    source.events["c1"] = [meeting("a")]
    engine.sync(account)
    source.trouble["listing c1"] = [ThrottledError("x", retry_after=17.5)]
    source.calls.clear()
    outcome = engine.sync(account)
    assert (outcome.error, outcome.retry_after) == ("throttled", 17.5)
    assert [(c.calendar.id, c.error, c.events) for c in outcome.calendars] == [
        ("c1", "throttled", 1), ("c2", "throttled", 0)]  # fmt: skip
    assert [call[0] for call in source.calls] == ["calendars", "listing"]
    assert ids(user, tmp_path) == ["a"]
    assert {status.error for status in events.statuses()} == {"throttled"}


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (SignInNeededError("x", claims="{}", reason="again"), AccountState.SIGN_IN_NEEDED, "again"),
        (SignInNeededError("x", reason="password_changed", revoked=True), AccountState.BLOCKED, "password_changed"),
        (SignInRefusedError("x", reason="disabled"), AccountState.BLOCKED, "disabled"),
        (SignInRefusedError("x", reason="policy"), AccountState.SIGN_IN_NEEDED, "policy"),
        (IdentityError("x"), AccountState.SIGN_IN_NEEDED, "identity"),
    ],
    ids=str,
)
def test_trouble_with_the_identity_sets_the_accounts_state(
    engine: SyncEngine,
    source: MemoryCalendar,
    account: Account,
    user: UserStore,
    clocks: ManualClocks,
    error: IdentityError,
    state: AccountState, reason: str, changes: list[str],
) -> None:  # fmt: skip
    clocks.advance(5)
    source.trouble["calendars"] = [error]
    outcome = engine.sync(account)
    found = user.account("a1")
    assert found is not None
    assert (found.state, found.reason, found.since) == (state, reason, clocks.now())
    assert outcome.claims == getattr(error, "claims", "")
    assert "accounts" in changes


def test_an_outage_signs_no_one_out_and_a_success_signs_in_again(
    engine: SyncEngine, source: MemoryCalendar, account: Account, user: UserStore, clocks: ManualClocks
) -> None:
    source.trouble["calendars"] = [OutageError("x")]
    engine.sync(account)
    assert user.account("a1") == account
    user.set_account_state("a1", AccountState.SIGN_IN_NEEDED, "again", clocks.now())
    engine.sync(replace(account, state=AccountState.SIGN_IN_NEEDED))
    found = user.account("a1")
    assert found is not None
    assert (found.state, found.reason) == (AccountState.SIGNED_IN, "")


def test_nothing_is_saved_for_an_account_that_is_signed_out_meanwhile(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, user: UserStore, events: EventStore,
    calendars: tuple[Calendar, ...],
) -> None:  # fmt: skip
    source.events["c1"] = [meeting("a")]
    original = source.listing

    def listing(calendar: Calendar, start: datetime, end: datetime, position: str) -> CalendarDelta:
        user.remove_account("a1")
        return original(calendar, start, end, position)

    source.replace("listing", listing)
    engine.sync(account)
    assert events.count(calendars[0]) == 0


def test_the_window_is_whole_days_of_the_cars_zone_over_a_change_to_summer_time(clocks: ManualClocks) -> None:
    clocks.wall = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # already Sunday in Berlin, the day of the change
    clocks.car_zone = ZoneInfo("Europe/Berlin")
    window = rolling_window(clocks)
    assert window.start == datetime(2026, 3, 27, 23, tzinfo=UTC)
    assert window.end == datetime(2026, 4, 12, 22, tzinfo=UTC)
    assert window.duration == timedelta(days=16) - timedelta(hours=1)


def test_progress_is_reported_for_each_calendar(
    source: MemoryCalendar, account: Account, user: UserStore, events: EventStore, clocks: ManualClocks, meeting: Make
) -> None:
    outcomes: list[CalendarOutcome] = []
    dependencies = SyncDependencies(
        lambda _: source, lambda *_: JoinDetails(), str, clocks, clocks, progress=lambda _, o: outcomes.append(o)
    )
    SyncEngine(events, user, dependencies).sync(account)
    assert sorted(outcome.calendar.id for outcome in outcomes) == ["c1", "c2"]  # which are listed at the same time


def test_a_store_that_closes_under_a_synchronisation_is_no_fault_to_warn_of(
    engine: SyncEngine,
    source: MemoryCalendar,
    account: Account,
    meeting: Make,
    events: EventStore,
    caplog: pytest.LogCaptureFixture,
) -> None:
    source.events["c1"] = [meeting("a")]
    source.trouble["listing"] = []
    listing = source.listing

    def closing(calendar: Calendar, start: datetime, end: datetime, position: str) -> CalendarDelta:
        events.close()
        return listing(calendar, start, end, position)

    source.replace("listing", closing)
    with pytest.raises(StoreError) as caught:
        engine.sync(account)
    assert caught.value.key == "store_closed"
    assert caplog.text == ""


def test_a_full_disk_keeps_no_error_and_ends_no_other_calendars_synchronisation(
    engine: SyncEngine, source: MemoryCalendar, account: Account, meeting: Make, user: UserStore, tmp_path: Path,
    events: EventStore, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    source.events["c1"], source.events["c2"] = [meeting("a")], [meeting("t", calendar="c2")]
    save = events.save

    def full(*_: object) -> None:
        failure = StoreError("full")
        failure.key = "store_full"
        raise failure

    monkeypatch.setattr(
        events, "save", lambda calendar, *given: full() if calendar.id == "c1" else save(calendar, *given)
    )
    monkeypatch.setattr(events, "save_error", full)
    outcome = engine.sync(account)
    assert (outcome.error, ids(user, tmp_path)) == ("store_full", ["t"])
