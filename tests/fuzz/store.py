"""Damaged rows and files of the store: a row costs itself, a file what stood in its damaged part; no reader fails."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.outbox import Outbox
from carlendar.store.records import OutboxItem
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore
from carlendar.wiring.first_snapshot import read_first_snapshot
from tests.fuzz import values
from tests.fuzz.finding import Finding, require, watched
from tests.fuzz.stand import folder

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
WINDOW = Timespan(NOW - timedelta(days=1), NOW + timedelta(days=7))
SUFFIX = ".json"
EVENTS = 6
ACCOUNT = Account("a1", "ana", "ana@contoso.example", "Ana", "global", AccountState.SIGNED_IN, NOW)
FILES = ("events.db", "user.db")
ODD: tuple[object, ...] = (None, "", "x", b"\xff\xfe", 0, -1, 2**62, 1e300, float("nan"), "[]", "null", "{", "9" * 6000,
                        "[" * 50_000, '{"id": 5}')  # fmt: skip


@cache
def _template() -> Path:
    """A store with some events of an account, and one item that waits to be sent."""
    made_in = folder()
    user, events = UserStore(made_in / "whole"), EventStore(made_in / "whole")
    user.save_profile(Profile("ana", "Ana"))
    user.save_account(ACCOUNT)
    user.prefer("theme", "dark")
    Outbox(user.database).put(OutboxItem("k", "a1", "e0", "late", {"text": "10 minutes"}, NOW, NOW))
    calendar = Calendar("c1", "a1", "Calendar", is_default=True)
    span = Timespan(NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    made = [Event(f"e{number}", "c1", f"Meeting {number}", span, "1", body="text") for number in range(EVENTS)]
    events.save_calendars("a1", [calendar])
    events.save(calendar, [EventUpsert(event) for event in made], [], StoredSyncToken(), NOW)
    user.close()
    events.close()
    return made_in


def target(random: Random) -> None:
    """One damaged row, or one damaged file."""
    tried = _template() / "tried"
    shutil.rmtree(tried, ignore_errors=True)
    shutil.copytree(_template() / "whole", tried)
    if random.random() < 0.7:
        _row(random, tried)
    else:
        _file(random, tried)


def _row(random: Random, folder: Path) -> None:
    number, change = random.randrange(EVENTS), _change(random)
    data = json.dumps([number, change], default=repr).encode()
    with closing(sqlite3.connect(folder / "events.db", isolation_level=None)) as connection:
        rowid, value = connection.execute("SELECT rowid, value FROM events WHERE id = ?", (f"e{number}",)).fetchone()
        new = json.dumps({**json.loads(value), **change}) if isinstance(change, dict) else change
        try:
            connection.execute("UPDATE events SET value = ? WHERE rowid = ?", (new, rowid))
        except sqlite3.IntegrityError:
            return  # the table itself refuses it
    with watched(data, SUFFIX):
        found = {stored.event.id for stored in _read(folder).events}
        expected = {f"e{each}" for each in range(EVENTS) if each != number}
        require(expected <= found, f"missing beside the damaged row: {expected - found}", data, SUFFIX)


def _change(random: Random) -> Any:
    if random.random() < 0.3:
        return random.choice(ODD)
    names = ("id", "title", "span", "days", "body", "version", "organizer", "attendees", "attendee_count", "place",
             "online", "show_as", "response", "cancelled", "reminder_minutes", "series_id", "ical_uid", "calendar_id",
             "sensitivity", "zone", "unknown")  # fmt: skip
    return {name: _value(random, 0) for name in random.sample(names, random.randrange(1, 4))}


def _value(random: Random, depth: int) -> object:
    makers = (
        lambda: values.text(random).encode("utf-8", "replace").decode("utf-8"),
        lambda: random.choice((None, True, -1, 10**400, 1e308, float("inf"), float("nan"), 0.5)),
        lambda: random.choice((*values.DATES, "2026-11-23T10:00:00+00:00", "2026-11-23")),
        lambda: [_value(random, depth + 1) for _ in range(random.randrange(3))] if depth < 3 else [],
        lambda: {random.choice(("name", "address", "start", "x")): _value(random, depth + 1)} if depth < 3 else {},
    )
    return random.choice(makers)()


def _file(random: Random, folder: Path) -> None:
    path = folder / random.choice(FILES)
    content = bytearray(path.read_bytes())
    for _ in range(random.choice((1, 1, 2, 8))):
        at = random.randrange(len(content) or 1)
        length = random.choice((1, 16, 512, 4096))
        content[at : at + length] = random.choice((bytes(length), random.randbytes(length), b"\xff" * length, b""))
    if random.random() < 0.3:
        del content[random.randrange(len(content) + 1) :]
    path.write_bytes(content)
    data = bytes(content)
    with watched(data, f".{path.name}"):
        _read(folder)  # a screen may come before the service
        _repaired(folder, data, path.name)


def _repaired(folder: Path, data: bytes, name: str) -> None:
    """The service's start repairs the store: it can be written and read, and no waiting item is there twice."""
    user = UserStore(folder)
    events = EventStore(folder, known=lambda account_id: user.account(account_id) is not None)
    try:
        user.save_profile(Profile("ben", "Ben"))
        require(Profile("ben", "Ben") in user.profiles(), "the repaired store keeps nothing", data, f".{name}")
        items = Outbox(user.database).items()
        require(len(items) <= 1, "an item to be sent is there twice", data, f".{name}")
        if name == "events.db":
            require([item.key for item in items] == ["k"], "an intact file has lost its item", data, f".{name}")
            require([each.id for each in user.accounts()] == ["a1"], "an account was lost", data, f".{name}")
        span = Timespan(NOW, NOW + timedelta(hours=1))
        if user.account("a1") is not None:
            calendar, new = Calendar("c1", "a1", "Calendar", is_default=True), Event("new", "c1", "New", span, "1")
            events.save(calendar, [EventUpsert(new)], [], StoredSyncToken(), NOW)
            require(events.event("a1", "new") is not None, "the repaired store keeps no event", data, f".{name}")
    finally:
        events.close()
        user.close()


def _read(folder: Path) -> Any:
    reader = StoreReader(folder)
    try:
        read_first_snapshot(reader, NOW, UTC, "")
        reader.upcoming(NOW, 6)
        return reader.read(WINDOW, UTC)
    except Exception as error:
        raise Finding(f"a reader fails: {type(error).__name__}: {error}", b"", SUFFIX) from error
    finally:
        reader.close()
