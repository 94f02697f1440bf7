"""The surroundings of a screen under measurement: an emulated databroker, a clock that is set, a filled store."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.user import UserStore
from carlendar_devtools.emulator.car import Car
from carlendar_devtools.emulator.databroker import Databroker

WIDTH, HEIGHT = 1560, 700


class RunningCar:
    """A parked car whose broker sends ten unchanged signals a second, on a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def change(self, **values: object) -> float:
        """Change the car on its own thread; returns when that was published (monotonic seconds)."""

        async def changed() -> float:
            moment = time.monotonic()
            self.car.set(**values)
            return moment

        return asyncio.run_coroutine_threadsafe(changed(), self._loop).result(10)

    async def _start(self) -> None:
        self._broker = Databroker()
        self.port = await self._broker.start()
        self.car = Car(self._broker)
        await _maybe(self.car.start())

    async def _stop(self) -> None:
        await _maybe(self.car.stop())
        await self._broker.stop()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _maybe(result: object) -> None:
    if asyncio.iscoroutine(result):
        await result


def fill(folder: Path, now: datetime, count: int, *, first: int = 12, every: int = 75, title: str = "Review") -> None:
    """Store an agenda of `count` meetings, the first in twelve minutes; all in minutes."""
    user = UserStore(folder)
    user.save_profile(Profile("ana", "Ana"))
    user.save_account(Account("a", "ana", "ana@contoso.example", "Ana", "global", AccountState.SIGNED_IN, now))
    events = EventStore(folder)
    calendar = Calendar("c", "a", "Calendar", is_default=True)
    events.save_calendars("a", [calendar])
    starts = (now + timedelta(minutes=first + every * number) for number in range(count))
    arrivals = [
        EventUpsert(
            Event(f"e{number}", "c", f"{title} {number}", Timespan(start, start + timedelta(minutes=min(30, every)))),
            None,
        )
        for number, start in enumerate(starts)
    ]
    events.save(calendar, arrivals, [], StoredSyncToken(), now)
    events.close()
    user.close()


def emulated(folder: Path, now: datetime, port: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Path:
    """The emulator's folder for a screen: a clock that runs from `now`, a network that is there, a car at `port`."""
    folder.mkdir(parents=True, exist_ok=True)
    boot = float(Path("/proc/uptime").read_text().split()[0])
    mark = {
        "wall": now.astimezone(UTC).isoformat(),
        "elapsed": boot,
        "rate": 1.0,
        "zone": "Europe/Berlin",
        "is_set": True,
    }
    (folder / "clock.json").write_text(json.dumps(mark))
    (folder / "network.json").write_text('{"online": true}')
    (folder / "vehicle.json").write_text(json.dumps({"databroker": f"127.0.0.1:{port}"}))
    (folder / "platform.toml").write_text(
        f"[display]\nwidth = {size[0]}\nheight = {size[1]}\npx_per_mm = 5.22\ndistance_mm = 750.0\n"
    )
    return folder
