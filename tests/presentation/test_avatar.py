"""Pictures and initials of people: parked, for those who may see them, and never on a driving screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from carlendar.domain.account import AccountState, Profile
from carlendar.domain.avatar import SIZE
from carlendar.domain.base import Value
from carlendar.presentation.account.avatar import initials
from carlendar.presentation.options import Options
from carlendar.presentation.states import Avatar, Frame, ScreenName
from carlendar.safety.restrictions import DrivingState
from carlendar.store.records import AccountAvatar
from tests.presentation.conftest import Car

RED = b"\xff\0\0\xff" * (SIZE // 4)
BEN = Profile("p2", "Ben Okafor")


@pytest.fixture
def parked(car: Car) -> object:
    """Parked, alone in the car; of two drivers one has a picture."""
    car.drive(DrivingState.PARKED)
    car.change(profiles=(*car.snapshot.profiles, BEN), avatars=(AccountAvatar("a1", "p1", RED),))
    return car


def likenesses(value: object) -> Iterator[Avatar]:
    """All of a frame, wherever they stand."""
    if isinstance(value, Avatar):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from likenesses(each)
    elif isinstance(value, Value):
        for name in value.__struct_fields__:
            yield from likenesses(getattr(value, name))


def test_the_picture_stands_where_a_driver_is_chosen_and_at_the_account(parked: Car) -> None:
    parked.touch("settings")
    assert list(likenesses(parked.frame)) == [Avatar("AR", RED)]
    parked.touch("profiles")
    assert list(likenesses(parked.frame)) == [Avatar("AR", RED), Avatar("BO")]


def test_no_picture_where_private_things_are_masked(parked: Car) -> None:
    parked.touch("profiles") if "profiles" in parked.offers() else parked.touch("settings")
    for aboard in (True, None):
        parked.presenter.set_occupants(passenger_aboard=aboard, driver_subject="")
        parked.wait(15)
        assert {each.pixels for each in likenesses(parked.frame)} == {b""}
    parked.presenter.set_occupants(passenger_aboard=False, driver_subject="")
    parked.wait(15)
    assert RED in {each.pixels for each in likenesses(parked.frame)}


@pytest.mark.parametrize(("mask", "shown"), [("always", b""), ("never", RED)])
def test_the_mask_that_was_chosen_holds_for_pictures_too(new_car: type[Car], mask: str, shown: bytes) -> None:
    car = new_car().start(Options(region="DE", mask=mask), DrivingState.PARKED)
    car.change(avatars=(AccountAvatar("a1", "p1", RED),))
    car.touch("settings")
    assert [each.pixels for each in likenesses(car.frame)] == [shown]


def test_guests_and_accounts_that_do_not_work_have_an_icon(parked: Car) -> None:
    guest = Profile("g", "Guest", is_guest=True)
    (account,) = parked.snapshot.accounts
    parked.change(profiles=(guest,), accounts=(replace(account, state=AccountState.BLOCKED),))
    parked.touch("settings")
    assert list(likenesses(parked.frame)) == []
    parked.touch("profiles")
    assert list(likenesses(parked.frame)) == []


@pytest.mark.parametrize("state", [DrivingState.MOVING, DrivingState.IDLING, DrivingState.UNKNOWN])
@pytest.mark.parametrize("screen", ["settings", "profiles"])
def test_no_picture_is_on_a_driving_screen(parked: Car, screen: str, state: DrivingState) -> None:
    parked.touch("settings")
    if screen == "profiles":
        parked.touch("profiles")
    assert list(likenesses(parked.frame))
    begun = len(parked.frames)
    parked.drive(state)
    parked.wait(20)
    seen: list[Frame] = [parked.frame, *parked.frames[begun:]]
    assert not [each for frame in seen if frame.restrictions.restricted for each in likenesses(frame)]
    assert parked.frame.screen is not ScreenName.SETTINGS


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana Ruiz", "AR"),
        ("ana maria de la cruz", "AC"),
        ("Cher", "C"),
        ("priya.raman@contoso.example", "P"),
        ("Øyvind Å", "ØÅ"),
        ("王小明", "王"),
        ("🚗 Fleet", "F"),
        ("e\u0301mile Zola", "ÉZ"),
        ("(Extern) 42", ""),
        ("\u202e\u200b  ", ""),
        ("", ""),
    ],
)
def test_initials_are_first_letters_of_the_first_and_the_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters
