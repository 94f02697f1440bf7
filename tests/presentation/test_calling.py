"""The call to a meeting: a second number, other calls and phones, the microphone, what may be dialled."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from carlendar.domain.call import Call, CallPhase, EndedBy, Phone, PhoneState, same_number
from carlendar.domain.event import Response
from carlendar.meetings.join_details import DialIn, JoinDetails
from carlendar.presentation.intents import Prefer
from carlendar.presentation.options import Options
from carlendar.presentation.states import Band, CallState, ChoicesState, DriveState, Look, NoticeState, ScreenName
from carlendar.safety.restrictions import DrivingState
from tests.intents import action_of
from tests.presentation.conftest import PROFILE, At, Car, Make

FIRST, SECOND, THIRD = "+496900001111", "+496900002222", "+496900003333"
SWISS = "+41440001111"
LINK = "https://contoso.zoom.example/j/1"
ANA, BEN = Phone("AA:1", "Ana’s phone"), Phone("BB:2", "Ben’s phone")


def join_details(*numbers: str, country: str = "DE") -> JoinDetails:
    return JoinDetails("zoom", LINK, dial_ins=tuple(DialIn(number, "1#", "p1#", country) for number in numbers))


def car_for(
    new_car: type[Car], make: Make, at: At, way: JoinDetails, state: DrivingState = DrivingState.MOVING, **more: object
) -> Car:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(replace(make("Review", "9:00", "9:30", **more), join_details=way),))
    car.clock.wall = at("9:00")
    car.start(Options(region="DE"), state=state).fresh()
    return car


def reports(car: Car, *calls: Call, **fields: Any) -> None:
    car.presenter.phone_changed(PhoneState(**{"connected": True, "calls": calls, **fields}))


def up(car: Car, number: str, phase: CallPhase = CallPhase.ACTIVE, **fields: Any) -> Call:
    return Call(f"/{number}", number, phase, car.clock.elapsed, **fields)


def over(car: Car, number: str, by: EndedBy, *, answered: bool = False) -> Call:
    return up(car, number, CallPhase.ENDED, ended_by=by, answered=answered)


def asked(car: Car, *names: str) -> list[tuple[object, ...]]:
    return [done for done in car.done if done[0] in names]


def body(car: Car) -> CallState:
    assert isinstance(car.frame.body, CallState)
    return car.frame.body


# --- the second number ---------------------------------------------------------------------------


def test_a_meeting_that_was_moved_during_its_call_is_rejoined(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST))
    car.touch("join")
    reports(car, up(car, FIRST))
    span = make("Review", "9:05", "10:00").event.span
    (stored,) = car.snapshot.events
    car.change(events=(replace(stored, event=replace(stored.event, span=span)),))
    reports(car, last_ended=over(car, FIRST, EndedBy.NETWORK, answered=True))
    large = body(car).large
    assert large is not None
    assert large.labels[0] == "Rejoin"
    car.touch("join")
    assert len(asked(car, "dial")) == 2


@pytest.mark.parametrize("by", [EndedBy.REFUSED, EndedBy.NETWORK, EndedBy.NOT_DIALLED, EndedBy.UNKNOWN])
def test_a_second_number_is_tried_once_and_said(new_car: type[Car], make: Make, at: At, by: EndedBy) -> None:
    car = car_for(new_car, make, at, join_details(FIRST, SECOND, THIRD))
    car.touch("join")
    reports(car, up(car, FIRST, CallPhase.DIALING))
    reports(car, last_ended=over(car, FIRST, by))
    assert [done[1] for done in asked(car, "dial")] == [FIRST, SECOND]
    reports(car, up(car, SECOND, CallPhase.RINGING), last_ended=over(car, FIRST, by))
    assert body(car).detail == "First number failed, trying the second"
    reports(car, last_ended=over(car, SECOND, by))
    assert len(asked(car, "dial")) == 2
    assert body(car).detail == "Both numbers failed"
    assert body(car).large is not None
    assert body(car).large.labels == ("Try again",)  # type: ignore[union-attr]  # checked in the line before


@pytest.mark.parametrize(
    ("by", "answered"),
    [(EndedBy.HERE, False), (EndedBy.BUSY, False), (EndedBy.NO_PHONE, False), (EndedBy.THERE, True),
     (EndedBy.NETWORK, True)],
)  # fmt: skip
def test_no_second_number_after_an_answer_or_by_ones_own_will(
    new_car: type[Car], make: Make, at: At, by: EndedBy, answered: bool
) -> None:
    car = car_for(new_car, make, at, join_details(FIRST, SECOND))
    car.touch("join")
    reports(car, up(car, FIRST, CallPhase.DIALING))
    reports(car, last_ended=over(car, FIRST, by, answered=answered))
    assert len(asked(car, "dial")) == 1


def test_the_end_of_a_call_before_is_not_taken_for_this_ones(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST, SECOND))
    before = over(car, FIRST, EndedBy.NETWORK)
    car.wait(60)
    reports(car, last_ended=before)
    car.touch("join")
    reports(car, last_ended=before)
    assert [done[1] for done in asked(car, "dial")] == [FIRST]
    assert body(car).status.text == "Calling"


# --- other calls ---------------------------------------------------------------------------------


def test_join_during_another_call_says_that_it_is_put_on_hold(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST))
    reports(car, up(car, "+4930123456"))
    assert isinstance(car.frame.body, DriveState)
    assert car.frame.body.primary is not None
    assert car.frame.body.primary.labels[0] == "Hold and join"
    car.touch("join")
    assert [done[1] for done in asked(car, "dial")] == [FIRST]


@pytest.mark.parametrize(
    ("phases", "said"),
    [
        ((CallPhase.ACTIVE, CallPhase.HELD), "The phone is on another call"),
        ((CallPhase.INCOMING,), "The phone is on another call"),
    ],
)
def test_join_is_not_offered_while_the_phone_has_no_room(
    new_car: type[Car], make: Make, at: At, phases: tuple[CallPhase, ...], said: str
) -> None:
    car = car_for(new_car, make, at, join_details(FIRST))
    reports(car, *(up(car, f"+493012345{index}", phase) for index, phase in enumerate(phases)))
    assert "join" not in car.offers()
    assert any(said in line.text for line in car.shown(DriveState).lines)


def test_nothing_is_dialled_while_an_emergency_call_is_up(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST, SECOND))
    car.touch("join")
    meeting_call = car.presenter._session.meeting_call
    assert meeting_call is not None
    key = meeting_call.key
    reports(car, last_ended=over(car, FIRST, EndedBy.HERE))
    reports(car, up(car, "112", emergency=True))
    car.presenter.act(action_of("join", key))
    assert len(asked(car, "dial")) == 1
    car.presenter.act(action_of("close_call"))
    assert "join" not in car.offers()
    assert any("Emergency call in progress" in line.text for line in car.shown(DriveState).lines)


def test_an_emergency_call_beside_ours_is_not_touched_and_is_heard(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST))
    car.touch("join")
    reports(car, up(car, FIRST))
    reports(car, up(car, FIRST), muted=True)
    car.done.clear()
    reports(car, up(car, FIRST, CallPhase.HELD), up(car, "112", emergency=True), muted=True)
    assert [done[0] for done in car.done] == ["unmute"]
    assert body(car).detail == "Emergency call in progress"
    assert not {"unhold", "leave", "answer_call", "mute", "send_tones"} & set(car.offers())
    reports(car, up(car, FIRST, CallPhase.HELD))
    assert {"unhold", "leave"} <= set(car.offers())


def test_a_late_touch_on_leave_ends_no_one_elses_call(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST))
    car.touch("join")
    reports(car, up(car, FIRST), up(car, "+4930123456", CallPhase.HELD))
    leave = body(car).leave
    reports(car, up(car, "+4930123456"), last_ended=over(car, FIRST, EndedBy.THERE, answered=True))
    assert leave is not None
    car.presenter.act(leave)
    assert asked(car, "hang_up") == []


def test_a_call_on_hold_can_be_taken_back_muted(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST))
    car.touch("join")
    reports(car, up(car, FIRST))
    reports(car, up(car, FIRST), up(car, "+4930", CallPhase.WAITING), muted=True)
    car.touch("answer_call")
    assert car.done[-1][:1] == ("hold_and_answer",)
    reports(car, up(car, FIRST, CallPhase.HELD), up(car, "+4930"), muted=True)
    assert car.done[-1][0] == "unmute"
    reports(car, up(car, FIRST, CallPhase.HELD), up(car, "+4930"))
    assert body(car).status.text == "On hold"
    car.touch("unhold")
    assert [done[:2] for done in car.done[-2:]] == [("mute", f"/{FIRST}"), ("resume", f"/{FIRST}")]


def test_with_one_call_up_and_one_on_hold_a_third_is_only_reported(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST))
    car.touch("join")
    reports(car, up(car, FIRST), up(car, "+4930", CallPhase.HELD), up(car, "+494012345678", CallPhase.WAITING))
    assert body(car).band == Band("+49 40 12345678 is calling", "phone-incoming", short_text="Another call is waiting")
    assert "answer_call" not in car.offers()


def test_join_of_the_meeting_one_is_in_leads_back_to_its_call(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST))
    car.touch("join")
    reports(car, up(car, FIRST))
    car.presenter._session.back_stack.home()
    car.presenter.act(action_of("agenda"))
    assert "join" not in car.offers()
    assert car.touch("call").screen is ScreenName.CALL


# --- the microphone ------------------------------------------------------------------------------


def test_it_joins_muted_once_and_opens_the_microphone_for_the_next_call(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST))
    car.touch("join")
    reports(car, up(car, FIRST, CallPhase.RINGING))
    assert asked(car, "mute", "unmute") == []
    reports(car, up(car, FIRST))
    reports(car, up(car, FIRST), muted=True)
    assert [done[0] for done in asked(car, "mute", "unmute")] == ["mute"]
    assert body(car).status.text == "Connected · muted"
    car.touch("unmute")
    reports(car, up(car, FIRST))
    car.touch("mute")
    reports(car, up(car, FIRST), muted=True)
    reports(car, last_ended=over(car, FIRST, EndedBy.HERE, answered=True), muted=True)
    assert [done[0] for done in asked(car, "mute", "unmute")] == ["mute", "unmute", "mute", "unmute"]


def test_a_microphone_that_was_muted_too_late_is_opened_too(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST))
    car.touch("join")
    reports(car, up(car, FIRST))
    ended = over(car, FIRST, EndedBy.THERE, answered=True)
    reports(car, last_ended=ended)
    reports(car, last_ended=ended, muted=True)
    assert [done[0] for done in asked(car, "mute", "unmute")] == ["mute", "unmute"]


def test_a_microphone_that_someone_else_muted_is_left_alone(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST))
    reports(car, up(car, "+4930123456"), muted=True)
    reports(car, muted=True)
    assert asked(car, "mute", "unmute") == []


def test_joining_muted_is_a_setting(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST), DrivingState.PARKED)
    car.touch("settings")
    car.touch(Prefer("join_muted", "0"))
    car.touch("home")
    car.touch("join")
    reports(car, up(car, FIRST))
    assert asked(car, "mute") == []


# --- phones --------------------------------------------------------------------------------------


def test_the_profiles_own_phone_is_chosen_in_settings_and_reported_to_the_telephone(
    new_car: type[Car], make: Make, at: At
) -> None:
    car = car_for(new_car, make, at, join_details(FIRST), DrivingState.PARKED)
    reports(car, phones=(ANA, BEN), phone=BEN.id, name=BEN.name)
    car.touch("settings")
    assert isinstance(car.frame.body, ChoicesState)
    row = next(choice for choice in car.frame.body.choices if choice.key == "phone")
    assert (row.title, row.detail) == ("Your phone", "Any connected phone")
    assert [action.labels[0] for action in row.actions] == ["Ana’s phone", "Ben’s phone", "Any"]
    car.touch(Prefer("phone:p1", "AA:1|Ana’s phone"))
    assert ("prefer", "phone:p1", "AA:1|Ana’s phone") in car.done
    assert ("prefer_phone", "AA:1", "") in car.done
    reports(car, phones=(BEN,), phone=BEN.id, name=BEN.name)
    row = next(choice for choice in car.frame.body.choices if choice.key == "phone")
    assert row.detail == "Ana’s phone · not connected"
    car.touch(Prefer("phone:p1", ""))
    assert asked(car, "prefer_phone")[-1] == ("prefer_phone", "", "")


def test_another_profile_calls_by_its_own_phone(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST))
    ben = replace(PROFILE, id="p2", name="Ben")
    car.change(preferences=(("phone:p1", "AA:1|Ana"), ("phone:p2", "BB:2|Ben")))
    car.change(profile=ben)
    car.change(profile=replace(ben, id="p3"))
    assert [done[1] for done in asked(car, "prefer_phone")] == ["AA:1", "BB:2", ""]


@pytest.mark.parametrize(
    ("phones", "own", "detail"),
    [
        ((ANA, BEN), "", "With Ben’s phone"),
        ((BEN,), "AA:1|Ana’s phone", "With Ben’s phone"),
        ((BEN,), "", "Next: 10:15 Budget"),
    ],
)
def test_the_phone_is_named_where_it_could_be_another(
    new_car: type[Car], make: Make, at: At, phones: tuple[Phone, ...], own: str, detail: str
) -> None:
    car = car_for(new_car, make, at, join_details(FIRST))
    car.change(events=(*car.snapshot.events, make("Budget", "10:15", "11:00")), preferences=(("phone:p1", own),))
    car.touch("join")
    reports(car, up(car, FIRST, CallPhase.DIALING), phones=phones, phone=BEN.id, name=BEN.name)
    assert body(car).detail == detail


# --- what may be dialled -------------------------------------------------------------------------


def test_a_number_abroad_says_its_country_on_the_button(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, replace(join_details(SWISS, country="CH"), organizer_country="CH"))
    assert isinstance(car.frame.body, DriveState)
    assert car.frame.body.primary is not None
    assert car.frame.body.primary.labels == ("Join · Switzerland", "Join · CH")


def test_a_doubtful_number_is_confirmed_once_parked_and_then_callable_while_driving(
    new_car: type[Car], make: Make, at: At
) -> None:
    car = car_for(new_car, make, at, join_details(SWISS, country="CH"), response=Response.NOT_RESPONDED)
    assert "join" not in car.offers()
    car.drive(DrivingState.PARKED)
    car.touch("join")
    assert isinstance(car.frame.body, NoticeState)
    assert car.frame.body.paragraphs == (
        SWISS,
        "The number is in another country: Switzerland",
        "You have not accepted this invitation.",
    )
    assert asked(car, "dial") == []
    car.touch("join_confirmed")
    assert [done[1] for done in asked(car, "dial")] == [SWISS]
    assert ("prefer", f"agreed:p1:{SWISS}", "1") in car.done
    reports(car, last_ended=over(car, SWISS, EndedBy.THERE, answered=True))
    car.drive(DrivingState.MOVING)
    car.touch("join")
    assert len(asked(car, "dial")) == 2


def test_driving_off_takes_the_question_back_and_no_late_touch_dials(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(
        new_car, make, at, join_details(SWISS, country="CH"), DrivingState.PARKED, response=Response.NOT_RESPONDED
    )
    car.touch("join")
    yes = car.shown(NoticeState).actions[0]
    assert (yes.intent.name, yes.look) == ("join_confirmed", Look.GO)
    car.drive(DrivingState.MOVING)
    car.presenter.act(yes)
    assert asked(car, "dial") == []


def test_another_number_of_the_invitation_is_not_agreed_to_with_the_first(
    new_car: type[Car], make: Make, at: At
) -> None:
    car = car_for(
        new_car, make, at, join_details(SWISS, "+41440002222", country="CH"), DrivingState.PARKED,
        response=Response.NOT_RESPONDED,
    )  # fmt: skip
    car.touch("join")
    car.touch("join_confirmed")
    reports(car, up(car, SWISS, CallPhase.DIALING))
    reports(car, last_ended=over(car, SWISS, EndedBy.REFUSED))
    assert [done[1] for done in asked(car, "dial")] == [SWISS]


def test_without_a_phone_a_driver_can_send_that_it_gets_late(new_car: type[Car], make: Make, at: At) -> None:
    car = car_for(new_car, make, at, join_details(FIRST))
    car.touch("join")
    reports(car, connected=False, last_ended=over(car, FIRST, EndedBy.NO_PHONE))
    assert "late" in car.offers()
    assert not any("phone" in action.labels[0].lower() for action in [body(car).small] if action)


def test_a_number_that_is_not_of_the_service_says_so_when_it_is_confirmed(
    new_car: type[Car], make: Make, at: At
) -> None:
    way = replace(join_details(FIRST), dial_ins=(DialIn(FIRST, "1#", "p1#", "DE", of_service=False),))
    car = car_for(new_car, make, at, way, DrivingState.PARKED)
    car.touch("join")
    assert isinstance(car.frame.body, NoticeState)
    assert car.frame.body.paragraphs[-1] == "The number does not belong to the meeting’s service."


@pytest.mark.parametrize(("country", "offered"), [("DE", True), ("FR", False)])
def test_without_a_dial_in_the_organiser_can_be_called_and_is_heard(
    new_car: type[Car], make: Make, at: At, country: str, offered: bool
) -> None:
    way = replace(join_details(), organizer_number="+4940123456", organizer_number_country=country)
    car = car_for(new_car, make, at, way)
    assert ("call_organizer" in car.offers()) is offered
    if offered:
        car.touch("call_organizer")
        reports(car, up(car, "+4940123456"))
        assert asked(car, "dial", "mute") == [("dial", "+4940123456", "")]
        assert body(car).small is None


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+496912345678", "+496912345678", True),
        ("+496912345678", "06912345678", True),
        ("+496912345678", "00496912345678", True),
        ("+496912345678", "496912345678", True),
        ("+496912345678", "+496912345679", False),
        ("+496912345678", "345678", False),
        ("112", "+49112", False),
        ("", "+496912345678", False),
    ],
)
def test_a_number_is_known_in_its_other_forms(one: str, other: str, same: bool) -> None:
    assert same_number(one, other) is same
    assert same_number(other, one) is same
