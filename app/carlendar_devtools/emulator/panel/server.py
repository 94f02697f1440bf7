"""The panel's server: the page, its fonts, the pages for a sign-in's code, and one WebSocket for each viewer.

server → page   {"state": {…}} whole, at each change · {"log": [[number, time, kind, text], …]} ·
                {"id": n, "error": text or null}, the answer to each order · bytes: the display's picture,
                of no length when there is none · {"ended": "stopped" or "scenario"}, before it is closed
page → server   {"id": n, "do": name, "with": {…}}
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import json
import secrets
import socket
from collections.abc import Callable, Collection
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from aiohttp import WSCloseCode, WSMsgType, web

from carlendar.errors import CarlendarError, ServiceError, UsageError
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

LOOPBACK = "127.0.0.1"
USUAL_PORT = 8641
"""Where the page is, unless the port is taken or another one is asked for."""

PAUSE = 0.03
"""Seconds between two messages of state: a slider's many changes become few."""


class PanelControls(Protocol):
    """What the page shows and what it may order."""

    def state(self) -> dict[str, Any]:
        """All that the page shows, ready for JSON."""

    async def order(self, name: str, arguments: dict[str, Any]) -> None:
        """Do it; a CarlendarError says why not."""


class PanelServer:
    """Serves the panel's controls. `address` is what a person opens in a browser."""

    def __init__(self, controls: PanelControls, journal: Journal, pictures: Pictures, *, token: str = "") -> None:
        self._controls = controls
        self._journal = journal
        self._pictures = pictures
        self.token = token or secrets.token_urlsafe(24)
        self._host = LOOPBACK
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._changed: set[asyncio.Event] = set()
        self._sockets: set[web.WebSocketResponse] = set()
        self._over = False
        self._offers: dict[str, Callable[[], str]] = {}
        self._sign_in: Callable[[web.UrlDispatcher], None] | None = None
        self._sign_in_paths: Collection[str] = ()

    @property
    def origin(self) -> str:
        """Scheme, host and port of the page, as a browser on a machine that can reach it needs them."""
        return f"http://{_in_address(reachable_name(self._host))}:{self._port}"

    @property
    def address(self) -> str:
        """The page's address, its token included."""
        return f"{self.origin}/{self.token}/"

    @property
    def host(self) -> str:
        """The address that it listens on."""
        return self._host

    @property
    def port(self) -> int:
        """Where it listens; 0 before the start."""
        return self._port

    def offer(self, name: str, content: Callable[[], str]) -> None:
        """Let the page fetch a text of JSON lines under that name; before the start."""
        self._offers[name] = content

    def serve_sign_in(self, add_to: Callable[[web.UrlDispatcher], None], paths: Collection[str]) -> None:
        """Serve the pages on which a code is entered, by their `paths`, which need no token; before the start."""
        self._sign_in, self._sign_in_paths = add_to, paths

    async def start(self, port: int = 0, host: str = LOOPBACK) -> None:
        """Listen on `host`, at `USUAL_PORT` or any free port where none is given.

        ServiceError when the host or the port cannot be had.
        """
        self._host = host or LOOPBACK
        names = {socket.gethostname().casefold(), self._host.casefold()}
        app = web.Application(middlewares=[guard(self.token, names, self._sign_in_paths)])
        app.on_response_prepare.append(harden)
        prefix = f"/{self.token}"
        app.router.add_get(f"{prefix}/ws", self._socket)
        for path, name in FILES.items():
            app.router.add_get(f"{prefix}/{path}", _file(PAGE / name))
        for name, content in self._offers.items():
            app.router.add_get(f"{prefix}/{name}", _text(content))
        for name in FONTS:
            app.router.add_get(f"{prefix}/fonts/{name}", _file(_font(name)))
        if self._sign_in is not None:
            self._sign_in(app.router)
        try:
            listener = _bound(self._host, port)
        except (OSError, OverflowError) as error:
            raise _cannot_listen(self._host, port, error) from error
        self._port = int(listener.getsockname()[1])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()

    async def farewell(self, why: str) -> None:
        """Let every viewer know that the emulation has ended (`stopped`), or another begins (`scenario`)."""
        self._over = True
        for viewer in tuple(self._sockets):
            with suppress(ConnectionError):
                await viewer.send_json({"ended": why})
                await viewer.close(code=WSCloseCode.GOING_AWAY)

    async def stop(self) -> None:
        """Let every viewer go and stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def changed(self) -> None:
        """Something that the page shows is new."""
        for event in self._changed:
            event.set()

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        if self._over:
            raise web.HTTPServiceUnavailable  # a page that connects again would take it for a new start
        viewer = web.WebSocketResponse(max_msg_size=LONGEST_ORDER, heartbeat=20.0, compress=False)
        await viewer.prepare(request)
        self._sockets.add(viewer)
        updates = asyncio.create_task(self._send_updates(viewer))
        try:
            async for message in viewer:
                if message.type is WSMsgType.TEXT:
                    await self._take(viewer, message.data)
        finally:
            self._sockets.discard(viewer)
            updates.cancel()
            await asyncio.gather(updates, return_exceptions=True)
        return viewer

    async def _take(self, viewer: web.WebSocketResponse, text: str) -> None:
        number: object = None
        try:
            order = _order(text)
            number = order["id"]
            await self._controls.order(order["do"], order["with"])
            problem = None
        except CarlendarError as error:
            problem = str(error)
        await viewer.send_json({"id": number, "error": problem})

    async def _send_updates(self, viewer: web.WebSocketResponse) -> None:
        """Send what is new, for as long as the viewer is there."""
        event = asyncio.Event()
        event.set()
        self._changed.add(event)
        picture, line, state = -1, 0, ""
        try:
            while True:
                await event.wait()
                event.clear()
                if (fresh := json.dumps({"state": self._controls.state()})) != state:
                    state = fresh
                    await viewer.send_str(state)
                if lines := self._journal.since(line):
                    line = lines[-1].number
                    await viewer.send_json({"log": [[one.number, one.at, one.kind, one.text] for one in lines]})
                if self._pictures.number != picture:
                    picture = self._pictures.number
                    await viewer.send_bytes(self._pictures.last)
                await asyncio.sleep(PAUSE)
        except ConnectionError:
            pass  # the viewer went away while something was being sent
        finally:
            self._changed.discard(event)


def reachable_name(host: str) -> str:
    """The name or address by which a browser reaches a server that listens on `host`.

    For "all addresses" it is the address that this machine has towards others, or loopback where it has none.
    """
    try:
        everywhere = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        everywhere = False
    if not everywhere:
        return host
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # RFC 5737; a datagram socket sends nothing by this
        return str(probe.getsockname()[0])
    return LOOPBACK


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def _bound(host: str, port: int) -> socket.socket:
    """A listening socket at `port`, else at `USUAL_PORT`, else at any free port. OSError where there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if not port:
        with suppress(OSError):
            return socket.create_server((host, USUAL_PORT), family=family)
    return socket.create_server((host, port), family=family)


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _cannot_listen(host: str, port: int, error: Exception) -> ServiceError:
    if isinstance(error, OSError) and error.errno in (errno.EADDRINUSE, errno.EACCES):
        return port_error(port, error)
    return ServiceError(f"--host {host} cannot be used: it is no address of this computer")


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
