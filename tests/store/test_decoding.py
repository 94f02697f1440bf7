"""A day that is read again is decoded only where it changed, and never shows what the store does not hold."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from msgspec import to_builtins

from carlendar.domain.account import AccountState, Calendar
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.meetings.join_details import JoinDetails
from carlendar.store.codec import event_to_json, way_in_to_json
from carlendar.store.decoding import RowDecoder
from carlendar.store.events import EventStore, EventUpsert, Position
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore

Make = Callable[..., Event]
WAY_IN = JoinDetails("teams", "https://teams.example/1")


def fill(events: EventStore, calendar: Calendar, now: datetime, *made: Event) -> None:
    events.save(calendar, [EventUpsert(event, WAY_IN) for event in made], [], Position("p", "w"), now)


def test_unchanged_rows_are_the_same_values_and_changed_ones_are_new(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, now: datetime, window: Timespan,
    meeting: Make,
) -> None:  # fmt: skip
    fill(events, calendar, now, meeting("a", 30), meeting("b", 60))
    reader = StoreReader(folder)
    first = reader.read(window, UTC).events
    fill(events, calendar, now, meeting("b", 60, title="New", version="2"))
    second = reader.read(window, UTC).events
    assert second[0].event is first[0].event
    assert second[0].way_in is first[0].way_in
    assert [stored.event.title for stored in second] == ["Meeting a", "New"]
    assert second == StoreReader(folder).read(window, UTC).events
    reader.close()


def test_a_blocked_account_is_blocked_however_often_it_was_read(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, now: datetime, window: Timespan,
    meeting: Make,
) -> None:  # fmt: skip
    fill(events, calendar, now, meeting("a", title="Planted"))
    reader = StoreReader(folder)
    assert "Planted" in str(to_builtins(reader.read(window, UTC)))
    user.set_account_state("a1", AccountState.BLOCKED, "revoked", now)
    assert "Planted" not in str(to_builtins(reader.read(window, UTC)))
    reader.close()


def test_what_was_not_met_in_a_reading_is_forgotten(meeting: Make) -> None:
    decoder = RowDecoder()
    text, way_in = event_to_json(meeting("a")), way_in_to_json(WAY_IN)
    decoder.begin()
    before = decoder.decode(text, "", way_in)
    decoder.end()
    decoder.begin()
    decoder.end()
    decoder.begin()
    after = decoder.decode(text, "", way_in)
    decoder.end()
    assert after == before
    assert after[0] is not before[0]
    assert decoder.decode(text, "the text", None) == (meeting("a", body="the text"), None)


def test_a_day_that_is_as_it_was_is_read_several_times_faster(
    folder: Path, user: UserStore, events: EventStore, calendar: Calendar, now: datetime, window: Timespan,
    meeting: Make,
) -> None:  # fmt: skip
    fill(events, calendar, now, *(meeting(f"e{number}", number) for number in range(1000)))

    def seconds(reader: StoreReader) -> float:
        began = time.process_time()
        assert len(reader.read(window, UTC).events) == 1000
        return time.process_time() - began

    first, again = [], []
    for _ in range(5):
        reader = StoreReader(folder)
        first.append(seconds(reader))
        again.append(seconds(reader))
        reader.close()
    assert min(again) * 2 < min(first)


def test_one_event_is_found_by_its_account_and_id(
    events: EventStore, calendar: Calendar, now: datetime, meeting: Make
) -> None:
    fill(events, calendar, now, meeting("a"))
    assert events.event("a1", "a") == meeting("a")
    assert events.event("a1", "b") is None
    assert events.event("a2", "a") is None
