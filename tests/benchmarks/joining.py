"""Joining over data: from the command to join until the driver is in the meeting, warm and cold, and after a tunnel.

Real Chromium with the stub SDK, and a room of WebRTC on this machine. Beside it stands, of the same run, a bare WebRTC
client in Python that joins the same room. Then what the engine takes of memory and processor, idle and in a call.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import aiohttp
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack

from carlendar.domain.online_call import OnlineCommand, OnlinePhase, OnlineState
from carlendar.online.engine import EngineParts
from carlendar.online.memory_limit import MemoryMeter
from carlendar.online.teams_web import TeamsWeb
from carlendar_devtools.emulator.room.server import RoomServer
from tests.contracts.online_call import MEETING, OnlineWatch
from tests.fakes.hidden_browser import chromium, engine_parts, teams_web

SHARE = 0.99
WARM, COLD, BACK = 1.5, 6.0, 5.0
"""Seconds that are wanted."""
REPORTED_EVERY = 50
"""Cold joins after which the figures so far are printed."""
TUNNEL = 30.0
TUNNELS = 3
WATCHED = 20.0
"""Seconds for which the engine's processor time is measured."""


def run(scratch: Path, joins: int, cold: int, say: Callable[[str], None]) -> None:
    """Measure `joins` warm joins, with what comes after a tunnel and what the engine takes, and `cold` cold joins."""
    program = chromium(scratch)
    room = RoomServer()
    room.start()
    parts = engine_parts(program, room.make_sdk_folder(scratch / "sdk"), room)
    try:
        floor = [asyncio.run(_bare_join(room.host)) for _ in range(max(3, max(joins, cold) // 20))]
        if joins:
            _warm(parts, room, joins, floor, say)
        found: list[float] = []
        for number in range(1, cold + 1):
            found.append(_cold(lambda: teams_web(parts)))
            if number == cold or number % REPORTED_EVERY == 0:
                _say(say, "join, cold", found, COLD, floor)
    finally:
        room.stop()


def _warm(parts: EngineParts, room: RoomServer, joins: int, floor: list[float], say: Callable[[str], None]) -> None:
    warm = teams_web(parts)
    watch = OnlineWatch(warm)
    _joined(warm, watch)
    _left(warm, watch)
    _say(say, "join, warm", [_once(warm, watch) for _ in range(joins)], WARM, floor)
    _say(say, "back after a tunnel", [_tunnel(warm, watch, room) for _ in range(TUNNELS)], BACK, floor)
    _take(warm, watch, say)
    warm.stop()


def _once(call: TeamsWeb, watch: OnlineWatch) -> float:
    seconds = _joined(call, watch)
    _left(call, watch)
    return seconds


def _joined(call: TeamsWeb, watch: OnlineWatch) -> float:
    began = time.monotonic()
    call.join(MEETING, muted=False)
    watch.until(lambda state: _is_up(state, began))
    return time.monotonic() - began


def _is_up(state: OnlineState, began: float) -> bool:
    return state.phase is OnlinePhase.CONNECTED and state.since >= began


def _left(call: TeamsWeb, watch: OnlineWatch) -> None:
    call.command(OnlineCommand.LEAVE)
    watch.phase(OnlinePhase.ENDED)


def _cold(make: Callable[[], TeamsWeb]) -> float:
    call = make()
    try:
        return _joined(call, OnlineWatch(call))
    finally:
        call.stop()


def _tunnel(call: TeamsWeb, watch: OnlineWatch, room: RoomServer) -> float:
    """Seconds from the end of a tunnel until the driver is in the meeting again."""
    _joined(call, watch)
    room.act(lambda each: each.cut(True))
    watch.phase(OnlinePhase.RECONNECTING)
    time.sleep(TUNNEL)
    began = time.monotonic()
    room.act(lambda each: each.cut(False))
    watch.phase(OnlinePhase.CONNECTED)
    seconds = time.monotonic() - began
    _left(call, watch)
    return seconds


def _take(call: TeamsWeb, watch: OnlineWatch, say: Callable[[str], None]) -> None:
    """Print what the engine takes, idle and in a call."""
    for name, joined in (("idle", False), ("in a call", True)):
        if joined:
            _joined(call, watch)
        before = _processor_seconds(call.pid)
        time.sleep(WATCHED)
        share = 100 * (_processor_seconds(call.pid) - before) / WATCHED
        say(f"engine {name:10} {MemoryMeter(call.pid).proportional():6.0f} MiB (PSS)   {share:5.1f} % of a core")
    _left(call, watch)


def _processor_seconds(session: int) -> float:
    """Processor time of the processes of a session so far."""
    ticks = 0
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _say(say: Callable[[str], None], name: str, seconds: list[float], wanted: float, floor: list[float]) -> None:
    ordered = sorted(seconds)
    high = ordered[min(len(ordered) - 1, int(SHARE * len(ordered)))]
    within = sum(each < wanted for each in ordered) / len(ordered)
    say(
        f"{name:20} {median(ordered):5.2f} s   99 % {high:5.2f} s   worst {ordered[-1]:5.2f} s   "
        f"floor {median(floor):5.2f} s   {100 * within:.1f} % of {len(ordered)} within {wanted} s (wanted: 99 %)"
    )


async def _bare_join(host: str) -> float:
    """Seconds that a bare WebRTC client takes to join the room."""
    began = time.monotonic()
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connected = asyncio.Event()

    def changed() -> None:
        if connection.connectionState == "connected":
            connected.set()

    connection.on("connectionstatechange", changed)
    connection.addTrack(AudioStreamTrack())
    await connection.setLocalDescription(await connection.createOffer())
    async with aiohttp.ClientSession() as session, session.ws_connect(f"ws://{host}/call") as socket:
        await socket.send_json({"join": {"offer": connection.localDescription.sdp, "muted": True}})
        answer = json.loads((await socket.receive()).data)["answer"]
        await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await connected.wait()
        seconds = time.monotonic() - began
        await socket.send_json({"leave": True})
    await connection.close()
    return seconds
