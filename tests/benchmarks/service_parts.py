"""Parts of a service for measuring a synchronisation: a clock that stands still, and stores with one account."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from carlendar.domain.account import Account, Profile
from carlendar.store.events import EventStore
from carlendar.store.user import UserStore


@dataclass(frozen=True)
class FixedClock:
    """Both clocks; the time of day stands still."""

    moment: datetime

    def now(self) -> datetime:
        """See `WallClock`."""
        return self.moment

    def zone(self) -> tzinfo:
        """See `WallClock`."""
        return UTC

    def is_set(self) -> bool:
        """See `WallClock`."""
        return True

    def rate(self) -> float:
        """See `WallClock`."""
        return 1.0

    def seconds(self) -> float:
        """See `ElapsedClock`."""
        return time.perf_counter()


def stores_of(folder: Path, account: Account) -> tuple[UserStore, EventStore]:
    """Open new stores in which the account is registered; the caller closes them."""
    user = UserStore(folder)
    user.save_profile(Profile(account.profile_id, "Ada"))
    user.save_account(account)
    return user, EventStore(folder)
