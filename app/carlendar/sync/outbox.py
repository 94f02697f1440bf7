"""Sends the user actions of the outbox: when due, until they succeed or expire."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from carlendar.domain.account import Account, AccountState, AppRole
from carlendar.domain.ports import CalendarWriter, ElapsedClock, WallClock
from carlendar.errors import (
    CarlendarError,
    GoneError,
    IdentityError,
    RefusedError,
    ServiceError,
    StoreError,
    ThrottledError,
)
from carlendar.store.outbox import ANSWERS, Outbox
from carlendar.store.records import OutboxItem, OutboxState
from carlendar.store.user import UserStore
from carlendar.sync.delivery import deliver, delivered, too_late, worth_checking
from carlendar.sync.scheduler import SyncInterval, Timetable

PERMISSION = frozenset({"consent", "admin_consent"})
"""Errors that mean a missing permission: the user stays signed in, but the action is not possible."""

IDLE = 3600.0
"""Seconds until the next check if nothing is waiting."""
UNSET = 30.0
"""Seconds until the next check while the age of an item is unknown because the clock is not set."""
RECORDED = 60.0
"""Seconds after which a message that is not in Sent Items was not sent; the copy appears with a delay."""

PACE = SyncInterval(first_pause=2.0, longest_pause=120.0)
_OPEN = (OutboxState.WAITING, OutboxState.UNSURE)
_log = logging.getLogger(__name__)


class NoRecipientsError(CarlendarError):
    """A message has no recipients."""

    key = "nobody"


class MovedError(CarlendarError):
    """A message is no longer correct: the meeting was rescheduled, or is over."""

    key = "moved"


FINAL_ERRORS = (RefusedError, GoneError, NoRecipientsError, MovedError)
"""Errors for which a retry is pointless."""

Complete = Callable[[Account, OutboxItem], OutboxItem]
"""Completes an item before it is sent; raises as `CalendarActions`, and NoRecipientsError and MovedError."""


def unchanged(_account: Account, item: OutboxItem) -> OutboxItem:
    """`Complete` for items that are complete already."""
    return item


class OutboxSender:
    """Sends items sequentially; a failing item does not block other accounts.

    - An item is claimed in the store before it is sent, and can be withdrawn only until then.
    - Before an item that may have been sent is sent again, the service is queried for the outcome. If that is not
      possible (a message, without the permission to read Sent Items), it is given up as `unsure`: a message is sent
      at most once, and the user is informed that it may not have been sent.
    - An item is given up because of its age or a final refusal, not because of restarts or temporary failures.
    - The time for undo, and the age of an item, are measured by the elapsed clock, so that setting the time of day
      has no effect. Only the age of items from an earlier run is measured by the time of day; while that clock is not
      set, such an item waits.
    - Answers to the occurrences and the series of one meeting are sent in the order in which they were given.
    """

    def __init__(
        self, user: UserStore, writer_of: Callable[[Account], CalendarWriter], wall: WallClock, elapsed: ElapsedClock,
        chance: Callable[[], float], changed: Callable[[str], None] = lambda _what: None,
        complete: Complete = unchanged, sent: Callable[[OutboxItem], None] = lambda _item: None,
        given_up: Callable[[OutboxItem], None] = lambda _item: None,
    ) -> None:  # fmt: skip
        self._user, self._outbox = user, Outbox(user.database)
        self._writer_of, self._wall, self._elapsed, self._chance = writer_of, wall, elapsed, chance
        self._changed, self._complete, self._sent, self._given_up = changed, complete, sent, given_up
        self._tables: dict[str, Timetable] = {}
        self._throttled: dict[str, float] = {}
        self._left: set[str] = set()
        self._seen: dict[str, tuple[float, timedelta]] = {}
        self._unsure_since: dict[str, float] = {}
        self._unwritten: dict[str, tuple[OutboxState, str]] = {}

    def recover(self) -> None:
        """Recover the items of an earlier run. Call once, before anything is sent."""
        self._outbox.recover()
        self._left = {item.key for item in self._outbox.items() if item.state in _OPEN}

    def due_now(self) -> None:
        """Retry now, because the network is back."""
        for table in self._tables.values():
            table.due_now(self._elapsed.seconds())

    def send_due(self) -> float:
        """Send all due items; return the elapsed seconds until the next check. Raises StoreError."""
        for key, (state, reason) in tuple(self._unwritten.items()):
            self._finish(key, state, reason)
        wait = IDLE
        waiting = [item for item in self._outbox.items() if item.state in _OPEN]
        self._forget_all_but({item.key for item in waiting})
        held: set[tuple[str, str]] = set()
        for item in waiting:
            family = (item.account_id, item.payload.get("series") or item.event_id)
            if item.kind in ANSWERS and family in held:
                continue
            again: float | None = pause if (pause := self._pause(item)) > 0 else self._send(item)
            if again is not None:
                wait = min(wait, again)
                held |= {family} if item.kind in ANSWERS else set()
        return wait

    def _forget_all_but(self, keys: set[str]) -> None:
        known = self._tables.keys() | self._seen.keys() | self._unsure_since.keys()
        for settled in known - keys:
            self._tables.pop(settled, None)
            self._seen.pop(settled, None)
            self._unsure_since.pop(settled, None)

    def _pause(self, item: OutboxItem) -> float:
        """Return the elapsed seconds until the item is due; zero or less if it is."""
        now = self._elapsed.seconds()
        if item.key in self._left and item.key not in self._seen and not self._wall.is_set():
            return UNSET
        left = self._first_seen(item)[0] + (item.not_before - item.created).total_seconds() - now
        table = self._tables.get(item.key)
        return max(left, table.due - now if table else 0.0, self._throttled.get(item.account_id, 0.0) - now)

    def _first_seen(self, item: OutboxItem) -> tuple[float, timedelta]:
        """Return when the item was first seen (elapsed seconds), and its age at that time."""
        if item.key not in self._seen:
            age = item.created - item.not_before
            if item.key in self._left:
                age = max(age, self._wall.now() - item.not_before)
            self._seen[item.key] = (self._elapsed.seconds(), age)
        return self._seen[item.key]

    def _age(self, item: OutboxItem) -> timedelta:
        """Return how long ago the item was due."""
        since, age = self._first_seen(item)
        return age + timedelta(seconds=self._elapsed.seconds() - since)

    def _send(self, item: OutboxItem) -> float | None:
        """Try once; return the seconds until the next attempt, None if the item is final."""
        account = self._user.account(item.account_id)
        if (reason := self._give_up_reason(item, account)) or account is None:
            self._settle(item, OutboxState.GIVEN_UP, reason or "signed_out")
            return None
        if account.state is not AccountState.SIGNED_IN:
            return IDLE  # wait for the sign-in, after which the outbox is checked
        if not self._outbox.claim(item.key):
            return None
        unsure = item.state is OutboxState.UNSURE
        try:
            writer = self._writer_of(account)
            if unsure and (again := self._check_earlier_attempt(writer, item)) is not True:
                return again
            unsure = False
            self._unsure_since.pop(item.key, None)
            deliver(writer, self._complete(account, item))
        except StoreError:
            self._finish(item.key, item.state)
            raise
        except Exception as error:  # noqa: BLE001 - on any error, the item is retried or given up
            return self._failed(item, error, unsure=unsure)
        self._finish(item.key, OutboxState.SENT)
        self._sent(item)
        return None

    def _check_earlier_attempt(self, writer: CalendarWriter, item: OutboxItem) -> float | bool | None:
        """Check the outcome of an earlier attempt: True if it failed, so that it can be sent again; else like
        `_send`."""
        found = delivered(writer, item)
        since = self._unsure_since.setdefault(item.key, self._elapsed.seconds())
        left = since + RECORDED - self._elapsed.seconds()
        if found is None:
            self._finish(item.key, OutboxState.GIVEN_UP, "unsure")
        elif found:
            self._finish(item.key, OutboxState.SENT)
        elif item.kind == "late" and left > 0:
            self._finish(item.key, OutboxState.UNSURE)
            return left
        elif too_late(item, self._age(item), self._wall.now()):
            self._finish(item.key, OutboxState.GIVEN_UP, "too_late")
        else:
            return True
        return None

    def _failed(self, item: OutboxItem, error: Exception, *, unsure: bool) -> float | None:
        key = error.key if isinstance(error, CarlendarError) else "error"
        _log.warning("an item of the outbox was not sent: %s", type(error).__name__)
        if isinstance(error, IdentityError) and error.reason in PERMISSION:
            key = "consent"
        final = key == "consent" or isinstance(error, FINAL_ERRORS) or not isinstance(error, CarlendarError)
        unsure = unsure or (isinstance(error, ServiceError) and error.perhaps)
        if final:
            self._finish(item.key, OutboxState.GIVEN_UP, "unsure" if unsure else key)
            return None
        self._finish(item.key, OutboxState.UNSURE if unsure else OutboxState.WAITING, key)
        if unsure:
            self._unsure_since.setdefault(item.key, self._elapsed.seconds())
        return self._again(item, error)

    def _again(self, item: OutboxItem, error: Exception) -> float:
        """Return the elapsed seconds until the next attempt after a failure."""
        now = self._elapsed.seconds()
        table = self._tables.setdefault(item.key, Timetable(PACE, self._chance))
        retry_after = error.retry_after if isinstance(error, ThrottledError) else None
        table.failed(now, retry_after)
        if retry_after is not None:
            self._throttled[item.account_id] = table.due
        return IDLE if isinstance(error, IdentityError) else table.due - now

    def _give_up_reason(self, item: OutboxItem, account: Account | None) -> str:
        """Return the reason for giving up the item, empty if it should be tried again."""
        if account is None:
            return "signed_out"
        forbidden = item.kind == "late" and AppRole.NO_LATE_MESSAGES in account.roles
        if forbidden or account.state is AccountState.BLOCKED:
            return "blocked"
        if item.state is OutboxState.UNSURE:
            return "" if worth_checking(item, self._age(item)) else "unsure"
        return item.reason or "too_late" if too_late(item, self._age(item), self._wall.now()) else ""

    def _settle(self, item: OutboxItem, state: OutboxState, reason: str) -> None:
        if self._outbox.claim(item.key):
            self._finish(item.key, state, reason)

    def _finish(self, key: str, state: OutboxState, reason: str = "") -> None:
        """Store the outcome of a claimed item; if the store fails, at the next check."""
        self._unwritten[key] = (state, reason)
        self._outbox.settle(key, state, reason)
        del self._unwritten[key]
        if state is OutboxState.GIVEN_UP:
            for item in self._outbox.items():
                if item.key == key:
                    self._given_up(item)
        self._changed("outbox")
