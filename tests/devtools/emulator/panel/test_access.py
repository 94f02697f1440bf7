"""The panel is reached by its whole address only, under this machine's own names, from the page itself."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from carlendar.errors import ServiceError, UsageError
from carlendar_devtools.emulator.panel.journal import Journal
from carlendar_devtools.emulator.panel.picture import Pictures
from carlendar_devtools.emulator.panel.server import PanelServer, is_loopback, reachable_name

EVERYWHERE = str(ipaddress.IPv4Address(0))


class RecordingControls:
    """Controls that remember their orders."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, dict[str, object]]] = []

    def state(self) -> dict[str, object]:
        return {"orders": len(self.orders)}

    async def order(self, name: str, arguments: dict[str, object]) -> None:
        if name == "impossible":
            raise UsageError("that cannot be done")
        self.orders.append((name, arguments))


Work = Callable[[PanelServer, aiohttp.ClientSession, RecordingControls], Awaitable[None]]


def with_panel(work: Work) -> None:
    async def run() -> None:
        controls = RecordingControls()
        journal = Journal(lambda: "08:41:00", lambda: 0.0)
        panel = PanelServer(controls, journal, Pictures())
        panel.offer("trace.jsonl", lambda: "{}\n")
        await panel.start()
        try:
            async with aiohttp.ClientSession() as session:
                await work(panel, session, controls)
        finally:
            await panel.stop()

    asyncio.run(run())


def test_the_page_is_there_for_who_has_the_token_and_is_never_kept() -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, _controls: RecordingControls) -> None:
        for path in ("", "panel.css", "panel.js", "controls.js", "fingers.js", "fonts/Roboto-Bold.ttf", "trace.jsonl"):
            async with session.get(panel.address + path) as answer:
                assert answer.status == 200, path
                assert answer.headers["Cache-Control"] == "no-store"
                assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
                assert answer.headers["Referrer-Policy"] == "no-referrer"

    with_panel(work)


def test_without_the_token_everything_is_forbidden() -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, _controls: RecordingControls) -> None:
        base = f"http://127.0.0.1:{panel.port}"
        for path in ("/", "/ws", "/panel.js", "/x" + panel.token + "/", f"/{panel.token[:-1]}/", "/%00/", "/\u00e9/"):
            async with session.get(base + path) as answer:
                assert answer.status == 403, path

    with_panel(work)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1.evil.example:{port}",
        "localhost.evil.example",
        "localhost@evil.example",
        "evil.example@localhost",
        "[::1].evil.example",
        "127.1.evil.example",
        "localhost:port",
        "localhost/evil.example",
        "",
    ],
)
def test_a_name_that_was_rebound_to_this_machine_is_refused(host: str) -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, _controls: RecordingControls) -> None:
        headers = {"Host": host.format(port=panel.port)}
        async with session.get(panel.address, headers=headers) as answer:
            assert answer.status in (400, 403)

    with_panel(work)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1", None]
)
def test_another_pages_socket_is_refused(origin: str | None) -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, _controls: RecordingControls) -> None:
        given = None if origin is None else origin.format(port=panel.port)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(panel.address + "ws", origin=given)
        assert refused.value.status == 403

    with_panel(work)


def test_a_socket_tells_the_state_takes_orders_and_says_why_not() -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, controls: RecordingControls) -> None:
        async with session.ws_connect(panel.address + "ws", origin=panel.origin) as socket:
            assert await socket.receive_json(timeout=5) == {"state": {"orders": 0}}
            assert await socket.receive_bytes(timeout=5) == b""
            await socket.send_json({"id": 7, "do": "car.speed", "with": {"value": 3}})
            assert await socket.receive_json(timeout=5) == {"id": 7, "error": None}
            await socket.send_json({"id": 8, "do": "impossible", "with": {}})
            assert await socket.receive_json(timeout=5) == {"id": 8, "error": "that cannot be done"}
            panel.changed()
            assert await socket.receive_json(timeout=5) == {"state": {"orders": 1}}
        assert controls.orders == [("car.speed", {"value": 3})]

    with_panel(work)


@pytest.mark.parametrize(
    "nonsense",
    ["", "{", "[]", "null", '{"id": "x", "do": "a", "with": {}}', '{"id": 1, "do": 2, "with": {}}', "[" * 9000],
)
def test_nonsense_is_no_order_and_ends_nothing(nonsense: str) -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, controls: RecordingControls) -> None:
        async with session.ws_connect(panel.address + "ws", origin=f"http://127.0.0.1:{panel.port}") as socket:
            await socket.receive_json(timeout=5)
            await socket.receive_bytes(timeout=5)
            await socket.send_str(nonsense)
            assert (await socket.receive_json(timeout=5))["error"] == "that is no order"
            await socket.send_json({"id": 1, "do": "clock.rate", "with": {}})
            assert await socket.receive_json(timeout=5) == {"id": 1, "error": None}
        assert controls.orders == [("clock.rate", {})]

    with_panel(work)


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1", "192.168.1.7:8080", "[::1]:9000", "LOCALHOST:1"])
def test_a_forwarded_port_opens_the_page_and_its_socket(host: str) -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, _controls: RecordingControls) -> None:
        async with session.get(panel.address, headers={"Host": host}) as answer:
            assert answer.status == 200
        headers = {"Host": host, "Origin": f"http://{host}"}
        async with session.ws_connect(panel.address + "ws", headers=headers) as viewer:
            assert await viewer.receive_json(timeout=5) == {"state": {"orders": 0}}

    with_panel(work)


