"""Parts of a service for measuring a synchronisation: stores with one account."""

from __future__ import annotations

from pathlib import Path

from carlendar.domain.account import Account, Profile
from carlendar.store.events import EventStore
from carlendar.store.user import UserStore


def stores_of(folder: Path, account: Account) -> tuple[UserStore, EventStore]:
    """Open new stores in which the account is registered; the caller closes them."""
    user = UserStore(folder)
    user.save_profile(Profile(account.profile_id, "Ada"))
    user.save_account(account)
    return user, EventStore(folder)
