"""Sources of the vault's key: the Secret Service, a systemd credential, or a key file.

A source is asked for its key only when needed. `create` never replaces an existing key, because data encrypted with it
would be lost.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from enum import IntEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from carlendar.errors import VaultError
from carlendar.microsoft.private_files import read_private, remove, write_private

KEY_BYTES = 32
CREDENTIAL = "carlendar-vault-key"
"""Name of the systemd credential (`LoadCredentialEncrypted=carlendar-vault-key`)."""
KEY_FILE = "vault.key"

_LEAST_CREDENTIAL = 16


class SourceName(IntEnum):
    """The sources in order of preference; the number is stored in each encrypted file."""

    SECRET_SERVICE = 1
    CREDENTIAL = 2
    KEY_FILE = 3

    @property
    def label(self) -> str:
        """The displayed name: `Secret Service`, `systemd credential`, `key file`."""
        return {1: "Secret Service", 2: "systemd credential", 3: "key file"}[self.value]


class KeySource(Protocol):
    """A place that keeps the key. `find` and `create` return within a limited time."""

    @property
    def name(self) -> SourceName:
        """Which source it is."""

    def available(self) -> bool:
        """Whether it is available now."""

    def find(self) -> bytes | None:
        """Return its key, `KEY_BYTES` long; None if it has none or is not available."""

    def create(self) -> bytes | None:
        """Return its key, created if necessary; None if that is not possible."""

    def erase(self) -> None:
        """Delete the key, if this source can."""


@runtime_checkable
class Lockable(Protocol):
    """A source that may exist without returning its key; no less preferred source is used for encryption then."""

    def locked(self) -> bool:
        """Whether it exists but does not return its key now."""

    def ask_again(self) -> None:
        """Try it again on next use even if it failed recently: it may have been unlocked."""


def key_id(key: bytes) -> bytes:
    """Return eight bytes that identify a key without revealing it."""
    return hashlib.sha256(b"carlendar vault key id" + key).digest()[:8]


class CredentialKey:
    """A key derived from a credential of systemd; it cannot be created or deleted here."""

    name = SourceName.CREDENTIAL

    def __init__(self, environment: Mapping[str, str]) -> None:
        folder = environment.get("CREDENTIALS_DIRECTORY", "")
        self._path = Path(folder) / CREDENTIAL if folder else None

    def available(self) -> bool:
        """Whether the credential exists and is long enough."""
        return self.find() is not None

    def find(self) -> bytes | None:
        """Return the key derived from the credential (HKDF, SHA-256); None if that is missing or too short."""
        try:
            secret = self._path.read_bytes() if self._path else b""
        except OSError:
            return None
        if len(secret) < _LEAST_CREDENTIAL:
            return None
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"carlendar vault").derive(secret)

    def create(self) -> bytes | None:
        """The same as `find`: only the administrator creates credentials."""
        return self.find()

    def erase(self) -> None:
        """Do nothing: the credential belongs to the administrator."""


class FileKey:
    """A random key in a file beside the encrypted data, mode 0600."""

    name = SourceName.KEY_FILE

    def __init__(self, folder: Path, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        self._path = folder / KEY_FILE
        self._random_bytes = random_bytes

    def available(self) -> bool:
        """Always true."""
        return True

    def find(self) -> bytes | None:
        """Return the key of the file; None if there is none or it is damaged."""
        key = read_private(self._path)
        return key if key is not None and len(key) == KEY_BYTES else None

    def create(self) -> bytes | None:
        """Return the key of the file, created on the disk if necessary. Raises VaultError if it cannot be written."""
        key = self.find()
        if key is None:
            key = self._random_bytes(KEY_BYTES)
            write_private(self._path, key)
        return key

    def erase(self) -> None:
        """Remove the file."""
        remove(self._path)


def no_safe_place() -> VaultError:
    """Return the error for a machine without any allowed source."""
    return VaultError(
        "There is no safe place to keep the sign-in on this machine.", detail="no key source is available or allowed"
    )


def locked_away() -> VaultError:
    """Return the error for a key that is locked; data encrypted with it is kept."""
    error = VaultError(
        "The keyring or credential that keeps the sign-in is locked or not there. Unlock it, then try again.",
        detail="a better key source than the next one is locked or not there",
    )
    error.key = "vault_locked"
    return error
