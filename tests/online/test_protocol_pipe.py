"""The protocol over two pipes, with a browser that answers as a test wants."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from carlendar.online.protocol_pipe import LONGEST, EngineError, ProtocolPipe


class FakeBrowser:
    """The other ends of the pipes."""

    def __init__(self) -> None:
        self.theirs_in, ours_out = os.pipe()
        ours_in, self.theirs_out = os.pipe()
        self.ends = (ours_in, ours_out)

    async def read(self) -> dict[str, Any]:
        raw = await asyncio.to_thread(os.read, self.theirs_in, 65_536)
        assert raw.endswith(b"\0")
        found: dict[str, Any] = json.loads(raw[:-1])
        return found

    def write(self, raw: bytes) -> None:
        os.write(self.theirs_out, raw)

    def write_all(self, raw: bytes) -> None:
        """Write what is more than a pipe takes at once, until it is not read any more."""
        with suppress(BrokenPipeError):
            while raw:
                raw = raw[os.write(self.theirs_out, raw) :]

    def close(self) -> None:
        os.close(self.theirs_out)


def run(story: Callable[[ProtocolPipe, FakeBrowser, list[str]], Awaitable[None]]) -> None:
    async def main() -> None:
        browser, events = FakeBrowser(), []
        pipe = ProtocolPipe(lambda _session, method, _parameters: events.append(method))
        await pipe.open(*browser.ends)
        try:
            await story(pipe, browser, events)
        finally:
            await pipe.close()
            os.close(browser.theirs_in)

    asyncio.run(main())


def test_an_answer_belongs_to_its_call() -> None:
    async def story(pipe: ProtocolPipe, browser: FakeBrowser, events: list[str]) -> None:
        first = asyncio.ensure_future(pipe.call("A.a", {"x": 1}, session="s", seconds=5))
        asked = await browser.read()
        assert asked == {"id": 1, "method": "A.a", "params": {"x": 1}, "sessionId": "s"}
        browser.write(b'{"method":"E.e","params":{}}\0{"id":99,"result":{}}\0not json\0{"id":1,"result":{"y":2}}\0')
        assert await first == {"y": 2}
        assert events == ["E.e"]

    run(story)


def test_a_refusal_and_a_missing_answer_are_errors() -> None:
    async def story(pipe: ProtocolPipe, browser: FakeBrowser, events: list[str]) -> None:
        first = asyncio.ensure_future(pipe.call("A.a", {}, seconds=5))
        await browser.read()
        browser.write(b'{"id":1,"error":{"code":-32601,"message":"secret"}}\0')
        with pytest.raises(EngineError, match="refused") as refused:
            await first
        assert "secret" not in str(refused.value) + refused.value.detail
        with pytest.raises(EngineError, match="does not answer"):
            await pipe.call("A.b", {}, seconds=0.05)

    run(story)


@pytest.mark.parametrize("ending", [b"", b"x" * (LONGEST + 1000)], ids=["closed", "a message without an end"])
def test_when_the_browser_is_gone_every_call_fails(ending: bytes) -> None:
    async def story(pipe: ProtocolPipe, browser: FakeBrowser, events: list[str]) -> None:
        first = asyncio.ensure_future(pipe.call("A.a", {}, seconds=30))
        await browser.read()
        if ending:
            await asyncio.to_thread(browser.write_all, ending)
        else:
            browser.close()
        with pytest.raises(EngineError, match="gone"):
            await first
        assert pipe.closed.is_set()
        with pytest.raises(EngineError, match="gone"):
            await pipe.call("A.b", {}, seconds=30)

    run(story)
