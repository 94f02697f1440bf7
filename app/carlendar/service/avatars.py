"""Profile pictures, fetched after a synchronisation: at sign-in, and then about once a day.
Runs on a separate thread, so that it does not delay synchronisation. A failure is retried later and not shown.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from datetime import timedelta

from carlendar.domain.account import Account, AccountState
from carlendar.domain.avatar import AvatarImage
from carlendar.service.ports import ServicePorts
from carlendar.store.avatars import AvatarFolder, StoredAvatar
from carlendar.store.user import UserStore

AGAIN = timedelta(days=1)
"""How long a picture is considered up to date."""
PAUSE = 3600.0
"""Elapsed seconds to wait after a failure."""

FetchAvatar = Callable[[Account, str], AvatarImage | None]
_log = logging.getLogger(__name__)


class AvatarUpdater:
    """Stores the pictures of signed-in accounts, except guests'. `changed` notifies the screens."""

    def __init__(
        self, folder: AvatarFolder, user: UserStore, ports: ServicePorts, changed: Callable[[], None]
    ) -> None:  # fmt: skip
        self._folder, self._user, self._changed = folder, user, changed
        self._fetch_avatar, self._wall, self._elapsed = ports.fetch_avatar, ports.wall, ports.elapsed
        self._requests: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._not_before: dict[str, float] = {}
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._stopping = False

    def update_soon(self, account_id: str) -> None:
        """Schedule an update of the account's picture if it is due; returns immediately."""
        if self._fetch_avatar is None:
            return
        with self._lock:
            if self._thread is None:
                fetch = self._fetch_avatar
                self._thread = threading.Thread(target=self._run, args=(fetch,), name="avatars", daemon=True)
                self._thread.start()
        self._requests.put(account_id)

    def stop(self) -> None:
        """Start no further requests; a running one ends with its time-out."""
        self._stopping = True
        self._requests.put(None)
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(1)

    def clean_up(self, unrefreshed: timedelta) -> None:
        """Delete pictures of deleted accounts, and those not refreshed for `unrefreshed`."""
        before = (self._wall.now() - unrefreshed).timestamp()
        self._folder.clean_up({account.id for account in self._user.accounts()}, before)

    def _run(self, fetch_avatar: FetchAvatar) -> None:
        while (account_id := self._requests.get()) is not None and not self._stopping:
            try:
                self._update(account_id, fetch_avatar)
            except Exception as error:  # noqa: BLE001 - a failed picture must not affect anything else
                _log.info("a picture could not be fetched: %s", type(error).__name__)
                self._not_before[account_id] = self._elapsed.seconds() + PAUSE

    def _update(self, account_id: str, fetch_avatar: FetchAvatar) -> None:
        account, kept = self._user.account(account_id), self._folder.read(account_id)
        if account is None or not self._wanted(account) or not self._due(account_id, kept):
            return
        found = fetch_avatar(account, kept.image.tag if kept else "")
        image = found or (kept.image if kept else AvatarImage())
        self._folder.write(account_id, StoredAvatar(image, self._wall.now().timestamp()))
        if self._user.account(account_id) is None:
            self._folder.remove(account_id)  # signed out in the meantime
        elif image.pixels != (kept.image.pixels if kept else b""):
            self._changed()

    def _wanted(self, account: Account) -> bool:
        guest = any(profile.id == account.profile_id and profile.is_guest for profile in self._user.profiles())
        return account.state is AccountState.SIGNED_IN and not account.is_feed and not guest

    def _due(self, account_id: str, kept: StoredAvatar | None) -> bool:
        if self._elapsed.seconds() < self._not_before.get(account_id, 0.0):
            return False
        return kept is None or abs(self._wall.now().timestamp() - kept.checked) >= AGAIN.total_seconds()
