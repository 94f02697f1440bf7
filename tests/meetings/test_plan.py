"""What Join does in every situation."""

from __future__ import annotations

import subprocess
import sys
from itertools import product

import pytest
from msgspec.structs import replace

from carlendar.domain.online_call import OnlineNeed, OnlineReadiness
from carlendar.meetings.join_details import DialIn, JoinDetails
from carlendar.meetings.plan import Doubt, JoinAction, JoinStep, Plan, PreferredLine, Situation, Why, plan

URL = "https://teams.microsoft.com/meet/281442953617"
GERMAN = DialIn("+496912345678", "123456789#", "p123456789#", "DE")
FREE = DialIn("+498001234567", "123456789#", "p123456789#", "DE", toll_free=True)
US = DialIn("+13235550199", "123456789#", "p123456789#", "US")
LINK_ONLY = JoinDetails("teams", URL, "teams.microsoft.com", "body")
BOTH = JoinDetails("teams", URL, "teams.microsoft.com", "body", dial_ins=(US, GERMAN), organizer_country="US")
DEAD = JoinDetails("skype", "https://join.skype.com/abc", "join.skype.com", "body", retired=True)


def first(join_details: JoinDetails | None, situation: Situation) -> JoinStep:
    return plan(join_details, situation).first


def test_the_driver_calls_the_number_of_the_phone_s_country() -> None:
    assert first(BOTH, Situation(parked=False)) == JoinStep(JoinAction.CALL, "+496912345678", "p123456789#")


def test_toll_free_comes_before_toll() -> None:
    join_details = JoinDetails(dial_ins=(GERMAN, FREE))
    assert first(join_details, Situation(parked=False)).number == FREE.number


def test_a_number_of_another_country_says_so() -> None:
    step = first(JoinDetails(dial_ins=(US,), organizer_country="US"), Situation(parked=False))
    assert (step.action, step.country, step.confirm) == (JoinAction.CALL, "US", False)


def test_the_next_number_is_there_for_when_the_first_fails() -> None:
    assert plan(BOTH, Situation(parked=False)).also == (
        JoinStep(JoinAction.CALL, "+13235550199", "p123456789#", country="US"),
    )


def test_the_organiser_s_number_comes_before_others_abroad() -> None:
    french, us_free = DialIn("+33170991234", country="FR"), DialIn("+18665550199", country="US", toll_free=True)
    join_details = JoinDetails(dial_ins=(french, US), organizer_country="US")
    assert first(join_details, Situation(parked=True)).number == US.number
    assert first(replace(join_details, dial_ins=(US, us_free)), Situation(parked=True)).number == us_free.number


@pytest.mark.parametrize(
    ("join_details", "accepted", "doubt"),
    [
        (JoinDetails(dial_ins=(GERMAN,), organizer_country="DE"), True, ""),
        (JoinDetails(dial_ins=(GERMAN,), organizer_country="US"), True, ""),
        (JoinDetails(dial_ins=(US,), organizer_country="US"), True, ""),
        (JoinDetails(dial_ins=(DialIn("+80012345678", country="001", toll_free=True),)), True, ""),
        (JoinDetails(dial_ins=(GERMAN,), organizer_country="DE"), False, Doubt.NOT_ACCEPTED),
        (JoinDetails(dial_ins=(US,), organizer_country="FR"), True, Doubt.FOREIGN),
        (JoinDetails(dial_ins=(US,)), True, Doubt.FOREIGN),
        (JoinDetails("teams", dial_ins=(replace(GERMAN, of_service=False),)), True, Doubt.NOT_OF_SERVICE),
    ],
)
def test_a_doubtful_number_is_confirmed_once_parked(join_details: JoinDetails, accepted: bool, doubt: str) -> None:
    parked, moving = (first(join_details, Situation(parked=each, accepted=accepted)) for each in (True, False))
    assert (parked.action, parked.confirm, parked.doubt) == (JoinAction.CALL, bool(doubt), doubt)
    if doubt:
        assert moving == JoinStep(JoinAction.NONE, why="confirm_parked", doubt=doubt)
    else:
        assert moving == parked
    agreed = first(join_details, Situation(parked=False, accepted=accepted, confirmed=True))
    assert (agreed.action, agreed.confirm, agreed.doubt) == (JoinAction.CALL, False, "")


