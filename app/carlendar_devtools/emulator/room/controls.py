"""The other end of a call into the room, with the names of the simulated data call's."""

from __future__ import annotations

from carlendar.domain.online_call import OnlineEnd, Quality
from carlendar_devtools.emulator.room.room import DENIED, ENDED_FOR_ALL, REMOVED, Room
from carlendar_devtools.emulator.room.server import RoomServer

ENDS: dict[OnlineEnd, tuple[int, int]] = {
    OnlineEnd.ENDED_FOR_ALL: ENDED_FOR_ALL,
    OnlineEnd.REMOVED: REMOVED,
    OnlineEnd.DENIED: DENIED,
    OnlineEnd.NOT_ALLOWED: (403, 5221),
    OnlineEnd.BAD_LINK: (404, 5751),
    OnlineEnd.SIGN_IN: (401, 10009),
    OnlineEnd.CONNECTION_LOST: (410, 3100),
    OnlineEnd.MEDIA: (410, 3111),
}
"""Codes that lead to each end; any other end becomes an unknown code."""
_UNKNOWN = (500, 10032)
_QUALITIES = (Quality.GOOD, Quality.POOR, Quality.BAD)


class RoomControls:
    """What an organiser, the service and the network do in the room of `server`; see `DataLine`."""

    def __init__(self, server: RoomServer) -> None:
        self._server = server

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
