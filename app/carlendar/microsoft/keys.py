"""Where the vault's key comes from: the Secret Service, a systemd credential, or a key file.

A source is asked for its key only when it is needed. `create` of one source never replaces a key
that is there: what it sealed would be lost.
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
from carlendar.microsoft.files import read_private, remove, write_private

KEY_BYTES = 32
CREDENTIAL = "carlendar-vault-key"
"""Name of the systemd credential (`LoadCredentialEncrypted=carlendar-vault-key`)."""
KEY_FILE = "vault.key"

_LEAST_CREDENTIAL = 16


class SourceName(IntEnum):
    """The sources in the order of preference; the number is stored in what is sealed."""

    SECRET_SERVICE = 1
    CREDENTIAL = 2
    KEY_FILE = 3

    @property
    def label(self) -> str:
        """For people: `Secret Service`, `systemd credential`, `key file`."""
        return {1: "Secret Service", 2: "systemd credential", 3: "key file"}[self.value]


class KeySource(Protocol):
    """One place that keeps the key. `find` and `create` are bounded in time."""

    @property
    def name(self) -> SourceName:
        """Which one it is."""

    def available(self) -> bool:
        """Whether it can answer now."""

    def find(self) -> bytes | None:
        """The key that it keeps, `KEY_BYTES` long; None when it keeps none or is not available."""

    def create(self) -> bytes | None:
        """The key that it keeps, made if there was none; None when it cannot."""

    def erase(self) -> None:
        """Forget the key, as far as this source can."""


@runtime_checkable
class Lockable(Protocol):
    """A source that may be there and not give its key: nothing is sealed by a lesser source in its stead."""

    def locked(self) -> bool:
        """Whether it is there and does not give its key at the moment."""

    def ask_again(self) -> None:
        """Ask it at the next question even if it failed a moment ago: a person may have unlocked it."""


def key_id(key: bytes) -> bytes:
    """Eight bytes that tell keys apart and tell nothing of the key."""
    return hashlib.sha256(b"carlendar vault key id" + key).digest()[:8]


class CredentialKey:
    """A key derived from a credential that systemd hands to the service; it cannot be made or erased here."""

    name = SourceName.CREDENTIAL

    def __init__(self, environment: Mapping[str, str]) -> None:
        folder = environment.get("CREDENTIALS_DIRECTORY", "")
        self._path = Path(folder) / CREDENTIAL if folder else None

    def available(self) -> bool:
        """Whether the credential is there and long enough."""
        return self.find() is not None

    def find(self) -> bytes | None:
        """The key derived from the credential (HKDF, SHA-256); None when it is missing or too short."""
        try:
            secret = self._path.read_bytes() if self._path else b""
        except OSError:
            return None
        if len(secret) < _LEAST_CREDENTIAL:
            return None
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"carlendar vault").derive(secret)

    def create(self) -> bytes | None:
        """The same as `find`: only the administrator makes credentials."""
        return self.find()

    def erase(self) -> None:
        """Nothing: the credential is the administrator's."""


class FileKey:
    """A random key in a file of its own beside what it seals, mode 0600."""

    name = SourceName.KEY_FILE

    def __init__(self, folder: Path, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        self._path = folder / KEY_FILE
        self._random_bytes = random_bytes

    def available(self) -> bool:
        """Always."""
        return True

    def find(self) -> bytes | None:
        """The key of the file; None when there is none or it is damaged."""
        key = read_private(self._path)
        return key if key is not None and len(key) == KEY_BYTES else None

    def create(self) -> bytes | None:
        """The key of the file, made and on the disk when there was none. VaultError when it cannot be written."""
        key = self.find()
        if key is None:
            key = self._random_bytes(KEY_BYTES)
            write_private(self._path, key)
        return key

    def erase(self) -> None:
        """Remove the file."""
        remove(self._path)


def no_safe_place() -> VaultError:
    """The error of a machine that has none of the allowed sources."""
    return VaultError(
        "There is no safe place to keep the sign-in on this machine.", detail="no key source is available or allowed"
    )


def locked_away() -> VaultError:
    """The error of a key that is kept where nothing comes out at the moment: what it sealed stays as it is."""
    error = VaultError(
        "The keyring or credential that keeps the sign-in is locked or not there. Unlock it, then try again.",
        detail="a better key source than the next one is locked or not there",
    )
    error.key = "vault_locked"
    return error
