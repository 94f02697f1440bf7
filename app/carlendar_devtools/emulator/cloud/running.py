"""Runs the cloud on a separate thread, for programs without an event loop, mainly tests."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

from carlendar.domain.ports import ElapsedClock, WallClock
from carlendar_devtools.emulator.cloud.server import CloudServer
from carlendar_devtools.emulator.world.world import World

_PATIENCE = 10.0


class StartedAt:
    """A wall clock that starts at a given time and advances with the machine's."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)
        self._zone = at.tzinfo or UTC
        self._begun = time.monotonic()

    def now(self) -> datetime:
        """Return the current time."""
        return self._at + timedelta(seconds=time.monotonic() - self._begun)

    def zone(self) -> tzinfo:
        """Return the time zone of the start."""
        return self._zone

    def is_set(self) -> bool:
        """Return True."""
        return True

    def rate(self) -> float:
        """Return 1: it runs at normal speed."""
        return 1.0


class SinceBoot:
    """The machine's elapsed clock."""

    def seconds(self) -> float:
        """Seconds since boot, suspend included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)


class RunningCloud(CloudServer):
    """A `CloudServer` that a `with` statement starts and stops. The world's time begins at the scenario's."""

    def __init__(
        self,
        world: World,
        state_dir: Path,
        *,
        wall_clock: WallClock | None = None,
        elapsed: ElapsedClock | None = None,
        port: int = 0,
        controlled: bool = False,
    ) -> None:
        clocks = wall_clock or StartedAt(world.at), elapsed or SinceBoot()
        super().__init__(world, *clocks, state_dir, port, controlled=controlled)
        self._loop = asyncio.new_event_loop()
        self._ready = Event()
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._run, name="emulated-cloud", daemon=True)

    def __enter__(self) -> Self:
        """Start; returns once requests are served."""
        self._thread.start()
        if not self._ready.wait(_PATIENCE):
            raise TimeoutError("the emulated cloud did not start")
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop; returns once the thread has ended."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self.start())
        except OSError as err:
            self._failure = err
        self._ready.set()
        if self._failure is None:
            self._loop.run_forever()
        self._loop.run_until_complete(self.stop())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