def test_a_number_that_needs_no_question_comes_before_one_that_does() -> None:
    strange = replace(GERMAN, number="+4930123456", of_service=False)
    join_details = JoinDetails("teams", dial_ins=(strange, US), organizer_country="US")
    assert first(join_details, Situation(parked=False)).number == US.number


def test_without_a_dial_in_the_organiser_is_called_or_the_others_are_notified() -> None:
    known = replace(LINK_ONLY, organizer_country="US", organizer_number="+13235550100", organizer_number_country="US")
    call = JoinStep(JoinAction.CALL, "+13235550100", country="US", organizer=True)
    late = JoinStep(JoinAction.LATE)
    moving = Situation(parked=False, late=True)
    assert plan(known, moving).first.why == "no_dial_in"
    assert plan(known, moving).instead == (call, late)
    assert plan(known, replace(moving, phone=False)).instead == (late,)
    assert plan(known, replace(moving, accepted=False)).instead == (late,)
    assert plan(known, replace(moving, parked=True, accepted=False)).instead[0].confirm
    assert plan(LINK_ONLY, moving).instead == (late,)
    assert plan(JoinDetails(), moving).instead == (late,)
    assert plan(BOTH, moving).instead == ()
    assert plan(known, Situation(parked=False, passenger=True, late=True)).instead == ()


@pytest.mark.parametrize(
    ("join_details", "situation", "why"),
    [
        (None, Situation(parked=False), "no_way_in"),
        (JoinDetails(), Situation(parked=True), "no_way_in"),
        (LINK_ONLY, Situation(parked=False, browser=True), "no_dial_in"),
        (BOTH, Situation(parked=False, phone=False, browser=True), "no_phone"),
        (DEAD, Situation(parked=True, browser=True), "service_retired"),
        (DEAD, Situation(parked=False), "service_retired"),
    ],
)
def test_where_there_is_no_way_the_reason_is_reported(
    join_details: JoinDetails | None, situation: Situation, why: str
) -> None:
    assert plan(join_details, situation) == Plan(JoinStep(JoinAction.NONE, why=why))


def test_parked_calls_and_has_the_link_too() -> None:
    found = plan(BOTH, Situation(parked=True, browser=True))
    actions = [step.action for step in (found.first, *found.also)]
    assert actions == [JoinAction.CALL, JoinAction.CALL, JoinAction.OPEN, JoinAction.HAND_OVER]


def test_parked_without_browser_or_data_the_link_is_passed_on() -> None:
    assert first(LINK_ONLY, Situation(parked=True)) == JoinStep(JoinAction.HAND_OVER, url=URL)
    assert first(LINK_ONLY, Situation(parked=True, browser=True, data=False)).action is JoinAction.HAND_OVER


def test_the_passenger_opens_the_link() -> None:
    assert first(BOTH, Situation(parked=False, passenger=True, browser=True)) == JoinStep(JoinAction.OPEN, url=URL)


def test_a_link_of_no_known_service_is_asked_about() -> None:
    join_details = JoinDetails("unknown", "https://calls.contoso.example/room/1", "calls.contoso.example", "location")
    assert first(join_details, Situation(parked=True, browser=True)).confirm


def test_a_driver_who_is_not_parked_is_only_ever_given_a_call() -> None:
    ways = (None, JoinDetails(), LINK_ONLY, BOTH, DEAD, JoinDetails(dial_ins=(US,)))
    flags = (True, False)
    for join_details, phone, data, browser, accepted in product(ways, flags, flags, flags, flags):
        situation = Situation(parked=False, phone=phone, data=data, browser=browser, accepted=accepted)
        found = plan(join_details, situation)
        for step in (found.first, *found.also, *found.instead):
            assert step.action in (JoinAction.CALL, JoinAction.LATE, JoinAction.NONE)
            assert not step.confirm
            assert bool(step.why) == (step.action is JoinAction.NONE)


def test_planning_needs_nothing_heavy() -> None:
    code = "import sys, carlendar.meetings.plan; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"phonenumbers", "html", "carlendar.meetings.extract"}.isdisjoint(run.stdout.split())


# --- over data -------------------------------------------------------------------------------------

ONLINE = OnlineReadiness("teams_web", ("teams",))
OVER_DATA = JoinStep(JoinAction.JOIN_ONLINE, url=URL, adapter="teams_web")


