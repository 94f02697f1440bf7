"""The world outside the car's computer: an emulated cloud, car, phone and clock, as the emulator has them."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from carlendar_devtools.emulator.car import Car
from carlendar_devtools.emulator.clock import EmulatedClock, replace_file
from carlendar_devtools.emulator.cloud.running import RunningCloud, SinceBoot
from carlendar_devtools.emulator.databroker import Databroker
from carlendar_devtools.emulator.phone import PhoneEvent, PhoneLine
from carlendar_devtools.emulator.presets import PRESETS
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world

T = TypeVar("T")
P = ParamSpec("P")

BEGIN = datetime(2026, 11, 23, 8, 41, tzinfo=ZoneInfo("Europe/Berlin"))
"""Nineteen minutes before the first meeting."""

TIMEOUT = 30.0
"""Seconds in which whatever is asked of car and phone is done."""


class Around:
    """The world outside the car's computer. Its car, phone and databroker live on a loop of their own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.world = load_world(scenario_file("commute"), BEGIN)
        zone = ZoneInfo(next(iter(self.world.people)).person.zone)
        self.clock = EmulatedClock(folder / "clock.json", SinceBoot(), wall=self.world.at, zone=zone)
        self.cloud = stack.enter_context(RunningCloud(self.world, folder / "cloud", wall_clock=self.clock))
        self.cloud.identity.devices.interval = 1
        self.events: list[PhoneEvent] = []
        self._loop = asyncio.new_event_loop()
        thread = threading.Thread(target=self._loop.run_forever, name="surroundings")
        thread.start()
        stack.callback(self._loop.close)
        stack.callback(thread.join)
        stack.callback(self._loop.call_soon_threadsafe, self._loop.stop)
        self.do(self._start())
        stack.callback(lambda: self.do(self._stop()))
        self.network(there=True)
        PRESETS[0].write(folder)
        self._write_settings()

    async def _start(self) -> None:
        self.broker = Databroker()
        self.port = await self.broker.start()
        self._car = Car(self.broker)
        await self._car.start()
        self.phone = PhoneLine()
        await self.phone.start()
        self.phone.subscribe(self.events.append)

    async def _stop(self) -> None:
        await self.phone.stop()
        await self._car.stop()
        await self.broker.stop()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Await something on the loop of car and phone."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(TIMEOUT)

    def call(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Call something on that loop; returns once it was done."""

        async def called() -> T:
            return function(*arguments, **named)

        return self.do(called())

    def car(self, **changes: object) -> float:
        """The driver does something with the car; returns the elapsed second just before."""
        before = time.clock_gettime(time.CLOCK_BOOTTIME)
        self.call(self._car.set, **changes)
        return before

    def sets_off(self) -> float:
        """In D, brake released, 50 km/h."""
        return self.car(speed=50.0, selector="D", parking_brake=False)

    def parks(self) -> float:
        """Standing in P."""
        return self.car(speed=0.0, selector="P", parking_brake=True)

    def network(self, *, there: bool) -> None:
        """The data connection, as the car's computer reports it."""
        replace_file(self.folder / "network.json", json.dumps({"online": there}))

    def time(self, clock: str) -> None:
        """Put the clock to that time of the scenario's first day."""
        hours, minutes, seconds = map(int, clock.split(":"))
        self.clock.set_time(self.world.at.replace(hour=hours, minute=minutes, second=seconds))

    def on_the_phone(self, name: str) -> list[str]:
        """Details of everything of that name that happened on the line."""
        return [event.detail for event in self.events if event.name == name]

    def _write_settings(self) -> None:
        text = (
            f'[identity]\nclient_id = "{self.cloud.client_id}"\nauthority = "{self.cloud.authority}"\n'
            f'graph = "{self.cloud.graph}"\nca_file = "{self.cloud.ca_file}"\n'
            'scopes = ["User.Read", "Calendars.ReadWrite", "Mail.Send"]\n'
            '[telephone]\nregion = "DE"\n[ui]\nlanguage = "en"\n'
        )
        replace_file(self.folder / "settings.toml", text)
        replace_file(self.folder / "vehicle.json", json.dumps({"databroker": f"127.0.0.1:{self.port}"}))

    def environment(self, data: Path) -> dict[str, str]:
        """What the screen process is handed; nothing of this machine's own settings, home and buses."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARLENDAR_", "XDG_"))}
        return kept | {
            "CARLENDAR_CONFIG": str(self.folder / "settings.toml"),
            "CARLENDAR_DATA_FOLDER": str(data),
            "CARLENDAR_EMULATOR": str(self.folder),
            "DBUS_SYSTEM_BUS_ADDRESS": self.phone.address,
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.folder / 'no-bus'}",
            "SDL_VIDEODRIVER": "offscreen",
            "SDL_AUDIODRIVER": "dummy",
            "HOME": str(self.folder),
        }
