"""Whatever the calendar holds and wherever a person touches, a frame obeys the restriction profile."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import to_builtins
from msgspec.structs import replace

from carlendar.domain.account import AccountState
from carlendar.domain.call import Call, CallPhase, EndedBy, PhoneState, TonesPhase
from carlendar.domain.event import Event, Person, Response, Sensitivity, ShowAs
from carlendar.domain.place import Place
from carlendar.domain.timespan import Timespan
from carlendar.presentation.access_policy import SCREENS, Need
from carlendar.presentation.agenda.view import pages
from carlendar.presentation.apply_limits import actions, groups, texts
from carlendar.presentation.options import Options
from carlendar.presentation.states import AgendaState, DriveState, EventState, Frame, ScreenName
from carlendar.safety.restrictions import DrivingState, Restrictions
from carlendar.store.records import StoredEvent
from carlendar.text.graphemes import count
from tests.intents import action_of
from tests.presentation.conftest import Car, Make

TITLES = st.one_of(
    st.text(max_size=400),
    st.sampled_from(
        [
            "Quarterly steering committee for the harmonisation of regional procurement processes " * 4,
            "四半期レビュー会議の準備と今後の計画について話し合う重要な会議" * 5,
            "اجتماع مراجعة المنتج الأسبوعي مع الفريق الهندسي",
            "👩‍👩‍👧‍👦" * 60,
            "",
            "\u202eevil\n\n\ttitle",
        ]
    ),
)
BODY = "BODYTEXT that a driver may never read"
GUEST = Person("ATTENDEENAME", "guest@fabrikam.example")
INTENTS = (
    "agenda", "home", "later", "earlier", "open", "settings", "join", "late", "late_choice", "remind", "skip", "back",
    "profiles", "sign_in", "answer_choice", "hand_over", "ask_clear", "undo", "close_call", "leave", "accept_notice",
)  # fmt: skip
STATES = (DrivingState.MOVING, DrivingState.UNKNOWN, DrivingState.IDLING, DrivingState.PARKED)


@st.composite
def stored_events(draw: st.DrawFn) -> list[dict[str, object]]:
    """Fields of up to twenty events around the moment of the pictures."""
    return [
        {
            "title": draw(TITLES),
            "offset": draw(st.integers(-180, 900)),
            "length": draw(st.integers(0, 240)),
            "teams": draw(st.booleans()),
            "sensitivity": draw(st.sampled_from(Sensitivity)),
            "response": draw(st.sampled_from(Response)),
            "show_as": draw(st.sampled_from(ShowAs)),
            "cancelled": draw(st.booleans()),
            "place": draw(TITLES),
        }
        for _ in range(draw(st.integers(0, 9)))
    ]


def check(frame: Frame) -> None:
    """The table "Limits per state", row by row."""
    restrictions = frame.restrictions
    if not restrictions.restricted:
        return
    limits = restrictions.limits
    assert None not in (limits.page, limits.string, limits.title, limits.groups, limits.rows)
    shown = [text for text in texts(frame) if text]
    assert all(count(text) <= (limits.string or 0) for text in shown)
    assert sum(map(count, shown)) <= (limits.page or 0)
    assert groups(frame) <= (limits.groups or 0)
    assert not frame.rail
    in_rows = len([row for row in frame.body.rows if row.action]) if isinstance(frame.body, AgendaState) else 0
    touchable = [action for action in actions(frame) if action.intent.name != "open"]
    assert len(touchable) - in_rows <= 1 + 3
    allowed = SCREENS[frame.screen].need
    assert allowed is Need.NOTHING or not restrictions.moving or frame.place.endswith("suspended")
    assert BODY not in str(to_builtins(frame))
    assert "ATTENDEENAME" not in str(to_builtins(frame))
    check_titles(frame, restrictions)


def check_titles(frame: Frame, restrictions: Restrictions) -> None:
    limits, body = restrictions.limits, frame.body
    titles: list[str] = []
    match body:
        case DriveState():
            titles = [body.title, *(form for card in body.cards for form in (card.title, *card.titles))]
            assert len(body.cards) <= 2
        case AgendaState():
            titles = [form for row in body.rows for form in (row.title, *row.titles)]
            assert len(body.rows) <= (limits.rows or 0)
            assert not body.scrolls
            assert all(row.open is None for row in body.rows) or not restrictions.moving
        case EventState():
            titles = [body.title]
            assert not restrictions.moving
            assert (body.body, body.qr) == ("", "")
    for title in titles:
        assert count(title) <= (limits.title or 0)
        wide = sum("\u3040" <= char <= "\u9fff" for char in title)
        assert wide <= (limits.title_cjk or 0)


def populate(car: Car, make: Make, fields: list[dict[str, Any]], language: str) -> None:
    start = car.clock.wall.astimezone(UTC)
    events = []
    for index, given_ in enumerate(fields):
        base: StoredEvent = make(f"{index}", "9:00", "9:30", teams=given_["teams"])
        begin = start + timedelta(minutes=given_["offset"])
        event: Event = replace(
            base.event, title=given_["title"], span=Timespan(begin, begin + timedelta(minutes=given_["length"])),
            sensitivity=given_["sensitivity"], response=given_["response"], show_as=given_["show_as"],
            cancelled=given_["cancelled"], place=Place(given_["place"], latitude=1.0, longitude=2.0), body=BODY,
            attendees=(GUEST, GUEST), attendee_count=9,
        )  # fmt: skip
        events.append(replace(base, event=event))
    car.snapshot = replace(car.snapshot, events=tuple(events))
    car.start(Options(language=language), quiet=False)
    car.frames.clear()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=stored_events(),
    language=st.sampled_from(["en", "de"]),
    steps=st.lists(
        st.one_of(
            st.sampled_from(STATES), st.sampled_from(INTENTS), st.integers(1, 900), st.sampled_from(CallPhase),
            st.sampled_from(EndedBy),
        ),
        max_size=16,
    ),
)  # fmt: skip
@pytest.mark.rule("S6", "G8", "T1", "T2", "G1")
def test_no_sequence_of_touches_and_driving_states_breaks_a_limit(
    new_car: type[Car], make: Make, fields: list[dict[str, object]], language: str, steps: list[object]
) -> None:
    car = new_car()
    populate(car, make, fields, language)
    for step in steps:
        take(car, step)
        check(car.frame)
    for frame in car.frames:
        check(frame)


def take(car: Car, step: object) -> None:
    """One step: the car's state, a touch on what is there (and on what is not), time, the phone."""
    talk = car.presenter._session.meeting_call
    match step:
        case DrivingState():
            car.drive(step)
        case CallPhase():
            number = talk.number if talk else "+49691"
            call = Call("c", number, step, car.clock.elapsed, tones=TonesPhase.SENT)
            car.presenter.phone_changed(PhoneState(connected=True, calls=(call,)))
        case EndedBy():
            ended = Call("c", talk.number if talk else "", CallPhase.ENDED, car.clock.elapsed, step)
            car.presenter.phone_changed(PhoneState(connected=True, last_ended=ended))
        case int():
            car.wait(step)
        case _:
            found = [action for action in actions(car.frame) if action.intent.name == step]
            if found:
                car.presenter.act(found[0])


