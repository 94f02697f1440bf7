"""The meetings that were joined last: five for each driver, by reference, and no longer than the meetings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from carlendar.domain.account import Account, AppRole, Calendar, Profile
from carlendar.domain.agenda import occurrence_key
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.records import FETCHED, JoinedLine, JoinedMeeting
from carlendar.store.retention import RetentionLimits, expire
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore

Make = Callable[..., Event]


def joined(folder: Path, now: datetime, profile: str = "p1", boot_id: str = "") -> tuple[JoinedMeeting, ...]:
    """What the screen shows of one driver; the window has nothing but the next hour."""
    reader = StoreReader(folder)
    try:
        window = Timespan(now, now + timedelta(hours=1))
        return reader.read(window, UTC, profile_id=profile, boot_id=boot_id).joined
    finally:
        reader.close()


def fill(user: UserStore, events: EventStore, account: Account, now: datetime, meeting: Make) -> list[str]:
    """Seven meetings of an account, which were joined one after the other; the keys in this order."""
    calendar = Calendar(f"c {account.id}", account.id, "Calendar", is_default=True)
    user.save_profile(Profile(account.profile_id, account.name))
    user.save_account(account)
    events.save_calendars(account.id, [calendar])
    made = [meeting(f"e{n} {account.id}", -600 + 60 * n, calendar_id=calendar.id) for n in range(7)]
    events.save(calendar, [EventUpsert(event, None) for event in made], [], StoredSyncToken("1", "1"), now)
    keys = [occurrence_key(event) for event in made]
    for number, key in enumerate(keys):
        user.joined(key, account.id, "data" if number % 2 else "phone", now - timedelta(minutes=500 - 60 * number))
    return keys


def test_the_last_five_of_each_driver_are_kept_the_newest_first(
    folder: Path, user: UserStore, events: EventStore, account: Account, now: datetime, meeting: Make
) -> None:
    keys = fill(user, events, account, now, meeting)
    other = fill(user, events, replace(account, id="a2", profile_id="p2"), now, meeting)
    found = joined(folder, now, account.profile_id)
    assert [each.key for each in found] == keys[:1:-1]
    assert [each.line for each in found][:2] == [JoinedLine.PHONE, JoinedLine.DATA]
    assert [each.key for each in joined(folder, now, "p2")] == other[:1:-1]
    user.joined(keys[3], account.id, "data", now)
    again = [keys[3], keys[6], keys[5], keys[4], keys[2]]
    assert [each.key for each in joined(folder, now, account.profile_id)] == again


def test_two_accounts_of_a_driver_share_the_five(
    folder: Path, user: UserStore, events: EventStore, account: Account, now: datetime, meeting: Make
) -> None:
    fill(user, events, account, now, meeting)
    second = fill(user, events, replace(account, id="a2"), now + timedelta(hours=9), meeting)
    assert [each.key for each in joined(folder, now, account.profile_id)] == second[:1:-1]


def test_signing_out_deletes_them_and_nothing_is_stored_afterwards(
    folder: Path, user: UserStore, events: EventStore, account: Account, now: datetime, meeting: Make
) -> None:
    keys = fill(user, events, account, now, meeting)
    user.remove_account(account.id)
    user.joined(keys[0], account.id, "phone", now)
    assert user.database.rows("SELECT COUNT(*) FROM joined") == [(0,)]


def test_they_are_stored_as_long_as_their_meetings_and_without_their_texts(
    folder: Path, user: UserStore, events: EventStore, account: Account, now: datetime, meeting: Make
) -> None:
    keys = fill(user, events, account, now, meeting)
    stored = "".join(str(row) for row in user.database.rows("SELECT * FROM joined"))
    assert "Meeting" not in stored
    calendar = Calendar(f"c {account.id}", account.id, "Calendar", is_default=True)
    moved = meeting(keys[6].partition("@")[0], 30, version="2", calendar_id=calendar.id)
    events.save(calendar, [EventUpsert(moved, None)], [keys[5].partition("@")[0]], StoredSyncToken("2", "2"), now)
    found = joined(folder, now, account.profile_id)
    assert [each.key for each in found] == [occurrence_key(moved), keys[4], keys[3], keys[2]], "one was removed"
    events.save(calendar, [], [], StoredSyncToken("3", "3"), now + timedelta(days=3))
    expire(user, events, now + timedelta(days=3, hours=1), RetentionLimits())
    assert user.database.rows("SELECT COUNT(*) FROM joined") == [(0,)]


def test_a_meeting_that_was_moved_after_it_was_joined_is_listed_once_with_its_new_time(
    folder: Path, user: UserStore, events: EventStore, account: Account, now: datetime, meeting: Make
) -> None:
    keys = fill(user, events, account, now, meeting)
    calendar = Calendar(f"c {account.id}", account.id, "Calendar", is_default=True)
    moved = meeting(keys[5].partition("@")[0], 30, version="2", calendar_id=calendar.id)
    events.save(calendar, [EventUpsert(moved, None)], [], StoredSyncToken("2", "2"), now)
    found = joined(folder, now, account.profile_id)
    assert [each.key for each in found][:3] == [keys[6], occurrence_key(moved), keys[4]]
    assert found[1].stored.event.span == moved.span
    user.joined(occurrence_key(moved), account.id, "phone", now)
    again = joined(folder, now, account.profile_id)
    assert [each.key for each in again][:2] == [occurrence_key(moved), keys[6]]
    assert again[0].line is JoinedLine.PHONE
    assert len({each.key for each in again}) == len(again)


def test_an_account_without_a_cache_shows_only_what_was_fetched_in_this_drive(
    folder: Path, user: UserStore, events: EventStore, account: Account, now: datetime, meeting: Make
) -> None:
    fill(user, events, replace(account, roles=(AppRole.NO_CACHE,)), now, meeting)
    user.prefer(FETCHED + account.id, "this boot")
    assert len(joined(folder, now, account.profile_id, "this boot")) == 5
    assert joined(folder, now, account.profile_id, "the next") == ()
