"""The presenter: its pace, running late and Undo, what is gone, and the two halves of the pair."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from carlendar.domain.call import PhoneState
from carlendar.domain.event import Person
from carlendar.ipc.messages import DataChanged, Failure, SyncStatus
from carlendar.presentation.intents import SendLate, Undo
from carlendar.presentation.screen_controller import ScreenController
from carlendar.presentation.session import TOAST_SECONDS
from carlendar.presentation.states import AgendaState, DriveState, ScreenName, SignInState
from carlendar.safety.restrictions import DrivingState
from carlendar.store.records import OutboxState
from tests.presentation.conftest import At, Car, Make


def test_it_is_a_screen_controller(car: Car) -> None:
    controller: ScreenController = car.presenter
    assert controller.frame is car.presenter.frame


def test_a_burst_of_news_makes_one_frame(car: Car, make: Make) -> None:
    car.drive(DrivingState.PARKED)
    car.touch("agenda")
    announced = len(car.frames)
    car.snapshot = replace(car.snapshot, events=(*car.snapshot.events, make("Arrived", "15:00", "15:30")))
    car.presenter.snapshot_changed()
    car.presenter.service_said(SyncStatus(running=True, as_of="", online=True))
    assert len(car.frames) == announced
    car.presenter.tick()
    assert len(car.frames) == announced + 1
    assert "Arrived" in [row.title for row in car.shown(AgendaState).rows]


def test_equal_frames_are_not_announced_again(car: Car) -> None:
    car.fresh()
    announced = len(car.frames)
    car.presenter.snapshot_changed()
    car.presenter.set_occupants(passenger_aboard=False, driver_subject="")
    car.presenter.phone_changed(PhoneState(connected=True))
    car.presenter.tick()
    assert len(car.frames) == announced


def test_idle_it_wants_to_be_called_on_the_minute_only(car: Car) -> None:
    car.fresh()
    car.clock.advance(17)
    assert 43.0 <= car.presenter.tick() <= 43.1
    announced = len(car.frames)
    car.wait(42)
    assert len(car.frames) == announced
    car.wait(2)
    assert len(car.frames) == announced + 1
    assert car.frame.status.clock == "8:49"


def ringed(car: Car) -> tuple[str, str]:
    """The title and the number in its ring."""
    body = car.shown(DriveState)
    assert body.ring is not None
    return body.title, body.ring.number


def test_a_clock_that_is_set_forth_and_back_shows_the_day_as_it_is_then(new_car: type[Car], make: Make, at: At) -> None:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(make("Review", "9:00", "9:30"), make("Workshop", "13:00", "14:00")))
    car.start()
    drawn = car.frame.body
    assert ringed(car) == ("Review", "12")
    car.clock.wall = at("12:40")
    car.presenter.clock_changed()
    assert ringed(car) == ("Workshop", "20")
    car.clock.wall = at("8:48")
    car.presenter.clock_changed()
    assert car.frame.body == drawn
    car.clock.advance(17)
    assert 0 < car.presenter.tick() <= 60
    car.wait(60)
    assert car.frame.status.clock == "8:49"


def test_a_stopped_clock_asks_for_a_minute(car: Car) -> None:
    car.clock.speed = 0.0
    assert car.presenter.tick() == 60.0


@pytest.mark.rule("H6")
def test_while_driving_unasked_changes_are_never_nearer_than_ten_seconds(car: Car) -> None:
    car.fresh()
    seen: list[float] = []
    car.presenter.subscribe(lambda _frame: seen.append(car.clock.elapsed))
    seen.clear()
    for index in range(90):
        events = tuple(
            replace(stored, event=replace(stored.event, title=f"Number {index}")) for stored in car.snapshot.events
        )
        car.change(events=events)
        car.clock.advance(1)
        car.presenter.tick()
    assert len(seen) >= 6
    assert all(later - earlier >= 10 for earlier, later in pairwise(seen))


def test_a_confirmation_that_waits_for_its_frame_is_drawn_for_its_whole_time(car: Car) -> None:
    car.fresh()
    car.wait(53)  # a change so near to the minute waits for it
    car.presenter.service_said(Failure("refresh", "offline"))
    assert car.frame.toast is None
    drawn = [second for second in range(40) if car.wait(1).toast is not None]
    assert 6 <= drawn[0] <= 8
    assert len(drawn) == pytest.approx(TOAST_SECONDS, abs=1)


def test_parked_changes_come_at_once(car: Car) -> None:
    car.drive(DrivingState.PARKED)
    for index in range(3):
        stored = car.snapshot.events[0]
        car.change(events=(replace(stored, event=replace(stored.event, title=f"New {index}")),))
        assert car.shown(DriveState).title == f"New {index}"


def test_running_late_is_one_tap_while_driving_and_can_be_taken_back(car: Car) -> None:
    car.fresh()
    car.touch("late")
    (item,) = car.put_items()
    assert (item.kind, item.payload, item.account_id, item.event_id) == (
        "late", {"minutes": "10", "start": "2026-11-23T08:00:00+00:00"}, "a1", "id Product review",
    )  # fmt: skip
    assert item.not_before - item.created == timedelta(seconds=20)
    state = car.shown(DriveState)
    assert car.frame.toast is None, "nothing else moves or goes"
    assert [line.text for line in state.lines][1] == "Sending: 10 min late"
    assert state.secondary is not None
    assert state.secondary.intent == Undo(item.key), "where late was"
    car.wait(15)
    car.touch("undo")
    assert ("withdraw", item.key) in car.done
    assert not toasts(car)  # nothing is claimed before the store knows
    car.change(outbox=(replace(item, state=OutboxState.WITHDRAWN),))
    assert toasts(car) == ["Undone"]
    assert "late" in car.offers()


def toasts(car: Car) -> list[str]:
    return [car.toast] if car.frame.toast else []


def test_undo_stays_until_the_message_is_sent(car: Car) -> None:
    car.touch("late")
    (item,) = car.put_items()
    car.wait(21)
    assert car.shown(DriveState).lines[1].text == "“10 min late” is not sent yet"
    assert "undo" in car.offers()
    car.change(outbox=(replace(item, state=OutboxState.SENT),))
    assert "undo" not in car.offers()
    assert car.shown(DriveState).secondary is None


def test_parked_running_late_offers_five_ten_and_fifteen_minutes(car: Car) -> None:
    car.drive(DrivingState.PARKED)
    car.touch("late_choice")
    band = car.shown(DriveState).band
    assert band is not None
    assert band.text == "How late will you be?"
    assert [action.labels[0] for action in car.shown(DriveState).footer] == ["5 minutes", "10 minutes", "15 minutes"]
    car.touch(SendLate("id Product review@2026-11-23T08:00:00Z", 15))
    (item,) = car.put_items()
    assert item.payload["minutes"] == "15"


def test_the_organiser_sees_how_many_people_are_notified(new_car: type[Car], make: Make) -> None:
    car = new_car()
    car.snapshot = replace(
        car.snapshot,
        events=(make("Mine", "9:00", "9:30", is_organizer=True, attendees=people(6), attendee_count=6),),
    )
    car.start().fresh()
    car.touch("late")
    assert car.shown(DriveState).lines[1].text == "Sending to 6 people: 10 min late"


def test_of_many_people_only_those_who_are_known_and_never_oneself_are_counted(new_car: type[Car], make: Make) -> None:
    car = new_car()
    myself = Person("Ana Ruiz", "ANA@contoso.example")
    invited = (myself, Person("No address"), *people(60))
    car.snapshot = replace(
        car.snapshot, events=(make("Mine", "9:00", "9:30", is_organizer=True, attendees=invited, attendee_count=300),)
    )
    car.start().fresh()
    car.touch("late")
    assert car.shown(DriveState).lines[1].text == "Sending to 50 people: 10 min late"


def people(number: int) -> tuple[Person, ...]:
    return tuple(Person(f"P{each}", f"p{each}@contoso.example") for each in range(number))


@pytest.mark.rule("S3")
def test_a_tightening_takes_effect_in_the_frame_that_it_returns(car: Car) -> None:
    car.drive(DrivingState.PARKED)
    car.touch("agenda")
    car.touch("open")
    frame = car.drive(DrivingState.MOVING)
    assert frame.screen is ScreenName.DRIVE
    assert frame.restrictions.state is DrivingState.MOVING
    assert car.drive(DrivingState.PARKED).screen is ScreenName.DRIVE


@pytest.mark.rule("S7")
def test_settings_give_way_to_drive_and_do_not_reopen(car: Car) -> None:
    car.drive(DrivingState.PARKED)
    car.touch("settings")
    assert car.drive(DrivingState.IDLING).screen is ScreenName.DRIVE
    assert car.drive(DrivingState.PARKED).screen is ScreenName.DRIVE


def test_the_service_that_comes_back_learns_the_current_driver(car: Car) -> None:
    car.presenter.service_lost()
    car.presenter.service_found()
    assert car.done[-1] == ("send", "profile", {"profile": "p1"})


def test_a_passengers_display_opens_the_link(new_car: type[Car]) -> None:
    from carlendar.safety.policy import restrictions_for

    car = new_car()
    car.browser = True
    car.start().fresh()
    car.presenter.restrict(restrictions_for(DrivingState.MOVING, "test", sequence=9, passenger=True))
    car.touch("join")
    assert ("open", "https://teams.microsoft.com/l/meetup-join/x") in car.done


def test_after_the_car_was_cleared_nothing_is_remembered(car: Car) -> None:
    car.touch("skip") if "skip" in car.offers() else None
    car.snapshot = replace(car.snapshot, profile=None, profiles=(), accounts=(), events=(), preferences=())
    car.presenter.service_said(DataChanged("erased"))
    assert "Product" not in str(to_builtins(car.frame))
    assert car.shown(DriveState).title == "Not signed in"


def test_a_meeting_that_vanishes_under_the_finger_does_nothing(car: Car) -> None:
    action = car.primary
    car.change(events=())
    car.presenter.act(action)
    assert not [done for done in car.done if done[0] == "dial"]


def test_a_revoked_account_hides_its_titles_at_once_even_while_driving(car: Car) -> None:
    from carlendar.domain.account import AccountState

    car.fresh()
    car.clock.advance(1)
    blocked = replace(car.snapshot.accounts[0], state=AccountState.BLOCKED)
    car.change(accounts=(blocked,), events=tuple(replace(stored, account=blocked) for stored in car.snapshot.events))
    assert car.shown(DriveState).title == "Meeting"
    assert "Product" not in str([to_builtins(card) for card in car.shown(DriveState).cards])


def test_a_sign_in_that_loses_its_service_says_so(new_car: type[Car]) -> None:
    from carlendar.ipc.messages import SignInStatus

    car = new_car()
    car.snapshot = replace(car.snapshot, accounts=(), events=())
    car.start(state=DrivingState.PARKED)
    car.touch("sign_in")
    car.presenter.service_said(SignInStatus("code", "ABCDEFGHJ", "https://microsoft.com/devicelogin", 900.0))
    car.presenter.service_lost()
    assert car.shown(SignInState).code == ""
    message = car.shown(SignInState).message
    assert message is not None
    assert message.text.startswith("Carlendar is restarting")
    assert "new_code" in car.offers()


def test_a_republished_restriction_keeps_the_page(new_car: type[Car], make: Make) -> None:
    car = new_car()
    events = tuple(make(f"M{hour}", f"{hour}:00", f"{hour}:30") for hour in range(9, 20))
    car.snapshot = replace(car.snapshot, events=events)
    car.start().fresh()
    car.touch("agenda")
    car.touch("later")
    before = car.frame.body
    assert car.drive(DrivingState.MOVING).body == before


def test_the_calendar_is_fetched_on_a_tap(car: Car) -> None:
    car.drive(DrivingState.PARKED)
    car.touch("settings")
    car.touch("refresh")
    assert car.done[-1] == ("send", "refresh", {})


def test_in_the_time_machine_frames_still_keep_their_distance_while_driving(car: Car) -> None:
    car.fresh()
    car.clock.speed = 60.0
    seen: list[float] = []
    car.presenter.subscribe(lambda _frame: seen.append(car.clock.elapsed))
    seen.clear()
    car.wait(60)
    assert len(seen) >= 4
    assert all(later - earlier >= 10 for earlier, later in pairwise(seen))
