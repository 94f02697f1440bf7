"""A vault in memory: an acceptance run stores no token on the disk."""

from __future__ import annotations

from pathlib import Path

from carlendar.microsoft.keys import CredentialKey, SourceName
from carlendar.microsoft.vault import Vault


class MemoryVault(Vault):
    """Keeps secrets in memory."""

    def __init__(self) -> None:
        super().__init__(Path(), sources=(CredentialKey({}),))
        self._kept: dict[str, bytes] = {}

    def source(self) -> SourceName:
        """Nothing is encrypted, so any source will do."""
        return SourceName.CREDENTIAL

    def get(self, name: str) -> bytes | None:
        """Return the secret of that name."""
        return self._kept.get(name)

    def put(self, name: str, secret: bytes) -> None:
        """Store a secret."""
        self._kept[name] = secret

    def delete(self, name: str) -> None:
        """Delete a secret."""
        self._kept.pop(name, None)

    def erase(self) -> None:
        """Delete all secrets."""
        self._kept.clear()
