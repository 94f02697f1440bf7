"""Serves the room on a loopback port, on a thread of its own, and makes the SDK folder that leads to it."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Callable, Coroutine
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar

from aiohttp import web

from carlendar_devtools.emulator.room.participant import LOOPBACK
from carlendar_devtools.emulator.room.room import Room

BROWSER_ARGUMENTS = ("--allow-loopback-in-peer-connection",)
BROWSER_DISABLED = ("LocalNetworkAccessChecks",)
"""What the hidden browser needs in order to reach a room on this machine."""
_SECONDS = 10.0
T = TypeVar("T")


class RoomServer:
    """A room with its server. `host` is what the hidden browser has to be allowed to reach."""

    def __init__(self) -> None:
        self.room = Room()
        self.host = ""
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="room", daemon=True)

    def start(self) -> None:
        """Start serving."""
        self._thread.start()
        self._wait(self._start())

    def stop(self) -> None:
        """Close all connections and stop."""
        self._wait(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_SECONDS)
        self._loop.close()

    def act(self, work: Callable[[Room], Coroutine[None, None, T]]) -> T:
        """Act on the room from another thread: `act(Room.admit)`, `act(lambda room: room.record(on=True))`."""
        return self._wait(work(self.room))

    def read(self, look: Callable[[Room], T]) -> T:
        """Look at the room from another thread."""

        async def looking(room: Room) -> T:
            return look(room)

        return self.act(looking)

    def make_sdk_folder(self, folder: Path, *, oldest: int = 0, refused_tokens: tuple[str, ...] = ()) -> Path:
        """Fill a folder with the stub SDK and this room's address; returns it.

        `oldest` is the major version of the oldest browser that the stub supports; with a token of `refused_tokens`
        one cannot sign in.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with as_file(files(__package__) / "sdk" / "sdk.js") as stub:
            shutil.copyfile(stub, folder / "sdk.js")
        room = {"address": f"ws://{self.host}/call", "oldest": oldest, "refusedTokens": refused_tokens}
        (folder / "room.json").write_text(json.dumps(room))
        return folder

    async def _start(self) -> None:
        application = web.Application()
        application.router.add_get("/call", self.room.handle)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOOPBACK, 0)
        await site.start()
        self.host = f"{LOOPBACK}:{self._runner.addresses[0][1]}"

    async def _stop(self) -> None:
        await self.room.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def _wait(self, work: Coroutine[None, None, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_SECONDS)
