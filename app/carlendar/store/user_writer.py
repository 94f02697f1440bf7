"""Asynchronous writes of the screen to `user.db`: no touch waits for the disk."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from carlendar.errors import StoreError

if TYPE_CHECKING:  # not needed before the first frame
    from datetime import datetime
    from pathlib import Path

    from carlendar.domain.account import Profile
    from carlendar.store.outbox import Outbox
    from carlendar.store.records import OutboxItem
    from carlendar.store.user import UserStore

_log = logging.getLogger(__name__)

Write = Callable[["UserStore", "Outbox"], object]


class UserWriter:
    """Methods return immediately; writes are executed in order on a separate thread.

    `written(what, ok)` is called from that thread after each commit or failure. `what` is `dismiss`, `snooze`,
    `prefer`, `calendar`, `profile`, `put`, `withdraw`, `acknowledge`, `news` or `joined`; `ok` is False if nothing was
    changed: the store failed, or an item to withdraw was already being sent. `boot_id` returns the id of the boot for
    which the active profile and guest profiles are valid.
    """

    def __init__(
        self,
        folder: Path,
        written: Callable[[str, bool], None] = lambda _what, _ok: None,
        boot_id: Callable[[], str] = lambda: "",
    ) -> None:
        self._folder = folder
        self._written, self._boot_id = written, boot_id
        self._queue: queue.SimpleQueue[tuple[str, Write] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="user-writer", daemon=True)
        self._thread.start()

    def dismiss(self, key: str, account_id: str, now: datetime) -> None:
        """Dismiss a reminder; the key is `event id@start`."""
        self._put("dismiss", lambda user, _: user.dismiss(key, account_id, now))

    def snooze(self, key: str, account_id: str, until: datetime, now: datetime) -> None:
        """Snooze a reminder."""
        self._put("snooze", lambda user, _: user.snooze(key, account_id, until, now))

    def joined(self, key: str, account_id: str, line: str, now: datetime) -> None:
        """Record that an occurrence was joined, by `phone` or `data`."""
        self._put("joined", lambda user, _: user.joined(key, account_id, line, now))

    def prefer(self, key: str, value: str) -> None:
        """Set a preference; an empty value resets it."""
        self._put("prefer", lambda user, _: user.prefer(key, value))

    def show_calendar(self, account_id: str, calendar_id: str, shown: bool) -> None:
        """Show or hide one calendar."""
        self._put("calendar", lambda user, _: user.show_calendar(account_id, calendar_id, shown))

    def create_profile(self, profile: Profile) -> None:
        """Add or rename a profile."""
        boot_id = self._boot_id()
        self._put("profile", lambda user, _: user.save_profile(profile, boot_id))

    def choose_profile(self, profile_id: str) -> None:
        """Make a profile the active one for this boot; an empty id for none."""
        boot_id = self._boot_id()
        self._put("profile", lambda user, _: user.choose_profile(profile_id, boot_id))

    def put(self, item: OutboxItem) -> None:
        """Add an item to the outbox; once written, the caller notifies the service with the command `outbox`."""
        self._put("put", lambda _, outbox: outbox.put(item))

    def withdraw(self, key: str) -> None:
        """Withdraw an unsent item."""
        self._put("withdraw", lambda _, outbox: outbox.withdraw(key))

    def acknowledge(self, key: str) -> None:
        """Record that the user knows that the item was not sent."""
        self._put("acknowledge", lambda _, outbox: outbox.acknowledge(key))

    def acknowledge_change(self, account_id: str, event_id: str) -> None:
        """Record that the user knows about the change of this meeting."""
        self._put("news", lambda user, _: user.acknowledge_change(account_id, event_id))

    def close(self) -> None:
        """Write the queue, then close the file."""
        self._queue.put(None)
        self._thread.join()

    def _put(self, what: str, write: Write) -> None:
        self._queue.put((what, write))

    def _run(self) -> None:
        user: UserStore | None = None
        while (entry := self._queue.get()) is not None:
            from carlendar.store.outbox import Outbox
            from carlendar.store.user import UserStore

            what, write = entry
            ok = False
            try:
                user = user or UserStore(self._folder)
                ok = write(user, Outbox(user.database)) is not False
            except StoreError as error:
                _log.warning("a change was not stored: %s", error.detail)
                self._released(user)
                user = None  # reopened, and repaired, at the next change
            self._notify(what, ok)
        self._released(user)

    def _notify(self, what: str, ok: bool) -> None:
        try:
            self._written(what, ok)
        except Exception as error:  # noqa: BLE001 - a failing listener must not end the thread
            _log.error("a listener failed: %s", type(error).__name__)

    def _released(self, user: UserStore | None) -> None:
        if user is not None:
            with suppress(StoreError):
                user.close()
