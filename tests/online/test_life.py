"""When the engine runs: from what needs it until some time after its last use."""

from __future__ import annotations

from pathlib import Path

import pytest

from carlendar.domain.online_call import OnlineCommand, OnlineEnd, OnlineNeed
from carlendar.online.diagnosis import diagnose
from carlendar.online.engine import EngineParts
from carlendar.online.teams_web import TeamsWebLimits
from carlendar_devtools.emulator.room.server import RoomServer
from tests.contracts.online_call import MEETING, OnlineWatch
from tests.fakes.hidden_browser import FakeTokens, engine_parts, teams_web
from tests.fakes.waiting import wait_until
from tests.online.watching import join

pytestmark = pytest.mark.engine


def test_it_is_started_once_and_stopped_after_its_last_use(parts: EngineParts) -> None:
    adapter = teams_web(parts, limits=TeamsWebLimits(idle=1.0))
    for _ in range(3):
        adapter.prepare()
    wait_until(lambda: adapter.pid)
    first = adapter.pid
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    assert adapter.pid == first
    # longer than the idle time, in a call
    states = len(watch.states)
    wait_until(lambda: adapter.megabytes > 0)
    adapter.command(OnlineCommand.MUTE)
    watch.until(lambda state: state.muted)
    assert len(watch.states) > states
    adapter.command(OnlineCommand.LEAVE)
    assert watch.ended() is OnlineEnd.LEFT
    wait_until(lambda: not adapter.pid)
    assert join(adapter, watch).joined is not None
    assert adapter.pid != first
    adapter.stop()


def test_stopping_does_not_wait_for_an_engine_that_starts(parts: EngineParts) -> None:
    adapter = teams_web(parts)
    adapter.prepare()
    adapter.stop()
    assert not adapter.pid


def test_usage_is_reported_with_the_token(parts: EngineParts, tokens: FakeTokens) -> None:
    adapter = teams_web(parts, tokens)
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    adapter.command(OnlineCommand.LEAVE)
    watch.ended()
    wait_until(lambda: tokens.reported)
    [(token, seconds)] = tokens.reported
    assert token == "token-of-driver"
    assert 0 < seconds < 30
    adapter.stop()


def test_without_a_microphone_there_is_no_call(program: str, sdk: Path, room: RoomServer, tmp_path: Path) -> None:
    environ = {"PULSE_SERVER": f"unix:{tmp_path}/none", "XDG_RUNTIME_DIR": "/nonexistent"}
    adapter = teams_web(engine_parts(program, sdk, room, devices=(), environ=environ))
    watch = OnlineWatch(adapter)
    adapter.join(MEETING, muted=False)
    assert watch.ended() is OnlineEnd.MEDIA
    adapter.stop()


def test_an_sdk_that_does_not_load_is_named(
    program: str, sdk: Path, room: RoomServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sdk / "sdk.js").write_text("export const nothing = 1;")
    parts = engine_parts(program, sdk, room)
    adapter = teams_web(parts)
    watch = OnlineWatch(adapter)
    adapter.join(MEETING, muted=False)
    assert watch.ended() is OnlineEnd.ENGINE
    assert OnlineNeed.SDK not in adapter.readiness().needs
    adapter.stop()
    monkeypatch.setattr("carlendar.online.diagnosis.os.geteuid", lambda: 1000)
    assert diagnose(parts, tokens=True, folders=()).detail == "the calling SDK does not load"
