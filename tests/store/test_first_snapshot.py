"""The first frame reads what it shows, and no more of however much there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from carlendar.domain.account import Account, Calendar
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.snapshot import StoreReader
from carlendar.wiring.first_snapshot import COMING, read_first_snapshot


def held(events: EventStore, calendar: Calendar, now: datetime, *minutes: int) -> None:
    def at(minute: int) -> Event:
        start = now + timedelta(minutes=minute)
        return Event(f"e{minute}", calendar.id, "Review", Timespan(start, start + timedelta(minutes=30)), "1")

    events.save(calendar, [EventUpsert(at(minute)) for minute in minutes], [], StoredSyncToken(), now)


def test_what_is_near_is_there_and_of_what_is_far_the_next(
    events: EventStore, calendar: Calendar, folder: Path, now: datetime
) -> None:
    far = tuple(range(4_000, 4_400, 10))
    held(events, calendar, now, -10, 60, *far)
    reader = StoreReader(folder)
    seen = read_first_snapshot(reader, now, UTC, "")
    assert [stored.event.id for stored in seen.events] == [
        "e-10",
        "e60",
        *(f"e{minute}" for minute in far[: COMING - 1]),
    ]
    reader.close()


def test_the_next_meeting_is_there_however_far_it_is(
    events: EventStore, calendar: Calendar, folder: Path, now: datetime
) -> None:
    held(events, calendar, now, 13 * 24 * 60)
    reader = StoreReader(folder)
    assert [stored.event.id for stored in read_first_snapshot(reader, now, UTC, "").events] == [f"e{13 * 24 * 60}"]
    reader.close()


def test_it_is_the_reading_of_the_near_days_in_all_else(
    events: EventStore, calendar: Calendar, account: Account, folder: Path, now: datetime
) -> None:
    held(events, calendar, now, 60)
    reader = StoreReader(folder)
    seen = read_first_snapshot(reader, now, UTC, "")
    whole = reader.read(Timespan(now - timedelta(days=1), now + timedelta(days=1)), UTC)
    assert (seen.profile, seen.accounts, seen.sources, seen.calendars) == (
        whole.profile, (account,), whole.sources, whole.calendars)  # fmt: skip
    reader.close()


def test_where_nothing_is_stored_nothing_is_seen(folder: Path, now: datetime) -> None:
    reader = StoreReader(folder)
    assert read_first_snapshot(reader, now, UTC, "").events == ()
    reader.close()
