"""Erase the data folder without a service, and complete an interrupted erase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.store.folder import TELEMETRY, VAULT, is_erasing

if TYPE_CHECKING:
    from pathlib import Path

    from carlendar.settings import Settings

LOCK_TIMEOUT = 3.0
"""Seconds to wait for a running service to release the store."""


def resume(settings: Settings, timeout: float = LOCK_TIMEOUT) -> None:
    """Complete an interrupted erase, if there is one, before the store is opened.

    Raises StoreError if a service holds the store for more than `timeout` seconds; it then completes the erase itself.
    """
    if is_erasing(settings.data_folder):
        erase_without_service(settings, timeout)


def erase_without_service(settings: Settings, timeout: float = LOCK_TIMEOUT) -> None:
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

    def forget() -> None:
        try:
            _erase_telemetry(folder / TELEMETRY)
        finally:
            vault.erase()

    try:
        erase_all(folder, (), time.sleep, forget=forget)
    finally:
        lock.release()


def _erase_telemetry(folder: Path) -> None:
    """Delete the events of all drivers from the queue of telemetry, if there is one. Raises StoreError."""
    if not folder.is_dir():
        return
    import os
    import uuid
    from datetime import UTC, datetime

    from carlendar.telemetry.queue import FILE, EventQueue

    if (folder / FILE).exists():
        queue = EventQueue(folder, lambda: str(uuid.uuid4()), lambda: os.urandom(16).hex())
        try:
            queue.erase(datetime.now(UTC))
        finally:
            queue.close()
