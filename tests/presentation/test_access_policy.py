"""Every screen under every restriction: whatever leads to it, one policy decides whether it is shown (S6, S7, S8)."""

from __future__ import annotations

from itertools import product

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from carlendar.domain.call import Call, CallPhase, PhoneState
from carlendar.ipc.messages import SignInStatus
from carlendar.presentation.access_policy import HOME, SCREENS, BackStack, Need, ScreenAddress, allowed
from carlendar.presentation.states import DriveState, Frame, NoticeState, ScreenName
from carlendar.presentation.view_context import Panel
from carlendar.safety.policy import PlatformReport, restrictions_for
from carlendar.safety.restrictions import DrivingState, Flag, Restrictions
from tests.intents import action_of
from tests.presentation.conftest import Car

BITS = tuple(Flag(1 << number) for number in range(9))
MASKS = tuple(map(Flag, range(0x200)))
SUBJECTS = {ScreenName.EVENT: "id Product review@2026-11-23T08:00:00Z", ScreenName.SIGN_IN: "p1"}
TABLE = {
    ScreenName.DRIVE: (True, True, True),
    ScreenName.AGENDA: (True, True, True),
    ScreenName.EVENT: (True, True, False),
    ScreenName.CALL: (True, True, True),
    ScreenName.SIGN_IN: (True, False, False),
    ScreenName.PROFILES: (True, False, False),
    ScreenName.NOTICE: (True, False, False),
    ScreenName.SETTINGS: (True, False, False),
}
"""The design's table "Screens": parked, idling, moving."""
WORD = {ScreenName.SIGN_IN, ScreenName.PROFILES, ScreenName.NOTICE}
"""Those in whose place the table has "Available when parked"."""


def column(held: Restrictions) -> int:
    """Of the table, by what holds: 0 free, 1 idling, 2 all that is tighter."""
    if held.flags == Flag.BASELINE:
        return 0
    return 1 if held.state is DrivingState.IDLING and not held.passenger else 2


def everything() -> list[Restrictions]:
    """Every state, on both kinds of display, with every combination of a platform's own bits."""
    cases = product(DrivingState, (False, True), MASKS)
    return [restrictions_for(s, "test", passenger=p, platform=PlatformReport(f)) for s, p, f in cases]


def at(car: Car, place: ScreenAddress) -> None:
    """As if it had been restored: the person is at that place, whatever led there."""
    car.presenter._session.back_stack._stack = [HOME] if place == HOME else [HOME, place]


def shown(car: Car, held: Restrictions) -> Frame:
    sequence = car.frame.restrictions.sequence + 1
    frame: Frame = car.presenter.restrict(replace(held, sequence=sequence))
    return frame


def parked(new_car: type[Car]) -> Car:
    return new_car().start(state=DrivingState.PARKED)


def test_every_screen_is_declared_and_only_once() -> None:
    assert set(SCREENS) == set(ScreenName) == set(TABLE)
    assert len({(screen.module, screen.maker) for screen in SCREENS.values()}) == len(SCREENS)


@pytest.mark.parametrize("screen", ScreenName)
def test_the_gate_follows_the_table_under_every_combination_of_restrictions(screen: ScreenName) -> None:
    cases = everything()
    assert len(cases) == len(DrivingState) * 2 * len(MASKS)
    for held in cases:
        assert allowed(screen, held) == TABLE[screen][column(held)]
        assert BackStack().go(ScreenAddress(screen), held) == TABLE[screen][column(held)]


def test_a_single_bit_of_the_platform_is_believed_against_a_parked_car_and_a_passenger() -> None:
    for bit, passenger in product(BITS, (False, True)):
        held = restrictions_for(DrivingState.PARKED, "test", passenger=passenger, platform=PlatformReport(bit))
        assert held.restricted
        assert [screen for screen in ScreenName if allowed(screen, held)] == [
            screen for screen in ScreenName if SCREENS[screen].need is Need.NOTHING
        ]


