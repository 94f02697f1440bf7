"""A call that is up on the phone when the car connects, by the real daemon, up to the Call screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from carlendar.domain.call import CallCommand, CallPhase, EndedBy
from carlendar.domain.ports import Telephony
from carlendar.meetings.join_details import DialIn
from carlendar.presentation.states import CallState
from carlendar.safety.restrictions import DrivingState
from tests.fakes.telephone import OfonoBench, Watch
from tests.presentation.conftest import TEAMS, Car, at, meeting

NATIONAL = "06900001234"


@dataclass
class PhonedCar(Car):
    """A car whose Call screen acts on a real telephone."""

    telephony: Telephony | None = None

    def command(self, name: CallCommand, call_id: str = "", tones: str = "") -> None:
        assert self.telephony is not None
        self.telephony.command(name, call_id, tones)


@pytest.mark.parametrize("number", [NATIONAL, "+496900001234"])
def test_a_call_that_is_up_when_the_car_connects_is_shown_muted_and_left(
    ofono: OfonoBench, new_watch: Callable[[Telephony], Watch], number: str
) -> None:
    watch = new_watch(ofono.telephony)
    watch.until(lambda state: state.connected)
    ofono.dial_on_handset(number)
    watch.call(CallPhase.ACTIVE, number)
    ofono.lose_link(keeps_calls=True)
    watch.until(lambda state: not state.connected)
    state = watch.until(lambda state: any(call.phase is CallPhase.ACTIVE for call in state.calls))
    assert [(call.number, call.placed) for call in state.calls] == [(number, None)]

    car = PhonedCar(telephony=ofono.telephony)
    details = replace(TEAMS, dial_ins=(DialIn("+496900001234", "987654321#", "p987654321#", "DE"),))
    car.snapshot = replace(car.snapshot, events=(meeting("Product review", "9:00", "9:30", details),))
    car.clock.wall = at("9:05")
    car.start(state=DrivingState.MOVING).fresh()
    car.presenter.phone_changed(state)
    assert car.shown(CallState).title == "Product review"
    car.touch("mute")
    car.presenter.phone_changed(watch.until(lambda state: state.muted))
    car.touch("unmute")
    car.presenter.phone_changed(watch.until(lambda state: not state.muted))
    car.touch("leave")
    assert watch.ended().ended_by in (EndedBy.HERE, EndedBy.UNKNOWN)
