"""Whether there is a data connection, according to NetworkManager over D-Bus.

D-Bus API of NetworkManager: `State` 60 (site) and 70 (global) mean connected; `Connectivity` 1 is none,
2 a captive portal, 3 limited, 4 full, 0 unknown.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

from dbus_fast import Message

from carlendar.domain.ports import Unsubscribe
from carlendar.errors import ServiceError
from carlendar.platform.back_off import wait_before
from carlendar.platform.bus_service import MALFORMED, NO_OWNER, BusError, BusService, bare
from carlendar.platform.bus_thread import BusThread
from carlendar.platform.network import Announcer

NAME = "org.freedesktop.NetworkManager"
PATH = "/org/freedesktop/NetworkManager"
PROPERTIES = "org.freedesktop.DBus.Properties"
RULE = f"path='{PATH}',interface='{PROPERTIES}',member='PropertiesChanged'"

START_SECONDS = 2.0
"""How long NetworkManager may take to answer at start-up."""

CONNECTED_SITE = 60
PORTAL, NONE = 2, 1

_log = logging.getLogger(__name__)


def is_online(state: int, connectivity: int) -> bool:
    """Whether requests can succeed: connected, with connectivity, and not behind a captive portal."""
    return state >= CONNECTED_SITE and connectivity not in (NONE, PORTAL)


class NetworkManagerState:
    """`NetworkState` from NetworkManager. The constructor raises ServiceError if it does not answer.

    Runs an event loop on a dedicated thread, which sleeps until a signal arrives. If NetworkManager or the bus
    disappears, the last state is kept until it is back.
    """

    def __init__(self, address: str | None = None) -> None:
        self._address = address or ""
        self._announcer = Announcer(state=False)
        self._values = {"State": 0, "Connectivity": 0}
        self._doubt = asyncio.Event()
        self._started = threading.Event()
        self._failed = False
        self._thread = BusThread("network-manager", self._connected)
        self._thread.start()
        if not self._started.wait(2 * START_SECONDS) or self._failed:
            self.stop()
            raise ServiceError("NetworkManager does not answer")

    def online(self) -> bool:
        """Whether NetworkManager reports a usable connection."""
        return self._announcer.state()

    def subscribe(self, listener: Callable[[bool], None]) -> Unsubscribe:
        """Call `listener` with the state now and, from any thread, at each change."""
        return self._announcer.subscribe(listener)

    def stop(self) -> None:
        """Disconnect from the bus and stop the thread."""
        self._thread.stop()

    async def _connected(self) -> None:
        """Follow NetworkManager while the bus is there; it has failed if it was not available at start-up."""
        try:
            await self._session()
        except (BusError, TimeoutError) as error:
            _log.info("NetworkManager cannot be reached: %s", type(error).__name__)
        finally:
            if not self._started.is_set():
                self._failed = True
                self._started.set()

    async def _session(self) -> None:
        """Run one connection to the bus until it is lost. Raises BusError or TimeoutError if it cannot be opened."""
        async with asyncio.timeout(START_SECONDS):
            bus = await BusService.connect(NAME, self._address, self._on_signal, self._on_owner, rule=RULE)
        tasks = [asyncio.create_task(bus.closed())]
        try:
            if not self._started.is_set():
                async with asyncio.timeout(START_SECONDS):
                    await self._read(bus)
                self._started.set()
            else:
                self._doubt.set()
            tasks.append(asyncio.create_task(self._keep(bus)))
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await bus.close()

    async def _keep(self, bus: BusService) -> None:
        """Refresh whenever the known state may be out of date, with back-off after a failure."""
        attempt = 0
        while True:
            await self._doubt.wait()
            self._doubt.clear()
            try:
                await self._read(bus)
                attempt = 0
            except BusError as error:
                if error.name != NO_OWNER:  # otherwise its return will be signalled
                    self._doubt.set()
            await asyncio.sleep(wait_before(attempt))
            attempt += 1

    async def _read(self, bus: BusService) -> None:
        (properties,) = await bus.call(PATH, PROPERTIES, "GetAll", "s", [NAME], reply="a{sv}", seconds=START_SECONDS)
        if not self._take(properties):
            raise BusError(MALFORMED)

    def _on_owner(self, present: bool) -> None:
        if present:
            self._doubt.set()

    def _on_signal(self, message: Message) -> None:
        if (message.path, message.interface, message.member) != (PATH, PROPERTIES, "PropertiesChanged"):
            return
        if message.signature != "sa{sv}as":
            self._doubt.set()
            return
        interface, properties, invalidated = message.body
        if interface == NAME and (not self._take(bare(properties)) or set(invalidated) & set(self._values)):
            self._doubt.set()

    def _take(self, properties: dict[str, Any]) -> bool:
        """Apply the properties; return False if one of them is not an integer."""
        given = {name: properties[name] for name in self._values if name in properties}
        sound = {name: value for name, value in given.items() if type(value) is int}
        self._values |= sound
        self._announcer.announce(state=is_online(self._values["State"], self._values["Connectivity"]))
        return sound == given
