"""A room, a real Chromium with the stub SDK, and the adapter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carlendar.online.engine import EngineParts
from carlendar.online.teams_web import TeamsWeb
from carlendar_devtools.emulator.room.server import RoomServer
from tests.fakes.hidden_browser import FakeTokens, chromium, engine_parts, teams_web


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> str:
    return chromium(tmp_path_factory.mktemp("chromium"))


@pytest.fixture
def room() -> Iterator[RoomServer]:
    server = RoomServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sdk(room: RoomServer, tmp_path: Path) -> Path:
    """The folder of the stub SDK."""
    return room.make_sdk_folder(tmp_path / "sdk")


@pytest.fixture
def parts(program: str, sdk: Path, room: RoomServer) -> EngineParts:
    return engine_parts(program, sdk, room)


@pytest.fixture
def tokens() -> FakeTokens:
    return FakeTokens()


@pytest.fixture
def adapter(parts: EngineParts, tokens: FakeTokens) -> Iterator[TeamsWeb]:
    adapter = teams_web(parts, tokens)
    yield adapter
    adapter.stop()
