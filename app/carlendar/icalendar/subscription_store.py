"""Which calendars were subscribed to, by feed: their addresses and paths are secrets and lie in the vault.

With them lie the owner's mail addresses and what became of reading the calendar (`Trial`). Everything else of a feed,
its name and whose it is, is an account like any other and holds no more of the address than its host.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace

from carlendar.domain.account import FEED, FILES
from carlendar.domain.base import Value, to_json
from carlendar.domain.bounded import from_json
from carlendar.errors import FeedError, VaultError
from carlendar.icalendar import addresses
from carlendar.icalendar.trials import Trial

_log = logging.getLogger(__name__)


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


class Subscription(Value, frozen=True):
    """The secret of a feed. `owners` are mail addresses in small letters."""

    source: str = ""
    owners: tuple[str, ...] = ()
    trial: Trial = Trial()


class SubscriptionStore:
    """A `Subscriptions`. `private` allows http and addresses of one's own network."""

    def __init__(self, secrets: Secrets, *, private: bool = False) -> None:
        self._secrets, self._private = secrets, private
        self._lock = threading.Lock()

    def add(self, feed_id: str, source: str, owners: Iterable[str] = ()) -> tuple[str, str]:
        """Keep what the feed is read from; returns its kind and what may be shown of it. FeedError, VaultError."""
        shown = show(source, private=self._private)
        self._keep(feed_id, Subscription(source.strip(), _addresses(owners)))
        return shown.kind, shown.name

    def source(self, feed_id: str) -> str:
        """What the feed is read from. VaultError where that is not known, or not at the moment."""
        if found := self._read(feed_id).source:
            return found
        raise VaultError("The calendar's address is lost: subscribe to it again.")

    def owners(self, feed_id: str) -> frozenset[str]:
        """The addresses of the calendar's owner. VaultError where they cannot be read at the moment."""
        return frozenset(self._read(feed_id).owners)

    def holds(self, feed_id: str, source: str) -> bool:
        """Whether the feed is read from just that; False where what it was read from is lost."""
        try:
            return self.source(feed_id) == source.strip()
        except VaultError:
            return False

    def renew(self, feed_id: str, owners: Iterable[str]) -> bool:
        """Subscribed to anew: the calendar is read again, whatever came of it; returns whether anything changes.

        `owners` replace those that were named before, if there are any here. VaultError.
        """
        with self._lock:
            found = self._read(feed_id)
            named = _addresses(owners) or found.owners
            renewed = Subscription(found.source, named)
            if renewed != found:
                self._keep(feed_id, renewed)
            return renewed != found

    def trial(self, feed_id: str) -> Trial:
        """What became of reading it. VaultError where that is not known at the moment."""
        return self._read(feed_id).trial

    def save_trial(self, feed_id: str, trial: Trial) -> None:
        """Keep what becomes of reading it; nothing for a feed that is not there any more. VaultError."""
        with self._lock:
            found = self._read(feed_id)
            if found.source and found.trial != trial:
                self._keep(feed_id, replace(found, trial=trial))

    def forget(self, feed_id: str) -> None:
        """Forget it. VaultError."""
        with self._lock:
            self._secrets.delete(feed_id)

    def _keep(self, feed_id: str, what: Subscription) -> None:
        self._secrets.put(feed_id, to_json(what))

    def _read(self, feed_id: str) -> Subscription:
        secret = self._secrets.get(feed_id)
        try:
            # Not by msgspec's parser: the name of a file may hold half surrogate pairs.
            return msgspec.convert(from_json(secret), Subscription) if secret is not None else Subscription()
        except (ValueError, TypeError):
            return Subscription()


def _addresses(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({each.strip().lower().removeprefix("mailto:") for each in given}))


class StoredTrials:
    """`Trials` of one feed. What cannot be kept is not counted, and does not keep the calendar from being read."""

    def __init__(self, store: SubscriptionStore, feed_id: str) -> None:
        self._store, self._feed_id = store, feed_id

    def load(self) -> Trial:
        """See `Trials`."""
        return self._store.trial(self._feed_id)

    def save(self, trial: Trial) -> None:
        """See `Trials`."""
        try:
            self._store.save_trial(self._feed_id, trial)
        except VaultError as error:
            _log.warning("what became of reading a calendar cannot be kept: %s", type(error).__name__)


def show(source: str, *, private: bool = False) -> Shown:
    """What may be shown of an address or an absolute path. Raises FeedError for what is neither."""
    text = source.strip()
    if addresses.is_address(text):
        return Shown(FEED, addresses.host(addresses.url(text, private=private)))
    path = Path(text).expanduser()
    if not text or not path.is_absolute():
        raise FeedError("say the address or the whole path of a calendar", key="feed_address")
    return Shown(FILES, path.name or str(path))
