"""Clearing the data folder without a service, and finishing what was interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.store.folder import VAULT, is_erasing

if TYPE_CHECKING:
    from carlendar.settings import Settings

LOCK_TIMEOUT = 3.0
"""Seconds that a service which could not do it has to let go of the store."""


def resume(settings: Settings, timeout: float = LOCK_TIMEOUT) -> None:
    """Finish an erase that was interrupted, before anything of the store is opened; usually there is none.

    StoreError where a service that runs holds the store for more than `timeout` seconds: it erases by itself.
    """
    if is_erasing(settings.data_folder):
        clear_alone(settings, timeout)


def clear_alone(settings: Settings, timeout: float = LOCK_TIMEOUT) -> None:
    """Delete tokens, events, the outbox and all that is left of them. StoreError, VaultError when something stays."""
    import time  # none of these is needed at a usual start

    from carlendar.errors import StoreError
    from carlendar.microsoft.vault import Vault
    from carlendar.service.lock import ServiceLock
    from carlendar.store.erase import clear_car

    folder = settings.data_folder
    lock = ServiceLock(folder)
    if not lock.acquire(timeout):
        raise StoreError("Carlendar is running and does not answer. End it, then clear again.")
    vault = Vault(folder / VAULT, allow_key_file=settings.switch("identity.key_file_storage"))
    try:
        clear_car(folder, (), time.sleep, forget=vault.erase)
    finally:
        lock.release()
