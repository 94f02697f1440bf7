"""Files are private, migrated, checked and repaired."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar.domain.account import Calendar, Profile
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.errors import StoreError
from carlendar.store.database import Schema, open_database
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.schema import EVENTS, USER
from carlendar.store.user import UserStore
from tests.fakes.stores import read_snapshot


def raise_version(path: Path, statement: str = "SELECT 1") -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.execute("PRAGMA user_version=99")
    connection.commit()
    connection.close()


def test_folder_and_files_are_for_their_owner_alone_whatever_the_umask(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, now: datetime, meeting: Callable[..., Event]
) -> None:
    events.save(calendar, [EventUpsert(meeting("e"))], [], StoredSyncToken(), now)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert set(modes.values()) == {0o600}, modes
    assert {"events.db", "events.db-wal", "user.db", "user.db-wal"} <= set(modes)


def test_a_folder_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    before = os.umask(0)
    try:
        open_database(tmp_path, USER).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "user.db").stat().st_mode) == 0o600


def test_the_connections_are_set_as_promised(folder: Path) -> None:
    for schema, synchronous in ((EVENTS, 1), (USER, 2)):
        database = open_database(folder, schema)
        assert database.rows("PRAGMA journal_mode") == [("wal",)]
        assert database.rows("PRAGMA synchronous") == [(synchronous,)]
        assert database.rows("PRAGMA secure_delete") == [(1,)]
        database.close()


def test_migrations_run_once_and_in_order_and_keep_what_is_there(folder: Path) -> None:
    first = Schema("x.db", (("CREATE TABLE t (a)", "INSERT INTO t VALUES (1)"),), "FULL", False)
    second = Schema("x.db", (*first.migrations, ("ALTER TABLE t ADD b DEFAULT 7",)), "FULL", False)
    open_database(folder, first).close()
    for _ in range(2):
        database = open_database(folder, second)
        assert database.rows("SELECT a, b FROM t") == [(1, 7)]
        assert database.rows("PRAGMA user_version") == [(2,)]
        database.close()


def test_a_migration_that_fails_leaves_the_version_before(folder: Path) -> None:
    good = Schema("x.db", (("CREATE TABLE t (a)",),), "FULL", False)
    bad = Schema("x.db", (*good.migrations, ("INSERT INTO t VALUES (1)", "NONSENSE")), "FULL", False)
    open_database(folder, good).close()
    with pytest.raises(StoreError):
        open_database(folder, bad)
    database = open_database(folder, good)
    assert database.rows("SELECT count(*) FROM t") == [(0,)]
    database.close()


@pytest.mark.parametrize("garbage", [b"not a database at all" * 400, b"SQLite format 3\0" + b"\xff" * 9000])
def test_a_damaged_file_is_moved_aside_and_begun_anew(folder: Path, garbage: bytes) -> None:
    folder.mkdir()
    (folder / "user.db").write_bytes(garbage)
    store = UserStore(folder)
    store.save_profile(Profile("ana", "Ana"))
    assert store.profiles() == (Profile("ana", "Ana"),)
    store.close()
    (aside,) = folder.glob("user.db.damaged-*")
    assert aside.read_bytes() == garbage


def test_damage_within_a_page_is_found_at_the_start(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, now: datetime, meeting: Callable[..., Event]
) -> None:
    events.save(calendar, [EventUpsert(meeting(str(number))) for number in range(400)], [], StoredSyncToken(), now)
    events.close()
    path = folder / "events.db"
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 8] = os.urandom(4096 * 5)
    path.write_bytes(content)
    reopened = EventStore(folder)
    assert reopened.calendars("a1") == ()
    assert reopened.position(calendar) == StoredSyncToken()
    reopened.close()
    assert list(folder.glob("events.db.damaged-1"))


def test_events_of_a_newer_schema_are_begun_anew(folder: Path, events: EventStore) -> None:
    events.close()
    raise_version(folder / "events.db", "CREATE TABLE novelty (x)")
    reopened = EventStore(folder)
    assert reopened.calendars("a1") == ()
    assert reopened.database.rows("PRAGMA user_version") == [(EVENTS.version,)]
    assert reopened.database.rows("SELECT name FROM sqlite_master WHERE name = 'novelty'") == []
    reopened.close()


def test_user_data_of_a_newer_schema_is_used_where_it_can_be_read(folder: Path, user: UserStore) -> None:
    raise_version(folder / "user.db", "ALTER TABLE profiles ADD COLUMN novelty DEFAULT 1")
    again = UserStore(folder)
    again.save_profile(Profile("ben", "Ben"))
    assert [profile.id for profile in again.profiles()] == ["ana", "ben"]
    assert again.database.rows("PRAGMA user_version") == [(99,)]
    again.close()


def test_user_data_of_a_newer_schema_is_refused_with_a_reason_where_it_cannot_be_read(
    folder: Path, user: UserStore
) -> None:
    user.close()
    raise_version(folder / "user.db", "ALTER TABLE profiles RENAME COLUMN value TO content")
    with pytest.raises(StoreError, match="newer Carlendar"):
        UserStore(folder)
    day = Timespan(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    assert read_snapshot(folder, day, UTC).profile is None
    assert not list(folder.glob("*.damaged-*"))


def test_a_folder_that_cannot_be_made_is_reported_as_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        UserStore(tmp_path / "file" / "data")


def test_a_transaction_that_fails_changes_nothing(
    events: EventStore, calendar: Calendar, now: datetime, window: Timespan, meeting: Callable[..., Event]
) -> None:
    events.save(calendar, [EventUpsert(meeting("old"))], [], StoredSyncToken("p1", "w"), now)
    broken = meeting("bad", version="half a pair \ud800")
    with pytest.raises(StoreError):
        events.save(
            calendar, [EventUpsert(meeting("new")), EventUpsert(broken)], ["old"], StoredSyncToken("p2", "w"), now
        )
    assert set(events.versions(calendar, window)) == {"old"}
    assert events.position(calendar) == StoredSyncToken("p1", "w")