@pytest.mark.parametrize("parked", [True, False])
def test_a_meeting_with_only_a_link_is_joined_over_data(parked: bool) -> None:
    assert first(LINK_ONLY, Situation(parked=parked, online=ONLINE)) == OVER_DATA


def test_without_an_adapter_nothing_changes() -> None:
    assert first(LINK_ONLY, Situation(parked=False)).why == Why.NO_DIAL_IN


def test_the_phone_comes_first_and_data_is_the_alternative() -> None:
    made = plan(BOTH, Situation(parked=False, online=ONLINE))
    assert made.first.number == GERMAN.number
    assert [step.action for step in made.also] == [JoinAction.CALL, JoinAction.JOIN_ONLINE]


def test_without_a_phone_it_is_data() -> None:
    assert first(BOTH, Situation(parked=False, phone=False, online=ONLINE)) == OVER_DATA


def test_a_number_that_needs_a_question_comes_after_data() -> None:
    abroad = JoinDetails("teams", URL, "teams.microsoft.com", "body", dial_ins=(US,), organizer_country="DE")
    made = plan(abroad, Situation(parked=True, online=ONLINE))
    assert made.first == OVER_DATA
    assert made.also[0].confirm


def test_the_driver_s_choice_comes_first() -> None:
    by_data = Situation(parked=False, online=ONLINE, line=PreferredLine.DATA)
    assert first(BOTH, by_data) == OVER_DATA
    assert first(BOTH, replace(by_data, data=False)).number == GERMAN.number
    by_phone = Situation(parked=False, online=ONLINE, line=PreferredLine.PHONE)
    assert first(BOTH, by_phone).number == GERMAN.number
    only_link = plan(LINK_ONLY, by_phone)
    assert (only_link.first.action, only_link.first.why) == (JoinAction.NONE, Why.NO_DIAL_IN)
    assert only_link.also == (OVER_DATA,)


@pytest.mark.parametrize("service", ["zoom", "unknown", "", "teams_live"])
def test_only_the_adapter_s_services_are_joined(service: str) -> None:
    other = replace(LINK_ONLY, service=service)
    assert first(other, Situation(parked=False, online=ONLINE)).action is JoinAction.NONE


def test_a_discontinued_service_is_not_joined_over_data() -> None:
    assert first(DEAD, Situation(parked=False, online=replace(ONLINE, services=("skype",)))).why == Why.RETIRED


@pytest.mark.parametrize("needs", [(OnlineNeed.SDK,), (OnlineNeed.TOKEN, OnlineNeed.SDK)])
def test_what_the_car_s_maker_has_to_set_up_is_named_last_and_is_no_reason(needs: tuple[OnlineNeed, ...]) -> None:
    made = plan(LINK_ONLY, Situation(parked=False, online=replace(ONLINE, needs=needs)))
    assert (made.first.action, made.first.why) == (JoinAction.NONE, Why.NO_DIAL_IN)
    assert made.also == (replace(OVER_DATA, needs=needs),)


def test_without_a_data_connection_that_is_the_reason() -> None:
    made = plan(LINK_ONLY, Situation(parked=False, data=False, online=ONLINE))
    assert made.first.why == Why.NO_DATA
    assert made.also[0].needs == (OnlineNeed.NETWORK,)


def test_during_another_call_the_phone_is_the_reason() -> None:
    assert first(LINK_ONLY, Situation(parked=False, phone_idle=False, online=ONLINE)).why == Why.PHONE_BUSY


def test_parked_the_link_stays_an_alternative_and_a_passenger_s_first() -> None:
    parked = plan(LINK_ONLY, Situation(parked=True, browser=True, online=ONLINE))
    assert [step.action for step in parked.also] == [JoinAction.OPEN, JoinAction.HAND_OVER]
    passenger = plan(LINK_ONLY, Situation(parked=True, passenger=True, browser=True, online=ONLINE))
    assert passenger.first.action is JoinAction.OPEN
    assert OVER_DATA in passenger.also


def test_a_step_that_lacks_something_or_asks_is_never_first_while_driving() -> None:
    for needs, phone, data, idle, line in product(
        ((), (OnlineNeed.SDK,)), (True, False), (True, False), (True, False), PreferredLine
    ):
        situation = Situation(
            parked=False, phone=phone, data=data, phone_idle=idle, line=line, online=replace(ONLINE, needs=needs)
        )
        for details in (BOTH, LINK_ONLY):
            made = first(details, situation)
            assert not made.needs
            assert not made.confirm
