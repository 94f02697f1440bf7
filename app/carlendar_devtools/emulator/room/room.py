"""The online meeting's room: who is in it, and what its organiser does. On one event loop; `server` serves it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine
from typing import Any

from aiohttp import WSMsgType, web

from carlendar_devtools.emulator.room.participant import Participant

DENIED = (403, 5854)
REMOVED = (0, 5300)
ENDED_FOR_ALL = (0, 4097)


class Room:
    """A meeting. Its attributes are how it treats callers who come; its methods act on those who are there."""

    def __init__(self) -> None:
        self.lobby = False
        self.answers = True
        """Whether it answers at all; without, a caller stays connecting."""
        self.end_on_join: tuple[int, int] | None = None
        """The code and sub-code with which a caller ends who joins."""
        self.tone = False
        self.echo = True
        self.others = 1
        """The number of other people in it."""
        self.recording = self.transcription = self.consent = False
        self.tunnel = False
        self.participants: dict[str, Participant] = {}
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def caller(self) -> Participant | None:
        """The last caller who is still there."""
        return next(reversed(self.participants.values()), None)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one caller's signalling."""
        if self.tunnel:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        participant: Participant | None = None
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            content = message.json()
            if "join" in content:
                participant = await self._join(content["join"], socket)
            elif participant is not None:
                await self._take(participant, content)
        if participant is not None and participant.socket is socket:
            participant.socket = None
        return socket

    async def set_lobby(self, on: bool) -> None:
        """Let callers wait in the lobby, or let them in."""
        self.lobby = on
        if not on:
            await self.admit()

    async def admit(self) -> None:
        """Let everyone in who waits in the lobby."""
        for each in self.participants.values():
            if each.state == "InLobby":
                self._spawn(self._enter(each))

    async def deny(self) -> None:
        """Deny everyone who waits in the lobby."""
        await self.end(*DENIED)

    async def remove(self) -> None:
        """Remove the callers from the meeting."""
        await self.end(*REMOVED)

    async def end_for_all(self) -> None:
        """End the meeting."""
        await self.end(*ENDED_FOR_ALL)

    async def end(self, code: int, sub_code: int) -> None:
        """End the calls of all with this reason."""
        for each in [*self.participants.values()]:
            await self._send_end(each, code, sub_code)

    async def record(self, on: bool) -> None:
        """Start or stop a recording."""
        self.recording = on
        await self._tell_recording()

    async def transcribe(self, on: bool) -> None:
        """Start or stop a transcription."""
        self.transcription = on
        await self._tell_recording()

    async def require_consent(self, on: bool) -> None:
        """Require everyone's consent to recordings and transcriptions, or not any more."""
        self.consent = on
        await self._tell_recording()

    async def mute_callers(self, *, may_unmute: bool = True) -> None:
        """Mute the callers, who may or may not unmute themselves."""
        await self.send({"mayUnmute": may_unmute, "mutedByOthers": True})

    async def set_quality(self, grade: int) -> None:
        """Report the quality of the connection: 1 good, 2 poor, 3 bad."""
        await self.send({"quality": grade})

    async def set_others(self, count: int) -> None:
        """Set the number of other people."""
        self.others = count
        await self.send({"people": count})

    async def set_sound(self, *, tone: bool, echo: bool) -> None:
        """Say a tone to the callers, or their own voice, or nothing."""
        self.tone, self.echo = tone, echo
        for each in self.participants.values():
            if each.says is not None:
                each.says.tone, each.says.echo = tone, echo

    async def cut(self, on: bool) -> None:
        """Cut the connections of all callers, as a tunnel does, or end that."""
        self.tunnel = on
        if on:
            for each in self.participants.values():
                await each.close_media()
                if each.socket is not None:
                    await each.socket.close()

    async def send(self, message: dict[str, object]) -> None:
        """Send a message to all callers who are in the meeting."""
        await asyncio.gather(*(each.send(message) for each in self.participants.values()))

    async def close(self) -> None:
        """Close all connections."""
        for task in self._tasks:
            task.cancel()
        for each in [*self.participants.values()]:
            await self._forget(each)

    async def _join(self, who: dict[str, Any], socket: web.WebSocketResponse) -> Participant:
        number = str(who.get("id", ""))
        participant = self.participants.get(number)
        if participant is None:
            participant = Participant(str(next(self._numbers)), who)
        participant.socket = socket
        if self.end_on_join is not None:
            await self._send_end(participant, *self.end_on_join)
            return participant
        if not self.answers:
            return participant
        self.participants[participant.number] = participant
        answer = await participant.answer(str(who.get("offer", "")), tone=self.tone, echo=self.echo)
        await participant.send({"id": participant.number, "answer": answer})
        if participant.state == "InLobby" or (participant.state == "Connecting" and self.lobby):
            participant.state = "InLobby"
            await participant.send({"state": "InLobby"})
        else:
            self._spawn(self._enter(participant))
        return participant

    async def _enter(self, participant: Participant) -> None:
        await participant.connected.wait()
        participant.state = "Connected"
        await participant.send({"state": "Connected", "people": self.others} | self._recording_of(participant))

    async def _take(self, participant: Participant, content: dict[str, Any]) -> None:
        if "muted" in content:
            participant.muted = bool(content["muted"])
        if content.get("consent"):
            participant.consented = True
            await participant.send(self._recording_of(participant))
        if content.get("leave"):
            await self._forget(participant)

    def _recording_of(self, participant: Participant) -> dict[str, object]:
        needed = self.consent and (self.recording or self.transcription) and not participant.consented
        return {"recording": self.recording, "transcription": self.transcription, "consent": needed}

    async def _tell_recording(self) -> None:
        for each in self.participants.values():
            await each.send(self._recording_of(each))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_end(self, participant: Participant, code: int, sub_code: int) -> None:
        await participant.send({"ended": {"code": code, "subCode": sub_code}})
        await self._forget(participant)

    async def _forget(self, participant: Participant) -> None:
        self.participants.pop(participant.number, None)
        await participant.close_media()
