"""Damage within the definition of a table: `quick_check` passes, and an error of SQLite quotes the damaged name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar.domain.account import Calendar
from carlendar.domain.timespan import Timespan
from carlendar.store.events import EventStore
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore


def damage(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    assert len(old) == len(new)
    path.write_bytes(content.replace(old, new))


@pytest.mark.parametrize("new", [b"boxy TEXT", b"b\xe8dy TEXT"])
def test_a_damaged_column_ends_no_reading_and_is_repaired_at_the_next_start(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, window: Timespan, now: datetime, new: bytes
) -> None:
    user.close()
    events.close()
    damage(folder / "events.db", b"body TEXT", new)
    reader = StoreReader(folder)
    assert reader.read(window, UTC).events == ()
    reader.close()
    again = EventStore(folder)
    again.save_calendars(calendar.account_id, [calendar])
    assert again.event(calendar.account_id, "nothing") is None
    again.close()


@pytest.mark.parametrize("new", [b"CREATE TABLE sourc\xe8s", b"CREATE TABLE sourced"])
def test_a_damaged_name_of_a_table_is_damage(folder: Path, user: UserStore, events: EventStore, new: bytes) -> None:
    user.close()
    events.close()
    damage(folder / "events.db", b"CREATE TABLE sources", new)
    again = EventStore(folder)
    assert again.statuses() == ()
    again.close()


def test_a_damaged_column_of_the_persons_file_keeps_the_other_tables(folder: Path, user: UserStore) -> None:
    user.close()
    damage(folder / "user.db", b"preferences (key TEXT", b"preferences (k\xe8y TEXT")
    again = UserStore(folder)
    assert [account.id for account in again.accounts()] == ["a1"]
    again.close()


@pytest.mark.parametrize("file", ["user.db", "events.db"])
def test_a_damaged_format_number_in_the_header_is_damage(
    folder: Path, user: UserStore, events: EventStore, file: str
) -> None:
    user.close()
    events.close()
    content = bytearray((folder / file).read_bytes())
    content[44:48] = b"\x00\x00\x00\xff"  # the schema's format number
    (folder / file).write_bytes(content)
    again, more = UserStore(folder), EventStore(folder)
    again.prefer("theme", "dark")
    assert again.preferences() == {"theme": "dark"}
    assert len(more.statuses()) <= 1
    again.close()
    more.close()
