"""What an organisation restricts by application roles: roles only take away."""

from __future__ import annotations

from msgspec.structs import replace

from carlendar.domain.account import AppRole, app_roles
from carlendar.domain.agenda import occurrence_key
from carlendar.presentation.intents import SendLate
from carlendar.presentation.options import Options
from carlendar.presentation.states import Action
from carlendar.safety.restrictions import DrivingState
from tests.presentation.conftest import REVIEW, At, Car


def restricted(at: At, *roles: AppRole) -> Car:
    """A car whose driver's organisation has assigned these roles, a minute before a meeting."""
    car = Car()
    account = replace(car.snapshot.accounts[0], roles=roles)
    events = tuple(replace(stored, account=account) for stored in car.snapshot.events)
    car.snapshot = replace(car.snapshot, accounts=(account,), events=events)
    car.clock.wall = at("8:59")
    return car.start(Options(region="DE"), DrivingState.PARKED)


def test_late_messages_are_neither_offered_nor_sent(at: At) -> None:
    key = occurrence_key(REVIEW.event)
    free, car = restricted(at), restricted(at, AppRole.NO_LATE_MESSAGES)
    for each in (free, car):
        each.fresh()
        each.presenter.act(Action(SendLate(key, 10), ("x",)))
    assert [item.kind for item in free.put_items()] == ["late"]
    assert car.put_items() == []
    assert "late" not in car.offers()


def test_only_known_roles_count_and_only_of_a_list_of_texts() -> None:
    given = ["Carlendar.NoTelemetry", "Carlendar.Everything", "admin", 7, None, "carlendar.nocache"]
    assert app_roles(given) == (AppRole.NO_TELEMETRY,)
    for nonsense in (None, "Carlendar.NoCache", {"Carlendar.NoCache": 1}, 3, [["Carlendar.NoCache"]]):
        assert app_roles(nonsense) == ()
