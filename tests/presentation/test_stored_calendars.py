"""From the store on disk to Settings and back: a calendar that was hidden can be shown again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState, Calendar
from carlendar.domain.timespan import Timespan
from carlendar.presentation.intents import ShowCalendar
from carlendar.presentation.options import Options
from carlendar.presentation.states import ChoicesState, Tone
from carlendar.safety.restrictions import DrivingState
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.records import Snapshot
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore
from tests.presentation.conftest import PROFILE, Car

FAMILY = Calendar("c2", "a1", "Family")


class Shelf:
    """A store on disk, read as the screen reads it."""

    def __init__(self, folder: Path, car: Car) -> None:
        self.user, self.events = UserStore(folder), EventStore(folder)
        self.reader, self.car = StoreReader(folder), car
        day = car.snapshot
        self.user.save_profile(PROFILE)
        self.user.save_account(day.accounts[0])
        self.events.save_calendars("a1", [day.calendars[0], FAMILY])
        for calendar, stored in ((day.calendars[0], day.events[0]), (FAMILY, day.events[1])):
            arrival = EventUpsert(replace(stored.event, calendar_id=calendar.id), stored.join_details)
            self.events.save(calendar, [arrival], [], StoredSyncToken(), car.clock.now())

    def read(self) -> Snapshot:
        now = self.car.clock.now()
        return self.reader.read(Timespan(now - timedelta(days=1), now + timedelta(days=1)), self.car.clock.zone())

    def close(self) -> None:
        for held in (self.reader, self.events, self.user):
            held.close()


@pytest.fixture
def shelf(tmp_path: Path, new_car: type[Car]) -> Iterator[Shelf]:
    made = Shelf(tmp_path / "data", new_car())
    yield made
    made.close()


def calendars(car: Car) -> list[tuple[str, str]]:
    assert isinstance(car.frame.body, ChoicesState)
    held = [choice for choice in car.frame.body.choices if choice.key.startswith("calendar/")]
    return [(choice.title, choice.switch.word if choice.switch else "") for choice in held]


def test_a_calendar_is_hidden_and_shown_again(shelf: Shelf) -> None:
    car = shelf.car
    car.snapshot = shelf.read()
    car.start(state=DrivingState.PARKED)
    car.touch("settings")
    for shows, said, titles in (
        (False, "Hidden", ["Product review"]),
        (True, "Shown", ["Product review", "Budget sync"]),
    ):
        car.touch(ShowCalendar("a1", "c2", shows))
        name, account_id, calendar_id, shown = car.done[-1]
        assert name == "show_calendar"
        shelf.user.show_calendar(str(account_id), str(calendar_id), shown is True)
        car.snapshot = shelf.read()
        car.presenter.snapshot_changed()
        car.presenter.tick()
        assert calendars(car) == [("Calendar", "Shown"), ("Family", said)]
        assert [stored.event.title for stored in car.snapshot.events] == titles


def test_calendars_of_another_driver_or_a_blocked_account_are_not_listed(shelf: Shelf) -> None:
    car = shelf.car
    other = Account("b1", "p2", "ben@contoso.example", "Ben", "global", AccountState.SIGNED_IN, car.clock.now())
    shelf.user.save_account(other)
    shelf.events.save_calendars("b1", [Calendar("c9", "b1", "Ben’s")])
    assert {calendar.account_id for calendar in shelf.read().calendars} == {"a1"}
    shelf.user.set_account_state("a1", AccountState.BLOCKED, "revoked", car.clock.now())
    car.snapshot = shelf.read()
    assert "Family" not in str(to_builtins(car.snapshot, enc_hook=str))
    car.start(state=DrivingState.PARKED)
    car.touch("settings")
    assert calendars(car) == []


@pytest.mark.parametrize(
    ("language", "key", "says"),
    [
        ("en", "refused", "Access denied by server · Last updated 8:48"),
        ("en", "mailbox", "No online mailbox · Last updated 8:48"),
        ("en", "unheard-of", "Cannot be read · Last updated 8:48"),
        ("de", "certificate_expired", "Zertifikat abgelaufen · Stand 8:48"),
    ],
)
def test_what_is_wrong_with_one_calendar_alone_stands_beside_it(
    shelf: Shelf, language: str, key: str, says: str
) -> None:
    shelf.events.save_error("a1", FAMILY.id, key)
    car = shelf.car
    car.snapshot = shelf.read()
    car.start(Options(language=language), state=DrivingState.PARKED)
    car.touch("settings")
    assert isinstance(car.frame.body, ChoicesState)
    (family,) = [choice for choice in car.frame.body.choices if choice.key == "calendar/a1/c2"]
    (own,) = [choice for choice in car.frame.body.choices if choice.key == "calendar/a1/c1"]
    assert (family.detail, family.tone, family.icon) == (says, Tone.WARN, "alert")
    assert own.tone is not Tone.WARN
    assert family.open is not None
    assert family.open.intent.name == "show_calendar"


def test_what_is_wrong_with_all_calendars_is_the_accounts_and_not_theirs(shelf: Shelf) -> None:
    for calendar in ("c1", "c2"):
        shelf.events.save_error("a1", calendar, "offline")
    car = shelf.car
    car.snapshot = shelf.read()
    car.start(state=DrivingState.PARKED)
    car.touch("settings")
    assert isinstance(car.frame.body, ChoicesState)
    assert {word for _, word in calendars(car)} == {"Shown"}
    assert not [choice for choice in car.frame.body.choices if choice.key.startswith("calendar/") and choice.detail]
