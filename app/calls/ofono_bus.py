"""Messages to and from oFono over D-Bus, by dbus-fast at the level of messages.

No introspection is asked for: the interfaces are oFono's documented ones, and calls' signals arrive
before any proxy of theirs could exist.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from dbus_fast import BusType, DBusError, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from app.errors import CallError

OFONO = "org.ofono"

REPLY_SECONDS = 20.0
"""For everything but tones: a phone may take its time to be dialled."""

CLOSE_SECONDS = 1.0

_BUS = "org.freedesktop.DBus"
_BUS_PATH = "/org/freedesktop/DBus"
_KEYS = {
    "org.ofono.Error.InvalidFormat": "bad_number",
    "org.ofono.Error.InProgress": "busy",
    "org.ofono.Error.NotAvailable": "not_available",
    "org.ofono.Error.NotImplemented": "not_implemented",
    "org.ofono.Error.NotAllowed": "not_allowed",
    "org.freedesktop.DBus.Error.ServiceUnknown": "no_daemon",
}

Signal = Callable[[str, str, str, list[Any]], None]
"""(path, interface, member, body) with all variants taken out; the owner's coming and going is told
as member `NameOwnerChanged` with [new owner]."""


class OfonoBus:
    """A connection to the bus that oFono is on. Used on one event loop."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus

    @classmethod
    async def connect(cls, address: str, signal: Signal) -> OfonoBus:
        """Connect to `address`, or to the system bus where it is empty, and hear oFono's signals.

        Raises OSError or CallError where there is no such bus.
        """
        bus = MessageBus(bus_address=address or None, bus_type=BusType.SYSTEM)
        connected = cls(bus)
        try:
            await connected._open()
            bus.add_message_handler(lambda message: _told(message, signal))
            for rule in (
                f"type='signal',sender='{OFONO}'",
                f"type='signal',sender='{_BUS}',member='NameOwnerChanged',arg0='{OFONO}'",
            ):
                await connected._send(_BUS, _BUS_PATH, _BUS, "AddMatch", "s", [rule], REPLY_SECONDS)
        except BaseException:
            await connected.close()
            raise
        return connected

    async def _open(self) -> None:
        """Connect; when cancelled, only after it came to an end, since half a connection cannot be closed."""
        opening = asyncio.ensure_future(self._bus.connect())
        try:
            await asyncio.shield(opening)
        except (DBusError, EOFError, ValueError) as error:
            raise CallError("there is no system bus", key="no_daemon", detail=type(error).__name__) from error
        except asyncio.CancelledError:
            await asyncio.wait({opening}, timeout=CLOSE_SECONDS)
            raise

    async def call(
        self, path: str, interface: str, member: str, signature: str = "", *body: Any, seconds: float = REPLY_SECONDS
    ) -> list[Any]:
        """Call oFono; returns the reply's body without variants. Raises CallError."""
        return await self._send(OFONO, path, interface, member, signature, list(body), seconds)

    async def set_property(self, path: str, interface: str, name: str, kind: str, value: object) -> None:
        """Set one property; `kind` is its D-Bus signature. Raises CallError."""
        await self.call(path, interface, "SetProperty", "sv", name, Variant(kind, value))

    async def properties(self, path: str, interface: str) -> dict[str, Any]:
        """All properties of an interface. Raises CallError."""
        (found,) = await self.call(path, interface, "GetProperties")
        return dict(found)

    async def has_owner(self) -> bool:
        """Whether oFono is there now."""
        (owned,) = await self._send(_BUS, _BUS_PATH, _BUS, "NameHasOwner", "s", [OFONO], REPLY_SECONDS)
        return bool(owned)

    async def closed(self) -> None:
        """Wait until the connection is lost."""
        try:
            await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # not annotated in dbus-fast
        except (EOFError, OSError, DBusError):
            return  # lost, which is what was waited for

    async def close(self) -> None:
        """Close the connection and wait until its socket is."""
        if self._bus.connected:
            self._bus.disconnect()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self.closed()

    async def _send(
        self, to: str, path: str, interface: str, member: str, signature: str, body: list[Any], seconds: float
    ) -> list[Any]:
        message = Message(destination=to, path=path, interface=interface, member=member, signature=signature, body=body)
        try:
            # Not by wait_for: before Python 3.12 it swallows a cancellation that comes together with the reply.
            async with asyncio.timeout(seconds):
                reply = await self._bus.call(message)
        except TimeoutError as error:
            raise CallError("the telephone does not answer", key="timeout", detail=member) from error
        except (EOFError, OSError) as error:
            raise CallError("the telephone is gone", key="no_daemon", detail=member) from error
        if reply.message_type is MessageType.ERROR:
            name = reply.error_name or ""
            raise CallError("the telephone refused", key=_KEYS.get(name, "failed"), detail=f"{member} {name}")
        return [_bare(part) for part in reply.body]


def _told(message: Message, signal: Signal) -> None:
    if message.message_type is not MessageType.SIGNAL:
        return
    if message.interface == _BUS:
        if message.member == "NameOwnerChanged" and message.body[0] == OFONO:
            signal("", _BUS, "NameOwnerChanged", [message.body[2]])
    elif message.interface and message.interface.startswith(OFONO):
        signal(message.path or "", message.interface, message.member or "", [_bare(part) for part in message.body])


def _bare(value: Any) -> Any:
    """The value without variants, all the way down."""
    if isinstance(value, Variant):
        return _bare(value.value)
    if isinstance(value, dict):
        return {key: _bare(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_bare(part) for part in value]
    return value
