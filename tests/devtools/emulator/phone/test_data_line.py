"""The panel's data line controls the simulated call of another process, and shows what that reports."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from carlendar.domain.online_call import OnlineCommand, OnlineEnd, OnlineMeeting, OnlinePhase, OnlineState, Quality
from carlendar.errors import UsageError
from carlendar_devtools.emulator.child_process import scratch
from carlendar_devtools.emulator.panel.command import Arguments
from carlendar_devtools.emulator.panel.data_line import DataLineControl
from carlendar_devtools.emulator.panel.journal import Journal
from carlendar_devtools.emulator.phone.online_link import SOCKET, OnlineFollower, carry_out
from carlendar_devtools.emulator.phone.simulated_line import Cancel
from carlendar_devtools.emulator.phone.simulated_online import SimulatedOnlineCall
from tests.fakes.clocks import ManualClock
from tests.fakes.waiting import wait_until_async

MEETING = OnlineMeeting("https://teams.microsoft.com/l/meetup-join/x")


class Line:
    """The panel's control and a service's call, connected."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(lambda: "9:00:00", lambda: 0.0, lambda: None)
        self.control = DataLineControl(folder, self.journal, lambda: None)
        self.folder = folder
        self.followers: list[OnlineFollower] = []
        self.call = self.new_call()

    def new_call(self) -> SimulatedOnlineCall:
        return SimulatedOnlineCall(ManualClock(), self._at_once)

    def _at_once(self, seconds: float, action: Callable[[], None]) -> Cancel:
        if seconds < 5:
            action()
        return lambda: None

    async def connect(self) -> None:
        self.followers.append(OnlineFollower(self.call, self.folder / SOCKET))
        self.followers[-1].start()
        await wait_until_async(lambda: self.control._link._writer is not None)

    async def order(self, name: str, value: object = None) -> None:
        order = self.control.orders()[name](Arguments({"value": value}))
        if isinstance(order, Awaitable):
            await order

    @property
    def state(self) -> OnlineState | None:
        return self.call._state

    async def phase(self, phase: OnlinePhase) -> None:
        await wait_until_async(lambda: self.state is not None and self.state.phase is phase)
        await wait_until_async(lambda: self.control.state()["phase"] == phase.value)


def with_line(test: Callable[[Line], Awaitable[None]]) -> None:
    async def run(folder: Path) -> None:
        line = Line(folder)
        await line.control.start()
        try:
            await line.connect()
            await test(line)
        finally:
            line.call.stop()
            await line.control.stop()
            for follower in line.followers:
                follower.stop()

    with scratch("carlendar-line-") as folder:  # short enough for a socket
        asyncio.run(run(folder))


def test_a_caller_waits_in_the_lobby_and_is_let_in_recorded_muted_and_removed() -> None:
    async def test(line: Line) -> None:
        await line.order("lobby", True)
        await wait_until_async(lambda: line.call.holds_lobby)
        line.call.join(MEETING, muted=False)
        await line.phase(OnlinePhase.LOBBY)
        assert line.control.in_call()
        await line.order("admit")
        await line.phase(OnlinePhase.CONNECTED)
        await line.order("consent", True)
        await line.order("record", True)
        await wait_until_async(lambda: line.control.state()["consent_needed"])
        line.call.command(OnlineCommand.CONSENT)
        await line.order("mute")
        await wait_until_async(lambda: line.state is not None and line.state.muted_by_organizer)
        await line.order("quality", "bad")
        await wait_until_async(lambda: line.state is not None and line.state.quality is Quality.BAD)
        await line.order("people", 100)
        await wait_until_async(lambda: line.control.state()["people"] == 100)
        await line.order("remove")
        await line.phase(OnlinePhase.ENDED)
        assert line.control.state()["end"] == "removed"
        assert not line.control.in_call()

    with_line(test)


def test_a_refused_caller_and_a_line_that_is_cut() -> None:
    async def test(line: Line) -> None:
        await line.order("lobby", True)
        await wait_until_async(lambda: line.call.holds_lobby)
        line.call.join(MEETING, muted=True)
        await line.phase(OnlinePhase.LOBBY)
        await line.order("refuse")
        await line.phase(OnlinePhase.ENDED)
        assert line.control.state()["end"] == "denied"
        await line.order("lobby", False)
        await wait_until_async(lambda: not line.call.holds_lobby)
        line.call.join(MEETING, muted=True)
        await line.phase(OnlinePhase.CONNECTED)
        await line.order("cut", True)
        await line.phase(OnlinePhase.RECONNECTING)
        await line.order("cut", False)
        await line.phase(OnlinePhase.CONNECTED)

    with_line(test)


def test_a_new_service_gets_the_settings_that_were_made_before() -> None:
    async def test(line: Line) -> None:
        await line.order("lobby", True)
        await line.order("record", True)
        await line.order("fails", "media")
        line.call.stop()
        line.call = line.new_call()
        await line.connect()
        await wait_until_async(lambda: line.call.holds_lobby and line.call.fails is OnlineEnd.MEDIA)

    with_line(test)


def test_what_is_not_an_order_is_refused() -> None:
    async def test(line: Line) -> None:
        for name, value in (("lobby", 1), ("quality", "awful"), ("people", 0), ("fails", "no such end")):
            with pytest.raises(UsageError):
                await line.order(name, value)

    with_line(test)


def test_the_log_says_what_happened_and_nothing_of_the_meeting() -> None:
    async def test(line: Line) -> None:
        line.call.join(MEETING, muted=True)
        await line.phase(OnlinePhase.CONNECTED)
        await line.order("end")
        await line.phase(OnlinePhase.ENDED)
        texts = [each.text for each in line.journal.since(0)]
        assert "the meeting ends for all" in texts
        assert any(text.startswith("ended (ended for all)") for text in texts)
        assert not any("teams.microsoft.com" in text for text in texts)

    with_line(test)


def test_without_a_panel_the_call_works_alone(tmp_path: Path) -> None:
    call = SimulatedOnlineCall(ManualClock(), lambda _seconds, _action: lambda: None)
    OnlineFollower(call, tmp_path / "none.sock").start()
    call.join(MEETING, muted=True)
    assert call._state is not None


def test_every_order_of_the_panel_is_one_of_the_call() -> None:
    call = SimulatedOnlineCall(ManualClock(), lambda _seconds, _action: lambda: None)
    values = {"quality": "good", "people": 3, "fails": ""}
    control = DataLineControl(Path(), Journal(lambda: "", lambda: 0.0, lambda: None), lambda: None)
    for name in control.orders():
        carry_out(call, name, values.get(name, True))
