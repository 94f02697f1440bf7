"""Subscribed calendars in the Settings: their age, their trouble, and removing them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from carlendar.domain.account import FEED, FILES, Account, AccountState
from carlendar.presentation.intents import AskSignOut, SignOut
from carlendar.presentation.reasons import REASONS
from carlendar.presentation.states import Choice, ChoicesState, NoticeState, Tone
from carlendar.safety.restrictions import DrivingState
from carlendar.store.records import SourceStatus
from tests.presentation.conftest import PROFILE, Car


def feed(car: Car, number: int, kind: str, name: str, error: str = "", *, read: bool = True) -> None:
    """Subscribe the driver to a calendar."""
    now = car.clock.now()
    account = Account(f"feed-{number}", PROFILE.id, "calendar.contoso.example", name, kind, AccountState.SIGNED_IN, now)
    status = SourceStatus("feed", account.id, now - timedelta(hours=1) if read else None, error)
    day = car.snapshot
    car.change(accounts=(*day.accounts, account), sources=(*day.sources, status))


def row(car: Car, number: int) -> Choice:
    assert isinstance(car.frame.body, ChoicesState)
    return next(choice for choice in car.frame.body.choices if choice.key == f"account/feed-{number}")


@pytest.fixture
def parked(new_car: type[Car]) -> Car:
    return new_car().start(state=DrivingState.PARKED)


def test_each_says_how_old_it_is_and_what_is_wrong_with_it(parked: Car) -> None:
    feed(parked, 1, FEED, "Orchestra")
    feed(parked, 2, FILES, "School", "feed_file")
    feed(parked, 3, FEED, "Club", "gone", read=False)
    feed(parked, 4, FEED, "New", read=False)
    parked.touch("settings")
    said = [(row(parked, n).title, row(parked, n).detail, row(parked, n).tone) for n in (1, 2, 3, 4)]
    assert said == [
        ("Orchestra", "Last updated 7:48", Tone.MUTE),
        ("School", "File cannot be read · Last updated 7:48", Tone.WARN),
        ("Club", "No longer available", Tone.WARN),
        ("New", "Not loaded yet", Tone.MUTE),
    ]


def test_it_is_removed_after_a_question_that_names_it(parked: Car) -> None:
    feed(parked, 1, FEED, "Orchestra")
    parked.touch("settings")
    parked.touch(AskSignOut("feed-1"))
    body = parked.frame.body
    assert isinstance(body, NoticeState)
    assert (body.title, body.paragraphs[0]) == ("Remove calendar?", "Orchestra")
    parked.touch(SignOut("feed-1"))
    assert parked.done[-1] == ("send", "sign_out", {"account": "feed-1"})


def test_no_one_is_asked_to_allow_answering_in_a_calendar_that_can_only_be_read(parked: Car) -> None:
    feed(parked, 1, FEED, "Orchestra")
    parked.touch("settings")
    assert [action.intent.name for action in row(parked, 1).actions] == ["ask_sign_out"]


@pytest.mark.parametrize("key", sorted(key for key, reason in REASONS.items() if reason.brief))
def test_every_trouble_has_its_words(parked: Car, key: str) -> None:
    feed(parked, 1, FEED, "Orchestra", key)
    parked.touch("settings")
    assert row(parked, 1).detail.startswith(REASONS[key].brief)
