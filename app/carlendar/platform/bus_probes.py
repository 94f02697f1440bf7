"""Checks of what answers on D-Bus: the buses, oFono, and the Secret Service."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dbus_fast import AuthError, BusType, DBusError, InvalidAddressError, Message, MessageType
from dbus_fast.aio import MessageBus

from carlendar.platform.probes import Check

SECONDS = 2.0
"""Time-out for a bus, and for each service on it."""

OFONO = "org.ofono"
SECRETS = "org.freedesktop.secrets"
CREDENTIAL = "carlendar-vault-key"
"""Name of the systemd credential (`LoadCredential=`) that can provide the key of the token cache."""


def check_dbus(bus: BusType = BusType.SYSTEM) -> Check:
    """Check the system bus, which oFono is on."""
    if _names(bus) is None:
        return Check("dbus", ok=False, detail="the system bus does not answer", fix="install and start dbus")
    return Check("dbus", ok=True, detail="the system bus answers")


def check_telephone(bus: BusType = BusType.SYSTEM) -> Check:
    """Check that oFono runs and a phone is connected."""
    names = _names(bus)
    if names is None or OFONO not in names:
        fix = "install and start ofono; without it meetings are joined by link or QR code only"
        return Check("ofono", ok=False, detail="oFono does not run", fix=fix)
    reply = _ask(bus, OFONO, "/", "org.ofono.Manager", "GetModems", "a(oa{sv})")
    if reply is None:
        fix = "allow this user to talk to org.ofono (/etc/dbus-1/system.d)"
        return Check("ofono", ok=False, detail="oFono runs but does not answer this user", fix=fix)
    online = [path for path, modem in reply[0] if (value := modem.get("Online")) is not None and value.value is True]
    if not online:
        return Check("ofono", ok=False, detail="oFono runs, no phone is connected", fix="pair a phone over Bluetooth")
    return Check("ofono", ok=True, detail=f"phones connected: {len(online)}")


def check_assistant(name: str, bus: BusType = BusType.SYSTEM) -> Check:
    """Check that the voice assistant of the settings is on the bus."""
    if not name:
        return Check("assistant", ok=True, detail="no voice assistant is named", fix=None)
    if name not in (_names(bus) or ()):
        fix = "start it, or correct assistant.name (docs/sound.md)"
        return Check("assistant", ok=False, detail=f"{name} is not on the system bus", fix=fix)
    return Check("assistant", ok=True, detail=f"{name} is on the system bus", fix=None)


def check_secrets(key_file: Path, *, key_file_allowed: bool, environ: Mapping[str, str] = os.environ) -> Check:
    """Check which of the three stores holds the key of the token cache, in order of precedence."""
    names = _names(BusType.SESSION)
    if names is not None and SECRETS in names:
        return Check("secrets", ok=True, detail="the Secret Service keeps the key")
    folder = environ.get("CREDENTIALS_DIRECTORY", "")
    if folder and (Path(folder) / CREDENTIAL).is_file():
        return Check("secrets", ok=True, detail="a systemd credential holds the key")
    if not key_file_allowed:
        fix = "start a Secret Service (gnome-keyring), or give the service a credential"
        return Check("secrets", ok=False, detail="key files are disabled by the administrator", fix=fix)
    return _key_file(key_file)


def _key_file(path: Path) -> Check:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return Check("secrets", ok=True, detail="a key file will be created, readable by this user only")
    if mode & 0o077:
        return Check("secrets", ok=False, detail="the key file is readable by others", fix=f"chmod 600 {path}")
    return Check("secrets", ok=True, detail="a key file, readable by this user only")


def _names(bus: BusType) -> frozenset[str] | None:
    """Return the names on a bus, activatable ones included; None if it does not answer."""
    found: set[str] = set()
    for member in ("ListNames", "ListActivatableNames"):
        body = _ask(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", member, "as")
        if body is None:
            return None
        found.update(body[0])
    return frozenset(found)


def _ask(bus_type: BusType, name: str, path: str, interface: str, member: str, signature: str) -> list[Any] | None:
    """Call a method without arguments; return the reply's body, or None without a reply of this signature in time."""

    async def ask() -> list[Any] | None:
        bus = MessageBus(bus_type=bus_type)
        try:
            async with asyncio.timeout(SECONDS):
                await bus.connect()
                reply = await bus.call(Message(destination=name, path=path, interface=interface, member=member))
        finally:
            bus.disconnect()
        if reply.message_type is MessageType.ERROR or reply.signature != signature:
            return None
        return list(reply.body)

    try:
        return asyncio.run(ask())
    except (
        OSError, DBusError, AuthError, InvalidAddressError, TimeoutError, EOFError, ValueError, AttributeError,
        KeyError,  # without HOME, dbus-fast fails to look up the session bus's address
    ):  # fmt: skip
        return None
