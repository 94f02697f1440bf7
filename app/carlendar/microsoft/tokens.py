"""MSAL's token cache in the vault, and its accounts."""

from __future__ import annotations

import hashlib
from typing import Any

import msal

from carlendar.errors import VaultError
from carlendar.microsoft.vault import Vault

_Cache = msal.TokenCache.CredentialType
MsalAccount = dict[str, Any]


def account_id(account: MsalAccount) -> str:
    """Return a stable id that reveals nothing about the user: a digest of the account's id and the cloud's host."""
    text = f"{account['environment']}|{account['home_account_id']}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class TokenStore:
    """The token cache of one cloud. Not thread-safe: the owner serialises access."""

    def __init__(self, vault: Vault, name: str) -> None:
        self.cache = msal.SerializableTokenCache()
        self._vault = vault
        self._name = name
        self._loaded = False

    def load(self) -> None:
        """Read the cache once. Raises VaultError while its key is not available; a damaged cache counts as empty."""
        if self._loaded:
            return
        stored = self._vault.get(self._name)
        try:
            self.cache.deserialize(stored.decode() if stored else None)
        except ValueError:
            self.cache.deserialize(None)
        self._loaded = True

    def start_over(self) -> None:
        """Begin with an empty cache if the stored one cannot be decrypted; the next save replaces it."""
        self.cache.deserialize(None)
        self._loaded = True

    def save(self) -> None:
        """Write changes to the disk. Raises VaultError if that fails; the changes remain pending."""
        if not self.cache.has_state_changed:
            return
        try:
            self._vault.put(self._name, self.cache.serialize().encode())
        except VaultError:
            self.cache.has_state_changed = True
            raise

    def accounts(self) -> list[MsalAccount]:
        """Return all accounts."""
        self.load()
        return list(self.cache.search(_Cache.ACCOUNT))

    def find(self, wanted: str) -> MsalAccount | None:
        """Return the account with that id."""
        return next((account for account in self.accounts() if account_id(account) == wanted), None)

    def find_home(self, home_account_id: str) -> MsalAccount | None:
        """Return the account with that home account id."""
        return next((entry for entry in self.accounts() if entry["home_account_id"] == home_account_id), None)

    def id_token(self, account: MsalAccount) -> str:
        """Return the latest ID token of the account, a JWT that MSAL has verified; empty if there is none."""
        query = {"environment": account["environment"], "home_account_id": account["home_account_id"]}
        return next((str(entry["secret"]) for entry in self.cache.search(_Cache.ID_TOKEN, query=query)), "")

    def forget(self, account: MsalAccount) -> None:
        """Delete all tokens of the account, of all its tenants, and save."""
        owned = {"environment": account["environment"], "home_account_id": account["home_account_id"]}
        for kind, drop in (
            (_Cache.REFRESH_TOKEN, self.cache.remove_rt),
            (_Cache.ACCESS_TOKEN, self.cache.remove_at),
            (_Cache.ID_TOKEN, self.cache.remove_idt),
            (_Cache.ACCOUNT, self.cache.remove_account),
        ):
            for entry in list(self.cache.search(kind, query=owned)):
                drop(entry)
        if self.accounts():
            self.save()
        else:
            self.drop()

    def drop(self) -> None:
        """Delete all accounts, in memory and on the disk. Raises VaultError if the file cannot be removed."""
        self.start_over()
        self._vault.delete(self._name)
