"""Spoken notices: what is spoken, when, and what silences it; and how a meeting over data gives way."""

from __future__ import annotations

from datetime import datetime

import pytest
from msgspec.structs import replace

from carlendar.domain.audio_order import LOWERED, CarSound
from carlendar.domain.call import Call, CallPhase, PhoneState
from carlendar.domain.event import Response, Sensitivity
from carlendar.domain.online_call import OnlinePhase, OnlineReadiness, OnlineState
from carlendar.ipc.messages import OnlineStatus
from carlendar.presentation import spoken
from carlendar.presentation.disclosure import LONGEST_SPOKEN_TITLE
from carlendar.presentation.options import Options
from carlendar.presentation.spoken import WAITS
from carlendar.safety.restrictions import DrivingState
from carlendar.store.records import ChangeNotice, StoredEvent
from tests.presentation.conftest import ACCOUNT, PROFILE, At, Car, Make

SPOKEN = Options(region="DE", spoken_notices=True)
CALL = Call("1", "+4930901820", CallPhase.INCOMING, 0.0)
NOTHING: frozenset[CarSound] = frozenset()
GUIDANCE = frozenset({CarSound.GUIDANCE})


def with_news(
    new_car: type[Car], stored: StoredEvent, before: datetime, kind: str = "moved", *, hears: bool = True
) -> Car:
    """A car whose store has a change of a meeting."""
    car = new_car(hears=hears)
    car.snapshot = replace(car.snapshot, events=(stored,), news=(ChangeNotice("a1", stored.event.id, kind, before),))
    return car


def said(car: Car) -> list[str]:
    """The texts that were spoken."""
    return [str(done[1]) for done in car.done if done[0] == "say"]


def announce(car: Car, text: str, key: str = "") -> None:
    """Announce a text."""
    spoken.announce(car.presenter._context, key or text, lambda _view: text)


# --- moved and cancelled ---------------------------------------------------------------------------


def test_a_meeting_that_was_moved_is_spoken_once_in_the_drivers_language(
    new_car: type[Car], make: Make, at: At
) -> None:
    car = with_news(new_car, make("Supplier call", "15:30", "16:00"), at("15:00")).start(SPOKEN)
    car.presenter.tick()
    assert car.done.count(("say", "Moved to 15:30: Supplier call", "en-DE")) == 1
    car.wait(50)
    assert said(car) == ["Moved to 15:30: Supplier call"]
    car = with_news(new_car, make("Lieferantengespräch", "15:30", "16:00"), at("15:00"))
    car.start(replace(SPOKEN, language="de"))
    car.presenter.tick()
    assert ("say", "Verlegt auf 15:30: Lieferantengespräch", "de-DE") in car.done


def test_a_cancelled_meeting_is_spoken_with_the_time_it_had(new_car: type[Car], make: Make, at: At) -> None:
    stored = make("Canceled: Supplier call", "15:30", "16:00", cancelled=True)
    car = with_news(new_car, stored, at("15:30"), "cancelled").start(SPOKEN)
    car.presenter.tick()
    assert said(car) == ["Cancelled, 15:30: Supplier call"]


def test_another_change_of_the_same_meeting_is_spoken_again(new_car: type[Car], make: Make, at: At) -> None:
    car = with_news(new_car, make("Supplier call", "15:30", "16:00"), at("15:00")).start(SPOKEN)
    car.presenter.tick()
    car.wait(20)
    moved = make("Supplier call", "16:30", "17:00")
    car.change(events=(moved,), news=(ChangeNotice("a1", moved.event.id, "moved", at("15:30")),))
    assert said(car) == ["Moved to 15:30: Supplier call", "Moved to 16:30: Supplier call"]


def test_nothing_is_spoken_unless_the_driver_wants_it(new_car: type[Car], make: Make, at: At) -> None:
    car = with_news(new_car, make("Supplier call", "15:30", "16:00"), at("15:00")).start()
    car.wait(120)
    announce(car, "Leave now")
    assert said(car) == []


def test_what_is_no_news_is_not_spoken(new_car: type[Car], make: Make, at: At) -> None:
    stored = make("Supplier call", "15:30", "16:00", response=Response.DECLINED)
    car = with_news(new_car, stored, at("15:00")).start(SPOKEN)
    car.presenter.tick()
    assert said(car) == []


# --- who may hear it -------------------------------------------------------------------------------


@pytest.mark.parametrize(("aboard", "heard"), [(True, "Private meeting"), (None, "Private meeting"), (False, "Salary")])
def test_a_title_that_is_masked_is_not_spoken(
    aboard: bool | None, heard: str, new_car: type[Car], make: Make, at: At
) -> None:
    stored = make("Salary", "15:30", "16:00", sensitivity=Sensitivity.PRIVATE)
    car = with_news(new_car, stored, at("15:00"), hears=False).start(SPOKEN)
    car.presenter.set_occupants(passenger_aboard=aboard, driver_subject="")
    car.presenter.tick()
    car.presenter.sounds_changed(NOTHING)
    assert said(car) == [f"Moved to 15:30: {heard}"]


