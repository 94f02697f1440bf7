"""What was joined last is listed in the parked agenda, with Rejoin while it lasts, and the organiser's number."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from carlendar.domain.account import AccountState
from carlendar.domain.agenda import occurrence_key
from carlendar.domain.call import Call, CallPhase, EndedBy, PhoneState
from carlendar.domain.event import Event, Sensitivity
from carlendar.domain.online_call import OnlinePhase, OnlineReadiness, OnlineState
from carlendar.ipc.messages import OnlineStatus
from carlendar.meetings.join_details import JoinDetails
from carlendar.meetings.plan import abroad
from carlendar.presentation.actions import organizer_labels
from carlendar.presentation.intents import CallAfterwards, CallOrganizer
from carlendar.presentation.options import Options
from carlendar.presentation.states import Action, AgendaRow, AgendaState, CallState
from carlendar.safety.restrictions import DrivingState
from carlendar.store.records import JoinedLine, JoinedMeeting, StoredEvent
from tests.presentation.conftest import BUDGET, REVIEW, TEAMS, At, Car, meeting

NUMBER, ORGANIZER = "+496900001234", "+4915100001111"
KEY = occurrence_key(REVIEW.event)


def organized(stored: StoredEvent, country: str = "DE") -> StoredEvent:
    details = replace(TEAMS, organizer_number=ORGANIZER, organizer_number_country=country)
    return replace(stored, join_details=details)


def call(car: Car, number: str = NUMBER, phase: CallPhase = CallPhase.ACTIVE, **fields: Any) -> None:
    made = Call("/1", number, phase, car.clock.elapsed, placed=car.clock.elapsed, **fields)
    ended = phase is CallPhase.ENDED
    state = PhoneState(connected=True, calls=() if ended else (made,), last_ended=made if ended else None)
    car.presenter.phone_changed(state)


def stored_joins(car: Car) -> list[tuple[object, ...]]:
    return [done[1:4] for done in car.done if done[0] == "joined"]


@pytest.fixture
def car(new_car: type[Car], at: At) -> Car:
    car = new_car()
    car.clock.wall = at("9:05")
    return car


def test_a_meeting_counts_as_joined_once_its_call_is_active_and_once_only(car: Car) -> None:
    car.start().fresh()
    car.join(KEY)
    for phase in (CallPhase.DIALING, CallPhase.RINGING):
        call(car, phase=phase)
        assert stored_joins(car) == []
    for phase in (CallPhase.ACTIVE, CallPhase.HELD, CallPhase.ACTIVE):
        call(car, phase=phase)
    assert stored_joins(car) == [(KEY, "a1", "phone")]
    call(car, phase=CallPhase.ENDED, ended_by=EndedBy.HERE, answered=True)
    car.clock.advance(60)
    car.join(KEY)
    call(car)
    assert stored_joins(car) == [(KEY, "a1", "phone")] * 2


def test_a_call_that_is_never_answered_is_no_meeting_that_was_joined(car: Car) -> None:
    car.start().fresh()
    car.join(KEY)
    call(car, phase=CallPhase.RINGING)
    call(car, phase=CallPhase.ENDED, ended_by=EndedBy.NO_ANSWER)
    assert stored_joins(car) == []


def test_joining_over_data_counts_from_being_let_in(car: Car) -> None:
    car.start().fresh()
    line = OnlineStatus(OnlineReadiness("teams_web", ("teams",)))
    car.presenter.service_said(line)
    lobby = OnlineState(OnlinePhase.LOBBY, car.clock.elapsed)
    car.presenter.service_said(replace(line, key=KEY, state=lobby))
    assert stored_joins(car) == []
    inside = replace(lobby, phase=OnlinePhase.CONNECTED, joined=car.clock.elapsed)
    car.presenter.service_said(replace(line, key=KEY, state=inside))
    car.presenter.service_said(replace(line, key=KEY, state=replace(inside, muted=True)))
    assert stored_joins(car) == [(KEY, "a1", "data")]


def test_a_call_to_the_organiser_is_no_meeting_that_was_joined(car: Car) -> None:
    details = JoinDetails(organizer_number=ORGANIZER, organizer_number_country="DE", url="https://contoso.example/x")
    car.snapshot = replace(car.snapshot, events=(replace(REVIEW, join_details=details),))
    car.start().fresh()
    view = car.presenter._context.view()
    entry = next(each for each in view.agenda.entries if each.key == KEY)
    step = view.plan(view.agenda.of(entry)).instead[0]
    car.presenter.act(Action(CallOrganizer(KEY, step), ("x",)))
    call(car, ORGANIZER)
    assert isinstance(car.frame.body, CallState)
    assert stored_joins(car) == []


# --- the list ---------------------------------------------------------------------------------------


def joined(stored: StoredEvent, car: Car, line: JoinedLine = JoinedLine.PHONE) -> JoinedMeeting:
    return JoinedMeeting(occurrence_key(stored.event), stored, line, car.clock.wall)


def parked(car: Car, *stored: StoredEvent, options: Options | None = None) -> list[AgendaRow]:
    """The rows under "Recently joined"."""
    car.snapshot = replace(car.snapshot, joined=tuple(joined(each, car) for each in stored))
    car.start(options, state=DrivingState.PARKED).fresh()
    car.touch("agenda")
    rows = list(car.shown(AgendaState).rows)
    heading = next((index for index, row in enumerate(rows) if row.key == "joined"), None)
    return [] if heading is None else rows[heading : heading + 1 + len(stored)]


def test_they_are_listed_under_todays_meetings_when_parked(car: Car) -> None:
    tomorrow = meeting("Planning", "9:00", "10:00", day=24)
    car.snapshot = replace(car.snapshot, events=(*car.snapshot.events, tomorrow))
    heading, *rows = parked(car, REVIEW, meeting("Retro", "16:00", "17:00", TEAMS, day=20))
    assert (heading.header, heading.title) == (True, "Recently joined")
    assert [(row.title, row.detail) for row in rows] == [
        ("Product review", "By phone · Teams"), ("Retro", "By phone · Teams"),
    ]  # fmt: skip
    assert (rows[0].day, rows[1].day) == ("", "Fri 20 Nov")
    titles = [row.title for row in car.shown(AgendaState).rows if row.header]
    assert titles == ["Today, Monday 23 November", "Recently joined", "Tomorrow, Tuesday 24 November"]


@pytest.mark.parametrize("state", [DrivingState.MOVING, DrivingState.IDLING, DrivingState.UNKNOWN])
def test_they_are_not_shown_while_driving_or_idling(car: Car, state: DrivingState) -> None:
    parked(car, REVIEW)
    car.drive(state)
    car.presenter.tick()
    body = car.frame.body
    assert not isinstance(body, AgendaState) or not [row for row in body.rows if row.key.startswith("joined")]


@pytest.mark.parametrize(("now", "offered"), [("9:05", True), ("9:59", True), ("10:01", False)])
def test_rejoin_is_offered_until_thirty_minutes_after_the_end(car: Car, at: At, now: str, offered: bool) -> None:
    car.clock.wall = at(now)
    row = parked(car, REVIEW)[1]
    assert (row.action is not None) is offered
    if row.action is not None:
        assert row.action.labels[0] == "Rejoin"
        car.presenter.act(row.action)
        assert ("dial", NUMBER, "p987654321#") in car.done


def test_afterwards_the_organiser_can_be_called(car: Car, at: At) -> None:
    car.clock.wall = at("10:31")
    row = parked(car, organized(REVIEW))[1]
    assert row.action is not None
    assert (row.action.intent, row.action.labels[0]) == (CallAfterwards(KEY), "Call the organiser")
    car.presenter.act(row.action)
    assert ("dial", ORGANIZER, "") in car.done
    assert car.shown(CallState).title == "Product review"


def test_a_number_abroad_says_so(car: Car, at: At) -> None:
    car.clock.wall = at("10:31")
    row = parked(car, organized(REVIEW, "FR"))[1]
    assert row.action is not None
    assert row.action.labels[0] == "Call the organiser · France"


def test_the_organiser_is_not_called_without_a_phone_beside_another_call_or_after_driving_off(car: Car, at: At) -> None:
    car.clock.wall = at("10:31")
    action = parked(car, organized(REVIEW))[1].action
    assert action is not None
    car.presenter.phone_changed(PhoneState(connected=False))
    assert "call_afterwards" not in car.offers()
    car.presenter.act(action)
    car.presenter.phone_changed(PhoneState(connected=True))
    car.drive(DrivingState.MOVING)
    car.presenter.act(action)
    assert not [done for done in car.done if done[0] == "dial"]


def test_private_and_blocked_meetings_show_neither_title_nor_number(car: Car, at: At) -> None:
    car.clock.wall = at("10:31")
    private = organized(replace(REVIEW, event=_private(REVIEW.event)))
    blocked = replace(organized(BUDGET), account=replace(BUDGET.account, state=AccountState.BLOCKED), join_details=None)
    _, first, second = parked(car, private, blocked, options=Options(region="DE", mask="always"))
    assert (first.title, second.title) == ("Private meeting", "Meeting")
    assert first.action is None


def _private(event: Event) -> Event:
    return replace(event, sensitivity=Sensitivity.PRIVATE)


def test_without_any_there_is_no_heading(car: Car) -> None:
    assert parked(car) == []


def test_beside_the_list_a_meeting_that_was_joined_can_be_opened_while_it_is_stored(car: Car) -> None:
    gone = meeting("Retro", "16:00", "17:00", TEAMS, day=20)
    _, first, second = parked(car, REVIEW, gone, options=Options(region="DE", list_and_detail=True))
    assert first.open is not None
    assert second.open is None
    car.presenter.act(first.open)
    assert car.shown(AgendaState).detail is not None


@pytest.mark.parametrize(
    ("code", "labels"),
    [
        ("", ("Call the organiser", "Call organiser")),
        ("FR", tuple(f"Call {who} · {where}" for where in ("France", "FR") for who in ("the organiser", "organiser"))),
        ("QQ", ("Call the organiser · QQ", "Call organiser · QQ")),
    ],
)
def test_a_label_names_a_country_abroad_once(car: Car, code: str, labels: tuple[str, ...]) -> None:
    assert organizer_labels(car.start().presenter._context.view(), code) == labels


@pytest.mark.parametrize(("code", "found"), [("FR", "FR"), ("DE", ""), ("001", ""), ("", "")])
def test_a_number_is_abroad_in_another_country_than_the_phones(code: str, found: str) -> None:
    assert abroad(code, "DE") == found
