"""The hidden Chromium with the stub SDK and a real room keeps the contract of `OnlineCall`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carlendar.online.engine import EngineParts
from carlendar.online.teams_web import TeamsWeb
from carlendar_devtools.emulator.room.controls import RoomControls
from carlendar_devtools.emulator.room.server import RoomServer
from tests.contracts.online_call import OnlineCallContract
from tests.fakes.hidden_browser import FakeTokens, SystemClock, chromium, engine_parts

pytestmark = pytest.mark.engine


class ControlledTeamsWeb(RoomControls, TeamsWeb):
    """The adapter and the room."""

    def __init__(self, parts: EngineParts, server: RoomServer) -> None:
        RoomControls.__init__(self, server)
        TeamsWeb.__init__(self, parts, FakeTokens(), SystemClock())


class TestTeamsWeb(OnlineCallContract):
    """Each test has a browser of its own."""

    @pytest.fixture
    def call(self, tmp_path: Path) -> Iterator[ControlledTeamsWeb]:
        server = RoomServer()
        server.start()
        program = chromium(tmp_path)
        call = ControlledTeamsWeb(engine_parts(program, server.make_sdk_folder(tmp_path / "sdk"), server), server)
        yield call
        call.stop()
        server.stop()
