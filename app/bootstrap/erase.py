"""`carlendar erase`: "Clear this car" from a terminal."""

from __future__ import annotations

import sys
import time

from app.bootstrap.conversation import Conversation
from app.bootstrap.microsoft import VAULT
from app.channel.messages import DataChanged
from app.errors import ChannelError, StoreError, UsageError
from app.microsoft.vault import Vault
from app.service.lock import ServiceLock
from app.settings import Settings, load
from app.store.erase import clear_car

PATIENCE = 3.0
"""Seconds that a service which could not do it has to let go of the store."""


def run(*, yes: bool) -> int:
    """Delete tokens, events, the outbox and all that is left of them; returns 0. Asks first unless `yes`.

    A store that is damaged, of a newer version or on a full disk is no hindrance. StoreError when something stays.
    """
    settings = load()
    if not yes and not _sure():
        print("Nothing was deleted.")
        return 1
    if settings.data_folder.exists():
        _clear(settings)
    print("Everything is deleted.")
    return 0


def _clear(settings: Settings) -> None:
    """By the service, which other screens hear of; without one where the store keeps it from starting."""
    try:
        with Conversation(settings) as service:
            service.ask("erase")
            while service.hear() != DataChanged("erased"):
                pass
    except (StoreError, ChannelError):
        _clear_alone(settings)


def _clear_alone(settings: Settings) -> None:
    folder = settings.data_folder
    lock = ServiceLock(folder)
    if not lock.acquire(PATIENCE):
        raise StoreError("Carlendar is running and does not answer. End it, then clear again.")
    try:
        Vault(folder / VAULT, allow_key_file=settings.switch("identity.key_file_storage")).erase()
        clear_car(folder, (folder / VAULT,), time.sleep)
    finally:
        lock.release()


def _sure() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("say --yes to delete without being asked")
    return input("Delete every account, calendar and setting of this car? [y/N] ").strip().lower() in ("y", "yes")
