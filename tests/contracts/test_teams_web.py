"""The hidden Chromium with the stub SDK and a real room keeps the contract of `OnlineCall`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carlendar.online.teams_web import TeamsWeb
from carlendar_devtools.processes.room_call import RoomCall
from tests.contracts.online_call import OnlineCallContract
from tests.fakes.hidden_browser import FAKE_DEVICES, SystemClock, chromium

pytestmark = pytest.mark.engine


class ContractCall(RoomCall):
    """The call of the emulator with `--room`, whose room stays until `close`."""

    def stop(self) -> None:
        TeamsWeb.stop(self)

    def close(self) -> None:
        RoomCall.stop(self)


class TestTeamsWeb(OnlineCallContract):
    """Each test has a browser of its own."""

    @pytest.fixture
    def call(self, tmp_path: Path) -> Iterator[ContractCall]:
        call = ContractCall(SystemClock(), FAKE_DEVICES, chromium(tmp_path))
        yield call
        call.close()
