"""What the page and the browser can reach: Microsoft's hosts and the microphone, and nothing else."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from carlendar.domain.online_call import OnlineCommand
from carlendar.online.engine import Engine, EngineParts
from carlendar.online.profile_folder import SHARED_MEMORY, processes_of
from carlendar.online.teams_web import TeamsWeb
from carlendar_devtools.emulator.room.server import RoomServer
from tests.contracts.online_call import OnlineWatch
from tests.fakes.waiting import wait_until
from tests.online.watching import join

pytestmark = pytest.mark.engine


@pytest.fixture
def stranger() -> Iterator[tuple[str, list[bytes]]]:
    """Another server on this machine, which the page must not reach: its address, and what it received."""
    received: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            received.append(connection.recv(1000))
            connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"127.0.0.1:{listening.getsockname()[1]}", received
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(5)


OF_THE_ROOM = ("aiortc", "aioice", "aiohttp", "carlendar_devtools")
"""Loggers of the other end, which is none of the car's."""
Evaluate = Callable[[str], Awaitable[Any]]


def in_page(parts: EngineParts, story: Callable[[Evaluate, Engine], Awaitable[None]]) -> None:
    async def main() -> None:
        engine = Engine(parts, lambda _report: None)

        async def evaluate(expression: str) -> Any:
            asked = {"expression": expression, "awaitPromise": True, "returnByValue": True}
            return (await engine._ask("Runtime.evaluate", asked))["result"].get("value")

        try:
            await engine.start()
            await story(evaluate, engine)
        finally:
            await engine.stop()

    asyncio.run(main())


def test_no_other_host_is_reached_by_any_means(parts: EngineParts, stranger: tuple[str, list[bytes]]) -> None:
    address, received = stranger
    ways = {
        "fetch": "fetch('http://ADDRESS/').then(() => 'reached', () => 'refused')",
        "no-cors": "fetch('http://ADDRESS/', {mode: 'no-cors'}).then(() => 'reached', () => 'refused')",
        "socket": "new Promise((end) => { try { const s = new WebSocket('ws://ADDRESS/');"
        " s.onopen = () => end('reached'); s.onerror = () => end('refused'); } catch { end('refused'); } })",
        "worker": 'new Promise((end) => { const code = \'fetch("http://ADDRESS/").then(() => postMessage("reached"),'
        ' () => postMessage("refused"))\'; const w = new Worker(URL.createObjectURL(new Blob([code])));'
        " w.onmessage = ({data}) => end(data); w.onerror = () => end('refused'); })",
        "image": "new Promise((end) => { const i = new Image(); i.onload = () => end('reached');"
        " i.onerror = () => end('refused'); i.src = 'http://ADDRESS/'; })",
        "script": "import('http://ADDRESS/').then(() => 'reached', () => 'refused')",
        "beacon": "Promise.resolve(navigator.sendBeacon('http://ADDRESS/', 'x')).then(() => 'refused')",
        "name": "fetch('https://example.com/').then(() => 'reached', () => 'refused')",
    }

    async def story(evaluate: Evaluate, _engine: Engine) -> None:
        for name, way in ways.items():
            assert await evaluate(way.replace("ADDRESS", address)) == "refused", name

    in_page(parts, story)
    assert received == []


def test_the_page_may_use_the_microphone_alone(parts: EngineParts) -> None:
    async def story(evaluate: Evaluate, _engine: Engine) -> None:
        media = "navigator.mediaDevices.getUserMedia({%s: true}).then(() => 'given', ({name}) => name)"
        assert await evaluate(media % "audio") == "given"
        assert await evaluate(media % "video") == "NotAllowedError"
        where = (
            "new Promise((end) => navigator.geolocation.getCurrentPosition(() => end('given'), () => end('denied')))"
        )
        assert await evaluate(where) == "denied"
        assert await evaluate("Notification.permission") != "granted"
        assert await evaluate("isSecureContext")
        assert not await evaluate("navigator.userAgent.includes('Headless')")

    in_page(parts, story)


def test_nothing_listens_and_nothing_is_left(parts: EngineParts) -> None:
    profiles: list[Path] = []

    async def story(_evaluate: Evaluate, engine: Engine) -> None:
        assert engine._profile is not None
        profiles.append(engine._profile)
        assert engine._profile.is_relative_to(SHARED_MEMORY)
        browser = psutil.Process(engine.pid)
        for process in (browser, *browser.children(recursive=True)):
            listening = [each for each in process.net_connections("inet") if each.status == psutil.CONN_LISTEN]
            assert listening == []

    in_page(parts, story)
    assert not profiles[0].exists()
    assert [*processes_of(profiles[0])] == []


def test_neither_token_nor_link_nor_name_is_logged(
    adapter: TeamsWeb, room: RoomServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG")
    events: list[str] = []
    taken = Engine._on_event

    def take(engine: Engine, session: str, method: str, parameters: dict[str, Any]) -> None:
        events.append(method)
        taken(engine, session, method, parameters)

    monkeypatch.setattr(Engine, "_on_event", take)
    watch = OnlineWatch(adapter)
    join(adapter, watch)
    room.act(lambda each: each.end(500, 10032))
    watch.ended()
    join(adapter, watch)
    psutil.Process(adapter.pid).kill()
    watch.until(lambda state: state.phase == "reconnecting")
    watch.until(lambda state: state.phase == "connected")
    adapter.command(OnlineCommand.LEAVE)
    watch.ended()
    wait_until(lambda: "lost its engine" in caplog.text)
    assert "500/10032" in caplog.text
    own = "\n".join(each.getMessage() for each in caplog.records if not each.name.startswith(OF_THE_ROOM))
    for secret in ("token-of", "meetup-join", "Ana", "Q29udG9zbw", "127.0.0.1"):
        assert secret not in own
    assert "Runtime.bindingCalled" in events
    assert "Runtime.consoleAPICalled" not in events, "the page writes nothing to its console"


def test_what_the_page_is_served_comes_with_its_policy(parts: EngineParts) -> None:
    async def story(evaluate: Evaluate, _engine: Engine) -> None:
        policy = await evaluate("fetch('/').then((r) => r.headers.get('content-security-policy'))")
        assert "default-src 'none'" in policy
        assert await evaluate("fetch('/sdk/../page.js').then((r) => r.status)") == 200  # the page's own path
        for path in ("/sdk/..%2f..%2fetc%2fpasswd", "/etc/passwd", "/sdk/.hidden.js", "/sdk/x.txt", "/sdk/"):
            assert await evaluate(f"fetch({json.dumps(path)}).then((r) => r.status)") == 404, path

    in_page(parts, story)
