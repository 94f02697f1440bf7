"""The simulated data call keeps the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from carlendar.domain.online_call import OnlineCommand, OnlineEnd, OnlineNeed, OnlinePhase
from carlendar_devtools.emulator.phone.simulated_line import Cancel
from carlendar_devtools.emulator.phone.simulated_online import SimulatedOnlineCall
from tests.contracts.online_call import MEETING, OnlineCallContract, OnlineWatch
from tests.fakes.clocks import ManualClock


class QuickScheduler:
    """Runs what is scheduled at once; what is more than five seconds away waits for the test."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, seconds: float, action: Callable[[], None]) -> Cancel:
        if seconds > 5:
            self.waiting.append(action)
            return lambda: self.waiting.remove(action) if action in self.waiting else None
        self.clock.now += seconds
        action()
        return lambda: None


class TestSimulatedOnlineCall(OnlineCallContract):
    @pytest.fixture
    def scheduler(self) -> QuickScheduler:
        return QuickScheduler()

    @pytest.fixture
    def call(self, scheduler: QuickScheduler) -> Iterator[SimulatedOnlineCall]:
        call = SimulatedOnlineCall(scheduler.clock, scheduler)
        yield call
        call.stop()

    def test_a_tunnel_that_lasts_ends_the_call(
        self, call: SimulatedOnlineCall, scheduler: QuickScheduler, watch: OnlineWatch
    ) -> None:
        self.joined(call, watch)
        call.cut(lost=True)
        scheduler.waiting.pop()()
        assert watch.ended() is OnlineEnd.CONNECTION_LOST

    def test_it_can_fail_in_any_way(self, call: SimulatedOnlineCall, watch: OnlineWatch) -> None:
        for why in OnlineEnd:
            call.fails = why
            call.join(MEETING, muted=True)
            assert watch.ended() is why

    def test_what_it_lacks_ends_the_attempt(self, call: SimulatedOnlineCall, watch: OnlineWatch) -> None:
        call.needs = (OnlineNeed.SDK,)
        call.join(MEETING, muted=True)
        assert watch.ended() is OnlineEnd.NOT_SET_UP

    def test_a_microphone_that_the_organiser_shut_stays_shut(
        self, call: SimulatedOnlineCall, watch: OnlineWatch
    ) -> None:
        self.joined(call, watch)
        call.mute_by_organizer(may_unmute=False)
        call.command(OnlineCommand.UNMUTE)
        assert watch.phase(OnlinePhase.CONNECTED).muted
        call.allow_microphone()
        call.command(OnlineCommand.UNMUTE)
        watch.until(lambda state: not state.muted)
