"""The emulator's data call with real sound: the car's own adapter, the stub SDK and a room, on this machine alone."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from carlendar.domain.online_call import CallIdentity, CallingToken
from carlendar.domain.ports import ElapsedClock
from carlendar.online.allowed_hosts import MICROSOFT
from carlendar.online.chromium import Browser, find_program
from carlendar.online.engine import EngineParts
from carlendar.online.teams_web import TeamsWeb
from carlendar_devtools.emulator.room.controls import RoomControls
from carlendar_devtools.emulator.room.server import BROWSER_ARGUMENTS, BROWSER_DISABLED, RoomServer


def obstacle() -> str:
    """Why there can be no such call on this machine; empty if there can."""
    if os.geteuid() == 0:
        return "Chromium's sandbox refuses root; start the emulator as another user"
    if not find_program(os.environ.get("CHROMIUM", "")):
        return "Chromium is missing (packaging/setup.sh test installs it)"
    return ""


class EmulatedTokens:
    """`CallingTokens` that the stub takes."""

    def token(self, account_id: str) -> CallingToken:
        """Return a token that is good for an hour."""
        identity = CallIdentity.USER if account_id else CallIdentity.GUEST
        return CallingToken("emulated", datetime.now(UTC) + timedelta(hours=1), identity)

    def used(self, token: CallingToken, seconds: float) -> None:
        """Nothing is counted."""


class RoomCall(RoomControls, TeamsWeb):
    """`OnlineCall` into a room of its own, in which one hears oneself after two seconds.

    `program` is the browser (CHROMIUM, or the system's, if empty), with further `arguments`.
    """

    def __init__(self, elapsed: ElapsedClock, arguments: tuple[str, ...] = (), program: str = "") -> None:
        server = RoomServer()
        server.start()
        self._folder = tempfile.TemporaryDirectory(prefix="carlendar-room-")
        sdk = server.make_sdk_folder(Path(self._folder.name))
        program = program or find_program(os.environ.get("CHROMIUM", ""))
        browser = Browser(program, (*BROWSER_ARGUMENTS, *arguments), BROWSER_DISABLED)
        parts = EngineParts(browser, sdk, os.environ, (*MICROSOFT, server.host))
        RoomControls.__init__(self, server)
        TeamsWeb.__init__(self, parts, EmulatedTokens(), elapsed)

    def stop(self) -> None:
        """Leave the call, and close the room."""
        super().stop()
        self._server.stop()
        self._folder.cleanup()
