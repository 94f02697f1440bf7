"""One caller in the room: its signalling and its media."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import aioice.ice
from aiohttp import web
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame

from carlendar_devtools.emulator.room.audio import HeardSound, RoomSound

LOOPBACK = "127.0.0.1"


def _loopback_alone(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    """The only address that the room uses; aioice would leave this one out and take all others."""
    return [LOOPBACK] if use_ipv4 or not use_ipv6 else []


class Participant:
    """A caller. `state` is that of the SDK's call."""

    def __init__(self, number: str, who: dict[str, Any]) -> None:
        self.number, self.user, self.name = number, bool(who.get("user")), str(who.get("name", ""))
        self.locator: dict[str, str] = who.get("locator", {})
        self.state = "Connecting"
        self.muted = bool(who.get("muted"))
        self.consented = False
        self.socket: web.WebSocketResponse | None = None
        self.heard = HeardSound()
        self.says: RoomSound | None = None
        self.connected = asyncio.Event()
        """Whether its media have a connection."""
        self._connection: RTCPeerConnection | None = None
        self._listening: asyncio.Task[None] | None = None

    async def answer(self, offer: str, *, tone: bool, echo: bool) -> str:
        """Set up the media for an offer (SDP), instead of earlier media, and return the answer."""
        await self.close_media()
        aioice.ice.get_host_addresses = _loopback_alone
        connection = self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.heard = HeardSound()
        self.says = RoomSound(self.heard, tone=tone, echo=echo)
        connection.addTrack(self.says)
        connection.on("track", self._on_track)
        self.connected.clear()
        connection.on("connectionstatechange", lambda: self._on_state(connection))
        await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        return connection.localDescription.sdp

    async def send(self, message: dict[str, object]) -> None:
        """Send a message to the caller, if it can be reached."""
        if self.socket is not None and not self.socket.closed:
            with contextlib.suppress(ConnectionError):
                await self.socket.send_json(message)

    async def close_media(self) -> None:
        """Close the media; the caller stays in the room."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = None
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    def _on_state(self, connection: RTCPeerConnection) -> None:
        if connection is self._connection and connection.connectionState == "connected":
            self.connected.set()

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._listening = asyncio.ensure_future(self._listen(track, self.heard))

    async def _listen(self, track: MediaStreamTrack, heard: HeardSound) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                if isinstance(frame, AudioFrame):
                    heard.take(frame)
