"""Nobody reaches the panel but whoever has its address, from this machine, from the page itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from carlendar.errors import ServiceError, UsageError
from carlendar_devtools.emulator.panel.journal import Journal
from carlendar_devtools.emulator.panel.picture import Pictures
from carlendar_devtools.emulator.panel.server import PanelServer


class Desk:
    """A desk that remembers its orders."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, dict[str, Any]]] = []

    def state(self) -> dict[str, Any]:
        return {"orders": len(self.orders)}

    async def order(self, name: str, arguments: dict[str, Any]) -> None:
        if name == "impossible":
            raise UsageError("that cannot be done")
        self.orders.append((name, arguments))


Work = Callable[[PanelServer, aiohttp.ClientSession, Desk], Awaitable[None]]


def with_panel(work: Work) -> None:
    async def run() -> None:
        desk = Desk()
        journal = Journal(lambda: "08:41:00", lambda: 0.0)
        panel = PanelServer(desk, journal, Pictures())
        panel.offer("trace.jsonl", lambda: "{}\n")
        await panel.start()
        try:
            async with aiohttp.ClientSession() as session:
                await work(panel, session, desk)
        finally:
            await panel.stop()

    asyncio.run(run())


def test_the_page_is_there_for_who_has_the_token_and_is_never_kept() -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, _desk: Desk) -> None:
        for path in ("", "panel.css", "panel.js", "controls.js", "fingers.js", "fonts/Roboto-Bold.ttf", "trace.jsonl"):
            async with session.get(panel.address + path) as answer:
                assert answer.status == 200, path
                assert answer.headers["Cache-Control"] == "no-store"
                assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
                assert answer.headers["Referrer-Policy"] == "no-referrer"

    with_panel(work)


def test_without_the_token_everything_is_forbidden() -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, _desk: Desk) -> None:
        base = f"http://127.0.0.1:{panel.port}"
        for path in ("/", "/ws", "/panel.js", "/x" + panel.token + "/", f"/{panel.token[:-1]}/", "/%00/", "/\u00e9/"):
            async with session.get(base + path) as answer:
                assert answer.status == 403, path

    with_panel(work)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1.evil.example:{port}", ""]
)
def test_a_name_that_was_rebound_to_this_machine_is_refused(host: str) -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, _desk: Desk) -> None:
        headers = {"Host": host.format(port=panel.port)}
        async with session.get(panel.address, headers=headers) as answer:
            assert answer.status in (400, 403)

    with_panel(work)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1", None]
)
def test_another_pages_socket_is_refused(origin: str | None) -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, _desk: Desk) -> None:
        given = None if origin is None else origin.format(port=panel.port)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(panel.address + "ws", origin=given)
        assert refused.value.status == 403

    with_panel(work)


def test_a_socket_tells_the_state_takes_orders_and_says_why_not() -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, desk: Desk) -> None:
        async with session.ws_connect(panel.address + "ws", origin=f"http://localhost:{panel.port}") as socket:
            assert await socket.receive_json(timeout=5) == {"state": {"orders": 0}}
            assert await socket.receive_bytes(timeout=5) == b""
            await socket.send_json({"id": 7, "do": "car.speed", "with": {"value": 3}})
            assert await socket.receive_json(timeout=5) == {"id": 7, "error": None}
            await socket.send_json({"id": 8, "do": "impossible", "with": {}})
            assert await socket.receive_json(timeout=5) == {"id": 8, "error": "that cannot be done"}
            panel.changed()
            assert await socket.receive_json(timeout=5) == {"state": {"orders": 1}}
        assert desk.orders == [("car.speed", {"value": 3})]

    with_panel(work)


@pytest.mark.parametrize(
    "nonsense",
    ["", "{", "[]", "null", '{"id": "x", "do": "a", "with": {}}', '{"id": 1, "do": 2, "with": {}}', "[" * 9000],
)
def test_nonsense_is_no_order_and_ends_nothing(nonsense: str) -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, desk: Desk) -> None:
        async with session.ws_connect(panel.address + "ws", origin=f"http://127.0.0.1:{panel.port}") as socket:
            await socket.receive_json(timeout=5)
            await socket.receive_bytes(timeout=5)
            await socket.send_str(nonsense)
            assert (await socket.receive_json(timeout=5))["error"] == "that is no order"
            await socket.send_json({"id": 1, "do": "clock.rate", "with": {}})
            assert await socket.receive_json(timeout=5) == {"id": 1, "error": None}
        assert desk.orders == [("clock.rate", {})]

    with_panel(work)


def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    async def work(panel: PanelServer, _session: aiohttp.ClientSession, desk: Desk) -> None:
        second = PanelServer(desk, Journal(lambda: "", lambda: 0.0), Pictures())
        with pytest.raises(ServiceError, match=f"port {panel.port} cannot be used"):
            await second.start(panel.port)

    with_panel(work)
