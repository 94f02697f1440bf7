"""Sends what the person did: when it is due, until it went or there is no use in it any more."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from carlendar.domain.account import Account, AccountState
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
from carlendar.sync.delivery import deliver, delivered, outlived, sought
from carlendar.sync.scheduler import SyncInterval, Timetable

PERMISSION = frozenset({"consent", "admin_consent"})
"""Outcomes that mean that a permission is missing: the person stays signed in, only this cannot be done."""

IDLE = 3600.0
"""Seconds until the next look when nothing waits."""
UNSET = 30.0
"""Seconds until the next look where only a clock that is set tells how old an item is."""
RECORDED = 60.0
"""Seconds after which what is not in Sent Items was not sent: the copy there comes later than the message goes."""

PACE = SyncInterval(first_pause=2.0, longest_pause=120.0)
_OPEN = (OutboxState.WAITING, OutboxState.UNSURE)
_log = logging.getLogger(__name__)


class NoRecipientsError(CarlendarError):
    """A message has nobody to go to."""

    key = "nobody"


class MovedError(CarlendarError):
    """What a message would say is no longer so: the meeting is at another time, or over."""

    key = "moved"


HOPELESS = (RefusedError, GoneError, NoRecipientsError, MovedError)
"""What no other attempt will mend."""

Complete = Callable[[Account, OutboxItem], OutboxItem]
"""Makes of what the screen put there what is sent; raises what `CalendarActions` raise, NobodyError, MovedError."""


def as_it_is(_account: Account, item: OutboxItem) -> OutboxItem:
    """`Complete` for items that bear all that is sent."""
    return item


class OutboxSender:
    """Sends items one after another; one item's trouble never holds up another account's.

    - An item is claimed in the store before it is sent, and can be withdrawn only until then.
    - Before what may have been sent is sent again, the service's own records are asked. Where they may not
      be read (a message, without the permission to look into Sent Items), it is given up as `unsure`: a
      message is sent at most once, and the person is told that it perhaps was not.
    - An item is given up for its age, and for a refusal that is final; neither restarts nor failures that may pass
      are counted.
    - The time to take something back, and the age of an item, pass by the elapsed clock: setting the time of
      day neither hurries nor delays anything. Only of what an earlier run left the time of day tells the age,
      and while that clock is not set, such an item waits.
    - Answers to the occurrences and the series of one meeting go in the order in which they were given.
    """

    def __init__(
        self, user: UserStore, desk_of: Callable[[Account], CalendarWriter], wall: WallClock, elapsed: ElapsedClock,
        chance: Callable[[], float], changed: Callable[[str], None] = lambda _what: None,
        complete: Complete = as_it_is, sent: Callable[[OutboxItem], None] = lambda _item: None,
    ) -> None:  # fmt: skip
        self._user, self._outbox = user, Outbox(user.database)
        self._desk_of, self._wall, self._elapsed, self._chance = desk_of, wall, elapsed, chance
        self._changed, self._complete, self._sent = changed, complete, sent
        self._tables: dict[str, Timetable] = {}
        self._throttled: dict[str, float] = {}
        self._left: set[str] = set()
        self._seen: dict[str, tuple[float, timedelta]] = {}
        self._doubted: dict[str, float] = {}
        self._owed: dict[str, tuple[OutboxState, str]] = {}

    def recover(self) -> None:
        """Take over what an earlier run left. Called once, before anything is sent."""
        self._outbox.recover()
        self._left = {item.key for item in self._outbox.items() if item.state in _OPEN}

    def hurry(self) -> None:
        """The network is back: what waits for another attempt is due now."""
        for table in self._tables.values():
            table.hurry(self._elapsed.seconds())

    def send_due(self) -> float:
        """Send all that is due; returns elapsed seconds until the next look is worth while (StoreError)."""
        for key, (state, reason) in tuple(self._owed.items()):
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
        known = self._tables.keys() | self._seen.keys() | self._doubted.keys()
        for settled in known - keys:
            self._tables.pop(settled, None)
            self._seen.pop(settled, None)
            self._doubted.pop(settled, None)

    def _pause(self, item: OutboxItem) -> float:
        """Elapsed seconds until the item may be sent; not more than zero when it is due."""
        now = self._elapsed.seconds()
        if item.key in self._left and item.key not in self._seen and not self._wall.is_set():
            return UNSET
        left = self._first_seen(item)[0] + (item.not_before - item.created).total_seconds() - now
        table = self._tables.get(item.key)
        return max(left, table.due - now if table else 0.0, self._throttled.get(item.account_id, 0.0) - now)

    def _first_seen(self, item: OutboxItem) -> tuple[float, timedelta]:
        """When the item came here (elapsed seconds), and how long ago it was meant to go then."""
        if item.key not in self._seen:
            age = item.created - item.not_before
            if item.key in self._left:
                age = max(age, self._wall.now() - item.not_before)
            self._seen[item.key] = (self._elapsed.seconds(), age)
        return self._seen[item.key]

    def _age(self, item: OutboxItem) -> timedelta:
        """How long ago the item was meant to go."""
        since, age = self._first_seen(item)
        return age + timedelta(seconds=self._elapsed.seconds() - since)

    def _send(self, item: OutboxItem) -> float | None:
        """Try once; returns the seconds until another attempt, None when the item is settled."""
        account = self._user.account(item.account_id)
        if (reason := self._hopeless(item, account)) or account is None:
            self._settle(item, OutboxState.GIVEN_UP, reason or "signed_out")
            return None
        if account.state is not AccountState.SIGNED_IN:
            return IDLE  # it waits for the sign-in, after which the outbox is looked through
        if not self._outbox.claim(item.key):
            return None
        doubted = item.state is OutboxState.UNSURE
        try:
            desk = self._desk_of(account)
            if doubted and (again := self._look(desk, item)) is not True:
                return again
            doubted = False
            self._doubted.pop(item.key, None)
            deliver(desk, self._complete(account, item))
        except StoreError:
            self._finish(item.key, item.state)
            raise
        except Exception as error:  # noqa: BLE001 - whatever happens, the item is put back or given up
            return self._failed(item, error, doubted=doubted)
        self._finish(item.key, OutboxState.SENT)
        self._sent(item)
        return None

    def _look(self, desk: CalendarWriter, item: OutboxItem) -> float | bool | None:
        """What became of an earlier attempt: True where it did not arrive; else as `_send` returns."""
        found = delivered(desk, item)
        since = self._doubted.setdefault(item.key, self._elapsed.seconds())
        left = since + RECORDED - self._elapsed.seconds()
        if found is None:
            self._finish(item.key, OutboxState.GIVEN_UP, "unsure")
        elif found:
            self._finish(item.key, OutboxState.SENT)
        elif item.kind == "late" and left > 0:
            self._finish(item.key, OutboxState.UNSURE)
            return left
        elif outlived(item, self._age(item), self._wall.now()):
            self._finish(item.key, OutboxState.GIVEN_UP, "too_late")
        else:
            return True
        return None

    def _failed(self, item: OutboxItem, error: Exception, *, doubted: bool) -> float | None:
        key = error.key if isinstance(error, CarlendarError) else "error"
        _log.warning("an item of the outbox was not sent: %s", type(error).__name__)
        if isinstance(error, IdentityError) and error.reason in PERMISSION:
            key = "consent"
        hopeless = key == "consent" or isinstance(error, HOPELESS) or not isinstance(error, CarlendarError)
        doubted = doubted or (isinstance(error, ServiceError) and error.perhaps)
        if hopeless:
            self._finish(item.key, OutboxState.GIVEN_UP, "unsure" if doubted else key)
            return None
        self._finish(item.key, OutboxState.UNSURE if doubted else OutboxState.WAITING, key)
        if doubted:
            self._doubted.setdefault(item.key, self._elapsed.seconds())
        return self._again(item, error)

    def _again(self, item: OutboxItem, error: Exception) -> float:
        """Elapsed seconds until the next attempt after a failure."""
        now = self._elapsed.seconds()
        table = self._tables.setdefault(item.key, Timetable(PACE, self._chance))
        retry_after = error.retry_after if isinstance(error, ThrottledError) else None
        table.failed(now, retry_after)
        if retry_after is not None:
            self._throttled[item.account_id] = table.due
        return IDLE if isinstance(error, IdentityError) else table.due - now

    def _hopeless(self, item: OutboxItem, account: Account | None) -> str:
        """Why the item is not worth another attempt, empty when it is."""
        if account is None:
            return "signed_out"
        if account.state is AccountState.BLOCKED:
            return "blocked"
        if item.state is OutboxState.UNSURE:
            return "" if sought(item, self._age(item)) else "unsure"
        return item.reason or "too_late" if outlived(item, self._age(item), self._wall.now()) else ""

    def _settle(self, item: OutboxItem, state: OutboxState, reason: str) -> None:
        if self._outbox.claim(item.key):
            self._finish(item.key, state, reason)

    def _finish(self, key: str, state: OutboxState, reason: str = "") -> None:
        """Write down what became of a claimed item; where the store fails, at the next look."""
        self._owed[key] = (state, reason)
        self._outbox.settle(key, state, reason)
        del self._owed[key]
        self._changed("outbox")
