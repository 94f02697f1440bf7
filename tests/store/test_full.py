"""No room: said in words, nothing lost, and it goes on when there is room again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Calendar
from carlendar.domain.event import Event
from carlendar.errors import StoreError
from carlendar.store import schema
from carlendar.store.database import Database, Schema, open_database
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.outbox import Outbox
from carlendar.store.records import OutboxItem
from carlendar.store.user import UserStore

SENTENCE = "quota of it, is full"


def fill_up(database: Database) -> None:
    """Let the file not grow by a single page."""
    (pages,) = database.rows("PRAGMA page_count")[0]
    database.rows(f"PRAGMA max_page_count={pages}")


def make_room(database: Database) -> None:
    database.rows("PRAGMA max_page_count=100000")


def test_a_full_disk_keeps_the_events_and_where_their_synchronisation_stands(
    events: EventStore, calendar: Calendar, now: datetime, meeting: Callable[..., Event]
) -> None:
    events.save(calendar, [EventUpsert(meeting("old"))], [], StoredSyncToken("p1", "w"), now)
    fill_up(events.database)
    many = [EventUpsert(meeting(f"new{number}", title="t" * 200)) for number in range(200)]
    with pytest.raises(StoreError, match=SENTENCE) as caught:
        events.save(calendar, many, ["old"], StoredSyncToken("p2", "w"), now)
    assert caught.value.key == "store_full"
    assert events.event("a1", "old") is not None
    assert events.position(calendar) == StoredSyncToken("p1", "w")
    make_room(events.database)
    events.save(calendar, many, ["old"], StoredSyncToken("p2", "w"), now)
    assert (events.count(calendar), events.position(calendar)) == (200, StoredSyncToken("p2", "w"))


def test_a_full_disk_keeps_what_waits_in_the_outbox(user: UserStore, now: datetime) -> None:
    box = Outbox(user.database)
    box.put(OutboxItem("k", "a1", "e", "accept", {}, now, now))
    fill_up(user.database)
    large = OutboxItem("large", "a1", "e2", "accept", {"comment": "c" * 20_000}, now, now)
    with pytest.raises(StoreError, match=SENTENCE) as caught:
        box.put(large)
    assert caught.value.key == "store_full"
    assert [item.key for item in box.items()] == ["k"]
    assert box.claim("k"), "what waits can still be sent"
    make_room(user.database)
    box.put(large)
    assert [item.key for item in box.items()] == ["k", "large"]


_PROGRAM = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from carlendar.errors import StoreError
from carlendar.store.outbox import Outbox
from carlendar.store.records import OutboxItem
from carlendar.store.user import UserStore

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
now = datetime(2026, 11, 23, 8, tzinfo=UTC)
store = UserStore(Path(sys.argv[1]))
box = Outbox(store.database)
box.put(OutboxItem("first", "a1", "e", "accept", {}, now, now))
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
kept = 0
try:
    for number in range(1000):
        box.put(OutboxItem(f"k{number}", "a1", f"e{number}", "accept", {"comment": "c" * 5000}, now, now))
        kept += 1
except StoreError as error:
    print(error.key, error)
assert len(box.items()) == 1 + kept, "what was confirmed is there, what was not is not"
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
box.put(OutboxItem("last", "a1", "e", "decline", {}, now, now))
print(kept, [item.key for item in box.items()][-1])
"""


def test_a_limit_of_the_system_is_met_like_a_full_disk(tmp_path: Path) -> None:
    """By the real write that fails, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(tmp_path / "data")], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    said, kept = done.stdout.splitlines()
    assert said.startswith("store_full")
    assert SENTENCE in said
    assert int(kept.split()[0]) > 0
    assert kept.endswith(" last")
    again = UserStore(tmp_path / "data")
    assert len(Outbox(again.database).items()) == 2 + int(kept.split()[0])
    again.close()


@pytest.mark.parametrize(("kind", "most"), [(schema.EVENTS, 512), (schema.USER, 64)])
def test_the_files_are_bounded(folder: Path, kind: Schema, most: int) -> None:
    database = open_database(folder, kind)
    (pages,), (size,) = database.rows("PRAGMA max_page_count")[0], database.rows("PRAGMA page_size")[0]
    assert pages * size == most * 1024 * 1024
    database.close()


def test_the_bound_of_a_file_stops_it_from_growing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, calendar: Calendar, now: datetime, meeting: Callable[..., Event]
) -> None:
    monkeypatch.setattr("carlendar.store.events.EVENTS", replace(schema.EVENTS, most_bytes=200_000))
    store = EventStore(folder)

    def fill() -> None:
        for number in range(100):
            many = [EventUpsert(meeting(f"{number}-{each}", title="t" * 200)) for each in range(50)]
            store.save(calendar, many, [], StoredSyncToken(), now)

    with pytest.raises(StoreError, match=SENTENCE):
        fill()
    store.database.truncate_log()
    assert (folder / "events.db").stat().st_size <= 200_000
    assert store.count(calendar) > 0
    store.close()
