"""Teams says that the driver is in a call: a note beside Join while driving, a question once when parked."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.domain.account import PERSONAL_TENANT, AccountState, Permission
from carlendar.domain.agenda import occurrence_key
from carlendar.domain.call import Call, CallPhase, PhoneState
from carlendar.ipc.messages import PresenceStatus, SignInStatus
from carlendar.presentation.intents import AllowPermission
from carlendar.presentation.options import Options
from carlendar.presentation.states import ChoicesState, DriveState, NoticeState
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import ACCOUNT, REVIEW, At, Car

GRANTED = replace(ACCOUNT, scopes=(*ACCOUNT.scopes, "Presence.Read"))
KEY = occurrence_key(REVIEW.event)
SAYS = "Teams says you are in a call"
ASKED = ("send", "presence", {"account": "a1"})
IN_CALL, FREE = PresenceStatus("a1", in_call=True), PresenceStatus("a1", in_call=False)
RESTRICTED = [DrivingState.MOVING, DrivingState.IDLING, DrivingState.UNKNOWN]


def started(new_car: type[Car], at: At, state: DrivingState, *, granted: bool = True, time: str = "8:50") -> Car:
    car = new_car()
    if granted:
        events = tuple(replace(stored, account=GRANTED) for stored in car.snapshot.events)
        car.snapshot = replace(car.snapshot, accounts=(GRANTED,), events=events)
    car.clock.wall = at(time)
    car.start(state=state).fresh()
    return car


def dialled(car: Car) -> bool:
    return any(done[0] == "dial" for done in car.done)


def lines(car: Car) -> list[str]:
    return [line.text for line in car.shown(DriveState).lines]


def asks(car: Car) -> bool:
    return isinstance(car.frame.body, NoticeState) and car.frame.body.title == SAYS


@pytest.mark.parametrize("state", list(DrivingState))
def test_teams_is_asked_when_join_appears_and_not_again(new_car: type[Car], at: At, state: DrivingState) -> None:
    car = started(new_car, at, state, time="8:40")
    assert ASKED not in car.done
    car.wait(6 * 60)
    assert car.done.count(ASKED) == 1
    car.presenter.service_said(FREE)
    car.wait(10 * 60)
    assert car.done.count(ASKED) == 1


def test_without_the_permission_nothing_is_asked_and_join_joins(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, DrivingState.PARKED, granted=False)
    car.touch("join")
    assert dialled(car)
    assert ASKED not in car.done


@pytest.mark.parametrize("state", RESTRICTED)
def test_while_driving_or_idling_it_is_a_note_and_join_stays_one_touch(
    new_car: type[Car], at: At, state: DrivingState
) -> None:
    car = started(new_car, at, state)
    car.presenter.service_said(IN_CALL)
    car.wait(61)
    assert SAYS in lines(car)
    car.touch("join")
    assert dialled(car)
    assert car.done.count(ASKED) == 2
    car.presenter.service_said(IN_CALL)
    assert not asks(car)


def test_when_parked_join_asks_once_for_each_meeting(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, DrivingState.PARKED)
    car.presenter.service_said(IN_CALL)
    car.touch("join")
    assert asks(car)
    assert not dialled(car)
    assert "Product review" in car.shown(NoticeState).paragraphs
    car.touch("dismiss_question")
    assert not dialled(car)
    car.touch("join")
    car.touch("join_besides")
    assert dialled(car)
    asked = car.done.count(ASKED)
    car.done.clear()
    car.presenter.phone_changed(PhoneState(connected=True))
    car.touch("close_call")
    car.touch("join")
    assert dialled(car)
    assert (asked, ASKED in car.done) == (3, False)


def test_when_parked_a_touch_waits_a_moment_for_a_current_report(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, DrivingState.PARKED)
    car.presenter.service_said(FREE)
    car.wait(120)
    car.touch("join")
    assert car.toast == "Checking with Teams"
    assert not dialled(car)
    car.presenter.service_said(IN_CALL)
    assert asks(car)


def test_a_report_of_no_call_lets_the_touch_join(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, DrivingState.PARKED)
    car.touch("join")
    assert not dialled(car)
    car.presenter.service_said(replace(IN_CALL, account="another"))
    assert not dialled(car)
    car.presenter.service_said(FREE)
    assert dialled(car)


def test_without_a_report_the_touch_joins_after_a_moment(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, DrivingState.PARKED)
    car.touch("join")
    assert car.presenter.tick() <= 1.5
    car.clock.advance(1.6)
    car.presenter.tick()
    assert dialled(car)
    assert not asks(car)


def test_driving_off_while_it_waits_joins_without_a_question(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, DrivingState.PARKED)
    car.touch("join")
    car.drive(DrivingState.MOVING)
    car.presenter.service_said(IN_CALL)
    assert dialled(car)
    assert not asks(car)


def test_driving_off_takes_the_question_away_and_it_does_not_return(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, DrivingState.PARKED)
    car.presenter.service_said(IN_CALL)
    car.touch("join")
    car.drive(DrivingState.MOVING)
    assert isinstance(car.frame.body, DriveState)
    car.drive(DrivingState.PARKED)
    assert not asks(car)
    assert not dialled(car)


def test_another_page_before_the_report_forgets_the_touch(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, DrivingState.PARKED)
    car.touch("join")
    car.touch("agenda")
    car.presenter.service_said(FREE)
    car.clock.advance(2)
    car.presenter.tick()
    assert not dialled(car)


def test_our_own_call_is_none_that_teams_could_report(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, DrivingState.PARKED, time="9:05")
    car.presenter.service_said(IN_CALL)
    car.touch("join")
    car.touch("join_besides")
    call = Call("/1", "+496900001234", CallPhase.ACTIVE, car.clock.elapsed, placed=car.clock.elapsed)
    car.presenter.phone_changed(PhoneState(connected=True, calls=(call,)))
    car.touch("home")
    assert SAYS not in lines(car)


def test_an_old_report_is_not_shown(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, DrivingState.MOVING)
    car.presenter.service_said(IN_CALL)
    car.wait(61)
    assert SAYS in lines(car)
    car.wait(10 * 60)
    assert SAYS not in lines(car)


# --- the permissions in the Settings ---------------------------------------------------------------

ALL = frozenset({Permission.PRESENCE, Permission.CALLS})


def settings(new_car: type[Car], **changed: object) -> Car:
    car = new_car()
    account = replace(ACCOUNT, **changed)
    car.snapshot = replace(car.snapshot, accounts=(account,), events=())
    car.start(Options(region="DE", optional_permissions=ALL), state=DrivingState.PARKED).fresh()
    car.touch("settings")
    return car


def permission_rows(car: Car) -> list[str]:
    return [choice.title for choice in car.shown(ChoicesState).choices if choice.key.startswith("permission/")]


def test_the_settings_ask_for_each_permission_in_a_sign_in_of_its_own(new_car: type[Car]) -> None:
    car = settings(new_car)
    assert permission_rows(car) == ["Teams status", "Join as yourself"]
    for permission in (Permission.PRESENCE, Permission.CALLS):
        car.touch(AllowPermission("a1", permission))
        wanted = {"profile": "p1", "way": "device", "account": "a1", "more": permission.value}
        assert ("send", "sign_in", wanted) in car.done
        car.presenter.service_said(SignInStatus("expired", account="a1", reason="expired"))
        car.touch("new_code")
        assert car.done[-1] == ("send", "sign_in", wanted)
        car.touch("cancel_sign_in")


@pytest.mark.parametrize(
    ("changed", "left"),
    [
        ({"scopes": ("Presence.Read",)}, ["Join as yourself"]),
        ({"scopes": ("https://auth.msft.communication.azure.com/Teams.ManageCalls",)}, ["Teams status"]),
        ({"tenant": PERSONAL_TENANT}, []),
        ({"state": AccountState.SIGN_IN_NEEDED}, []),
    ],
)
def test_what_was_granted_or_cannot_be_is_not_asked_for(
    new_car: type[Car], changed: dict[str, object], left: list[str]
) -> None:
    assert permission_rows(settings(new_car, **changed)) == left


def test_a_car_without_them_offers_none(new_car: type[Car]) -> None:
    car = new_car()
    car.start(state=DrivingState.PARKED).fresh()
    car.touch("settings")
    assert permission_rows(car) == []
