"""`carlendar erase`: "Clear this car" from a terminal."""

from __future__ import annotations

import sys

from carlendar.commands.service_client import ServiceClient
from carlendar.errors import ChannelError, StoreError, UsageError
from carlendar.ipc.messages import DataChanged
from carlendar.settings import Settings, load
from carlendar.store.folder import require_own
from carlendar.wiring.erasing import clear_alone


def run(*, yes: bool) -> int:
    """Delete tokens, events, the outbox and all that is left of them; returns 0. Asks first unless `yes`.

    A store that is damaged, of a newer version or on a full disk is no hindrance. StoreError when something stays.
    """
    settings = load()
    folder = settings.data_folder
    if folder.exists():
        require_own(folder)
    if not yes and not _sure():
        print("Nothing was deleted.")
        return 1
    if folder.exists():
        _clear(settings)
    print("Everything is deleted.")
    return 0


def _clear(settings: Settings) -> None:
    """By the service, which other screens hear of; without one where the store keeps it from starting."""
    try:
        with ServiceClient(settings) as service:
            service.ask("erase")
            while service.hear() != DataChanged("erased"):
                pass
    except (StoreError, ChannelError):
        clear_alone(settings)


def _sure() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("say --yes to delete without being asked")
    return input("Delete every account, calendar and setting of this car? [y/N] ").strip().lower() in ("y", "yes")
