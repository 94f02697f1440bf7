"""Nothing is left in any byte of the data folder, and what is old goes by itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.domain.event import Event
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.errors import StoreError, VaultError
from carlendar.meetings.join_details import JoinDetails
from carlendar.store.change_notices import observe
from carlendar.store.erase import delete_moved_aside, erase_accounts, erase_all, photo_path, resume_erase
from carlendar.store.events import EventStore, EventUpsert, ExtractedBody, StoredSyncToken
from carlendar.store.folder import is_erasing
from carlendar.store.outbox import Outbox
from carlendar.store.records import OutboxItem
from carlendar.store.retention import expire, overdue
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore
from carlendar.sync.window import good_for

WORD = "Xylophonkonzert"
KEEP = "Quittenmarmelade"
Make = Callable[..., Event]


def plant(user: UserStore, events: EventStore, word: str, account: Account, now: datetime, meeting: Make) -> Calendar:
    """Leave `word` in everything that an account leaves, changed and deleted rows among them."""
    calendar = Calendar(f"c-{word}", account.id, word, is_default=True)
    user.save_account(replace(account, name=word, address=f"{word}@contoso.example"))
    events.save_calendars(account.id, [calendar])
    for version in ("1", "2"):
        made = [meeting(f"e{n}", 10 * n, title=f"{word} {n} {version}", version=version, calendar_id=calendar.id)
                for n in range(200)]  # fmt: skip
        events.save(calendar, [EventUpsert(event, JoinDetails("x", f"https://{word}.example")) for event in made], [],
                    StoredSyncToken(f"{word}{version}", word), now)  # fmt: skip
        events.save_bodies(calendar, [ExtractedBody(e.id, e.version, f"{word} " * 50, JoinDetails(word)) for e in made])
    events.save(calendar, [], [f"e{n}" for n in range(100)], StoredSyncToken(word, word), now)
    user.dismiss(f"{word}@1", account.id, now)
    user.snooze(f"{word}@2", account.id, now, now)
    user.show_calendar(account.id, calendar.id, shown=False)
    user.joined(f"{word}@3", account.id, "phone", now)
    Outbox(user.database).put(OutboxItem(word, account.id, word, "late", {"text": word}, now, now))
    return calendar


def plant_files(folder: Path, word: str, account_id: str) -> Path:
    photo = photo_path(folder, account_id)
    tokens = folder.parent / "tokens"
    sealed = (
        folder / "vault" / "feed-1.sealed",
        folder / "vault" / "tokens-global.damaged",
        folder / "vault/vault.key",
    )
    for path in (photo, photo.parent / ".writing-x1", tokens / "cache.bin", *sealed):
        path.parent.mkdir(exist_ok=True)
        path.write_text(word)
    for name in ("events.db.damaged-1", "user.db.damaged-2-wal"):
        (folder / name).write_text(word)
    return tokens


def holders(root: Path, word: str) -> list[str]:
    """Files below `root` whose name or any byte holds the word, in UTF-8 or UTF-16."""
    forms = [word.encode(), word.encode("utf-16-le"), word.lower().encode()]
    return [
        str(p) for p in root.rglob("*") if word in p.name or (p.is_file() and any(f in p.read_bytes() for f in forms))
    ]


def test_erasing_all_data_leaves_no_byte_while_the_screen_is_reading(
    folder: Path, user: UserStore, events: EventStore, account: Account, now: datetime, window: Timespan, meeting: Make
) -> None:
    plant(user, events, WORD, account, now, meeting)
    tokens = plant_files(folder, WORD, account.id)
    user.save_profile(Profile(WORD, WORD))
    user.choose_profile(WORD, WORD)
    user.prefer(WORD, WORD)
    reader = StoreReader(folder)
    reader.read(window, UTC)
    assert len(holders(folder.parent, WORD)) >= 8

    erase_all(folder, [tokens], time.sleep, user=user, events=events)

    assert holders(folder.parent, WORD) == []
    assert not tokens.exists()
    databases = {f"{name}.db{end}" for name in ("events", "user") for end in ("", "-wal", "-shm")}
    assert {path.name for path in folder.iterdir()} <= databases | {"store.lock", ".carlendar"}
    snapshot = reader.read(window, UTC)
    assert (snapshot.profiles, snapshot.accounts, snapshot.preferences) == ((), (), ())
    reader.close()


def test_erasing_all_data_works_without_a_service_and_with_files_beyond_reading(
    folder: Path, user: UserStore, events: EventStore, account: Account, now: datetime, meeting: Make
) -> None:
    plant(user, events, WORD, account, now, meeting)
    user.database.change("ALTER TABLE profiles RENAME COLUMN value TO content")
    user.database.change("PRAGMA user_version=99")
    user.close()
    events.close()
    erase_all(folder, [folder.parent / "no tokens"], time.sleep)
    assert holders(folder, WORD) == []
    UserStore(folder).close()


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_stands_in_the_place_of_the_mark_keeps_nothing_from_being_erased(tmp_path: Path, kind: str) -> None:
    folder, outside = tmp_path / "data", tmp_path / "outside"
    photo = folder / "photos" / f"{'a' * 32}.portrait"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"a picture")
    mark = folder / ".erasing"
    if kind == "link":
        mark.symlink_to(outside)
    else:
        os.mkfifo(mark)
    erase_all(folder, (), time.sleep)
    assert not photo.exists()
    assert not is_erasing(folder)
    assert not outside.exists()


def test_a_damaged_file_is_kept_aside_for_a_week_at_most(folder: Path, user: UserStore, now: datetime) -> None:
    path = folder / "events.db.damaged-1"
    path.write_text(WORD)
    os.utime(path, (now.timestamp(), now.timestamp()))
    delete_moved_aside(folder, now)
    assert path.exists()
    delete_moved_aside(folder, now + timedelta(seconds=1))
    assert not path.exists()


def test_what_cannot_be_cleared_is_not_called_cleared(
    folder: Path, user: UserStore, events: EventStore, account: Account, now: datetime, meeting: Make
) -> None:
    plant(user, events, WORD, account, now, meeting)
    reader = EventStore(folder)
    with reader.database.transaction() as connection:
        pass
    cursor = connection.execute("SELECT * FROM events")
    cursor.fetchone()  # a reader that stays in the middle of its reading
    waits: list[float] = []
    with pytest.raises(StoreError):
        erase_all(folder, [], waits.append, user=user, events=events)
    assert waits
    cursor.close()
    reader.close()
    erase_all(folder, [], waits.append, user=user, events=events)
    assert holders(folder, WORD) == []


def test_signing_out_leaves_nothing_of_the_account_and_everything_of_the_other(
    folder: Path, user: UserStore, events: EventStore, account: Account, now: datetime, window: Timespan, meeting: Make
) -> None:
    plant(user, events, WORD, account, now, meeting)
    plant_files(folder, WORD, account.id)
    kept = plant(user, events, KEEP, replace(account, id="a2"), now, meeting)
    erase_accounts(folder, user, events, [account.id], time.sleep)
    assert [name for name in holders(folder, WORD) if "/vault/" not in name and ".writing-" not in name] == []
    assert [a.id for a in user.accounts()] == ["a2"]
    assert len(events.versions(kept, window)) == 100
    assert [item.key for item in Outbox(user.database).items()] == [KEEP]


def test_a_synchronisation_under_way_cannot_bring_back_what_was_erased(
    folder: Path,
    user: UserStore,
    events: EventStore,
    calendar: Calendar,
    now: datetime,
    window: Timespan,
    meeting: Make,
) -> None:
    erase_accounts(folder, user, events, ["a1"], time.sleep)
    events.save_calendars("a1", [calendar])
    events.save(calendar, [EventUpsert(meeting("e", title=WORD))], [], StoredSyncToken(), now)
    events.save_error("a1", "c1", "offline")
    assert (events.calendars("a1"), events.versions(calendar, window), events.statuses()) == ((), {}, ())
    assert holders(folder, WORD) == []


def test_past_events_go_after_two_days(
    user: UserStore, events: EventStore, calendar: Calendar, now: datetime, meeting: Make
) -> None:
    def fetched_and_expired_after(**passed: int) -> bool:
        then = now + timedelta(**passed)
        events.save(calendar, [], [], StoredSyncToken("p", "w"), then)
        return expire(user, events, then)

    events.save(calendar, [EventUpsert(meeting("e", 0, 30))], [], StoredSyncToken("p", "w"), now)
    assert not fetched_and_expired_after(days=2, minutes=29)
    assert events.count(calendar) == 1
    assert fetched_and_expired_after(days=2, minutes=31)
    assert events.count(calendar) == 0


def test_the_store_holds_no_days_that_are_far_ahead(
    user: UserStore, events: EventStore, calendar: Calendar, now: datetime, meeting: Make
) -> None:
    """They were stored while the clock stood wrong; what is deleted is listed again when its day comes near."""
    later = now + timedelta(days=900)
    span = Timespan(later, later + timedelta(hours=1))
    last = meeting("last", 60 * 24 * 15)
    day = replace(meeting("day"), span=DateSpan(date(2026, 12, 8), date(2026, 12, 9)))
    events.save(calendar, [EventUpsert(last), EventUpsert(day)], [], StoredSyncToken("p", "w"), now)
    assert not expire(user, events, now)
    assert events.position(calendar).position == "p"
    events.save(calendar, [EventUpsert(replace(last, id="far", span=span))], [], StoredSyncToken("p", "w"), now)
    observe(user, events)
    assert expire(user, events, now)
    assert events.count(calendar) == 2
    assert events.position(calendar).position == ""
    assert user.database.rows("SELECT event_id FROM known ORDER BY 1") == [("day",), ("last",)]


def test_a_year_of_days_leaves_no_more_than_the_days_that_are_kept(
    user: UserStore, events: EventStore, calendar: Calendar, now: datetime, meeting: Make
) -> None:
    most = 0
    for passed in range(0, 365, 5):
        today = now + timedelta(days=passed)
        arriving = [EventUpsert(meeting(f"{passed + n}", 60 * 24 * (passed + n))) for n in range(-1, 15)]
        events.save(calendar, arriving, [], StoredSyncToken("p", "w"), today)
        observe(user, events)
        expire(user, events, today)
        most = max(most, events.count(calendar), *user.database.rows("SELECT count(*) FROM known")[0])
    assert 16 <= most <= 20


def test_data_that_is_not_refreshed_goes_after_seven_days_and_is_listed_anew(
    user: UserStore, events: EventStore, calendar: Calendar, now: datetime, meeting: Make
) -> None:
    events.save(calendar, [EventUpsert(meeting("e", 60 * 24 * 10))], [], StoredSyncToken("p", "w"), now)
    assert not expire(user, events, now + timedelta(days=7))
    assert expire(user, events, now + timedelta(days=7, seconds=1))
    assert events.count(calendar) == 0
    assert events.position(calendar).position == ""


def test_a_blocked_account_is_overdue_after_a_day_unless_it_signed_in_again(
    user: UserStore, account: Account, now: datetime
) -> None:
    user.set_account_state("a1", AccountState.BLOCKED, "disabled", now)
    user.set_account_state("a1", AccountState.BLOCKED, "revoked", now + timedelta(hours=5))
    assert overdue(user, now + timedelta(hours=23)) == ()
    assert [a.id for a in overdue(user, now + timedelta(hours=24))] == ["a1"]
    user.set_account_state("a1", AccountState.SIGNED_IN, "", now + timedelta(hours=23))
    assert overdue(user, now + timedelta(hours=48)) == ()


def test_how_old_things_are_is_measured_from_the_last_synchronisation_where_that_is_earlier(
    user: UserStore, events: EventStore, calendar: Calendar, now: datetime, meeting: Make
) -> None:
    """A clock that is days ahead while offline deletes nothing that is still to come, nor what people did."""
    arriving = [EventUpsert(meeting(str(day), 60 * 24 * day)) for day in range(-1, 7)]
    window = f"{(now - timedelta(days=1)).isoformat()}/{(now + timedelta(days=14)).isoformat()}"
    events.save(calendar, arriving, [], StoredSyncToken("p", window), now)
    observe(user, events)
    user.dismiss("3@x", "a1", now)
    for ahead in (2, 3, 6.9):
        assert not expire(user, events, now + timedelta(days=ahead))
    assert (events.count(calendar), events.position(calendar)) == (8, StoredSyncToken("p", window))
    assert len(user.database.rows("SELECT * FROM known")) == 8
    assert len(user.database.rows("SELECT * FROM reminders")) == 1


def test_a_position_is_not_good_for_what_was_deleted(
    user: UserStore, events: EventStore, calendar: Calendar, now: datetime, meeting: Make
) -> None:
    later = now + timedelta(days=3)
    window = Timespan(later - timedelta(days=10), later + timedelta(days=14))
    at = StoredSyncToken("p", f"{window.start.isoformat()}/{window.end.isoformat()}")
    events.save(calendar, [EventUpsert(meeting("over")), EventUpsert(meeting("there", 60 * 24 * 4))], [], at, later)
    assert expire(user, events, later)
    assert events.count(calendar) == 1
    assert not good_for(events.position(calendar).window, window)
    assert good_for(events.position(calendar).window, Timespan(later - timedelta(days=2), window.end))


def test_events_of_no_registered_account_go(
    user: UserStore, events: EventStore, calendar: Calendar, now: datetime, meeting: Make
) -> None:
    events.save(calendar, [EventUpsert(meeting("e"))], [], StoredSyncToken(), now)
    user.database.change("DELETE FROM accounts")
    assert expire(user, events, now)
    assert (events.count(calendar), events.calendars("a1")) == (0, ())


def test_a_key_that_cannot_be_forgotten_keeps_nothing_else_and_is_tried_again(
    folder: Path, user: UserStore, events: EventStore, account: Account, now: datetime, meeting: Make
) -> None:
    plant(user, events, WORD, account, now, meeting)
    plant_files(folder, WORD, account.id)

    def fails() -> None:
        raise VaultError("not now")

    with pytest.raises(VaultError):
        erase_all(folder, [], time.sleep, user=user, events=events, forget=fails)
    assert holders(folder, WORD) == []
    assert is_erasing(folder)
    forgotten: list[bool] = []
    resume_erase(folder, [], time.sleep, lambda: forgotten.append(True))
    assert forgotten == [True]
    assert not is_erasing(folder)
