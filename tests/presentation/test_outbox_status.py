"""What is sent: shown at once and after a restart, undone until it is sent, and reported if it is given up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Account
from carlendar.domain.event import Person, Response
from carlendar.domain.ports import ResponseKind
from carlendar.presentation.intents import AnswerSeries, Respond
from carlendar.presentation.states import Action, DriveState, EventState
from carlendar.safety.restrictions import DrivingState
from carlendar.store.records import OutboxItem, OutboxState, SourceStatus
from tests.intents import action_of
from tests.presentation.conftest import At, Car, Make

KEY = "id Product review@2026-11-23T08:00:00Z"
EVENT = "id Product review"
MakeItem = Callable[..., OutboxItem]


@pytest.fixture
def item(at: At) -> MakeItem:
    """`item(kind="late", state="waiting", …)`: something in the outbox since 8:47."""

    def make(kind: str = "late", state: str = "waiting", event: str = EVENT, **more: Any) -> OutboxItem:
        payload = {"minutes": "10"} if kind == "late" else {}
        made = OutboxItem("k", "a1", event, kind, payload, at("8:47"), at("8:47"), OutboxState(state))
        return replace(made, **more)

    return make


def after_a_restart(
    new_car: type[Car], *items: OutboxItem, state: DrivingState = DrivingState.MOVING, **fields: Any
) -> Car:
    car = new_car()
    car.snapshot = replace(car.snapshot, outbox=items, **fields)
    return car.start(state=state)


def lines(car: Car) -> list[str]:
    body = car.frame.body
    assert isinstance(body, DriveState | EventState)
    further = body.further if isinstance(body, EventState) else ()
    return [line.text for line in (*body.lines, *further)]


@pytest.mark.parametrize("state", ["waiting", "sending", "unsure"])
def test_after_a_restart_it_says_that_it_is_not_sent_and_offers_no_second_message(
    new_car: type[Car], item: MakeItem, state: str
) -> None:
    car = after_a_restart(new_car, item(state=state))
    assert "“10 min late” is not sent yet" in lines(car)
    assert "late" not in car.offers()


def test_what_waits_in_a_tunnel_can_be_taken_back_until_it_goes(new_car: type[Car], item: MakeItem) -> None:
    car = after_a_restart(new_car, item())
    car.touch("undo")
    assert car.done[-1] == ("withdraw", "k")
    assert "undo" not in car.offers()
    car.change(outbox=(item(state="withdrawn"),))
    assert car.toast == "Undone"
    assert "late" in car.offers()


@pytest.mark.parametrize("state", ["sending", "unsure", "sent"])
def test_taking_back_too_late_is_reported_at_once_even_while_driving(
    new_car: type[Car], item: MakeItem, state: str
) -> None:
    car = after_a_restart(new_car, item())
    car.touch("undo")
    car.change(outbox=(item(state=state),))
    assert car.toast == "Too late: already sent"


@pytest.mark.parametrize("state", ["sending", "unsure", "sent"])
def test_what_is_on_its_way_is_not_offered_back(new_car: type[Car], item: MakeItem, state: str) -> None:
    assert "undo" not in after_a_restart(new_car, item(state=state)).offers()


def test_what_arrived_is_reported(new_car: type[Car], item: MakeItem) -> None:
    assert "Sent: 10 min late" in lines(after_a_restart(new_car, item(state="sent")))


@pytest.mark.parametrize(
    ("kind", "reason", "said"),
    [
        ("late", "offline", "“I’m late” was not sent: no connection"),
        ("late", "unsure", "“I’m late” may not have been sent"),
        ("late", "moved", "“I’m late” was not sent: meeting moved or over"),
        ("accept", "gone", "Your answer was not sent: meeting not found"),
        ("decline", "unsure", "Your answer may not have been sent"),
    ],
)
def test_what_was_given_up_stays_on_the_screen_until_the_person_says_so(
    new_car: type[Car], item: MakeItem, kind: str, reason: str, said: str
) -> None:
    car = after_a_restart(new_car, item(kind, "given_up", reason=reason))
    assert car.toast == said
    car.wait(300)
    assert car.toast == said
    car.touch("acknowledge")
    assert car.done[-1] == ("acknowledge", "k")
    assert car.frame.toast is None
    car.change(outbox=(item(kind, "seen", reason=reason),))
    assert car.frame.toast is None


def test_after_a_failure_one_can_say_it_again(new_car: type[Car], item: MakeItem) -> None:
    car = after_a_restart(new_car, item(state="given_up", reason="unsure"))
    car.touch("late")
    assert car.queued().kind == "late"
    assert car.queued().key != "k"


def test_a_reminder_that_is_still_on_elsewhere_and_old_failures_are_reported_when_parked(
    new_car: type[Car], item: MakeItem, at: At
) -> None:
    for failed in (
        item("dismiss", "given_up", reason="refused"),
        item(state="given_up", reason="offline", created=at("7:30")),
    ):
        car = after_a_restart(new_car, failed)
        assert car.frame.toast is None
        car.drive(DrivingState.PARKED)
        assert car.frame.toast is not None


# --- answers -------------------------------------------------------------------------------------


def invited(
    new_car: type[Car], make: Make, *items: OutboxItem, state: DrivingState = DrivingState.PARKED, **more: Any
) -> Car:
    fields = {"organizer": Person("Jonas Weber", "jonas@contoso.example"), "response": Response.NOT_RESPONDED, **more}
    car = after_a_restart(new_car, *items, state=state, events=(make("Product review", "9:00", "9:30", **fields),))
    car.touch("agenda")
    car.touch("open")
    return car


def test_one_answer_to_a_single_meeting(new_car: type[Car], make: Make) -> None:
    car = invited(new_car, make)
    car.touch("answer_choice")
    car.touch(Respond(KEY, ResponseKind.ACCEPT))
    assert (car.queued().kind, car.queued().event_id, car.queued().payload) == ("accept", EVENT, {})


@pytest.mark.parametrize(("scope", "event"), [("", EVENT), (" series", "series")])
def test_parked_it_is_asked_whether_the_series_is_meant(new_car: type[Car], make: Make, scope: str, event: str) -> None:
    car = invited(new_car, make, series_id="series")
    car.touch("answer_choice")
    car.touch(AnswerSeries(KEY, ResponseKind.DECLINE))
    labels = [action.labels[0] for action in car.shown(EventState).actions]
    assert labels == ["Only this meeting", "The whole series", "Cancel"]
    car.touch(Respond(KEY, ResponseKind.DECLINE, series=bool(scope)))
    put = car.queued()
    assert (put.kind, put.event_id, put.payload) == ("decline", event, {"series": "series"})
    assert put.not_before - put.created == timedelta(seconds=20)
    assert "undo" in car.offers()


def test_at_a_light_yes_and_no_are_for_the_one_occurrence_and_not_asked(new_car: type[Car], make: Make) -> None:
    car = invited(new_car, make, series_id="series", state=DrivingState.IDLING)
    assert "answer_series" not in car.offers()
    car.touch(Respond(KEY, ResponseKind.ACCEPT))
    assert car.queued().event_id == EVENT


def test_nothing_is_answered_while_moving_and_no_series_while_restricted(new_car: type[Car], make: Make) -> None:
    car = invited(new_car, make, series_id="series", state=DrivingState.IDLING)
    before = len(car.done)
    car.presenter.act(Action(Respond(KEY, ResponseKind.ACCEPT, series=True), ("",)))
    car.drive(DrivingState.MOVING)
    car.presenter.act(action_of("respond", KEY))
    car.presenter.act(action_of("answer_series", KEY))
    assert len(car.done) == before


def test_driving_off_closes_the_question_for_the_series(new_car: type[Car], make: Make) -> None:
    car = invited(new_car, make, series_id="series")
    car.touch("answer_choice")
    car.touch(AnswerSeries(KEY, ResponseKind.ACCEPT))
    car.drive(DrivingState.MOVING)
    car.drive(DrivingState.PARKED)
    assert "respond" not in car.offers()


def test_answers_need_their_permission(new_car: type[Car], make: Make, item: MakeItem) -> None:
    car = invited(new_car, make)
    account: Account = replace(car.snapshot.accounts[0], scopes=("Calendars.Read",))
    stored = replace(car.snapshot.events[0], account=account)
    car.change(accounts=(account,), events=(stored,))
    assert "answer_choice" not in car.offers()


def test_an_answer_that_waits_shows_at_once_says_so_and_can_be_taken_back(
    new_car: type[Car], make: Make, item: MakeItem
) -> None:
    car = invited(new_car, make, item("decline"))
    assert {"You declined", "Your answer is not sent yet"} <= set(lines(car))
    car.touch("undo")
    assert car.done[-1] == ("withdraw", "k")


def test_an_answer_to_the_series_shows_on_its_occurrences_unless_they_have_a_later_one_of_their_own(
    new_car: type[Car], make: Make, item: MakeItem
) -> None:
    whole, own = item("decline", "sent", "series"), item("accept", key="k2")
    stale = (SourceStatus("c1", "a1", None),)
    car = invited(new_car, make, whole, series_id="series")
    car.change(sources=stale)
    assert "You declined" in lines(car)
    car.change(outbox=(whole, own))
    assert "You accepted" in lines(car)
    car.change(outbox=(own, whole))
    assert "You declined" in lines(car)


def test_what_the_calendar_says_after_the_answer_went_is_the_truth(
    new_car: type[Car], make: Make, item: MakeItem, at: At
) -> None:
    car = invited(new_car, make, item("decline", "sent"), response=Response.ACCEPTED)
    car.change(sources=(SourceStatus("c1", "a1", at("8:46")),))
    assert "You declined" in lines(car)
    car.change(sources=(SourceStatus("c1", "a1", at("8:48")),))
    assert "You accepted" in lines(car)


def test_parked_the_event_says_whose_meeting_it_is_and_what_was_answered(new_car: type[Car], make: Make) -> None:
    car = invited(new_car, make, attendees=(Person("A B", "a@contoso.example"),), attendee_count=1)
    assert {"Organiser: Jonas Weber", "Not answered yet"} <= set(lines(car))


# --- reminders -----------------------------------------------------------------------------------


@pytest.fixture
def reminded(new_car: type[Car], make: Make, at: At) -> Callable[..., Car]:
    """A car in which a reminder stands, before or at the start of its meeting."""

    def start(time: str = "8:56", **fields: object) -> Car:
        car = new_car()
        given = {"reminder_minutes": 5, **fields}
        car.snapshot = replace(car.snapshot, events=(make("Product review", "9:00", "9:30", **given),))
        car.clock.wall = at(time)
        return car.start(quiet=False)

    return start


def puts(car: Car) -> list[tuple[str, dict[str, str]]]:
    return [(item.kind, item.payload) for item in car.put_items()]


def test_putting_a_reminder_off_and_dismissing_it_reach_the_other_devices(reminded: Callable[..., Car]) -> None:
    car = reminded()
    car.touch("remind")
    assert puts(car) == [("snooze", {"until": "2026-11-23T08:00:00+00:00"})]
    car = reminded()
    car.touch("skip")
    assert puts(car) == [("dismiss", {})]
    car = reminded("9:01")
    car.touch("remind")
    assert puts(car) == [("dismiss", {})]


def test_a_feed_and_an_event_without_a_reminder_of_its_own_keep_that_in_this_car(
    reminded: Callable[..., Car], new_car: type[Car]
) -> None:
    car = reminded(reminder_minutes=None)
    car.touch("remind")
    assert puts(car) == []
    assert car.done[-1][0] == "snooze"
    car = reminded()
    account = replace(car.snapshot.accounts[0], scopes=())
    car.change(events=(replace(car.snapshot.events[0], account=account),))
    car.touch("skip")
    assert puts(car) == []
    assert car.done[-1][0] == "dismiss"
