"""Whether there is a data connection, as NetworkManager tells it over D-Bus.

D-Bus API of NetworkManager: `State` 60 (site) and 70 (global) are connections; `Connectivity` 1 is
none, 2 a portal that wants a sign-in, 3 limited, 4 full, 0 not checked.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any

from dbus_fast import BusType, DBusError, Message, MessageType
from dbus_fast.aio import MessageBus

from app.domain.ports import Unsubscribe
from app.errors import ServiceError
from app.platform.network import Announcer

NAME = "org.freedesktop.NetworkManager"
PATH = "/org/freedesktop/NetworkManager"
PROPERTIES = "org.freedesktop.DBus.Properties"
MATCH = f"type='signal',sender='{NAME}',path='{PATH}',interface='{PROPERTIES}',member='PropertiesChanged'"

START_SECONDS = 2.0
"""How long NetworkManager may take to answer at the start."""

CONNECTED_SITE = 60
PORTAL, NONE = 2, 1


def is_online(state: int, connectivity: int) -> bool:
    """Whether a request has a chance: connected, and neither cut off nor behind a portal."""
    return state >= CONNECTED_SITE and connectivity not in (NONE, PORTAL)


class NetworkManagerState:
    """`NetworkState` by NetworkManager; ServiceError from the constructor where there is none.

    Runs an event loop on a thread of its own, which sleeps until NetworkManager speaks. When
    NetworkManager goes away the last state stays.
    """

    def __init__(self, address: str | None = None) -> None:
        self._address = address
        self._announcer = Announcer(state=False)
        self._values = {"State": 0, "Connectivity": 0}
        self._loop = asyncio.new_event_loop()
        self._done = asyncio.Event()
        self._started = threading.Event()
        self._failed = False
        self._thread = threading.Thread(target=self._run, name="network-manager", daemon=True)
        self._thread.start()
        if not self._started.wait(2 * START_SECONDS) or self._failed:
            self.stop()
            raise ServiceError("NetworkManager does not answer")

    def online(self) -> bool:
        """Whether NetworkManager sees a way out."""
        return self._announcer.state()

    def subscribe(self, listener: Callable[[bool], None]) -> Unsubscribe:
        """Call `listener` from any thread with the state, at once and at each change."""
        return self._announcer.subscribe(listener)

    def stop(self) -> None:
        """Leave the bus and end the thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed already: the thread is at its end
            self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._watch())
        except (OSError, DBusError, TimeoutError, EOFError, ValueError):
            self._failed = True
        finally:
            self._started.set()
            self._loop.close()

    async def _watch(self) -> None:
        bus = MessageBus(bus_address=self._address, bus_type=BusType.SYSTEM)
        try:
            async with asyncio.timeout(START_SECONDS):
                await bus.connect()
                await self._call(bus, "org.freedesktop.DBus", "AddMatch", "s", [MATCH])
                bus.add_message_handler(self._heard)
                self._take(await self._all(bus))
            self._started.set()
            await self._done.wait()
        finally:
            bus.disconnect()

    async def _all(self, bus: MessageBus) -> dict[str, Any]:
        reply = await self._call(bus, PROPERTIES, "GetAll", "s", [NAME])
        return dict(reply.body[0])

    async def _call(self, bus: MessageBus, interface: str, member: str, signature: str, body: list[Any]) -> Message:
        name, path = (NAME, PATH) if interface == PROPERTIES else (interface, "/org/freedesktop/DBus")
        message = Message(
            destination=name, path=path, interface=interface, member=member, signature=signature, body=body
        )
        reply = await bus.call(message)
        if reply.message_type is MessageType.ERROR:
            raise DBusError("org.freedesktop.DBus.Error.Failed", f"{member} was refused")
        return reply

    def _heard(self, message: Message) -> None:
        if message.member == "PropertiesChanged" and message.path == PATH and message.body[0] == NAME:
            self._take(message.body[1])

    def _take(self, properties: dict[str, Any]) -> None:
        for name in self._values:
            if name in properties:
                self._values[name] = int(properties[name].value)
        self._announcer.announce(state=is_online(self._values["State"], self._values["Connectivity"]))