def test_a_passenger_who_gets_in_while_a_notice_waits_does_not_hear_a_private_title(
    new_car: type[Car], make: Make, at: At
) -> None:
    stored = make("Salary", "15:30", "16:00", sensitivity=Sensitivity.PRIVATE)
    car = with_news(new_car, stored, at("15:00"), hears=False).start(SPOKEN)
    car.presenter.tick()
    car.presenter.sounds_changed(GUIDANCE)
    car.presenter.set_occupants(passenger_aboard=True, driver_subject="")
    car.presenter.sounds_changed(NOTHING)
    assert said(car) == ["Moved to 15:30: Private meeting"]


def test_nothing_of_a_driver_who_has_left_the_seat_is_spoken(new_car: type[Car], make: Make, at: At) -> None:
    car = with_news(new_car, make("Supplier call", "15:30", "16:00"), at("15:00"), hears=False).start(SPOKEN)
    car.presenter.tick()
    other = replace(PROFILE, id="p2", name="Ben")
    car.change(profile=other, profiles=(PROFILE, other), events=(), news=(), accounts=(ACCOUNT,))
    car.presenter.sounds_changed(NOTHING)
    assert said(car) == []


def test_a_long_title_is_spoken_short(new_car: type[Car], make: Make, at: At) -> None:
    car = with_news(new_car, make("Quarterly " * 25, "15:30", "16:00"), at("15:00")).start(SPOKEN)
    car.presenter.tick()
    assert len(said(car)[0]) <= LONGEST_SPOKEN_TITLE + len("Moved to 15:30: ")


