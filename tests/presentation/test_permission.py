"""More than reading is asked for once, when parked; without it there is no button that needs it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.domain.account import AccountState
from carlendar.ipc.messages import SignInStatus
from carlendar.presentation.intents import AllowMore, StartSignIn
from carlendar.presentation.options import Options
from carlendar.presentation.states import ChoicesState, DriveState, NoticeState, ScreenName, SignInState
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import Car

LEAST = ("User.Read", "Calendars.Read")
DONE = SignInStatus("done", account="a1")
CODE = SignInStatus("code", "HX4KQP7ZR", "https://microsoft.com/devicelogin", 870.0)
QUESTION = "Let Carlendar answer for you?"


def signed_in(
    new_car: type[Car],
    options: Options | None = None,
    *,
    scopes: tuple[str, ...] = LEAST,
    state: DrivingState = DrivingState.PARKED,
) -> Car:
    """A car after the first sign-in."""
    car = new_car()
    account = replace(car.snapshot.accounts[0], scopes=scopes)
    events = tuple(replace(stored, account=account) for stored in car.snapshot.events)
    day = replace(car.snapshot, accounts=(account,), events=events)
    car.snapshot = replace(day, accounts=(), events=())
    car.start(options, state=DrivingState.PARKED).fresh()
    car.touch("sign_in")
    car.drive(state)
    car.presenter.service_said(DONE)
    assert not isinstance(car.frame.body, NoticeState) or state is not DrivingState.PARKED
    car.change(accounts=day.accounts, events=day.events)
    return car


def asked(car: Car) -> bool:
    return isinstance(car.frame.body, NoticeState) and car.frame.body.title == QUESTION


def test_after_the_first_sign_in_it_asks_for_more_and_says_what_for(new_car: type[Car]) -> None:
    car = signed_in(new_car)
    assert asked(car)
    text = " ".join(car.shown(NoticeState).paragraphs)
    assert "running late" in text
    assert "invitations" in text
    assert "To allow it, you sign in once more." in text
    assert [action.labels[0] for action in car.shown(NoticeState).actions] == ["Allow", "Not now"]


def test_allowing_signs_the_same_account_in_with_more(new_car: type[Car]) -> None:
    car = signed_in(new_car)
    car.touch("allow_more")
    wanted = {"profile": "p1", "way": "device", "account": "a1", "more": "1"}
    assert ("send", "sign_in", wanted) in car.done
    assert car.frame.screen is ScreenName.SIGN_IN
    for status in (SignInStatus("starting"), CODE):
        car.presenter.service_said(status)
        assert car.shown(SignInState).title == "Sign in again to confirm"
    car.presenter.service_said(SignInStatus("expired", account="a1", reason="expired"))
    car.touch("new_code")
    assert car.done[-1] == ("send", "sign_in", wanted)
    car.presenter.service_said(DONE)
    assert isinstance(car.frame.body, DriveState)
    assert car.done.count(("prefer", "permission:a1", "1")) == 1


def test_renewing_an_account_is_distinguished_from_adding_one(new_car: type[Car]) -> None:
    car = signed_in(new_car)
    car.touch("not_now")
    car.change(accounts=(replace(car.snapshot.accounts[0], state=AccountState.SIGN_IN_NEEDED),))
    for intent, title in ((StartSignIn("a1"), "Sign in again"), (StartSignIn(), "Sign in")):
        if car.frame.screen is not ScreenName.SETTINGS:
            car.touch("settings")
        car.touch(intent)
        car.presenter.service_said(CODE)
        assert car.shown(SignInState).title == title
        car.touch("cancel_sign_in")


def test_another_sign_in_after_that_asks_for_no_more(new_car: type[Car]) -> None:
    car = signed_in(new_car)
    car.touch("allow_more")
    car.touch("cancel_sign_in")
    car.touch("settings")
    car.touch(StartSignIn())
    assert car.done[-1] == ("send", "sign_in", {"profile": "p1", "way": "device", "account": ""})


def test_not_now_is_remembered_and_it_never_asks_again_by_itself(new_car: type[Car]) -> None:
    car = signed_in(new_car)
    car.touch("not_now")
    assert isinstance(car.frame.body, DriveState)
    assert car.done[-1] == ("prefer", "permission:a1", "1")
    car.change(preferences=(*car.snapshot.preferences, ("permission:a1", "1")))
    car.touch("settings")
    car.touch(StartSignIn())
    car.presenter.service_said(DONE)
    assert isinstance(car.frame.body, DriveState)


@pytest.mark.rule("S7")
def test_it_does_not_ask_while_driving_nor_reopens_when_parked_again(new_car: type[Car]) -> None:
    car = signed_in(new_car, state=DrivingState.MOVING)
    assert isinstance(car.frame.body, DriveState)
    car.drive(DrivingState.PARKED)
    assert not asked(car)
    car = signed_in(new_car)
    car.drive(DrivingState.MOVING)
    assert isinstance(car.frame.body, DriveState)
    car.drive(DrivingState.PARKED)
    assert not asked(car)


@pytest.mark.parametrize(
    ("options", "scopes"),
    [
        (Options(more_permissions=False), LEAST),
        (Options(), ("Calendars.ReadWrite", "Mail.Send")),
        (Options(late_allowed=False), ("Calendars.ReadWrite",)),
        (Options(more_scopes=frozenset({"mail.send"})), ("Calendars.Read", "Mail.Send")),
        (Options(more_scopes=frozenset()), LEAST),
    ],
)
def test_it_does_not_ask_for_what_it_has_or_may_not_have(
    new_car: type[Car], options: Options, scopes: tuple[str, ...]
) -> None:
    car = signed_in(new_car, options, scopes=scopes)
    assert isinstance(car.frame.body, DriveState)
    car.touch("settings")
    assert "allow_more" not in car.offers()


def test_where_messages_are_forbidden_it_speaks_of_invitations_only(new_car: type[Car]) -> None:
    car = signed_in(new_car, Options(late_allowed=False))
    assert asked(car)
    assert "running late" not in " ".join(car.shown(NoticeState).paragraphs)


def test_renewing_an_account_does_not_ask(new_car: type[Car]) -> None:
    car = new_car()
    account = replace(car.snapshot.accounts[0], scopes=LEAST)
    car.snapshot = replace(car.snapshot, accounts=(account,))
    car.start(state=DrivingState.PARKED).fresh()
    car.presenter.act(replace(car.frame.rail[0], intent=StartSignIn("a1")))
    car.presenter.service_said(DONE)
    assert not asked(car)


def test_settings_offer_it_while_the_account_lacks_it_and_buttons_come_with_it(new_car: type[Car]) -> None:
    car = signed_in(new_car)
    car.touch("not_now")
    assert "late_choice" not in car.offers()
    car.touch("settings")
    assert isinstance(car.frame.body, ChoicesState)
    row = next(choice for choice in car.frame.body.choices if choice.key == "account/a1")
    assert [action.labels[0] for action in row.actions] == ["Allow answering", "Sign out"]
    car.touch(AllowMore("a1"))
    arguments = car.done[-1][2]
    assert isinstance(arguments, dict)
    assert arguments["more"] == "1"
    car.presenter.service_said(DONE)
    more = replace(car.snapshot.accounts[0], scopes=("Calendars.ReadWrite", "Mail.Send"))
    car.change(accounts=(more,), events=tuple(replace(held, account=more) for held in car.snapshot.events))
    assert "late_choice" in car.offers()
    car.touch("settings")
    assert "allow_more" not in car.offers()
