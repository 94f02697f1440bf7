"""A databroker in an event loop of its own, over real gRPC, and listeners that can be waited for."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from kuksa.val.v2 import val_pb2

from carlendar.domain.ports import Reading
from carlendar.domain.vss import SPEED
from carlendar.platform.clock import BoottimeClock
from carlendar.safety.engine import SafetyEngine
from carlendar.safety.restrictions import DrivingState, Restrictions
from carlendar_devtools.emulator.broker_call import Context
from carlendar_devtools.emulator.databroker import Databroker
from carlendar_devtools.emulator.vss import TREE, Signal, Value


class Counts:
    """How often each thing happened, and a way to wait for more of it."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._more = threading.Condition()

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    def add(self, name: str) -> None:
        with self._more:
            self._counts[name] += 1
            self._more.notify_all()

    def wait(self, name: str, more: int, seconds: float = 30.0) -> None:
        """Wait until it has happened so many times more."""
        with self._more:
            wanted = self._counts[name] + more
            assert self._more.wait_for(lambda: self._counts[name] >= wanted, seconds), self._counts


def counted(kind: type[Databroker], counts: Counts) -> type[Databroker]:
    """A databroker of that kind that counts the calls that reach it: `read` (of the speed), `stream` and `list`."""

    class Counted(kind):  # type: ignore[misc,valid-type]  # the kind is the caller's
        async def GetValue(self, request: val_pb2.GetValueRequest, context: Context) -> val_pb2.GetValueResponse:  # noqa: N802 — the service's name
            if request.signal_id.path == SPEED:
                counts.add("read")
            return await super().GetValue(request, context)

        async def ListMetadata(  # noqa: N802 — the service's name
            self, request: val_pb2.ListMetadataRequest, context: Context
        ) -> val_pb2.ListMetadataResponse:
            counts.add("list")
            return await super().ListMetadata(request, context)

        async def Subscribe(  # noqa: N802 — the service's name
            self, request: val_pb2.SubscribeRequest, context: Context
        ) -> AsyncIterator[val_pb2.SubscribeResponse]:
            counts.add("stream")
            async for response in super().Subscribe(request, context):
                yield response

    return Counted


class Garage:
    """Runs databrokers; a new one can take the port of the last. `counts` has what reached them, and `publish`."""

    def __init__(self) -> None:
        self.counts = Counts()
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
        kind: type[Databroker] = Databroker,
    ) -> None:
        async def begin() -> None:
            self._broker = counted(kind, self.counts)(self.port, tree=tree, certificate=certificate, token=token)
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

    @contextmanager
    def publishing(self, path: str, value: Value, seconds: float = 0.1) -> Iterator[None]:
        """A provider that publishes an equal value periodically, until the end of the block."""
        ended = threading.Event()

        def publish() -> None:
            self.set(path, value)
            while not ended.wait(seconds):
                self.set(path, value)
                self.counts.add("publish")

        thread = threading.Thread(target=publish, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(10)

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
    def loop(self) -> asyncio.AbstractEventLoop:
        return self._loop

    @property
    def broker(self) -> Databroker:
        assert self._broker is not None
        return self._broker

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

    def wait_for(self, signal: str, seconds: float = 10.0) -> None:
        """Wait for any reading of the signal."""
        with self._more:
            assert self._more.wait_for(lambda: self.latest(signal) != "nothing", seconds)

    def wait_more(self, count: int, seconds: float = 10.0) -> list[Reading]:
        with self._more:
            start = len(self.readings)
            assert self._more.wait_for(lambda: len(self.readings) >= start + count, seconds)
            return self.readings[start:]


class Watch:
    """An engine on the signals, and the states it published, with their times."""

    def __init__(self, clock: BoottimeClock) -> None:
        self.engine = SafetyEngine(clock)
        self.seen: list[tuple[float, Restrictions]] = []
        self._clock = clock
        self._more = threading.Condition()
        self.engine.subscribe(self._on_restrictions)
        self.engine.start()

    def _on_restrictions(self, restrictions: Restrictions) -> None:
        with self._more:
            self.seen.append((self._clock.seconds(), restrictions))
            self._more.notify_all()

    def wait(self, state: DrivingState, seconds: float = 15.0) -> float:
        with self._more:
            assert self._more.wait_for(lambda: self.seen[-1][1].state is state, seconds), self.seen[-1]
            return self.seen[-1][0]
