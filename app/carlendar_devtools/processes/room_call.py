"""The emulator's data call with real sound: the car's own adapter, the stub SDK and a room, on this machine alone.

Its other end has the names of the simulated data call's, so that the panel controls either.
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from carlendar.domain.online_call import CallIdentity, CallingToken, OnlineEnd, Quality
from carlendar.domain.ports import ElapsedClock
from carlendar.online.allowed_hosts import MICROSOFT
from carlendar.online.chromium import Browser, find_program
from carlendar.online.engine import EngineParts
from carlendar.online.teams_web import TeamsWeb
from carlendar_devtools.emulator.room.room import Room
from carlendar_devtools.emulator.room.server import BROWSER_ARGUMENTS, BROWSER_DISABLED, RoomServer

ENDS: dict[OnlineEnd, tuple[int, int]] = {
    OnlineEnd.ENDED_FOR_ALL: (0, 4097),
    OnlineEnd.REMOVED: (0, 5300),
    OnlineEnd.DENIED: (403, 5854),
    OnlineEnd.NOT_ALLOWED: (403, 5221),
    OnlineEnd.BAD_LINK: (404, 5751),
    OnlineEnd.SIGN_IN: (401, 10009),
    OnlineEnd.CONNECTION_LOST: (410, 3100),
    OnlineEnd.MEDIA: (410, 3111),
}
"""Codes that lead to each end; any other end becomes an unknown code."""
_UNKNOWN = (500, 10032)
_QUALITIES = (Quality.GOOD, Quality.POOR, Quality.BAD)


def obstacle() -> str:
    """Why there can be no such call on this machine; empty if there can."""
    if os.geteuid() == 0:
        return "Chromium's sandbox refuses root"
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


class RoomCall(TeamsWeb):
    """`OnlineCall` into a room of its own, in which one hears oneself after two seconds."""

    def __init__(self, elapsed: ElapsedClock, arguments: tuple[str, ...] = ()) -> None:
        self._server = RoomServer()
        self._server.start()
        self._folder = tempfile.TemporaryDirectory(prefix="carlendar-room-")
        sdk = self._server.make_sdk_folder(Path(self._folder.name))
        program = find_program(os.environ.get("CHROMIUM", ""))
        browser = Browser(program, (*BROWSER_ARGUMENTS, *arguments), BROWSER_DISABLED)
        parts = EngineParts(browser, sdk, os.environ, (*MICROSOFT, self._server.host))
        super().__init__(parts, EmulatedTokens(), elapsed)

    def stop(self) -> None:
        """Leave the call, and close the room."""
        super().stop()
        self._server.stop()
        self._folder.cleanup()

    # --- the other end, as of the simulated data call -------------------------------------------

    @property
    def holds_lobby(self) -> bool:
        """Whether callers wait to be let in."""
        return self._server.read(lambda room: room.lobby)

    @holds_lobby.setter
    def holds_lobby(self, on: bool) -> None:
        self._set("lobby", on)

    @property
    def requires_consent(self) -> bool:
        """Whether those who speak must agree to a recording."""
        return self._server.read(lambda room: room.consent)

    @requires_consent.setter
    def requires_consent(self, on: bool) -> None:
        self._server.act(lambda room: room.require_consent(on))

    @property
    def connects_after(self) -> float | None:
        """None while the room does not answer."""
        return self._server.read(lambda room: 0.0 if room.answers else None)

    @connects_after.setter
    def connects_after(self, seconds: float | None) -> None:
        self._set("answers", seconds is not None)

    @property
    def fails(self) -> OnlineEnd | None:
        """How joining ends instead of connecting."""
        codes = self._server.read(lambda room: room.end_on_join)
        return None if codes is None else next((end for end, each in ENDS.items() if each == codes), OnlineEnd.UNKNOWN)

    @fails.setter
    def fails(self, end: OnlineEnd | None) -> None:
        self._set("end_on_join", None if end is None else ENDS.get(end, _UNKNOWN))

    def admit(self) -> None:
        """Let the driver in from the lobby."""
        self._server.act(Room.admit)

    def refuse(self) -> None:
        """Do not let the driver in."""
        self._server.act(Room.deny)

    def remove(self) -> None:
        """Remove the driver from the meeting."""
        self._server.act(Room.remove)

    def end_for_all(self) -> None:
        """End the meeting."""
        self._server.act(Room.end_for_all)

    def record(self, *, on: bool) -> None:
        """Begin or end the recording."""
        self._server.act(lambda room: room.record(on))

    def transcribe(self, *, on: bool) -> None:
        """Begin or end the transcription."""
        self._server.act(lambda room: room.transcribe(on))

    def mute_by_organizer(self) -> None:
        """Mute the driver."""
        self._server.act(Room.mute_callers)

    def people(self, number: int | None) -> None:
        """Change how many people are in the meeting, the driver included."""
        self._server.act(lambda room: room.set_others(max(0, (number or 1) - 1)))

    def quality(self, quality: Quality) -> None:
        """Change the quality of the connection."""
        self._server.act(lambda room: room.set_quality(_QUALITIES.index(quality) + 1))

    def cut(self, *, lost: bool) -> None:
        """Cut the connection, or restore it."""
        self._server.act(lambda room: room.cut(lost))

    def _set(self, name: str, value: object) -> None:
        async def setting(room: Room) -> None:
            setattr(room, name, value)

        self._server.act(setting)
