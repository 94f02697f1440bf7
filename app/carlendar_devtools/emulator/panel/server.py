"""The panel's server on loopback: the page, its fonts, and one WebSocket for each viewer.

server → page   {"state": {…}} whole, at each change · {"log": [[number, time, kind, text], …]} ·
                {"id": n, "error": text or null}, the answer to each order · bytes: the display's picture,
                of no length when there is none
page → server   {"id": n, "do": name, "with": {…}}
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from aiohttp import WSMsgType, web

from carlendar.errors import CarlendarError, UsageError
from carlendar_devtools.emulator.panel.access import guard, harden
from carlendar_devtools.emulator.panel.journal import Journal
from carlendar_devtools.emulator.panel.picture import Pictures
from carlendar_devtools.emulator.port import port_error

PAGE = Path(__file__).parent / "page"
FILES = {
    "": "index.html",
    "panel.css": "panel.css",
    "panel.js": "panel.js",
    "controls.js": "controls.js",
    "fingers.js": "fingers.js",
}
FONTS = ("Roboto-Regular.ttf", "Roboto-Bold.ttf", "RobotoMono-Regular.ttf")

LONGEST_ORDER = 16 * 1024
"""Bytes of one message from the page."""

PAUSE = 0.03
"""Seconds between two messages of state: a slider's many changes become few."""


class PanelControls(Protocol):
    """What the page shows and what it may order."""

    def state(self) -> dict[str, Any]:
        """All that the page shows, ready for JSON."""

    async def order(self, name: str, arguments: dict[str, Any]) -> None:
        """Do it; a CarlendarError says why not."""


class PanelServer:
    """Serves one desk. `address` is what a person opens in a browser."""

    def __init__(self, desk: PanelControls, journal: Journal, pictures: Pictures, *, token: str = "") -> None:
        self._desk = desk
        self._journal = journal
        self._pictures = pictures
        self.token = token or secrets.token_urlsafe(24)
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._changed: set[asyncio.Event] = set()
        self._offers: dict[str, Callable[[], str]] = {}

    @property
    def address(self) -> str:
        """The page's address, its token included."""
        return f"http://127.0.0.1:{self._port}/{self.token}/"

    @property
    def port(self) -> int:
        """Where it listens; 0 before the start."""
        return self._port

    def offer(self, name: str, content: Callable[[], str]) -> None:
        """Let the page fetch a text of JSON lines under that name; before the start."""
        self._offers[name] = content

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; ServiceError when the port cannot be had."""
        app = web.Application(middlewares=[guard(self.token, lambda: self._port)])
        app.on_response_prepare.append(harden)
        prefix = f"/{self.token}"
        app.router.add_get(f"{prefix}/ws", self._socket)
        for path, name in FILES.items():
            app.router.add_get(f"{prefix}/{path}", _file(PAGE / name))
        for name, content in self._offers.items():
            app.router.add_get(f"{prefix}/{name}", _text(content))
        for name in FONTS:
            app.router.add_get(f"{prefix}/fonts/{name}", _file(_font(name)))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        try:
            await site.start()
        except (OSError, OverflowError) as error:
            await self._runner.cleanup()
            raise port_error(port, error) from error
        self._port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Let every viewer go and stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def changed(self) -> None:
        """Something that the page shows is new."""
        for event in self._changed:
            event.set()

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=LONGEST_ORDER, heartbeat=20.0, compress=False)
        await socket.prepare(request)
        teller = asyncio.create_task(self._tell(socket))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._take(socket, message.data)
        finally:
            teller.cancel()
            await asyncio.gather(teller, return_exceptions=True)
        return socket

    async def _take(self, socket: web.WebSocketResponse, text: str) -> None:
        number: object = None
        try:
            order = _order(text)
            number = order["id"]
            await self._desk.order(order["do"], order["with"])
            problem = None
        except CarlendarError as error:
            problem = str(error)
        await socket.send_json({"id": number, "error": problem})

    async def _tell(self, socket: web.WebSocketResponse) -> None:
        """Send what is new, for as long as the viewer is there."""
        event = asyncio.Event()
        event.set()
        self._changed.add(event)
        picture, line, state = -1, 0, ""
        try:
            while True:
                await event.wait()
                event.clear()
                if (fresh := json.dumps({"state": self._desk.state()})) != state:
                    state = fresh
                    await socket.send_str(state)
                if lines := self._journal.since(line):
                    line = lines[-1].number
                    await socket.send_json({"log": [[one.number, one.at, one.kind, one.text] for one in lines]})
                if self._pictures.number != picture:
                    picture = self._pictures.number
                    await socket.send_bytes(self._pictures.last)
                await asyncio.sleep(PAUSE)
        except ConnectionError:
            pass  # the viewer went away while something was being sent
        finally:
            self._changed.discard(event)


def _order(text: str) -> dict[str, Any]:
    """The order of one message. UsageError for anything else."""
    try:
        order = json.loads(text)
        if isinstance(order["do"], str) and isinstance(order["with"], dict) and isinstance(order["id"], int):
            return dict(order)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError("that is no order") from error
    raise UsageError("that is no order")


def _file(path: Path) -> Callable[[web.Request], Any]:
    async def serve(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(path)

    return serve


def _text(content: Callable[[], str]) -> Callable[[web.Request], Any]:
    async def serve(_request: web.Request) -> web.Response:
        return web.Response(text=content(), content_type="application/jsonl")

    return serve


def _font(name: str) -> Path:
    """A font of the installed Kivy, found without importing it."""
    spec = find_spec("kivy")
    if spec is None or spec.origin is None:
        raise UsageError("Kivy is not installed")
    return Path(spec.origin).parent / "data" / "fonts" / name
