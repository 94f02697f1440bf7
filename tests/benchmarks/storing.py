"""The next six events out of a store of 50,000, beside a bare SELECT of six rows by its index."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.domain.event import Event, Person
from carlendar.domain.timespan import Timespan
from carlendar.meetings.join_details import JoinDetails
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore

EVENTS = 50_000
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
_BARE = "SELECT id, starts, ends, value FROM events WHERE starts >= ? ORDER BY starts LIMIT 6"


def run(scratch: Path, rounds: int, say: Callable[[str], None]) -> None:
    """Measure and report; every reading is of another moment."""
    folder = scratch / "store"
    _fill(folder)
    reader, bare = StoreReader(folder), sqlite3.connect(folder / "events.db")
    moments = [NOW + timedelta(minutes=7 * number) for number in range(max(rounds * 20, 100))]
    ours, floor = [], []
    for moment in moments:
        began = time.perf_counter()
        found = reader.upcoming(moment, 6)
        ours.append(time.perf_counter() - began)
        assert len(found) == 6
        began = time.perf_counter()
        bare.execute(_BARE, (moment.timestamp(),)).fetchall()
        floor.append(time.perf_counter() - began)
    reader.close()
    bare.close()
    say(
        f"next six of {EVENTS:,} events: median {1000 * statistics.median(ours):.3f} ms, 99th "
        f"{1000 * statistics.quantiles(ours, n=100)[98]:.3f} ms; floor {1000 * statistics.median(floor):.3f} ms"
    )


def _fill(folder: Path) -> None:
    user = UserStore(folder)
    user.save_profile(Profile("ada", "Ada"))
    user.save_account(Account("a1", "ada", "ada@contoso.example", "Ada", "global", AccountState.SIGNED_IN, NOW))
    user.close()
    store = EventStore(folder)
    calendars = [Calendar(f"c{number}", "a1", f"Calendar {number}", is_default=not number) for number in range(5)]
    store.save_calendars("a1", calendars)
    for place, calendar in enumerate(calendars):
        arrivals = [_arrival(calendar, number) for number in range(place, EVENTS, len(calendars))]
        store.save(calendar, arrivals, [], StoredSyncToken(), NOW)
    store.database.truncate_log()
    store.close()


def _arrival(calendar: Calendar, number: int) -> EventUpsert:
    start = NOW - timedelta(days=1) + timedelta(seconds=number * 16 * 86400 / EVENTS)
    boss = Person("Jonas Weber", "jonas.weber@contoso.example")
    event = Event(
        f"event{number}", calendar.id, f"Review {number}", Timespan(start, start + timedelta(minutes=30)), "1",
        ical_uid=f"uid{number}", organizer=boss, attendees=(boss,) * 5, attendee_count=5,
    )  # fmt: skip
    return EventUpsert(event, JoinDetails("teams", f"https://teams.contoso.example/{number}", found_in="online"))
