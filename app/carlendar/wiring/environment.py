"""Environment variables that libraries read, and that are removed in a process of the car."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping

FOREIGN = ("DBUS_SYSTEM_BUS_ADDRESS", "SDL_DYNAMIC_API")
"""Another bus would bring a phone and a NetworkManager of its own; another SDL is code of its own."""

FOREIGN_BEGINNINGS = ("KIVY_", "KCFG_", "GRPC_")
"""Of Kivy's modules, configuration, density and data folders, and of gRPC's trusted certificates and experiments."""


def forget_foreign(environ: MutableMapping[str, str]) -> None:
    """Remove them, before anything that reads them is imported."""
    for name in [name for name in environ if name in FOREIGN or name.startswith(FOREIGN_BEGINNINGS)]:
        del environ[name]
