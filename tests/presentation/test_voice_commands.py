"""Commands of the car's voice assistant do what a touch would do now, and nothing else."""

from __future__ import annotations

import pytest

from carlendar.domain.call import Call, CallPhase, PhoneState
from carlendar.domain.online_call import OnlinePhase
from carlendar.domain.voice_command import VoiceCommand
from carlendar.presentation.options import Options
from carlendar.presentation.states import ScreenName
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import TEAMS, At, Car
from tests.presentation.test_call_keys import data, ordered, phone

NUMBER = TEAMS.dial_ins[0].number
EVERY_STATE = pytest.mark.parametrize("driving", [*DrivingState])


@pytest.fixture
def car(new_car: type[Car], at: At) -> Car:
    """A car with a meeting that can be joined."""
    car = new_car()
    car.clock.wall = at("9:00")
    car.start(Options(region="DE", join_muted=False)).fresh()
    car.done.clear()
    return car


@EVERY_STATE
def test_join_does_what_the_button_does(driving: DrivingState, car: Car) -> None:
    car.drive(driving)
    assert car.presenter.voice_commanded(VoiceCommand.JOIN)
    assert car.done[0][:2] == ("dial", NUMBER)
    assert car.presenter.frame.screen is ScreenName.CALL


def test_join_does_nothing_where_no_screen_offers_it(car: Car, at: At) -> None:
    car.clock.wall = at("20:00")
    assert not car.presenter.voice_commanded(VoiceCommand.JOIN)
    assert car.done == []


def test_in_a_call_join_does_nothing(car: Car) -> None:
    data(car)
    assert not car.presenter.voice_commanded(VoiceCommand.JOIN)
    assert car.done == []


@EVERY_STATE
def test_consent_by_voice_is_given_only_where_it_is_asked_for(driving: DrivingState, car: Car) -> None:
    car.drive(driving)
    data(car)
    assert not car.presenter.voice_commanded(VoiceCommand.CONSENT)
    assert ordered(car) == []
    data(car, consent_needed=True, muted=True)
    assert car.presenter.voice_commanded(VoiceCommand.CONSENT)
    assert ordered(car) == ["consent"]


@pytest.mark.parametrize("command", [each for each in VoiceCommand if each is not VoiceCommand.CONSENT])
def test_no_other_command_agrees_to_a_recording(command: VoiceCommand, car: Car) -> None:
    data(car, consent_needed=True, muted=True)
    car.presenter.voice_commanded(command)
    assert "consent" not in ordered(car)
    assert "unmute" not in ordered(car)


def test_mute_and_unmute_are_what_they_say(car: Car) -> None:
    data(car)
    for command in (VoiceCommand.MUTE, VoiceCommand.UNMUTE, VoiceCommand.UNMUTE, VoiceCommand.LEAVE):
        assert car.presenter.voice_commanded(command)
    assert ordered(car) == ["mute", "unmute", "unmute", "leave"]


def test_a_call_of_the_phone_is_muted_and_left(car: Car) -> None:
    car.presenter.voice_commanded(VoiceCommand.JOIN)
    phone(car, CallPhase.RINGING)
    assert not car.presenter.voice_commanded(VoiceCommand.MUTE)
    phone(car, CallPhase.ACTIVE)
    assert car.presenter.voice_commanded(VoiceCommand.MUTE)
    assert car.presenter.voice_commanded(VoiceCommand.LEAVE)
    assert [done[0] for done in car.done] == ["mute", "hang_up"]


def test_without_a_call_of_ours_nothing_is_muted_or_left(car: Car) -> None:
    other = Call("other", "+4930901820", CallPhase.ACTIVE, 0.0)
    car.presenter.phone_changed(PhoneState(connected=True, calls=(other,)))
    car.done.clear()
    for command in VoiceCommand:
        if command is not VoiceCommand.JOIN:
            assert not car.presenter.voice_commanded(command)
    assert car.done == []


def test_nothing_acts_during_an_emergency_call(car: Car) -> None:
    data(car, consent_needed=True)
    emergency = Call("112", "112", CallPhase.ACTIVE, 0.0, emergency=True)
    car.presenter.phone_changed(PhoneState(connected=True, calls=(emergency,)))
    car.done.clear()
    for command in VoiceCommand:
        assert not car.presenter.voice_commanded(command)
    assert car.done == []


def test_no_frame_shows_what_the_driver_said(car: Car) -> None:
    """No text of a command reaches the screen, whatever the driving state."""
    data(car, phase=OnlinePhase.CONNECTED, consent_needed=True, muted=True)
    before = car.presenter.frame
    car.presenter.voice_commanded(VoiceCommand.CONSENT)
    assert car.presenter.frame.body == before.body
    assert car.presenter.frame.toast is None
