"""Sends what the person did: when it is due, until it went or there is no use in it any more."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from app.domain.account import Account, AccountState
from app.domain.ports import CalendarActions, ElapsedClock, ResponseKind, WallClock
from app.errors import CarlendarError, GoneError, IdentityError, RefusedError, StoreError, ThrottledError
from app.store.outbox import Outbox
from app.store.records import OutboxItem, OutboxState
from app.store.user import UserStore
from app.sync.scheduler import Pace, Timetable

USEFUL = {"late": timedelta(minutes=30), "dismiss": timedelta(hours=2)}
"""How long after it was meant to go each kind is still worth sending; answers a day."""

USEFUL_ANSWER = timedelta(days=1)
PERMISSION = frozenset({"consent", "admin_consent"})
"""Outcomes that mean that a permission is missing: the person stays signed in, only this cannot be done."""

ATTEMPTS = 12
IDLE = 3600.0
"""Seconds until the next look when nothing waits."""

PACE = Pace(first_pause=2.0, longest_pause=120.0)
_log = logging.getLogger(__name__)


class NobodyError(CarlendarError):
    """A message has nobody to go to."""

    key = "nobody"


HOPELESS = (RefusedError, GoneError, NobodyError)
"""What no other attempt will mend."""

Complete = Callable[[Account, OutboxItem], OutboxItem]
"""Makes of what the screen put there what is sent; raises what `CalendarActions` raise, and NobodyError."""


def as_it_is(_account: Account, item: OutboxItem) -> OutboxItem:
    """`Complete` for items that bear all that is sent."""
    return item


class OutboxSender:
    """Sends items one after another; one item's trouble never holds up another account's.

    An item is claimed in the store before it is sent, so it can be withdrawn only until then, and a
    power cut is noticed. What a power cut caught on its way is sent again under the same key: answers
    and dismissals are the same however often they arrive, and a message bears its key.
    """

    def __init__(
        self, user: UserStore, actions_of: Callable[[Account], CalendarActions], wall: WallClock, elapsed: ElapsedClock,
        chance: Callable[[], float], changed: Callable[[str], None] = lambda _what: None,
        complete: Complete = as_it_is,
    ) -> None:  # fmt: skip
        self._user, self._outbox = user, Outbox(user.database)
        self._actions_of, self._wall, self._elapsed, self._chance = actions_of, wall, elapsed, chance
        self._changed, self._complete = changed, complete
        self._tables: dict[str, Timetable] = {}
        self._throttled: dict[str, float] = {}

    def recover(self) -> None:
        """Queue again what was being sent when the process ended. Called once, before anything is sent."""
        self._outbox.recover()

    def hurry(self) -> None:
        """The network is back: what waits for another attempt is due now."""
        for table in self._tables.values():
            table.hurry(self._elapsed.seconds())

    def send_due(self) -> float:
        """Send all that is due; returns elapsed seconds until the next look is worth while (StoreError)."""
        wait = IDLE
        waiting = [item for item in self._outbox.items() if item.state is OutboxState.WAITING]
        for settled in self._tables.keys() - {item.key for item in waiting}:
            del self._tables[settled]
        for item in waiting:
            if (pause := self._pause(item)) > 0:
                wait = min(wait, pause)
            elif (again := self._send(item)) is not None:
                wait = min(wait, again)
        return wait

    def _pause(self, item: OutboxItem) -> float:
        """Elapsed seconds until the item may be sent; not more than zero when it is due."""
        left = (item.not_before - self._wall.now()).total_seconds()
        if left > 0:
            return left / self._wall.rate() if self._wall.rate() > 0 else IDLE
        now = self._elapsed.seconds()
        table = self._tables.get(item.key)
        return max(table.due - now if table else 0.0, self._throttled.get(item.account_id, 0.0) - now)

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
        try:
            carry_out(self._actions_of(account), self._complete(account, item))
        except StoreError:
            self._outbox.settle(item.key, OutboxState.WAITING)
            raise
        except Exception as error:  # noqa: BLE001 - whatever happens, the item is put back or given up
            return self._failed(item, error)
        self._finish(item, OutboxState.SENT)
        return None

    def _failed(self, item: OutboxItem, error: Exception) -> float | None:
        key = error.key if isinstance(error, CarlendarError) else "error"
        _log.warning("an item of the outbox was not sent: %s", type(error).__name__)
        if isinstance(error, IdentityError) and error.reason in PERMISSION:
            key = "consent"
        hopeless = key == "consent" or isinstance(error, HOPELESS) or not isinstance(error, CarlendarError)
        if hopeless or item.attempts + 1 >= ATTEMPTS:
            self._finish(item, OutboxState.GIVEN_UP, key)
            return None
        self._finish(item, OutboxState.WAITING, key)
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
        if expired(item, self._wall.now()):
            return item.reason or "too_late"
        return ""

    def _settle(self, item: OutboxItem, state: OutboxState, reason: str) -> None:
        if self._outbox.claim(item.key):
            self._finish(item, state, reason)

    def _finish(self, item: OutboxItem, state: OutboxState, reason: str = "") -> None:
        self._outbox.settle(item.key, state, reason)
        self._changed("outbox")


def expired(item: OutboxItem, now: datetime) -> bool:
    """Whether the item comes too late to be of use."""
    return now > item.not_before + USEFUL.get(item.kind, USEFUL_ANSWER)


def carry_out(actions: CalendarActions, item: OutboxItem) -> None:
    """Do what the item says. ValueError for a kind or payload that makes no sense; errors of the actions."""
    if item.kind == "late":
        to = [address for address in item.payload.get("to", "").split("\n") if address]
        if not to:
            raise ValueError("a message without anybody to send it to")
        actions.send_mail(to, item.payload.get("subject", ""), item.payload.get("text", ""), item.key)
    elif item.kind == "dismiss":
        actions.dismiss_reminder(item.event_id)
    else:
        actions.respond(item.event_id, ResponseKind(item.kind), item.payload.get("comment", ""))