@given(total=st.integers(0, 60), state=st.sampled_from(STATES[:3]))
def test_every_item_that_a_task_may_reach_is_on_exactly_one_page(total: int, state: DrivingState) -> None:
    from carlendar.safety.policy import restrictions_for

    restrictions = restrictions_for(state, "test")
    found = pages(total, restrictions)
    covered = [index for page in found for index in range(page.first, page.end)]
    whole = list(range(min(total, restrictions.limits.items or 0)))
    steps = 4 if restrictions.moving else 6
    on_the_way = 1 if restrictions.moving else 2  # to Agenda, and while idling to the meeting
    assert len(found) - 1 + on_the_way + 1 <= steps
    assert covered == (whole if len(found) < steps - on_the_way else whole[: len(covered)])
    assert len(covered) >= len(whole) - 2
    assert not found[0].earlier
    assert not found[-1].later
    assert [page.left for page in found] == [0] * (len(found) - 1) + [total - len(covered)]
    for page in found:
        assert page.end - page.first <= (restrictions.limits.rows or 0)
        beside = 2 + page.earlier + page.later + bool(page.left)
        assert page.end - page.first + beside <= (restrictions.limits.groups or 0)


def test_a_touch_on_what_is_not_on_offer_opens_nothing(car: Car) -> None:
    for intent in ("settings", "sign_in", "profiles", "open", "ask_clear", "clear", "sign_out", "hand_over", "resume"):
        car.presenter.act(action_of(intent, "id Product review@2026-11-23T08:00:00Z"))
        assert car.frame.screen is ScreenName.DRIVE
    assert not [done for done in car.done if done[0] in ("send", "put")]


def test_a_blocked_account_never_leaks(new_car: type[Car], make: Make) -> None:
    car = new_car()
    account = replace(car.snapshot.accounts[0], state=AccountState.BLOCKED)
    event = make("SECRETTITLE", "9:00", "9:30", teams=True, body=BODY, attendees=(GUEST,), place=Place("SECRETPLACE"))
    car.snapshot = replace(car.snapshot, accounts=(account,), events=(replace(event, account=account),))
    car.start(quiet=False, state=DrivingState.PARKED)
    for intent in ("agenda", "open", "home"):
        car.touch(intent)
        shown = " ".join(texts(car.frame))
        for secret in ("SECRET", BODY, "ATTENDEENAME", "Teams"):
            assert secret not in shown
