"""A file of every earlier version opens with everything that was in it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.store.change_notices import observe
from carlendar.store.database import DAMAGED_MARK, Schema, open_database
from carlendar.store.events import EventStore, StoredSyncToken
from carlendar.store.outbox import Outbox
from carlendar.store.records import ChangeNotice, OutboxItem, SourceStatus
from carlendar.store.schema import EVENTS, USER
from carlendar.store.user import UserStore
from tests.fakes.stores import read_snapshot

DUMPS = Path(__file__).parent.parent / "data" / "store"
"""What earlier programs wrote, a dump for each version before the current one: `{name}-{version}.sql`."""

EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
CALENDAR = Calendar("c1", "a1", "Calendar", is_default=True)


def load(folder: Path, schema: Schema, version: int) -> None:
    """Put a file of that version into the folder."""
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / schema.file)) as connection:
        connection.executescript((DUMPS / f"{Path(schema.file).stem}-{version}.sql").read_text())


def layout(folder: Path, schema: Schema) -> dict[str, tuple[object, ...]]:
    """The columns of each table, and the text of each index."""
    database = open_database(folder, schema)
    try:
        rows = database.rows("SELECT name, type, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        return {
            name: tuple(sorted(database.rows("SELECT name, type, pk FROM pragma_table_info(?)", (name,))))
            if kind == "table"
            else (re.sub(r"\s+", " ", text),)
            for name, kind, text in rows
        }
    finally:
        database.close()


@pytest.mark.parametrize("schema", [EVENTS, USER], ids=lambda schema: schema.file)
def test_there_is_a_file_of_every_earlier_version_and_each_becomes_like_a_new_one(
    tmp_path: Path, schema: Schema
) -> None:
    assert schema.version > 1, "there is an earlier version"
    fresh = layout(tmp_path / "new", schema)
    for version in range(1, schema.version):
        folder = tmp_path / str(version)
        load(folder, schema, version)
        assert layout(folder, schema) == fresh
        assert not list(folder.glob(f"*{DAMAGED_MARK}*"))


def test_events_of_the_first_version_are_all_there_with_their_series(folder: Path) -> None:
    load(folder, EVENTS, 1)
    store = EventStore(folder)
    hour = Timespan(EIGHT.replace(hour=9), EIGHT.replace(hour=10))
    later = Timespan(EIGHT.replace(hour=10), EIGHT.replace(hour=11))
    assert store.event("a1", "single") == Event("single", "c1", "Meeting single", hour, "1", body="Text")
    assert store.event("a1", "occurrence") == Event(
        "occurrence", "c1", "Meeting occurrence", later, "1", series_id="series", body="Text"
    )
    assert store.calendars("a1") == (CALENDAR,)
    assert store.position(CALENDAR) == StoredSyncToken("position", "window")
    assert store.statuses() == (SourceStatus("c1", "a1", EIGHT),)
    rows = store.database.rows("SELECT id, series FROM events ORDER BY id")
    assert rows == [("occurrence", "series"), ("single", "")]
    store.close()


def test_what_the_person_chose_and_did_in_the_first_version_is_all_there(folder: Path) -> None:
    load(folder, USER, 1)
    load(folder, EVENTS, 1)
    EventStore(folder).close()
    store = UserStore(folder)
    account = Account("a1", "ana", "ana@contoso.example", "Ana", "global", AccountState.SIGNED_IN, EIGHT)
    assert (store.profiles(), store.accounts()) == ((Profile("ana", "Ana"),), (account,))
    assert store.preferences() == {"theme": "dark"}
    assert Outbox(store.database).items() == (
        OutboxItem("k1", "a1", "single", "accept", {"comment": ""}, EIGHT, EIGHT),
    )
    store.show_calendar("a1", "c1", False)
    assert store.database.rows("SELECT calendar_id FROM hidden_calendars ORDER BY 1") == [("c1",), ("c2",)]
    store.show_calendar("a1", "c1", True)
    day = read_snapshot(folder, Timespan(EIGHT, EIGHT.replace(hour=20)), UTC)
    assert day.dismissed == {"single@2026-11-23T09:00:00Z"}
    assert [stored.event.id for stored in day.events] == ["single", "occurrence"]
    assert store.database.rows("SELECT profile_id, occasion FROM seat") == [("ana", "boot")]
    store.close()


def test_what_was_not_shown_in_the_second_version_is_still_news(folder: Path) -> None:
    load(folder, USER, 2)
    load(folder, EVENTS, 1)
    events, user = EventStore(folder), UserStore(folder)
    assert not observe(user, events)
    half_past = EIGHT.replace(hour=9, minute=30)
    day = read_snapshot(folder, Timespan(EIGHT, EIGHT.replace(hour=20)), UTC)
    assert day.news == (ChangeNotice("a1", "occurrence", "moved", half_past),)
    assert user.database.rows("SELECT event_id, uid, gone FROM known") == [("occurrence", "", 0), ("single", "", 0)]
    for store in (events, user):
        store.close()


@pytest.mark.parametrize("schema", [EVENTS, USER], ids=lambda schema: schema.file)
def test_a_migration_cut_by_the_end_of_the_power_is_made_at_the_next_start(folder: Path, schema: Schema) -> None:
    load(folder, schema, 1)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    cut = Schema(
        schema.file, (*schema.migrations[:-1], (*schema.migrations[-1], "NO STATEMENT")), schema.synchronous, False
    )
    with pytest.raises(Exception, match="stored calendar"):
        open_database(folder, cut)
    with closing(sqlite3.connect(folder / schema.file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.version - 1,)
    assert before.keys() <= set(folder.iterdir())
    database = open_database(folder, schema)
    assert database.rows("PRAGMA user_version") == [(schema.version,)]
    database.close()
