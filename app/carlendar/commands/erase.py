"""`carlendar erase`: "Erase all data" from a terminal."""

from __future__ import annotations

import sys

from carlendar.commands.service_client import ServiceClient
from carlendar.errors import ChannelError, StoreError, UsageError
from carlendar.ipc.messages import DataChanged
from carlendar.settings import Settings, load
from carlendar.store.folder import require_own
from carlendar.wiring.erasing import erase_without_service


def run(*, yes: bool) -> int:
    """Delete tokens, events and the outbox, and their remains in files; returns 0. Asks for confirmation unless `yes`.

    A store that is damaged, of a newer version or on a full disk is erased too. Raises StoreError when data remains.
    """
    settings = load()
    folder = settings.data_folder
    if folder.exists():
        require_own(folder)
    if not yes and not _sure():
        print("Nothing was erased.")
        return 1
    if folder.exists():
        _clear(settings)
    print("All data has been erased.")
    return 0


def _clear(settings: Settings) -> None:
    """Let the service erase, which notifies open screens; do it here if the store keeps the service from starting."""
    try:
        with ServiceClient(settings) as service:
            service.ask("erase")
            while service.hear() != DataChanged("erased"):
                pass
    except (StoreError, ChannelError):
        erase_without_service(settings)


def _sure() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to confirm on: add --yes to erase without confirmation")
    return input("Erase all accounts, calendars and preferences from this car? [y/N] ").strip().lower() in ("y", "yes")
