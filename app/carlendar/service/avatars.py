"""People's pictures, fetched when their calendar has come: after a sign-in, and then about once a day.

They have a thread of their own, so that none holds up a calendar; whatever fails is tried again later, and
nothing is said of it on the screen.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from datetime import timedelta

from carlendar.domain.account import Account, AccountState
from carlendar.domain.avatar import Portrait
from carlendar.service.ports import Ports
from carlendar.store.avatars import Kept, PortraitFolder
from carlendar.store.user import UserStore

AGAIN = timedelta(days=1)
"""Time after which a picture may have become another one."""
PAUSE = 3600.0
"""Elapsed seconds after a failure before the next attempt."""

PortraitOf = Callable[[Account, str], Portrait | None]
_log = logging.getLogger(__name__)


class PortraitKeeper:
    """Keeps the pictures of accounts that are signed in, but of no guest's. `changed` tells the screens."""

    def __init__(
        self, folder: PortraitFolder, user: UserStore, ports: Ports, changed: Callable[[], None]
    ) -> None:  # fmt: skip
        self._folder, self._user, self._changed = folder, user, changed
        self._portrait_of, self._wall, self._elapsed = ports.portrait_of, ports.wall, ports.elapsed
        self._asked: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._not_before: dict[str, float] = {}
        self._thread: threading.Thread | None = None
        self._stopping = False

    def look(self, account_id: str) -> None:
        """See to the account's picture, if that is due; returns at once."""
        if self._portrait_of is None:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, args=(self._portrait_of,), name="portraits", daemon=True)
            self._thread.start()
        self._asked.put(account_id)

    def stop(self) -> None:
        """Begin nothing more; a request that is under way is left to its time-out."""
        self._stopping = True
        self._asked.put(None)
        if self._thread is not None:
            self._thread.join(1)

    def tidy(self, unrefreshed: timedelta) -> None:
        """Delete pictures of accounts that are gone, and those that could not be looked at for so long."""
        before = (self._wall.now() - unrefreshed).timestamp()
        self._folder.tidy({account.id for account in self._user.accounts()}, before)

    def _run(self, portrait_of: PortraitOf) -> None:
        while (account_id := self._asked.get()) is not None and not self._stopping:
            try:
                self._see_to(account_id, portrait_of)
            except Exception as error:  # noqa: BLE001 - a picture is worth nobody's calendar
                _log.info("no picture: %s", type(error).__name__)
                self._not_before[account_id] = self._elapsed.seconds() + PAUSE

    def _see_to(self, account_id: str, portrait_of: PortraitOf) -> None:
        account, kept = self._user.account(account_id), self._folder.read(account_id)
        if account is None or not self._wanted(account) or not self._due(account_id, kept):
            return
        found = portrait_of(account, kept.portrait.tag if kept else "")
        portrait = found or (kept.portrait if kept else Portrait())
        self._folder.write(account_id, Kept(portrait, self._wall.now().timestamp()))
        if self._user.account(account_id) is None:
            self._folder.remove(account_id)  # signed out meanwhile
        elif portrait.pixels != (kept.portrait.pixels if kept else b""):
            self._changed()

    def _wanted(self, account: Account) -> bool:
        guest = any(profile.id == account.profile_id and profile.is_guest for profile in self._user.profiles())
        return account.state is AccountState.SIGNED_IN and not account.is_feed and not guest

    def _due(self, account_id: str, kept: Kept | None) -> bool:
        if self._elapsed.seconds() < self._not_before.get(account_id, 0.0):
            return False
        return kept is None or abs(self._wall.now().timestamp() - kept.checked) >= AGAIN.total_seconds()
