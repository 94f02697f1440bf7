"""Which calendars were subscribed to, by feed: their addresses and paths are secrets and lie in the vault.

Everything else of a feed, its name and whose it is, is an account like any other and holds no more of
the address than its host.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Protocol

from carlendar.domain.account import FEED, FILES
from carlendar.domain.base import Value
from carlendar.domain.bounded import from_json
from carlendar.errors import FeedError, VaultError
from carlendar.icalendar import addresses


class Secrets(Protocol):
    """A vault: see `carlendar.microsoft.vault`. Methods raise VaultError."""

    def get(self, name: str) -> bytes | None:
        """The secret of that name, None where there is none."""

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret."""

    def delete(self, name: str) -> None:
        """Forget a secret."""


class Shown(Value, frozen=True):
    """What may be shown of a feed: its kind (`FEED` or `FILES`) and its host or the name of its file."""

    kind: str
    name: str


class SubscriptionStore:
    """A `Subscriptions`. `private` allows http and addresses of one's own network."""

    def __init__(self, secrets: Secrets, *, private: bool = False) -> None:
        self._secrets, self._private = secrets, private

    def add(self, feed_id: str, source: str) -> tuple[str, str]:
        """Keep what the feed is read from; returns its kind and what may be shown of it. FeedError, VaultError."""
        shown = show(source, private=self._private)
        self._secrets.put(feed_id, json.dumps({"source": source.strip()}).encode())
        return shown.kind, shown.name

    def source(self, feed_id: str) -> str:
        """What the feed is read from. VaultError where that is not known, or not at the moment."""
        secret = self._secrets.get(feed_id)
        try:
            found = from_json(secret)["source"] if secret is not None else ""
        except (ValueError, KeyError, TypeError):
            found = ""
        if not isinstance(found, str) or not found:
            raise VaultError("The calendar's address is lost: subscribe to it again.")
        return found

    def holds(self, feed_id: str, source: str) -> bool:
        """Whether the feed is read from just that; False where what it was read from is lost."""
        try:
            return self.source(feed_id) == source.strip()
        except VaultError:
            return False

    def forget(self, feed_id: str) -> None:
        """Forget it. VaultError."""
        self._secrets.delete(feed_id)


def show(source: str, *, private: bool = False) -> Shown:
    """What may be shown of an address or an absolute path. Raises FeedError for what is neither."""
    text = source.strip()
    if addresses.is_address(text):
        return Shown(FEED, addresses.host(addresses.url(text, private=private)))
    path = Path(text).expanduser()
    if not text or not path.is_absolute():
        raise FeedError("say the address or the whole path of a calendar", key="feed_address")
    return Shown(FILES, path.name or str(path))
