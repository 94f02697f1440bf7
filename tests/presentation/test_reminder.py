"""Reminders: as pictured, answered, put off, merged, waiting for a call, heard once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from carlendar.domain.account import FEED
from carlendar.domain.call import Call, CallPhase, PhoneState
from carlendar.presentation.options import Options
from carlendar.presentation.states import DriveState, Ring, ScreenName
from carlendar.presentation.vehicle_context import VehicleContext
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import At, Car, Make

REVIEW = "id Product review@2026-11-23T08:00:00Z"


def started(new_car: type[Car], at: At, time: str, state: DrivingState = DrivingState.MOVING) -> Car:
    car = new_car()
    car.clock.wall = at(time)
    car.start(quiet=False, state=state).fresh()
    return car


def body(car: Car) -> DriveState:
    state = car.frame.body
    assert isinstance(state, DriveState)
    return state


def test_five_minutes_before_it_is_as_pictured(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, "8:54")
    assert body(car).band is None
    before = body(car)
    car.wait(60)
    state = body(car)
    assert state.band is not None
    assert (state.band.text, state.band.icon) == ("Starts in 5 minutes", "bell")
    assert state.title == "Product review"
    assert [line.text for line in state.lines] == ["9:00 – 9:30", "Teams · Priya Raman"]
    assert (state.primary, state.secondary) == (before.primary, before.secondary)
    assert [(action.labels[0], action.icon) for action in state.footer] == [
        ("Remind me at 9:00", "alarm-snooze"),
        ("Dismiss", "check-circle"),
    ]
    assert (state.cards, state.agenda, state.ring) == ((), None, Ring("5", "minutes", "min", 5 / 60))
    assert car.done.count(("play", "reminder")) == 1


def test_it_is_no_louder_than_the_car_allows_and_only_seen_where_that_is_nothing(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, "8:54")
    car.presenter.vehicle(VehicleContext(loudness=0.4))
    car.wait(60)
    assert [done for done in car.done if done[0] == "play"] == [("play", "reminder", 0.4)]
    muted = started(new_car, at, "8:54")
    muted.presenter.vehicle(VehicleContext(loudness=0.0))
    muted.wait(60)
    assert not [done for done in muted.done if done[0] == "play"]
    band = body(muted).band
    assert band is not None
    assert (band.text, band.icon) == ("Starts in 5 minutes", "bell-off")


def test_put_off_to_the_start_it_comes_back_then_and_sounds_again(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, "8:55")
    car.wait(1)
    car.touch("remind")
    assert body(car).band is None
    assert ("snooze", REVIEW, at("9:00")) in car.done
    car.wait(5 * 60)
    assert body(car).band is not None
    assert body(car).band.text == "Starts now"  # type: ignore[union-attr]  # checked in the line before
    assert car.done.count(("play", "reminder")) == 2
    car.wait(120)
    assert body(car).band.text == "Started at 9:00"  # type: ignore[union-attr]  # as above
    assert car.done.count(("play", "reminder")) == 2


def test_unanswered_it_stays_until_half_an_hour_after_the_end(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, "9:59")
    assert body(car).band is not None
    assert body(car).band.text == "Ended at 9:30"  # type: ignore[union-attr]  # checked in the line before
    car.snapshot = replace(car.snapshot, events=car.snapshot.events[:1])
    car.presenter.snapshot_changed()
    car.wait(125)
    assert body(car).band is None


def test_skipped_it_never_comes_back_and_drive_speaks_of_the_next(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, "8:56")
    car.touch("skip")
    assert ("dismiss", REVIEW, "a1") in car.done
    assert body(car).band is None
    assert body(car).title == "Free until 10:15"
    car.wait(300)
    assert body(car).band is None


def test_joining_answers_it_for_good(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, "8:56")
    car.touch("join")
    assert ("dial", "+496900001234", "p987654321#") in car.done
    assert car.frame.screen is ScreenName.CALL
    put_off = [until for name, *_, until in car.done if name == "snooze" and isinstance(until, datetime)]
    assert max(put_off) > at("10:00")


def test_it_waits_during_a_call(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, "8:54")
    call = Call("1", "+49301234", CallPhase.ACTIVE, car.clock.elapsed)
    car.presenter.phone_changed(PhoneState(connected=True, calls=(call,)))
    car.wait(90)
    assert body(car).band is None
    assert ("play", "reminder") not in car.done
    car.presenter.phone_changed(PhoneState(connected=True))
    assert body(car).band is not None
    assert car.done.count(("play", "reminder")) == 1


def test_there_is_none_during_an_emergency_call(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, "8:54")
    call = Call("1", "112", CallPhase.ACTIVE, car.clock.elapsed, emergency=True)
    car.presenter.phone_changed(PhoneState(connected=True, calls=(call,)))
    car.wait(600)
    assert ("play", "reminder") not in car.done


def test_meetings_of_one_time_share_one_reminder(new_car: type[Car], at: At, make: Make) -> None:
    car = new_car()
    car.snapshot = replace(
        car.snapshot, events=(make("Alone", "9:00", "9:30"), make("Joinable", "9:00", "9:30", teams=True))
    )
    car.clock.wall = at("8:55")
    car.start(quiet=False).fresh()
    car.wait(1)
    assert body(car).title == "Joinable"
    assert body(car).lines[-1].text == "Also: Alone"
    assert car.done.count(("play", "reminder")) == 1
    car.touch("skip")
    assert [done[1] for done in car.done if done[0] == "dismiss"] == [
        "id Joinable@2026-11-23T08:00:00Z",
        "id Alone@2026-11-23T08:00:00Z",
    ]
    assert body(car).band is None


def test_an_events_own_minutes_come_before_the_default(new_car: type[Car], at: At, make: Make) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(make("Early", "9:00", "9:30", reminder_minutes=15),))
    car.clock.wall = at("8:45")
    car.start(quiet=False).fresh()
    assert body(car).band is not None


@pytest.mark.parametrize(
    ("cloud", "fields", "feed_reminders", "rings"),
    [
        ("global", {}, False, True),
        ("global", {"reminder_off": True}, True, False),
        (FEED, {}, True, True),
        (FEED, {}, False, False),
        (FEED, {"reminder_minutes": 5}, False, True),
    ],
)
def test_a_calendar_that_names_no_reminder_reminds_where_that_is_set(
    new_car: type[Car], at: At, make: Make, cloud: str, fields: dict[str, object], feed_reminders: bool, rings: bool
) -> None:
    car = new_car()
    stored = make("Early", "9:00", "9:30", **fields)
    car.snapshot = replace(car.snapshot, events=(replace(stored, account=replace(stored.account, cloud=cloud)),))
    car.clock.wall = at("8:56")
    car.start(Options(feed_reminders=feed_reminders), quiet=False).fresh()
    assert (body(car).band is not None) is rings


def test_while_driving_a_reminder_brings_drive_back(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, "8:54")
    car.touch("agenda")
    car.wait(65)
    assert car.frame.screen is ScreenName.DRIVE
    assert body(car).band is not None


def test_parked_it_is_a_word_with_its_join_action_beside_what_is_read(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, "8:54", DrivingState.PARKED)
    car.touch("agenda")
    car.wait(65)
    assert car.frame.screen is ScreenName.AGENDA
    assert car.toast == "Product review · Starts in 5 minutes"
    assert car.frame.toast_action is not None
    assert car.frame.toast_action.intent.name == "join"


def test_without_a_clock_nothing_reminds(new_car: type[Car], at: At) -> None:
    car = new_car()
    car.clock.known = False
    car.clock.wall = at("8:56")
    car.start(quiet=False)
    car.wait(600)
    assert ("play", "reminder") not in car.done


def test_got_it_after_the_start_ends_the_reminder_but_keeps_the_meeting(new_car: type[Car], at: At) -> None:
    car = started(new_car, at, "9:01")
    assert [action.labels[0] for action in body(car).footer] == ["Got it", "Dismiss"]
    car.touch("remind")
    assert body(car).band is None
    assert body(car).title == "Product review"
    car.wait(timedelta(minutes=20).total_seconds())
    assert body(car).band is None


@pytest.mark.parametrize("answer", ["remind", "skip"])
def test_what_piled_up_behind_a_reminder_is_put_off_with_it(
    new_car: type[Car], at: At, make: Make, answer: str
) -> None:
    car = new_car()
    waiting = (make("Old", "8:00", "12:00"), make("Running", "8:30", "9:30", teams=True), make("Next", "9:00", "9:30"))
    car.snapshot = replace(car.snapshot, events=waiting)
    car.clock.wall = at("8:56")
    car.start(quiet=False).fresh()
    assert body(car).title == "Next"
    car.touch(answer)
    assert body(car).band is None, "one touch is enough to be home"
    put_off = {str(done[1]).partition("@")[0]: done[2] for done in car.done if done[0] == "snooze"}
    assert put_off == {"id Old": at("12:31"), "id Running": at("10:01")} | (
        {"id Next": at("9:00")} if answer == "remind" else {}
    )
    car.wait(4 * 60)
    assert (body(car).band is not None) == (answer == "remind")
