"""The keeper ends an engine completely, even if what asked for it is cancelled."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from carlendar.online.chromium import Browser
from carlendar.online.engine import Engine, EngineParts, Supported
from carlendar.online.engine_keeper import EngineKeeper


def _ignore(_report: bytes) -> None:
    """Take no report."""


class SlowEngine(Engine):
    """An engine without a browser, which takes until `may_end` to end."""

    def __init__(self) -> None:
        super().__init__(PARTS, _ignore)
        self.ending, self.may_end, self.ended = asyncio.Event(), asyncio.Event(), False

    async def start(self) -> Supported:
        return Supported(supported=True, version="1", microphone=True)

    async def stop(self) -> None:
        self.ending.set()
        await self.may_end.wait()
        self.ended = True


PARTS = EngineParts(Browser("chromium"), Path(), {})


def test_an_engine_ends_although_the_call_that_ends_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        engine = SlowEngine()
        monkeypatch.setattr("carlendar.online.engine_keeper.Engine", lambda *_: engine)
        monkeypatch.setattr("carlendar.online.engine_keeper.has_sdk", lambda _: True)
        keeper = EngineKeeper(PARTS, 60.0, _ignore)
        await keeper.ready()
        leaving = asyncio.create_task(keeper.discard())
        await engine.ending.wait()
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        stopping = asyncio.create_task(keeper.discard())
        await asyncio.sleep(0)
        assert not stopping.done(), "stopping the adapter waits for the end of the browser"
        engine.may_end.set()
        await stopping
        assert engine.ended
        assert keeper.engine is None

    asyncio.run(scenario())
