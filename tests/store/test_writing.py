"""What a person does is stored at once, off the screen's thread, and sent only as long as it stands."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from carlendar.domain.account import Calendar, Profile
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.meetings.join_details import JoinDetails
from carlendar.store.events import EventStore, EventUpsert, ExtractedBody, StoredSyncToken
from carlendar.store.outbox import Outbox
from carlendar.store.records import OutboxItem, OutboxState
from carlendar.store.user import UserStore
from carlendar.store.user_writer import UserWriter


def item(key: str, now: datetime, kind: str = "accept", event: str = "e") -> OutboxItem:
    return OutboxItem(key, "a1", event, kind, {"comment": "ü"}, now, now + timedelta(seconds=5))


def test_the_writer_returns_at_once_writes_in_order_and_tells_after_the_commit(folder: Path, now: datetime) -> None:
    reported: list[tuple[str, bool]] = []
    seen: list[object] = []
    reader = UserStore(folder)

    def written(what: str, ok: bool) -> None:
        reported.append((what, ok))
        seen.append(reader.preferences().get("theme"))
        assert threading.current_thread() is not threading.main_thread()

    writer = UserWriter(folder, written, lambda: "drive")
    blocker = UserStore(folder)
    with blocker.database.transaction():
        writer.create_profile(Profile("ana", "Ana"))
        writer.choose_profile("ana")
        writer.prefer("theme", "night")
        writer.prefer("theme", "day")
        writer.dismiss("e@1", "a1", now)
        writer.snooze("e@2", "a1", now, now)
        writer.show_calendar("a1", "c1", shown=False)
        writer.put(item("k", now))
        writer.withdraw("k")
        writer.withdraw("k")
        assert reported == []
    writer.close()
    order = ["profile", "profile", "prefer", "prefer", "dismiss", "snooze", "calendar", "put", "withdraw", "withdraw"]
    assert [what for what, _ in reported] == order
    assert [ok for _, ok in reported] == [True] * 9 + [False]
    assert seen[2:4] == ["night", "day"]
    assert [entry.state for entry in Outbox(reader.database).items()] == [OutboxState.WITHDRAWN]
    reader.close()
    blocker.close()


def test_the_writer_outlives_a_change_that_cannot_be_stored(folder: Path) -> None:
    reported: list[tuple[str, bool]] = []
    writer = UserWriter(folder, lambda what, ok: reported.append((what, ok)))
    writer.prefer("half a pair", "\ud800")
    writer.prefer("theme", "day")
    writer.close()
    assert reported == [("prefer", False), ("prefer", True)]


def test_the_writer_outlives_its_listener(folder: Path) -> None:
    def written(what: str, ok: bool) -> None:
        raise RuntimeError("a bug")

    writer = UserWriter(folder, written)
    writer.prefer("a", "1")
    writer.prefer("b", "2")
    writer.close()
    store = UserStore(folder)
    assert store.preferences() == {"a": "1", "b": "2"}
    store.close()


def test_an_item_is_claimed_once_and_withdrawn_only_while_it_waits(user: UserStore, now: datetime) -> None:
    outbox = Outbox(user.database)
    outbox.put(item("k", now))
    outbox.put(replace(item("k", now), payload={"comment": "again"}))
    assert [entry.payload for entry in outbox.items()] == [{"comment": "ü"}]
    assert outbox.claim("k")
    assert not outbox.claim("k")
    assert not outbox.withdraw("k")
    outbox.settle("k", OutboxState.WAITING)
    assert outbox.withdraw("k")
    assert not outbox.claim("k")


def test_items_on_their_way_when_the_power_went_may_have_been_sent_and_cannot_be_taken_back(
    user: UserStore, now: datetime
) -> None:
    outbox = Outbox(user.database)
    outbox.put(item("k", now))
    outbox.claim("k")
    assert outbox.recover() == 1
    assert [(entry.state, entry.attempts) for entry in outbox.items()] == [(OutboxState.UNSURE, 1)]
    assert not outbox.withdraw("k")
    assert outbox.claim("k")


def test_an_answer_that_comes_back_is_not_sent_after_a_newer_one(user: UserStore, now: datetime) -> None:
    outbox = Outbox(user.database)
    for how in (lambda: outbox.settle("old", OutboxState.WAITING), outbox.recover):
        user.database.change("DELETE FROM outbox")
        outbox.put(item("old", now))
        outbox.claim("old")
        outbox.put(item("new", now, "decline"))
        how()
        assert [(e.key, e.state) for e in outbox.items()] == [
            ("old", OutboxState.WITHDRAWN),
            ("new", OutboxState.WAITING),
        ]


def test_what_was_given_up_stays_until_the_person_has_seen_it(user: UserStore, now: datetime) -> None:
    outbox = Outbox(user.database)
    outbox.put(item("k", now))
    assert not outbox.acknowledge("k")
    outbox.claim("k")
    outbox.settle("k", OutboxState.GIVEN_UP, "offline")
    outbox.forget_settled(now + timedelta(days=6))
    assert outbox.acknowledge("k")
    assert [(entry.state, entry.reason) for entry in outbox.items()] == [(OutboxState.SEEN, "offline")]
    outbox.forget_settled(now + timedelta(days=6))
    assert outbox.items() == ()


def test_the_latest_answer_to_an_event_replaces_one_that_waits(user: UserStore, now: datetime) -> None:
    outbox = Outbox(user.database)
    for key, kind, event in (("1", "accept", "e"), ("2", "late", "e"), ("3", "accept", "f"), ("4", "decline", "e")):
        outbox.put(item(key, now, kind, event))
    waiting = [entry.key for entry in outbox.items() if entry.state is OutboxState.WAITING]
    assert waiting == ["2", "3", "4"]


def test_settled_items_are_forgotten_after_a_day_and_open_ones_never(user: UserStore, now: datetime) -> None:
    outbox = Outbox(user.database)
    for key in ("sent", "open"):
        outbox.put(item(key, now, event=key))
    outbox.claim("sent")
    outbox.settle("sent", OutboxState.SENT)
    outbox.forget_settled(now + timedelta(hours=23))
    assert len(outbox.items()) == 2
    outbox.forget_settled(now + timedelta(hours=25))
    assert [entry.key for entry in outbox.items()] == ["open"]


def test_an_unchanged_event_is_not_written_and_a_changed_one_is_read_again(
    events: EventStore, calendar: Calendar, now: datetime, window: Timespan, meeting: Callable[..., Event]
) -> None:
    events.save(calendar, [EventUpsert(meeting("e"))], [], StoredSyncToken(), now)
    assert [event.id for event in events.unread(calendar)] == ["e"]
    events.save_bodies(calendar, [ExtractedBody("e", "1", "text", JoinDetails("teams"))])
    assert events.unread(calendar) == ()
    events.save(calendar, [EventUpsert(meeting("e", title="other"))], [], StoredSyncToken(), now)
    assert events.unread(calendar) == ()
    events.save(calendar, [EventUpsert(meeting("e", version="2"))], [], StoredSyncToken(), now)
    assert [event.version for event in events.unread(calendar)] == ["2"]
    events.save_bodies(calendar, [ExtractedBody("e", "1", "late answer", JoinDetails())])
    assert len(events.unread(calendar)) == 1


def test_a_calendar_that_is_gone_takes_its_events_with_it(
    events: EventStore, calendar: Calendar, now: datetime, window: Timespan, meeting: Callable[..., Event]
) -> None:
    other = Calendar("c2", "a1", "Other")
    events.save_calendars("a1", [other, calendar])
    events.save(calendar, [EventUpsert(meeting("e"))], [], StoredSyncToken("p", "w"), now)
    events.save(other, [EventUpsert(meeting("o", calendar_id="c2"))], [], StoredSyncToken("p", "w"), now)
    events.save_calendars("a1", [other])
    assert (events.versions(calendar, window), events.position(calendar)) == ({}, StoredSyncToken())
    assert set(events.versions(other, window)) == {"o"}
    assert events.calendars("a1") == (other,)
