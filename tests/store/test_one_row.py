"""A stored row that cannot be decoded costs only that row."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar.domain.account import Calendar
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore
from carlendar.wiring.first_snapshot import read_first_snapshot

DEEP = "[" * 100_000 + "]" * 100_000
BAD: dict[str, object] = {
    "no JSON": "{",
    "deep": DEEP,
    "a list": "[]",
    "null": "null",
    "bytes": b"\xff\xfe",
    "a number": 5,
    "no UTF-8": "raw",
    **{
        f"{field} {json.dumps(value)[:12]}": {field: value}
        for field, value in [
            ("title", None), ("title", ["x"]), ("title", 5), ("body", {}), ("id", None), ("series_id", 1),
            ("cancelled", "yes"), ("attendee_count", 1e400), ("attendee_count", "many"), ("reminder_minutes", "x"),
            ("show_as", "???"), ("response", None), ("organizer", "Ana"), ("organizer", {"name": None}),
            ("attendees", 5), ("attendees", [{"name": "x", "address": 5}]), ("place", {"name": 5}),
            ("online", {"toll_free_numbers": [1]}), ("span", ["2026-11-23T08:00:00", "2026-11-23T09:00:00"]),
            ("span", ["2026-11-23T10:00:00+00:00", "2026-11-23T09:00:00+00:00"]), ("span", None),
            ("days", ["2026-11-24", "2026-11-23"]), ("days", ["0000-00-00", "x"]),
            ("ical_uid", ["unhashable"]), ("version", 7), ("calendar_id", None),
        ]
    },
}  # fmt: skip
"""What may stand in the place of an event, or in one of its fields."""


def saved(events: EventStore, calendar: Calendar, now: datetime, window: Timespan) -> list[Event]:
    span = Timespan(now, window.end)
    held = [Event(f"e{number}", calendar.id, f"Meeting {number}", span, "1") for number in range(3)]
    events.save(calendar, [EventUpsert(event) for event in held], [], StoredSyncToken(), now)
    return held


def spoil(folder: Path, what: object) -> None:
    """Put it in the place of the second event."""
    with closing(sqlite3.connect(folder / "events.db", isolation_level=None)) as connection:
        query = "SELECT rowid, value FROM events ORDER BY rowid LIMIT 1 OFFSET 1"
        row, value = connection.execute(query).fetchone()
        if what == "raw":
            connection.execute("UPDATE events SET value = CAST(x'7bff22' AS TEXT) WHERE rowid = ?", (row,))
            return
        new = json.dumps({**json.loads(value), **what}) if isinstance(what, dict) else what
        connection.execute("UPDATE events SET value = ? WHERE rowid = ?", (new, row))


@pytest.mark.parametrize("name", BAD)
def test_an_event_that_cannot_be_decoded_costs_that_event(
    events: EventStore, calendar: Calendar, folder: Path, now: datetime, window: Timespan, name: str
) -> None:
    saved(events, calendar, now, window)
    spoil(folder, BAD[name])
    reader = StoreReader(folder)
    assert [stored.event.id for stored in reader.read(window, UTC).events] == ["e0", "e2"]
    assert [stored.event.id for stored in read_first_snapshot(reader, now, UTC, "").events] == ["e0", "e2"]
    reader.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events SET body = CAST(x'ff' AS TEXT) WHERE id = 'e1'",
        "UPDATE events SET way_in = '{}' WHERE id = 'e1'",
    ],
)
def test_a_body_or_join_details_that_is_odd_is_read_as_far_as_it_can_be(
    events: EventStore, calendar: Calendar, folder: Path, now: datetime, window: Timespan, change: str
) -> None:
    saved(events, calendar, now, window)
    with closing(sqlite3.connect(folder / "events.db", isolation_level=None)) as connection:
        names = {row[1] for row in connection.execute("PRAGMA table_info(events)")}
        connection.execute(change if "id" in names else change.replace("id =", "event_id ="))
    reader = StoreReader(folder)
    assert {"e0", "e2"} <= {stored.event.id for stored in reader.read(window, UTC).events}
    assert not reader.unread
    reader.close()


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO reminders (key, account_id, until, at) VALUES ('k', 'a1', 1e300, 0)",
        "INSERT INTO reminders (key, account_id, until, at) VALUES ('k', 'a1', 'soon', 0)",
        "INSERT INTO preferences (key, value) VALUES ('k', x'ff')",
        "INSERT INTO preferences (key, value) VALUES ('k', CAST(x'ff' AS TEXT))",
        "INSERT INTO outbox VALUES ('k', 'a1', 'e1', 'late', '[]', '2026-11-23T08:00:00', '', 'waiting', 0, '')",
        "INSERT INTO outbox VALUES ('k', 'a1', 'e1', 'late', '[]', '2026-11-23', '2026-11-23', 'waiting', 0, '')",
        "UPDATE accounts SET value = '[]'",
        "INSERT INTO profiles (id, value) VALUES ('x', '{\"id\": null}')",
    ],
)
def test_a_row_of_a_person_that_cannot_be_decoded_ends_no_reading(
    user: UserStore, events: EventStore, folder: Path, window: Timespan, change: str
) -> None:
    with closing(sqlite3.connect(folder / "user.db", isolation_level=None)) as connection:
        connection.execute(change)
    reader = StoreReader(folder)
    seen = reader.read(window, UTC)
    assert [profile.id for profile in seen.profiles] == ["ana"]
    assert (seen.snoozed, seen.outbox) == ((), ())
    reader.close()


def test_a_source_whose_moment_is_none_costs_that_source(
    user: UserStore, events: EventStore, calendar: Calendar, folder: Path, now: datetime, window: Timespan
) -> None:
    saved(events, calendar, now, window)
    with closing(sqlite3.connect(folder / "events.db", isolation_level=None)) as connection:
        connection.execute("UPDATE sources SET as_of = 'yesterday'")
    reader = StoreReader(folder)
    seen = reader.read(window, UTC)
    assert len(seen.events) == 3
    assert seen.sources == ()
    reader.close()