def test_behind_a_proxy_that_changes_the_host_the_page_is_served_to_explain_it_and_the_socket_is_not() -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, _controls: RecordingControls) -> None:
        headers = {"Origin": "http://forwarded.example"}
        async with session.get(panel.address + "panel.js", headers=headers) as answer:
            assert answer.status == 200
            assert "Access-Control-Allow-Origin" not in answer.headers
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert "changes the page’s address" in await answer.text()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(panel.address + "ws", headers=headers)

    with_panel(work)


def test_a_refusal_is_a_page_that_says_what_to_do() -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, _controls: RecordingControls) -> None:
        base = f"http://127.0.0.1:{panel.port}"
        async with session.get(f"{base}/") as answer:
            assert (answer.status, answer.content_type) == (403, "text/html")
            text = await answer.text()
        assert "This address is incomplete" in text
        assert "the whole address that the emulator printed" in text
        assert panel.token not in text
        async with session.get(panel.address, headers={"Host": "<b>car.example:8641"}) as answer:
            assert answer.status in (400, 403)
        async with session.get(panel.address, headers={"Host": "car.example:8641"}) as answer:
            text = await answer.text()
        assert "<code>--host car.example</code>" in text
        assert panel.token not in text

    with_panel(work)


def test_the_host_that_was_asked_for_is_a_name_of_the_page() -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, controls: RecordingControls) -> None:
        other = PanelServer(controls, Journal(lambda: "", lambda: 0.0), Pictures())
        await other.start(host="localhost")
        try:
            assert other.address == f"http://localhost:{other.port}/{other.token}/"
            async with session.get(other.address) as answer:
                assert answer.status == 200
        finally:
            await other.stop()
        assert panel.address.startswith("http://127.0.0.1:")

    with_panel(work)


def test_for_all_addresses_the_page_is_named_by_one_that_can_be_reached() -> None:
    shown = reachable_name(EVERYWHERE)
    assert not ipaddress.ip_address(shown).is_unspecified
    assert reachable_name("::") == shown
    assert reachable_name("car.example") == "car.example"
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", EVERYWHERE, "10.1.2.3", "car.example")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


def test_the_usual_port_is_taken_if_it_is_free_and_another_one_if_not() -> None:
    async def work(panel: PanelServer, _session: aiohttp.ClientSession, controls: RecordingControls) -> None:
        second = PanelServer(controls, Journal(lambda: "", lambda: 0.0), Pictures())
        await second.start()
        try:
            assert panel.port != second.port
        finally:
            await second.stop()

    with_panel(work)


def test_codes_are_entered_at_the_same_port_without_the_token() -> None:
    async def run() -> None:
        async def enter(_request: web.Request) -> web.Response:
            return web.Response(text="code?", headers={"Content-Security-Policy": "form-action 'self'"})

        def add_to(router: web.UrlDispatcher) -> None:
            router.add_get("/devicelogin", enter)

        panel = PanelServer(RecordingControls(), Journal(lambda: "", lambda: 0.0), Pictures())
        panel.serve_sign_in(add_to, ("/devicelogin",))
        await panel.start()
        try:
            async with aiohttp.ClientSession() as session:
                async with session.get(f"{panel.origin}/devicelogin") as answer:
                    assert (answer.status, await answer.text()) == (200, "code?")
                    assert answer.headers["Content-Security-Policy"] == "form-action 'self'"
                    assert answer.headers["X-Frame-Options"] == "DENY"
                async with session.get(f"{panel.origin}/devicelogin", headers={"Host": "evil.example"}) as answer:
                    assert answer.status == 403
        finally:
            await panel.stop()

    asyncio.run(run())


def test_viewers_learn_why_it_ends_and_no_new_ones_are_taken() -> None:
    async def work(panel: PanelServer, session: aiohttp.ClientSession, _controls: RecordingControls) -> None:
        async with session.ws_connect(panel.address + "ws", origin=panel.origin) as viewer:
            await viewer.receive_json(timeout=5)
            await viewer.receive_bytes(timeout=5)
            farewell = asyncio.create_task(panel.farewell("stopped"))
            assert await viewer.receive_json(timeout=5) == {"ended": "stopped"}
            assert (await viewer.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
            await farewell
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(panel.address + "ws", origin=panel.origin)
        assert refused.value.status == 503

    with_panel(work)


def test_a_host_that_is_not_of_this_machine_is_reported_in_one_line() -> None:
    async def work(_panel: PanelServer, _session: aiohttp.ClientSession, controls: RecordingControls) -> None:
        second = PanelServer(controls, Journal(lambda: "", lambda: 0.0), Pictures())
        with pytest.raises(ServiceError, match=r"--host 192\.0\.2\.1 cannot be used"):
            await second.start(host="192.0.2.1")

    with_panel(work)


def test_a_port_that_is_taken_is_reported_in_one_line() -> None:
    async def work(panel: PanelServer, _session: aiohttp.ClientSession, controls: RecordingControls) -> None:
        second = PanelServer(controls, Journal(lambda: "", lambda: 0.0), Pictures())
        with pytest.raises(ServiceError, match=f"port {panel.port} cannot be used"):
            await second.start(panel.port)

    with_panel(work)