def test_a_text_that_cannot_be_made_costs_only_itself(new_car: type[Car]) -> None:
    car = new_car().start(SPOKEN)
    spoken.announce(car.presenter._context, "bad", lambda _view: str(1 // 0))
    announce(car, "Leave now")
    assert said(car) == ["Leave now"]


# --- when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", [phase for phase in CallPhase if phase is not CallPhase.ENDED])
def test_no_notice_is_spoken_during_a_call(phase: CallPhase, new_car: type[Car], phone: type[PhoneState]) -> None:
    car = new_car().start(SPOKEN)
    car.presenter.phone_changed(phone(connected=True, calls=(replace(CALL, phase=phase),)))
    announce(car, "Leave now")
    assert said(car) == []
    car.presenter.phone_changed(phone(connected=True))
    assert said(car) == ["Leave now"]


def test_a_notice_is_not_spoken_late(new_car: type[Car], phone: type[PhoneState]) -> None:
    car = new_car().start(SPOKEN)
    car.presenter.phone_changed(phone(connected=True, calls=(CALL,)))
    announce(car, "Leave now")
    car.wait(WAITS + 1)
    car.presenter.phone_changed(phone(connected=True))
    assert said(car) == []


def test_a_call_silences_a_notice_at_once(new_car: type[Car], phone: type[PhoneState]) -> None:
    car = new_car().start(SPOKEN)
    announce(car, "Leave now for the meeting with the supplier")
    car.presenter.phone_changed(phone(connected=True, calls=(CALL,)))
    assert car.done[-1] == ("silence",)
    car.presenter.phone_changed(phone(connected=True))
    assert len(said(car)) == 1


@pytest.mark.parametrize("sound", list(CarSound))
def test_guidance_and_warnings_silence_a_notice(sound: CarSound, new_car: type[Car]) -> None:
    car = new_car(hears=False).start(SPOKEN)
    announce(car, "Leave now")
    assert car.done[-1] == ("watch", True)
    car.presenter.sounds_changed(NOTHING)
    assert said(car) == ["Leave now"]
    car.presenter.sounds_changed(frozenset({sound}))
    assert car.done[-2:] == [("silence",), ("watch", False)]


def test_a_notice_waits_for_the_end_of_guidance(new_car: type[Car]) -> None:
    car = new_car(hears=False).start(SPOKEN)
    announce(car, "Leave now")
    car.presenter.sounds_changed(GUIDANCE)
    assert said(car) == []
    car.presenter.sounds_changed(NOTHING)
    assert said(car) == ["Leave now"]


def test_what_is_heard_is_watched_only_while_it_matters(new_car: type[Car]) -> None:
    car = new_car(hears=False).start(SPOKEN)
    assert not [done for done in car.done if done[0] == "watch"]
    announce(car, "Leave now")
    car.presenter.sounds_changed(NOTHING)
    car.wait(10)
    assert [done for done in car.done if done[0] == "watch"] == [("watch", True), ("watch", False)]
    car.presenter.sounds_changed(GUIDANCE)  # was on its way when the watch ended
    announce(car, "Leave now", "again")
    assert len(said(car)) == 1
    car.presenter.sounds_changed(NOTHING)
    assert len(said(car)) == 2


def test_notices_are_spoken_one_after_the_other(new_car: type[Car]) -> None:
    car = new_car().start(SPOKEN)
    announce(car, "Leave now")
    announce(car, "Moved to 15:30")
    assert said(car) == ["Leave now"]
    car.wait(10)
    assert said(car) == ["Leave now", "Moved to 15:30"]


# --- a meeting over data ---------------------------------------------------------------------------


def data_call(car: Car, phase: OnlinePhase = OnlinePhase.CONNECTED, *, recording: bool = False) -> None:
    """The service reports the data call."""
    state = OnlineState(phase, car.clock.seconds(), recording=recording)
    car.presenter.service_said(OnlineStatus(OnlineReadiness("simulated", ("teams",)), "key", state))


def in_meeting(new_car: type[Car], *, aboard: bool | None = False) -> Car:
    """A car with a meeting over data."""
    car = new_car(hears=False).start(SPOKEN)
    car.presenter.set_occupants(passenger_aboard=aboard, driver_subject="")
    data_call(car)
    car.presenter.sounds_changed(NOTHING)
    return car


@pytest.mark.parametrize(
    ("aboard", "text"),
    [
        (False, "This meeting is recorded"),
        (True, "Everyone in the car is recorded"),
        (None, "Everyone in the car is recorded"),
    ],
)
def test_a_recording_is_announced_once_in_the_meeting(aboard: bool | None, text: str, new_car: type[Car]) -> None:
    car = in_meeting(new_car, aboard=aboard)
    for recording in (True, True, False, False):
        data_call(car, recording=recording)
    car.wait(10)
    assert said(car) == [text]
    data_call(car, recording=True)
    assert said(car) == [text, text]


def test_a_recording_is_announced_whether_or_not_notices_are_spoken(new_car: type[Car]) -> None:
    car = new_car().start()
    data_call(car, recording=True)
    assert said(car) == ["This meeting is recorded"]


def test_the_announcement_of_a_recording_is_repeated_after_guidance(new_car: type[Car]) -> None:
    car = in_meeting(new_car)
    data_call(car, recording=True)
    car.presenter.sounds_changed(GUIDANCE)
    assert ("silence",) in car.done
    car.presenter.sounds_changed(NOTHING)
    assert len(said(car)) == 2


def test_a_notice_is_not_spoken_in_a_meeting_over_data(new_car: type[Car]) -> None:
    car = in_meeting(new_car)
    announce(car, "Leave now")
    assert said(car) == []
    data_call(car, OnlinePhase.ENDED)
    assert said(car) == ["Leave now"]


def limits(car: Car) -> list[tuple[float, bool]]:
    """The limits that were asked for: loudness and microphone."""
    sent = [done[2] for done in car.done if done[:2] == ("send", "online") and isinstance(done[2], dict)]
    return [(float(each["heard"]), each["microphone"] == "1") for each in sent if each["do"] == "sound"]


def test_guidance_lowers_a_meeting_over_data_and_gives_it_back(new_car: type[Car]) -> None:
    car = in_meeting(new_car)
    for sounds in (GUIDANCE, frozenset({CarSound.WARNING}), NOTHING, NOTHING):
        car.presenter.sounds_changed(sounds)
    assert limits(car) == [(LOWERED, True), (0.0, True), (1.0, True)]


def test_a_call_of_the_phone_closes_the_microphone_of_a_meeting_over_data(
    new_car: type[Car], phone: type[PhoneState]
) -> None:
    car = in_meeting(new_car)
    for phase in (CallPhase.INCOMING, CallPhase.ACTIVE):
        car.presenter.phone_changed(phone(connected=True, calls=(replace(CALL, phase=phase),)))
    car.presenter.phone_changed(phone(connected=True))
    assert limits(car) == [(LOWERED, True), (0.0, False), (1.0, True)]


def test_the_next_meeting_over_data_begins_without_the_limits_of_the_last(new_car: type[Car]) -> None:
    car = in_meeting(new_car)
    car.presenter.sounds_changed(GUIDANCE)
    data_call(car, OnlinePhase.ENDED)
    data_call(car)
    car.presenter.sounds_changed(GUIDANCE)
    assert limits(car) == [(LOWERED, True), (LOWERED, True)]


def test_no_notification_sound_in_a_meeting_over_data(new_car: type[Car]) -> None:
    car = new_car()
    car.start(SPOKEN, DrivingState.MOVING, quiet=False)
    data_call(car)
    car.wait(15 * 60)
    assert not [done for done in car.done if done[0] == "play"]
