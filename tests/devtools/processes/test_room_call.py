"""The emulator's data call with a room: the panel's orders reach the room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carlendar.domain.online_call import OnlineEnd, OnlineMeeting, OnlinePhase, Quality
from carlendar_devtools.emulator.phone.online_link import carry_out
from carlendar_devtools.processes.room_call import RoomCall, obstacle
from tests.contracts.online_call import OnlineWatch
from tests.fakes.hidden_browser import FAKE_DEVICES, SystemClock, chromium


@pytest.fixture
def call() -> Iterator[RoomCall]:
    call = RoomCall(SystemClock(), FAKE_DEVICES)
    yield call
    call.stop()


def test_root_and_a_missing_browser_are_obstacles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert "root" in obstacle()
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("CHROMIUM", "/nonexistent/chromium")
    assert "Chromium is missing" in obstacle()


def test_every_order_of_the_panel_is_carried_out(call: RoomCall) -> None:
    for order in ("lobby", "consent", "record", "transcribe", "cut"):
        carry_out(call, order, True)
    assert (call.holds_lobby, call.requires_consent) == (True, True)
    carry_out(call, "lobby", False)
    carry_out(call, "cut", False)
    assert (call.holds_lobby, call.requires_consent) == (False, True)
    for answers, after in ((False, None), (True, 0.0)):
        carry_out(call, "connects", answers)
        assert call.connects_after == after
    for order, end in (("denied", OnlineEnd.DENIED), ("engine", OnlineEnd.UNKNOWN), ("", None)):
        carry_out(call, "fails", order)
        assert call.fails == end
    for order in ("admit", "refuse", "remove", "end", "mute"):
        carry_out(call, order, None)
    carry_out(call, "people", 7)
    carry_out(call, "quality", Quality.BAD.value)


@pytest.mark.engine
def test_a_call_reaches_the_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", chromium(tmp_path))
    call = RoomCall(SystemClock(), FAKE_DEVICES)
    watch = OnlineWatch(call)
    call.holds_lobby = True
    call.join(OnlineMeeting("https://teams.microsoft.com/meet/2345678901234?p=Ab12cd", account_id="a"), muted=True)
    watch.phase(OnlinePhase.LOBBY)
    call.admit()
    watch.phase(OnlinePhase.CONNECTED)
    call.remove()
    assert watch.ended() is OnlineEnd.REMOVED
    call.stop()
