"""The subscribed calendars by feed: their addresses and paths are secrets, kept in the vault.

The owner's mail addresses and the outcome of reading (`Trial`) are kept with them. All else of a feed, such as its name
and its driver, is an ordinary account, which contains no more of the address than its host.
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
        """Return the secret of that name, None if there is none."""

    def put(self, name: str, secret: bytes) -> None:
        """Store a secret."""

    def delete(self, name: str) -> None:
        """Delete a secret."""


class Shown(Value, frozen=True):
    """What may be displayed of a feed: its kind (`FEED` or `FILES`) and its host or file name."""

    kind: str
    name: str


class FeedSubscription(Value, frozen=True):
    """The secret of a feed. `owners` are mail addresses in lower case."""

    source: str = ""
    owners: tuple[str, ...] = ()
    trial: Trial = Trial()


class SubscriptionStore:
    """A `Subscriptions`. `private` allows http and addresses of private networks."""

    def __init__(self, secrets: Secrets, *, private: bool = False) -> None:
        self._secrets, self._private = secrets, private
        self._lock = threading.Lock()

    def add(self, feed_id: str, source: str, owners: Iterable[str] = ()) -> tuple[str, str]:
        """Store the feed's address or path; return its kind and what may be displayed of it. Raises FeedError,
        VaultError.
        """
        shown = show(source, private=self._private)
        self._keep(feed_id, FeedSubscription(source.strip(), _addresses(owners)))
        return shown.kind, shown.name

    def source(self, feed_id: str) -> str:
        """Return the feed's address or path. Raises VaultError if it is lost or unavailable now."""
        if found := self._read(feed_id).source:
            return found
        raise VaultError("The calendar's address is lost: subscribe to it again.")

    def owners(self, feed_id: str) -> frozenset[str]:
        """Return the addresses of the calendar's owner. Raises VaultError if they are unavailable now."""
        return frozenset(self._read(feed_id).owners)

    def holds(self, feed_id: str, source: str) -> bool:
        """Whether the feed is read from this source; False if its source is lost."""
        try:
            return self.source(feed_id) == source.strip()
        except VaultError:
            return False

    def renew(self, feed_id: str, owners: Iterable[str]) -> bool:
        """Subscribe again: reset the outcome of reading; return whether anything changes.

        `owners`, if any, replace the previous ones. Raises VaultError.
        """
        with self._lock:
            found = self._read(feed_id)
            named = _addresses(owners) or found.owners
            renewed = FeedSubscription(found.source, named)
            if renewed != found:
                self._keep(feed_id, renewed)
            return renewed != found

    def trial(self, feed_id: str) -> Trial:
        """Return the outcome of reading it. Raises VaultError if it is unavailable now."""
        return self._read(feed_id).trial

    def save_trial(self, feed_id: str, trial: Trial) -> None:
        """Store the outcome of reading it; does nothing if the feed no longer exists. Raises VaultError."""
        with self._lock:
            found = self._read(feed_id)
            if found.source and found.trial != trial:
                self._keep(feed_id, replace(found, trial=trial))

    def forget(self, feed_id: str) -> None:
        """Delete it. Raises VaultError."""
        with self._lock:
            self._secrets.delete(feed_id)

    def _keep(self, feed_id: str, what: FeedSubscription) -> None:
        self._secrets.put(feed_id, to_json(what))

    def _read(self, feed_id: str) -> FeedSubscription:
        secret = self._secrets.get(feed_id)
        try:
            # Not with msgspec's parser: a file name may contain lone surrogates.
            return msgspec.convert(from_json(secret), FeedSubscription) if secret is not None else FeedSubscription()
        except (ValueError, TypeError):
            return FeedSubscription()


def _addresses(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({each.strip().lower().removeprefix("mailto:") for each in given}))


class StoredTrials:
    """`Trials` of one feed. If an outcome cannot be stored it is not counted, and the calendar is read all the same."""

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
    """Return what may be displayed of an address or absolute path. Raises FeedError for anything else."""
    text = source.strip()
    if addresses.is_address(text):
        return Shown(FEED, addresses.host(addresses.url(text, private=private)))
    path = Path(text).expanduser()
    if not text or not path.is_absolute():
        raise FeedError("say the address or the whole path of a calendar", key="feed_address")
    return Shown(FILES, path.name or str(path))
