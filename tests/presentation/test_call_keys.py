"""Keys of the steering wheel: they mute, leave and agree, on either line, and touch no other call."""

from __future__ import annotations

import pytest

from carlendar.domain.call import Call, CallPhase, PhoneState
from carlendar.domain.call_key import CallKey
from carlendar.domain.online_call import OnlinePhase, OnlineReadiness, OnlineState
from carlendar.ipc.messages import OnlineStatus
from carlendar.presentation.intents import GoHome
from carlendar.presentation.options import Options
from carlendar.presentation.states import Action
from tests.presentation.conftest import TEAMS, At, Car

NUMBER = TEAMS.dial_ins[0].number
OTHER = "+4930901820"


@pytest.fixture
def dialled(new_car: type[Car], at: At) -> Car:
    """A car that joined its meeting by phone."""
    car = new_car()
    car.clock.wall = at("9:00")
    car.start(Options(region="DE", join_muted=False)).fresh()
    car.touch("join")
    return car


def phone(car: Car, phase: CallPhase, *others: Call, muted: bool = False) -> None:
    """The phone reports the call to the meeting, and others."""
    call = Call("ours", NUMBER, phase, car.clock.elapsed, placed=car.clock.elapsed)
    car.presenter.phone_changed(PhoneState(connected=True, calls=(call, *others), muted=muted))
    car.done.clear()


def data(
    car: Car, *, muted: bool = False, consent_needed: bool = False, phase: OnlinePhase = OnlinePhase.CONNECTED
) -> None:
    """The service reports a data call."""
    state = OnlineState(phase, car.clock.seconds(), muted=muted, consent_needed=consent_needed)
    car.presenter.service_said(OnlineStatus(OnlineReadiness("simulated", ("teams",)), "key", state))
    car.done.clear()


def ordered(car: Car) -> list[str]:
    """The commands that the data call received."""
    return [done[2]["do"] for done in car.done if done[:2] == ("send", "online") and isinstance(done[2], dict)]


def test_the_mute_key_mutes_and_unmutes_a_call_of_the_phone(dialled: Car) -> None:
    phone(dialled, CallPhase.ACTIVE)
    dialled.presenter.key_pressed(CallKey.MUTE)
    assert dialled.done[-1] == ("mute", "ours", "")
    phone(dialled, CallPhase.ACTIVE, muted=True)
    dialled.presenter.key_pressed(CallKey.MUTE)
    assert dialled.done[-1] == ("unmute", "ours", "")


@pytest.mark.parametrize("phase", [CallPhase.DIALING, CallPhase.RINGING, CallPhase.ACTIVE, CallPhase.HELD])
def test_the_leave_key_leaves_our_call_and_no_other(phase: CallPhase, dialled: Car) -> None:
    phone(dialled, phase, Call("other", OTHER, CallPhase.WAITING, 0.0))
    dialled.presenter.key_pressed(CallKey.LEAVE)
    assert dialled.done == [("hang_up", "ours", "")]


def test_without_a_call_of_ours_the_keys_are_the_phones_alone(dialled: Car) -> None:
    other = Call("other", OTHER, CallPhase.ACTIVE, 0.0)
    dialled.presenter.phone_changed(PhoneState(connected=True, calls=(other,)))
    dialled.done.clear()
    for key in CallKey:
        dialled.presenter.key_pressed(key)
    assert dialled.done == []


def test_no_key_acts_during_an_emergency_call(dialled: Car) -> None:
    phone(dialled, CallPhase.HELD, Call("112", "112", CallPhase.ACTIVE, 0.0, emergency=True))
    for key in CallKey:
        dialled.presenter.key_pressed(key)
    assert dialled.done == []


@pytest.mark.parametrize("phase", [CallPhase.DIALING, CallPhase.HELD])
def test_a_call_that_is_not_active_is_not_muted(phase: CallPhase, dialled: Car) -> None:
    phone(dialled, phase)
    dialled.presenter.key_pressed(CallKey.MUTE)
    assert dialled.done == []


def test_the_keys_act_on_a_data_call_as_on_one_of_the_phone(new_car: type[Car]) -> None:
    car = new_car().start()
    data(car)
    car.presenter.key_pressed(CallKey.MUTE)
    assert ordered(car) == ["mute"]
    data(car, muted=True)
    car.presenter.key_pressed(CallKey.MUTE)
    assert ordered(car) == ["unmute"]
    car.presenter.key_pressed(CallKey.LEAVE)
    assert ordered(car)[-1] == "leave"


def test_consent_has_a_key_of_its_own_and_only_that(new_car: type[Car]) -> None:
    car = new_car().start()
    data(car, muted=True, consent_needed=True)
    car.presenter.key_pressed(CallKey.MUTE)
    assert ordered(car) == []
    car.presenter.key_pressed(CallKey.CONSENT)
    assert ordered(car) == ["consent"]
    data(car)
    car.presenter.key_pressed(CallKey.CONSENT)
    assert ordered(car) == []


def test_the_keys_act_from_every_screen(dialled: Car) -> None:
    phone(dialled, CallPhase.ACTIVE)
    dialled.presenter.act(Action(GoHome(), ("Now",)))
    dialled.presenter.key_pressed(CallKey.MUTE)
    assert dialled.done[-1] == ("mute", "ours", "")


def test_after_the_end_of_a_data_call_the_keys_do_nothing(new_car: type[Car]) -> None:
    car = new_car().start()
    data(car, phase=OnlinePhase.ENDED)
    for key in CallKey:
        car.presenter.key_pressed(key)
    assert ordered(car) == []
