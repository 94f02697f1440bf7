"""The hidden Chromium with the stub SDK and a real room keeps the contract of `OnlineCall`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carlendar.domain.online_call import OnlineMeeting, Quality
from carlendar.online.teams_web import TeamsWeb
from carlendar_devtools.emulator.room.room import Room
from carlendar_devtools.emulator.room.server import RoomServer
from tests.contracts.online_call import OnlineCallContract
from tests.fakes.hidden_browser import chromium, engine_parts, teams_web

pytestmark = pytest.mark.engine

LINK = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_Q29udG9zbw%40thread.v2/0?context=%7b%7d"


class RoomBench:
    """The adapter and the room."""

    def __init__(self, call: TeamsWeb, server: RoomServer) -> None:
        self.call, self._server = call, server
        self.meeting = OnlineMeeting(LINK, account_id="driver", display_name="Ana Ruiz")

    def holds_lobby(self, *, on: bool) -> None:
        self._server.room.lobby = on

    def requires_consent(self, *, on: bool) -> None:
        self._server.act(lambda room: room.require_consent(on))

    def admit(self) -> None:
        self._server.act(Room.admit)

    def refuse(self) -> None:
        self._server.act(Room.deny)

    def remove(self) -> None:
        self._server.act(Room.remove)

    def end_for_all(self) -> None:
        self._server.act(Room.end_for_all)

    def record(self, *, on: bool) -> None:
        self._server.act(lambda room: room.record(on))

    def transcribe(self, *, on: bool) -> None:
        self._server.act(lambda room: room.transcribe(on))

    def mute_by_organizer(self) -> None:
        self._server.act(Room.mute_callers)

    def people(self, number: int) -> None:
        self._server.act(lambda room: room.set_others(number - 1))

    def quality(self, quality: Quality) -> None:
        grade = (Quality.GOOD, Quality.POOR, Quality.BAD).index(quality) + 1
        self._server.act(lambda room: room.set_quality(grade))

    def cut(self, *, lost: bool) -> None:
        self._server.act(lambda room: room.cut(lost))


class TestTeamsWeb(OnlineCallContract):
    """Each test has a browser of its own."""

    @pytest.fixture
    def bench(self, tmp_path: Path) -> Iterator[RoomBench]:
        server = RoomServer()
        server.start()
        program = chromium(tmp_path)
        call = teams_web(engine_parts(program, server.make_sdk_folder(tmp_path / "sdk"), server))
        yield RoomBench(call, server)
        call.stop()
        server.stop()
