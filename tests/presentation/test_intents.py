"""Intents: each type has one handler, and a step that was planned for a frame is checked when it is touched."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.meetings.join_details import DialIn, JoinDetails
from carlendar.meetings.plan import JoinAction, JoinStep, Plan, Situation
from carlendar.presentation import dispatch
from carlendar.presentation.intents import CallOrganizer, Intent, Join, JoinConfirmed, SendLate
from carlendar.presentation.options import Options
from carlendar.presentation.states import Action
from carlendar.safety.restrictions import DrivingState
from tests.intents import KINDS, sample
from tests.presentation.conftest import At, Car, Make

FIRST, SECOND = "+4969900101", "+4969900102"


def details(*numbers: str) -> JoinDetails:
    return JoinDetails("zoom", "", dial_ins=tuple(DialIn(number, "1#", "p1#", "DE") for number in numbers))


@pytest.fixture
def car(new_car: type[Car], make: Make, at: At) -> Car:
    car = new_car()
    car.snapshot = replace(car.snapshot, events=(replace(make("Review", "9:00", "9:30"), join_details=details(FIRST)),))
    car.clock.wall = at("9:00")
    car.start(Options(region="DE"), state=DrivingState.MOVING).fresh()
    return car


def test_every_intent_has_a_handler_and_a_name_of_its_own() -> None:
    assert set(dispatch._HANDLERS) == set(KINDS.values())
    assert len({kind.name for kind in Intent.__subclasses__() if kind.__module__ == Intent.__module__}) == len(KINDS)
    assert all(KINDS)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_intents_about_different_things_differ(name: str) -> None:
    assert sample(name, "a") == sample(name, "a")
    assert hash(sample(name, "a")) == hash(sample(name, "a"))
    assert all(sample(name) != sample(other) for other in KINDS if other != name)


def test_a_step_that_is_not_planned_any_more_calls_no_one(car: Car, make: Make) -> None:
    offered = car.primary
    assert isinstance(offered.intent, Join)
    assert offered.intent.step.number == FIRST
    car.snapshot = replace(
        car.snapshot, events=(replace(make("Review", "9:00", "9:30"), join_details=details(SECOND)),)
    )
    car.presenter.snapshot_changed()
    car.presenter.act(offered)
    assert not [done for done in car.done if done[0] == "dial"]
    assert isinstance(car.primary.intent, Join)
    assert car.primary.intent.step.number == SECOND
    car.touch("join")
    assert [done[1] for done in car.done if done[0] == "dial"] == [SECOND]


def test_nothing_but_a_planned_step_is_carried_out(car: Car) -> None:
    assert isinstance(car.primary.intent, Join)
    key = car.primary.intent.key
    forged = JoinStep(JoinAction.CALL, number=SECOND)
    for intent in (Join(key, forged), JoinConfirmed(key, forged), CallOrganizer(key, forged), SendLate(key, 7)):
        car.presenter.act(Action(intent, ("x",)))
    assert not [done for done in car.done if done[0] in ("dial", "put", "open")]


def test_a_touch_on_join_plans_once(car: Car) -> None:
    from carlendar.presentation.call import join_intents

    planned: list[Situation] = []
    context = car.presenter._context
    whole = context.ports.plan

    def counted(join_details: JoinDetails | None, situation: Situation) -> Plan:
        planned.append(situation)
        return whole(join_details, situation)

    context.ports = replace(context.ports, plan=counted)
    assert isinstance(car.primary.intent, Join)
    join_intents.join(context, car.primary.intent)
    assert len(planned) == 1
    assert [done[1] for done in car.done if done[0] == "dial"] == [FIRST]
