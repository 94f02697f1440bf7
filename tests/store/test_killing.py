"""The process is killed at every statement: the store then holds what was before or what came after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from carlendar.domain.account import Account, Calendar, Profile
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.user import UserStore
from tests.fakes.kill_points import KilledAt


def test_killed_while_a_listing_is_saved_events_and_position_still_belong_together(
    killed_at: KilledAt,
    folder: Path,
    calendar: Calendar,
    now: datetime,
    window: Timespan,
    meeting: Callable[..., Event],
) -> None:
    def first(_: object) -> None:
        store = EventStore(folder)
        store.save_calendars("a1", [calendar])
        store.save(calendar, [EventUpsert(meeting(name)) for name in "abc"], [], StoredSyncToken("p1", "w"), now)

    def second(_: object) -> None:
        store = EventStore(folder)
        store.save(calendar, [EventUpsert(meeting("d"))], ["a"], StoredSyncToken("p2", "w"), now)

    assert not killed_at(0, first)
    steps, seen = 0, set()
    while killed_at(steps + 1, second):
        steps += 1
        store = EventStore(folder)
        found = ("".join(sorted(store.versions(calendar, window))), store.position(calendar).position)
        store.close()
        assert found in (("abc", "p1"), ("bcd", "p2"))
        seen.add(found)
    assert steps > 10
    assert ("abc", "p1") in seen


def test_killed_at_the_very_first_start_the_next_one_makes_the_store(
    killed_at: KilledAt, folder: Path, account: Account
) -> None:
    def start(_: object) -> None:
        EventStore(folder)
        user = UserStore(folder)
        user.save_profile(Profile("ana", "Ana"))
        user.save_account(account)

    steps = 0
    while killed_at(steps + 1, start):
        steps += 1
        store = UserStore(folder)
        assert store.accounts() in ((), (account,))
        assert store.database.rows("SELECT count(*) FROM outbox") == [(0,)]
        store.close()
        for path in folder.iterdir():
            path.unlink()
    assert steps > 15


def test_what_fails_in_the_process_to_be_killed_fails_the_test(killed_at: KilledAt) -> None:
    def wrong(_: object) -> None:
        raise RuntimeError("the cause")

    with pytest.raises(AssertionError, match="the cause"):
        killed_at(1, wrong)


def test_a_step_of_ones_own_is_died_at_as_well(killed_at: KilledAt) -> None:
    def ticking(tick: Callable[[], None]) -> None:
        tick()
        tick()

    assert killed_at(2, ticking)
    assert not killed_at(3, ticking)