@pytest.mark.parametrize("screen", ScreenName)
def test_a_restored_place_is_shown_as_the_table_says_and_nothing_of_it_otherwise(
    new_car: type[Car], screen: ScreenName
) -> None:
    car = parked(new_car)
    place = ScreenAddress(screen, SUBJECTS.get(screen, ""))
    reports = [PlatformReport(), *map(PlatformReport, (*BITS, Flag.FULLY_RESTRICTED))]
    for state, passenger, report in product(DrivingState, (False, True), reports):
        held = restrictions_for(state, "test", passenger=passenger, platform=report)
        shown(car, restrictions_for(DrivingState.PARKED, "test"))
        at(car, place)
        frame = shown(car, held)
        if TABLE[screen][column(held)]:
            assert frame.screen is screen
        elif screen in WORD:
            assert isinstance(frame.body, NoticeState)
            assert (frame.body.title, frame.body.paragraphs) == ("Available when parked", ())
        else:
            assert isinstance(frame.body, DriveState)
        if held.restricted:
            assert not frame.rail
            assert "ATTENDEE" not in str(to_builtins(frame))


@pytest.mark.parametrize("panel", [panel for panel in Panel if panel is not Panel.NONE])
@pytest.mark.parametrize("screen", ScreenName)
def test_a_question_is_gone_with_the_first_restriction_and_does_not_come_back(
    new_car: type[Car], screen: ScreenName, panel: Panel
) -> None:
    car = parked(new_car)
    at(car, ScreenAddress(screen, SUBJECTS.get(screen, "")))
    session = car.presenter._session
    session.panel, session.panel_subject = panel, "a1" if panel is not Panel.CONFIRM else SUBJECTS[ScreenName.EVENT]
    for bit in (*BITS, Flag.BASELINE):
        frame = shown(car, restrictions_for(DrivingState.PARKED, "test", platform=PlatformReport(bit)))
        assert session.panel is Panel.NONE
        assert panel.value not in frame.place.split("/")


@pytest.mark.parametrize("intent", ["settings", "profiles", "open", "sign_in", "accept_notice", "clear", "sign_out"])
def test_a_touch_that_comes_too_late_opens_and_sends_nothing(new_car: type[Car], intent: str) -> None:
    car = parked(new_car)
    for bit in BITS:
        shown(car, restrictions_for(DrivingState.PARKED, "test", platform=PlatformReport(bit)))
        done = len(car.done)
        car.presenter.act(action_of(intent, SUBJECTS[ScreenName.EVENT]))
        assert car.frame.screen in (ScreenName.DRIVE, ScreenName.NOTICE)
        assert not isinstance(car.frame.body, NoticeState) or car.frame.body.title == "Available when parked"
        assert car.done[done:] == []
        at(car, HOME)
        car.presenter._session.back_stack.suspended = None


@pytest.mark.parametrize("state", [DrivingState.IDLING, DrivingState.MOVING, DrivingState.UNKNOWN])
def test_a_sign_in_goes_on_behind_the_word_and_is_found_again_by_a_touch(
    new_car: type[Car], state: DrivingState
) -> None:
    car = parked(new_car)
    at(car, ScreenAddress(ScreenName.SIGN_IN, "p1"))
    code = SignInStatus("code", "ABCDEFGHJ", "https://microsoft.com/devicelogin", 900.0)
    car.presenter.service_said(code)
    done = len(car.done)
    car.drive(state)
    car.wait(60)
    assert car.done[done:] == []
    car.drive(DrivingState.PARKED)
    assert isinstance(car.frame.body, NoticeState)
    assert "ABC" not in str(to_builtins(car.frame))
    car.touch("resume")
    assert "ABC DEF GHJ" in str(to_builtins(car.frame))


def test_a_call_goes_on_through_every_tightening_and_its_screen_stays(new_car: type[Car]) -> None:
    car = parked(new_car)
    car.touch("join")
    number = next(str(done[1]) for done in car.done if done[0] == "dial")
    car.presenter.phone_changed(PhoneState(connected=True, calls=(Call("c", number, CallPhase.ACTIVE, 1000.0),)))
    done = len(car.done)
    for held in everything()[::37]:
        assert shown(car, held).screen is ScreenName.CALL
        assert "leave" in car.offers()
    assert car.done[done:] == []


@pytest.mark.parametrize("screen", [name for name in ScreenName if name not in (ScreenName.DRIVE, ScreenName.CALL)])
def test_where_a_list_was_scrolled_to_is_kept_through_driving_off_and_parking(
    new_car: type[Car], screen: ScreenName
) -> None:
    car = parked(new_car)
    at(car, ScreenAddress(screen, SUBJECTS.get(screen, "")))
    car.presenter.scrolled(screen.value, 0.3)
    for state in (DrivingState.MOVING, DrivingState.IDLING, DrivingState.PARKED):
        car.drive(state)
    assert car.presenter.offset(screen.value) == 0.3
