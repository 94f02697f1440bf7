"""A databroker in a loop of its own, over real gRPC, and ears for what a client is told."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from app.domain.ports import Reading
from app.emulator.databroker import Databroker
from app.emulator.vss import TREE, Signal, Value


class BootClock:
    """The real elapsed clock."""

    def seconds(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)


class Garage:
    """Runs databrokers; a new one can take the port of the last."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._broker: Databroker | None = None
        self.port = 0

    def open(
        self,
        tree: Mapping[str, Signal] = TREE,
        *,
        certificate: tuple[bytes, bytes] | None = None,
        token: str = "",
    ) -> None:
        async def begin() -> None:
            self._broker = Databroker(self.port, tree=tree, certificate=certificate, token=token)
            self.port = await self._broker.start()

        asyncio.run_coroutine_threadsafe(begin(), self._loop).result(10)

    def shut(self) -> None:
        broker, self._broker = self._broker, None
        if broker is not None:
            asyncio.run_coroutine_threadsafe(broker.stop(), self._loop).result(10)

    def set(self, path: str, value: Value) -> None:
        self.do(lambda broker: broker.set(path, value))

    def stop_signals(self, stopped: bool) -> None:
        self.do(lambda broker: broker.signals_stop(stopped))

    def do(self, action: Callable[[Databroker], object]) -> None:
        done = threading.Event()

        def act() -> None:
            assert self._broker is not None
            action(self._broker)
            done.set()

        self._loop.call_soon_threadsafe(act)
        assert done.wait(10)

    def close(self) -> None:
        self.shut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def address(self) -> str:
        return f"localhost:{self.port}"


class Ears:
    """A listener that can be waited for."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self._more = threading.Condition()

    def __call__(self, readings: Sequence[Reading]) -> None:
        with self._more:
            self.readings.extend(readings)
            self._more.notify_all()

    def latest(self, signal: str) -> object:
        return next((each.value for each in reversed(self.readings) if each.signal == signal), "nothing")

    def wait(self, signal: str, value: object, seconds: float = 10.0) -> None:
        with self._more:
            assert self._more.wait_for(lambda: self.latest(signal) == value, seconds), self.latest(signal)

    def wait_more(self, count: int, seconds: float = 10.0) -> list[Reading]:
        with self._more:
            start = len(self.readings)
            assert self._more.wait_for(lambda: len(self.readings) >= start + count, seconds)
            return self.readings[start:]


@pytest.fixture
def garage() -> Iterator[Garage]:
    made = Garage()
    made.open()
    yield made
    made.close()


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def clock() -> BootClock:
    return BootClock()
