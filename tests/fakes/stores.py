"""Stores in a temporary folder, with one signed-in person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path

from carlendar.domain.account import Account, AccountState, Profile
from carlendar.domain.timespan import Timespan
from carlendar.store.events import EventStore
from carlendar.store.records import Snapshot
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore


def ana_account(now: datetime) -> Account:
    """Return Ana's account, signed in at `now`."""
    return Account("a1", "ana", "ana@contoso.example", "Ana", "global", AccountState.SIGNED_IN, now)


@contextmanager
def user_store(folder: Path, account: Account) -> Iterator[UserStore]:
    """A user store with the account and its profile; closed at the end."""
    store = UserStore(folder)
    try:
        store.save_profile(Profile(account.profile_id, account.name))
        store.save_account(account)
        yield store
    finally:
        store.close()


@contextmanager
def event_store(folder: Path, user: UserStore) -> Iterator[EventStore]:
    """An event store that accepts events of the user store's accounts; closed at the end."""
    store = EventStore(folder, known=lambda account_id: user.account(account_id) is not None)
    try:
        yield store
    finally:
        store.close()


def read_snapshot(folder: Path, window: Timespan, zone: tzinfo, *, profile_id: str | None = None) -> Snapshot:
    """Read the store once; see `StoreReader.read`."""
    reader = StoreReader(folder)
    try:
        return reader.read(window, zone, profile_id=profile_id)
    finally:
        reader.close()
