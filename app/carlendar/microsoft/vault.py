"""Secrets at rest: each in its own file, encrypted with AES-256-GCM (NIST SP 800-38D).

A file is `CLV1`, the key source's number, eight bytes of the key's id, a nonce of twelve bytes, and the ciphertext with
its tag; the header and the secret's name are authenticated. After a power failure the file holds the old secret or the
new one. A damaged file is moved aside, and the secret counts as missing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import RLock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from carlendar.errors import VaultError
from carlendar.microsoft.keyring import SecretServiceKey
from carlendar.microsoft.keys import (
    CredentialKey,
    FileKey,
    KeySource,
    Lockable,
    SourceName,
    key_id,
    locked_away,
    no_safe_place,
)
from carlendar.microsoft.private_files import TEMPORARY, move_aside, read_private, remove, write_private

SUFFIX = ".sealed"
DAMAGED = ".damaged"

_MAGIC = b"CLV1"
_NONCE = 12
_HEAD = len(_MAGIC) + 1 + 8
_NO_SOURCE = 255
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


def standard_sources(
    folder: Path, *, allow_key_file: bool, environment: Mapping[str, str] = os.environ
) -> tuple[KeySource, ...]:
    """Return the sources in order: Secret Service, systemd credential, and, if allowed, a key file."""
    safe: tuple[KeySource, ...] = (SecretServiceKey(), CredentialKey(environment))
    return (*safe, FileKey(folder)) if allow_key_file else safe


class Vault:
    """Keeps secrets by name in `folder`, which nothing else uses. Thread-safe.

    `allow_key_file` is set by the administrator: without it, a machine with neither a Secret Service nor a credential
    stores nothing. A locked keyring is never replaced by a credential or a key file: data encrypted with it is kept,
    and nothing new is stored until it is unlocked or the vault is erased.
    """

    def __init__(
        self,
        folder: Path,
        *,
        allow_key_file: bool = True,
        sources: Sequence[KeySource] | None = None,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._folder = folder
        self._sources = tuple(sources or standard_sources(folder, allow_key_file=allow_key_file))
        self._random_bytes = random_bytes
        self._lock = RLock()
        self._damaged: set[str] = set()

    @property
    def damaged(self) -> frozenset[str]:
        """Names of secrets that were found damaged since the start and were moved aside."""
        return frozenset(self._damaged)

    def source(self) -> SourceName:
        """Return the source that would encrypt a secret now. Raises VaultError if there is none, or a preferred one is
        locked.

        Called before a sign-in: a keyring that was locked recently is tried again.
        """
        for source in self._sources:
            if isinstance(source, Lockable):
                source.ask_again()
            if source.available():
                self._require_best(source.name)
                return source.name
            _require_unlocked(source)
        raise no_safe_place()

    def get(self, name: str) -> bytes | None:
        """Return the secret of that name; None if there is none, or it is damaged.

        Raises VaultError if it exists but its key is unavailable (the Secret Service is locked).
        """
        with self._lock:
            sealed = read_private(self._path(name))
            if sealed is None:
                return None
            try:
                return self._open(name, sealed)
            except _DamagedError:
                move_aside(self._path(name), self._folder / f"{name}{DAMAGED}")
                self._damaged.add(name)
                return None

    def put(self, name: str, secret: bytes) -> None:
        """Store `secret`; it is on the disk on return. Raises VaultError if there is no key or no space."""
        path = self._path(name)
        with self._lock:
            source, key = self._sealing_key()
            nonce = self._random_bytes(_NONCE)
            head = _MAGIC + bytes([source]) + key_id(key)
            write_private(path, head + nonce + AESGCM(key).encrypt(nonce, secret, head + name.encode()))
            self._damaged.discard(name)

    def delete(self, name: str) -> None:
        """Delete the secret of that name, and damaged copies that were moved aside."""
        with self._lock:
            remove(self._path(name))
            remove(self._folder / f"{name}{DAMAGED}")
            self._damaged.discard(name)

    def erase(self) -> None:
        """Delete everything: secrets, damaged copies, temporary files, and the key itself."""
        with self._lock:
            if self._folder.is_symlink():
                remove(self._folder)  # the link's target is not Carlendar's
            for path in self._own_files():
                remove(path)
            for source in self._sources:
                source.erase()
            # A key file may remain from a time when it was allowed.
            FileKey(self._folder).erase()
            self._damaged.clear()

    def _own_files(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return [
            path
            for path in self._folder.iterdir()
            if path.name.startswith(TEMPORARY) or path.name.endswith((SUFFIX, DAMAGED))
        ]

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("the name of a secret is made of small letters, digits, dots and dashes")
        return self._folder / f"{name}{SUFFIX}"

    def _sealing_key(self) -> tuple[SourceName, bytes]:
        for source in self._sources:
            if source.available():
                self._require_best(source.name)
                key = source.create()
                if key is not None:
                    return source.name, key
            _require_unlocked(source)
        raise no_safe_place()

    def _require_best(self, name: SourceName) -> None:
        """Raise VaultError if data was encrypted by a preferred source that is unavailable now."""
        sealed = (path for path in self._own_files() if path.name.endswith(SUFFIX))
        if any(_sealed_by(path) < name for path in sealed):
            raise locked_away()

    def _open(self, name: str, sealed: bytes) -> bytes:
        head, nonce, rest = sealed[:_HEAD], sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
        if not head.startswith(_MAGIC) or len(nonce) < _NONCE:
            raise _DamagedError
        key = self._opening_key(head[len(_MAGIC)], head[len(_MAGIC) + 1 :])
        try:
            return AESGCM(key).decrypt(nonce, rest, head + name.encode())
        except InvalidTag as error:
            raise _DamagedError from error

    def _opening_key(self, number: int, wanted: bytes) -> bytes:
        """Return the key of that id. Raises _DamagedError if its source has another key, VaultError if it is
        unavailable.
        """
        for source in self._sources:
            if source.name != number:
                continue
            key = source.find()
            if key is not None and key_id(key) == wanted:
                return key
            if source.available():
                raise _DamagedError
            raise locked_away()
        raise _DamagedError


def _require_unlocked(source: KeySource) -> None:
    if isinstance(source, Lockable) and source.locked():
        raise locked_away()


def _sealed_by(path: Path) -> int:
    """Return the number of the source that encrypted it; a large one if it is not an encrypted file."""
    try:
        head = (read_private(path) or b"")[:_HEAD]
    except VaultError:
        return _NO_SOURCE
    return head[len(_MAGIC)] if head.startswith(_MAGIC) and len(head) == _HEAD else _NO_SOURCE


class _DamagedError(Exception):
    """The stored data can never be decrypted."""
