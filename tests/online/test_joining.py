"""One real call from the cold engine to its end, with sound at the room's end; quick enough for every run."""

from __future__ import annotations

from pathlib import Path

from carlendar.domain.online_call import CallIdentity, OnlineCommand, OnlineEnd, OnlinePhase
from carlendar.online.engine import EngineParts
from carlendar.online.teams_web import TeamsWeb
from carlendar_devtools.emulator.room.server import RoomServer
from tests.contracts.online_call import MEETING, OnlineWatch
from tests.fakes.hidden_browser import FakeTokens, teams_web
from tests.fakes.waiting import wait_until
from tests.online.watching import join


def loudness(room: RoomServer) -> float:
    return room.read(lambda each: each.caller.heard.loudness() if each.caller else 0.0)


def test_a_call_is_heard_muted_recorded_and_left(adapter: TeamsWeb, room: RoomServer, tokens: FakeTokens) -> None:
    watch = OnlineWatch(adapter)
    state = join(adapter, watch)
    assert state.identity is CallIdentity.USER
    assert state.people == 2
    assert tokens.asked == ["driver"]
    # the fake microphone beeps once a second
    wait_until(lambda: loudness(room) > 0.0002, what=lambda: f"loudness {loudness(room)}")
    adapter.command(OnlineCommand.MUTE)
    watch.until(lambda each: each.muted)
    wait_until(lambda: loudness(room) < 0.00001, what=lambda: f"loudness {loudness(room)}")
    room.act(lambda each: each.record(True))
    watch.until(lambda each: each.recording)
    adapter.command(OnlineCommand.LEAVE)
    assert watch.ended() is OnlineEnd.LEFT
    wait_until(lambda: room.read(lambda each: each.caller) is None)


def test_without_a_use_nothing_is_started(parts: EngineParts, adapter: TeamsWeb, tmp_path: Path) -> None:
    adapter.readiness()
    adapter.subscribe(lambda _state: None)()
    adapter.sound(1.0, microphone=True)
    assert adapter.pid == 0


def test_the_token_is_fetched_while_the_engine_starts(parts: EngineParts, tokens: FakeTokens) -> None:
    adapter = teams_web(parts, tokens)
    watch = OnlineWatch(adapter)
    adapter.join(MEETING, muted=False)
    wait_until(lambda: tokens.asked)
    assert not adapter.pid, "the engine has not started yet"
    watch.phase(OnlinePhase.CONNECTED)
    assert tokens.asked == ["driver"]
    adapter.stop()
