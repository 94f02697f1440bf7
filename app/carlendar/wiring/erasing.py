"""Erase the data folder without a service, and complete an interrupted erase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.store.folder import VAULT, is_erasing

if TYPE_CHECKING:
    from carlendar.settings import Settings

LOCK_TIMEOUT = 3.0
"""Seconds to wait for a running service to release the store."""


def resume(settings: Settings, timeout: float = LOCK_TIMEOUT) -> None:
    """Complete an interrupted erase, if there is one, before the store is opened.

    Raises StoreError if a service holds the store for more than `timeout` seconds; it then completes the erase itself.
    """
    if is_erasing(settings.data_folder):
        clear_alone(settings, timeout)


def clear_alone(settings: Settings, timeout: float = LOCK_TIMEOUT) -> None:
    """Delete tokens, events, the outbox and all traces of them. Raises StoreError or VaultError if anything remains."""
    import time  # none of these is needed at a usual start

    from carlendar.errors import StoreError
    from carlendar.microsoft.vault import Vault
    from carlendar.service.lock import ServiceLock
    from carlendar.store.erase import erase_all

    folder = settings.data_folder
    lock = ServiceLock(folder)
    if not lock.acquire(timeout):
        raise StoreError("Carlendar is running and does not answer. Stop it, then erase again.")
    vault = Vault(folder / VAULT, allow_key_file=settings.switch("identity.key_file_storage"))
    try:
        erase_all(folder, (), time.sleep, forget=vault.erase)
    finally:
        lock.release()
