""" "Running late": from a touch to a message to the right people, in the language of the invitation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState, Calendar
from carlendar.domain.event import Event, Person
from carlendar.domain.timespan import Timespan
from carlendar.errors import GoneError
from carlendar.i18n import catalogue
from carlendar.meetings.join_details import JoinDetails
from carlendar.service.late_message import LateMessageWriter, lateness, running_late, utc_offset
from carlendar.service.main import Paths
from carlendar.store.events import EventStore, EventUpsert, ExtractedBody, StoredSyncToken
from carlendar.store.outbox import Outbox
from carlendar.store.records import OutboxItem, OutboxState
from carlendar.store.user import UserStore
from carlendar.store.user_writer import UserWriter
from carlendar.sync.outbox import MovedError, NoRecipientsError
from tests.fakes.clocks import ManualClocks
from tests.fakes.waiting import wait_until
from tests.service import service_program
from tests.service.conftest import Running, Screen

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LOCALE = Path(__file__).resolve().parents[2] / "assets" / "locale"
ANA = Account("a1", "p1", "ana@contoso.example", "Ana", "global", AccountState.SIGNED_IN, NOW)
CALENDAR = Calendar("c1", "a1", "Calendar", is_default=True)
PRIYA = Person("Priya", "priya@contoso.example")
GERMAN = "Liebe alle, bitte bringt die Zahlen für das Quartal mit. Viele Grüße"
ENGLISH = "Hello all, please have the numbers for this quarter at hand. Thanks"


Store = Callable[..., None]
"""Stores an event with the body and the fields given."""


@pytest.fixture
def events(tmp_path: Path) -> Iterator[EventStore]:
    store = EventStore(tmp_path / "data")
    store.save_calendars("a1", [CALENDAR])
    yield store
    store.close()


@pytest.fixture
def writer(events: EventStore, clock: ManualClocks) -> LateMessageWriter:
    return LateMessageWriter(
        events, lambda language: catalogue.load(language, LOCALE), catalogue.available(LOCALE), clock
    )


@pytest.fixture
def clock() -> ManualClocks:
    """The time at which the message is sent."""
    return ManualClocks(NOW)


@pytest.fixture
def store(events: EventStore) -> Store:
    def put(body: str = "", **fields: Any) -> None:
        span = Timespan(NOW + timedelta(hours=1), NOW + timedelta(hours=2))
        given = {"title": "Product review", "organizer": PRIYA, "version": "1", **fields}
        events.save(
            CALENDAR, [EventUpsert(Event(id="e1", calendar_id="c1", span=span, **given))], [], StoredSyncToken(), NOW
        )
        if body:
            events.save_bodies(CALENDAR, [ExtractedBody("e1", "1", body, JoinDetails())])

    return put


def tap(minutes: str = "10", event_id: str = "e1") -> OutboxItem:
    return OutboxItem("k", "a1", event_id, "late", {"minutes": minutes}, NOW, NOW)


def test_the_organiser_gets_subject_and_minutes(writer: LateMessageWriter, store: Store) -> None:
    store()
    payload = writer.complete(ANA, tap("15")).payload
    assert payload["to"] == "priya@contoso.example"
    assert payload["subject"] == "Running late: Product review"
    assert payload["text"] == "I will be about 15 minutes late.\n\nSent from the car.\n"


def test_for_ones_own_meeting_all_known_attendees_get_it(writer: LateMessageWriter, store: Store) -> None:
    people = tuple(Person("", f"p{number}@contoso.example") for number in range(7))
    store(is_organizer=True, organizer=Person("Ana", ANA.address), attendees=(*people, Person("Ana", ANA.address)))
    to = writer.complete(ANA, tap()).payload["to"].split("\n")
    assert to == [person.address for person in people]


@pytest.mark.parametrize(
    ("body", "locale", "subject"),
    [
        (GERMAN, "en-US", "Ich komme später: Product review"),
        (ENGLISH, "de-DE", "Running late: Product review"),
        ("", "de-DE", "Ich komme später: Product review"),
        ("", "de", "Ich komme später: Product review"),
        ("Bonjour à tous", "fr-FR", "Running late: Product review"),
        ("", "", "Running late: Product review"),
    ],
)
def test_the_invitations_language_comes_before_the_accounts_and_english_is_last(
    writer: LateMessageWriter, store: Store, body: str, locale: str, subject: str
) -> None:
    store(body)
    item = writer.complete(replace(ANA, locale=locale), tap())
    assert item.payload["subject"] == subject
    assert ("Minuten" in item.payload["text"]) is subject.startswith("Ich")


def test_a_subject_is_one_line_however_hostile_the_title() -> None:
    words = catalogue.load("en", LOCALE)
    subject, _ = running_late(words, "Review\r\nBcc: all@contoso.example\x00{n}" + "x" * 500, lateness(words, 5))
    assert "\n" not in subject
    assert "\r" not in subject
    assert "\x00" not in subject
    assert "{n}" in subject
    assert len(subject) < 200
    assert running_late(words, "  \t", lateness(words, 1)) == (
        "Running late",
        "I will be about 1 minute late.\n\nSent from the car.\n",
    )
    assert running_late(words, "a" * 150, lateness(words, 1))[0].endswith(" " + "a" * 150)


def arrives(after: float, minutes: str = "") -> OutboxItem:
    """A message that names the arrival, so many minutes after the start at 9:00 UTC."""
    at = NOW + timedelta(hours=1, minutes=after)
    return replace(tap(), payload={"minutes": minutes or str(round(after)), "arrives": at.isoformat()})


@pytest.mark.parametrize(
    ("zone", "body", "text"),
    [
        ("W. Europe Standard Time", ENGLISH, "I expect to arrive at 10:09 (UTC+1), 9 minutes after the start."),
        ("Europe/Berlin", GERMAN, "Ich komme voraussichtlich um 10:09 (UTC+1) an, 9 Minuten nach Beginn."),
        ("Eastern Standard Time", ENGLISH, "I expect to arrive at 4:09 (UTC-5), 9 minutes after the start."),
        ("Asia/Kolkata", ENGLISH, "I expect to arrive at 14:39 (UTC+5:30), 9 minutes after the start."),
        ("UTC", ENGLISH, "I expect to arrive at 9:09 (UTC), 9 minutes after the start."),
        ("", ENGLISH, "I expect to arrive at 9:09 (UTC), 9 minutes after the start."),
    ],
)
def test_the_arrival_is_named_by_the_clocks_of_the_meeting_with_their_offset(
    writer: LateMessageWriter, store: Store, zone: str, body: str, text: str
) -> None:
    store(body, zone_name=zone)
    assert writer.complete(ANA, arrives(9)).payload["text"].partition("\n")[0] == text


def test_a_meeting_of_no_known_place_is_named_by_the_cars_clocks(
    writer: LateMessageWriter, store: Store, clock: ManualClocks
) -> None:
    clock.car_zone = ZoneInfo("Europe/Berlin")
    store(ENGLISH, zone_name="UTC")
    assert "10:09 (UTC+1)" in writer.complete(ANA, arrives(9)).payload["text"]


def test_a_minute_is_singular(writer: LateMessageWriter, store: Store) -> None:
    store(ENGLISH)
    assert ", 1 minute after the start." in writer.complete(ANA, arrives(1)).payload["text"]


@pytest.mark.parametrize("minutes", [-5, 0, 241])
def test_an_arrival_that_is_not_late_is_never_sent(writer: LateMessageWriter, store: Store, minutes: int) -> None:
    store()
    with pytest.raises(ValueError, match="out of range"):
        writer.complete(ANA, arrives(minutes, minutes="10"))


@pytest.mark.parametrize("arrival", ["", "soon", "2026-11-23T09:09:00"])
def test_an_arrival_that_is_no_time_is_never_sent(writer: LateMessageWriter, store: Store, arrival: str) -> None:
    store()
    with pytest.raises(ValueError, match=r"isoformat|time zone"):
        writer.complete(ANA, replace(tap(), payload={"minutes": "9", "arrives": arrival}))


def test_an_offset_of_half_an_hour_to_the_west_is_named() -> None:
    st_johns = datetime(2026, 11, 23, tzinfo=ZoneInfo("America/St_Johns"))
    assert utc_offset(st_johns) == "UTC-3:30"


def test_a_message_that_cannot_be_composed_raises_the_reason(writer: LateMessageWriter, store: Store) -> None:
    with pytest.raises(GoneError):
        writer.complete(ANA, tap())
    store(organizer=None)
    with pytest.raises(NoRecipientsError):
        writer.complete(ANA, tap())
    store(cancelled=True, version="2")
    with pytest.raises(GoneError):
        writer.complete(ANA, tap())
    for minutes in ("", "soon", "-5", "0", "99999"):
        with pytest.raises(ValueError, match=r"minutes|int"):
            writer.complete(ANA, tap(minutes))


def test_no_message_is_composed_for_a_meeting_that_was_moved_or_is_over(
    writer: LateMessageWriter, store: Store, clock: ManualClocks
) -> None:
    store()
    start = NOW + timedelta(hours=1)
    planned = replace(tap(), payload={"minutes": "10", "start": start.isoformat()})
    assert writer.complete(ANA, planned).payload["to"]
    moved = replace(tap(), payload={"minutes": "10", "start": (start - timedelta(minutes=5)).isoformat()})
    with pytest.raises(MovedError):
        writer.complete(ANA, moved)
    clock.wall = NOW + timedelta(hours=2)
    with pytest.raises(MovedError):
        writer.complete(ANA, planned)
    clock.known = False
    assert writer.complete(ANA, planned).payload["to"]


def test_other_items_and_whole_messages_are_left_as_they_are(writer: LateMessageWriter) -> None:
    answer = OutboxItem("k", "a1", "e1", "accept", {}, NOW, NOW)
    whole = replace(tap(), payload={"to": "b@contoso.example", "subject": "s", "text": "t"})
    assert writer.complete(ANA, answer) is answer
    assert writer.complete(ANA, whole) is whole


def test_a_tap_becomes_a_message_that_is_sent(run: Callable[..., Running], screen: Screen, paths: Paths) -> None:
    running = run()
    running.world.say("events", "Review")
    running.world.say("approve", "Ana")
    screen.send("sign_in", profile="p1", way="device")
    now = service_program.Clock().now()

    def put(key: str, event_id: str) -> None:
        item = OutboxItem(key, "ana", event_id, "late", {"minutes": "10"}, now, now)
        writer = UserWriter(paths.folder, lambda what, _ok: screen.send("outbox") if what == "put" else None)
        writer.put(item)
        writer.close()

    def event() -> Event | None:
        store = EventStore(paths.folder)
        try:
            return store.event("ana", "Review")
        finally:
            store.close()

    wait_until(lambda: paths.folder.exists() and (stored := event()) is not None and stored.body)
    put("k1", "Review")
    wait_until(lambda: "mail k1" in running.world.says("done"))
    put("k2", "Vanished")
    user = UserStore(paths.folder)
    wait_until(lambda: all(item.state is not OutboxState.WAITING for item in Outbox(user.database).items()))
    wait_until(lambda: len([i for i in Outbox(user.database).items() if i.state is OutboxState.GIVEN_UP]) == 1)
    assert [(i.key, i.state, i.reason) for i in Outbox(user.database).items()] == [
        ("k1", OutboxState.SENT, ""),
        ("k2", OutboxState.GIVEN_UP, "gone"),
    ]
    user.close()
    assert "mail k1 boss@contoso.example Running late: Review" in running.world.says("done")
