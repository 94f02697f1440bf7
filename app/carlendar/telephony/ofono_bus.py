"""Messages to and from oFono over D-Bus, using dbus-fast's low-level message API.

There is no introspection: the interfaces are the documented ones, and the signals of a call arrive before a
proxy could be built. A message without the documented signature is rejected.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dbus_fast import Message, Variant

from carlendar.errors import CallError
from carlendar.platform.bus_service import GONE, MALFORMED, REPLY_SECONDS, TIMEOUT, BusError, BusService, bare

OFONO = "org.ofono"

_KEYS = {
    TIMEOUT: "timeout",
    MALFORMED: "malformed",
    "org.ofono.Error.InvalidFormat": "bad_number",
    "org.ofono.Error.InProgress": "busy",
    "org.ofono.Error.NotAvailable": "not_available",
    "org.ofono.Error.NotImplemented": "not_implemented",
    "org.ofono.Error.NotAllowed": "not_allowed",
    **dict.fromkeys(GONE, "no_daemon"),
}

_SIGNATURES = {
    ("Manager", "ModemAdded"): "oa{sv}",
    ("Manager", "ModemRemoved"): "o",
    ("Modem", "PropertyChanged"): "sv",
    ("VoiceCallManager", "CallAdded"): "oa{sv}",
    ("VoiceCallManager", "CallRemoved"): "o",
    ("VoiceCallManager", "PropertyChanged"): "sv",
    ("VoiceCall", "PropertyChanged"): "sv",
    ("VoiceCall", "DisconnectReason"): "s",
    ("CallVolume", "PropertyChanged"): "sv",
}
"""Signatures of the oFono signals in use, by the last part of the interface name and the member."""

Signal = Callable[[str, str, str, list[Any]], None]
"""(path, last part of the interface name, member, body with all variants unwrapped)."""


class OfonoBus:
    """A connection to oFono's bus. Not thread-safe: used on one event loop."""

    def __init__(self, service: BusService) -> None:
        self._service = service

    @classmethod
    async def connect(
        cls, address: str, on_signal: Signal, on_owner: Callable[[bool], None], on_malformed: Callable[[], None]
    ) -> OfonoBus:
        """Connect to `address`, or to the system bus where it is empty, and receive oFono's signals.

        `on_owner` receives whether oFono is on the bus at each change; `on_malformed` is called for each malformed
        signal. Raises CallError if the bus cannot be reached.
        """

        def received(message: Message) -> None:
            kind = (message.interface or "").removeprefix(f"{OFONO}.")
            signature = _SIGNATURES.get((kind, message.member or ""))
            if signature is None:
                return
            if message.signature == signature:
                on_signal(message.path or "", kind, message.member or "", [bare(part) for part in message.body])
            else:
                on_malformed()

        try:
            return cls(await BusService.connect(OFONO, address, received, on_owner))
        except BusError as error:
            raise CallError("the system bus cannot be reached", key="no_daemon", detail=error.name) from error

    @property
    def present(self) -> bool:
        """Whether oFono is on the bus."""
        return self._service.present

    async def call(
        self,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        *body: Any,
        reply: str = "",
        seconds: float = REPLY_SECONDS,
    ) -> list[Any]:
        """Call oFono and return the reply's body with variants unwrapped. `interface` is the last part of its name.

        Raises CallError if the call fails or the reply does not have the signature `reply`.
        """
        try:
            return await self._service.call(
                path, f"{OFONO}.{interface}", member, signature, list(body), reply=reply, seconds=seconds
            )
        except BusError as error:
            key = _KEYS.get(error.name, "failed")
            raise CallError("oFono rejected the call", key=key, detail=f"{member} {error.name}") from error

    async def set_property(self, path: str, interface: str, name: str, kind: str, value: object) -> None:
        """Set one property; `kind` is its D-Bus signature. Raises CallError."""
        await self.call(path, interface, "SetProperty", "sv", name, Variant(kind, value))

    async def properties(self, path: str, interface: str) -> dict[str, Any]:
        """Return all properties of an interface. Raises CallError."""
        (found,) = await self.call(path, interface, "GetProperties", reply="a{sv}")
        return dict(found)

    async def calls(self, modem: str) -> list[tuple[str, dict[str, Any]]]:
        """Return the calls of a modem with their properties. Raises CallError."""
        (calls,) = await self.call(modem, "VoiceCallManager", "GetCalls", reply="a(oa{sv})")
        return [(path, properties) for path, properties in calls]

    async def modems(self) -> list[tuple[str, dict[str, Any]]]:
        """Return all modems with their properties. Raises CallError."""
        (modems,) = await self.call("/", "Manager", "GetModems", reply="a(oa{sv})")
        return [(path, properties) for path, properties in modems]

    async def closed(self) -> None:
        """Wait until the connection is lost."""
        await self._service.closed()

    async def close(self) -> None:
        """Close the connection and wait until its socket is closed."""
        await self._service.close()
