"""The simulated data call keeps the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from carlendar.domain.online_call import OnlineCommand, OnlineEnd, OnlineMeeting, OnlineNeed, OnlinePhase, Quality
from carlendar_devtools.emulator.phone.simulated_line import Cancel
from carlendar_devtools.emulator.phone.simulated_online import SimulatedOnlineCall
from tests.contracts.online_call import OnlineCallContract, OnlineWatch
from tests.fakes.clocks import ManualClock

MEETING = OnlineMeeting("https://teams.microsoft.com/l/meetup-join/x", account_id="a1", display_name="Ana Ruiz")


class SimulatedBench:
    """Runs what is scheduled at once, unless `held`."""

    def __init__(self) -> None:
        self.clock, self.held = ManualClock(), False
        self.waiting: list[Callable[[], None]] = []
        self.call = SimulatedOnlineCall(self.clock, self._schedule)
        self.meeting = MEETING

    def _schedule(self, seconds: float, action: Callable[[], None]) -> Cancel:
        if seconds > 5 or self.held:
            self.waiting.append(action)
            return lambda: self.waiting.remove(action) if action in self.waiting else None
        self.clock.now += seconds
        action()
        return lambda: None

    def holds_lobby(self, *, on: bool) -> None:
        self.call.holds_lobby = on

    def requires_consent(self, *, on: bool) -> None:
        self.call.requires_consent = on

    def admit(self) -> None:
        self.call.admit()

    def refuse(self) -> None:
        self.call.refuse()

    def remove(self) -> None:
        self.call.remove()

    def end_for_all(self) -> None:
        self.call.end_for_all()

    def record(self, *, on: bool) -> None:
        self.call.record(on=on)

    def transcribe(self, *, on: bool) -> None:
        self.call.transcribe(on=on)

    def mute_by_organizer(self) -> None:
        self.call.mute_by_organizer()

    def people(self, number: int) -> None:
        self.call.people(number)

    def quality(self, quality: Quality) -> None:
        self.call.quality(quality)

    def cut(self, *, lost: bool) -> None:
        self.call.cut(lost=lost)


class TestSimulatedOnlineCall(OnlineCallContract):
    @pytest.fixture
    def bench(self) -> Iterator[SimulatedBench]:
        bench = SimulatedBench()
        yield bench
        bench.call.stop()

    def test_a_tunnel_that_lasts_ends_the_call(self, bench: SimulatedBench, watch: OnlineWatch) -> None:
        self.joined(bench, watch)
        bench.cut(lost=True)
        bench.waiting.pop()()
        assert watch.ended() is OnlineEnd.CONNECTION_LOST

    def test_it_can_fail_in_any_way(self, bench: SimulatedBench, watch: OnlineWatch) -> None:
        for why in OnlineEnd:
            bench.call.fails = why
            bench.call.join(MEETING, muted=True)
            assert watch.ended() is why

    def test_what_it_lacks_ends_the_attempt(self, bench: SimulatedBench, watch: OnlineWatch) -> None:
        bench.call.needs = (OnlineNeed.SDK,)
        bench.call.join(MEETING, muted=True)
        assert watch.ended() is OnlineEnd.NOT_SET_UP

    def test_a_microphone_that_the_organiser_shut_stays_shut(self, bench: SimulatedBench, watch: OnlineWatch) -> None:
        self.joined(bench, watch)
        bench.call.mute_by_organizer(may_unmute=False)
        bench.call.command(OnlineCommand.UNMUTE)
        assert watch.phase(OnlinePhase.CONNECTED).muted
        bench.call.allow_microphone()
        bench.call.command(OnlineCommand.UNMUTE)
        watch.until(lambda state: not state.muted)
