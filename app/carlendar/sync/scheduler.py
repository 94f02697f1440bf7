"""When to synchronise: every few minutes, on a network change, on request; later if the service throttles.

All times are seconds of the elapsed clock. `Timetable` is pure; `SyncScheduler` is the thread around it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

from carlendar.domain.account import Account, AccountState
from carlendar.domain.base import Value
from carlendar.domain.ports import ElapsedClock
from carlendar.errors import StoreError
from carlendar.sync.outcome import AccountOutcome

_log = logging.getLogger(__name__)

PULSE = 30.0
"""Longest wait in seconds: `Condition.wait` does not count the time that the machine is suspended."""


class SyncInterval(Value, frozen=True):
    """Seconds between two synchronisations, first and longest delay after a failure, and the relative jitter."""

    interval: float = 300.0
    first_pause: float = 10.0
    longest_pause: float = 600.0
    jitter: float = 0.1


class Timetable:
    """When an account is due. `chance` returns random numbers from 0 to 1."""

    def __init__(self, pace: SyncInterval, chance: Callable[[], float]) -> None:
        self._pace, self._chance = pace, chance
        self._failures = 0
        self._due = 0.0
        self._not_before = 0.0

    @property
    def due(self) -> float:
        """The time at which it is due."""
        return max(self._due, self._not_before)

    def succeeded(self, now: float) -> None:
        """Schedule the next regular synchronisation."""
        self._failures = 0
        self._due = now + self._spread(self._pace.interval)

    def failed(self, now: float, retry_after: float | None = None) -> None:
        """Schedule a retry; the delay doubles with each consecutive failure. `retry_after` always takes precedence."""
        pause = min(self._pace.first_pause * 2**self._failures, self._pace.longest_pause)
        self._failures = min(self._failures + 1, 16)
        self._due = now + self._spread(pause)
        if retry_after is not None:
            self._not_before = now + retry_after * (1 + self._pace.jitter * self._chance())

    def partly(self, now: float) -> None:
        """Schedule a retry after a partial failure: as after a failure, but not later than the regular interval."""
        pause = min(self._pace.first_pause * 2**self._failures, self._pace.interval)
        self._failures = min(self._failures + 1, 16)
        self._due = now + self._spread(pause)

    def due_now(self, now: float) -> None:
        """Schedule now, on request or because the network is back, but not before a `retry_after` has passed."""
        self._failures = 0
        self._due = now

    def _spread(self, seconds: float) -> float:
        return seconds * (1 + self._pace.jitter * (2 * self._chance() - 1))


class SyncScheduler:
    """Synchronises each account when it is due, on a thread per account, so that none blocks another.

    `accounts` returns the accounts in order of priority; `sync` is the engine's method. `status(running)` is called
    when a synchronisation starts and when all have ended, `synced` with each outcome. When the result of `zone`
    changes, all accounts are due: the car has crossed a border, and days and floating times have changed.
    """

    def __init__(
        self, accounts: Callable[[], tuple[Account, ...]], sync: Callable[[Account], AccountOutcome],
        clock: ElapsedClock, chance: Callable[[], float], *, pace: SyncInterval | None = None,
        status: Callable[[bool], None] = lambda _: None, synced: Callable[[AccountOutcome], None] = lambda _: None,
        failed: Callable[[StoreError], None] = lambda _: None, zone: Callable[[], object] = lambda: None,
    ) -> None:  # fmt: skip
        self._accounts, self._sync, self._clock, self._chance = accounts, sync, clock, chance
        self._pace, self._status, self._synced, self._failed = pace or SyncInterval(), status, synced, failed
        self._zone, self._seen_zone = zone, zone()
        self._condition = threading.Condition()
        self._tables: dict[str, Timetable] = {}
        self._asked: set[str] = set()
        self._running: set[str] = set()
        self._again: set[str] = set()
        """Accounts that became due while they were being synchronised, and must be synchronised again."""
        self._online = True
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="sync-scheduler", daemon=True)

    @property
    def running(self) -> bool:
        """Whether any account is being synchronised now."""
        return bool(self._running)

    @property
    def online(self) -> bool:
        """The last known network state."""
        return self._online

    def start(self) -> None:
        """Start; all accounts are due immediately."""
        self._thread.start()

    def stop(self) -> None:
        """Start no further synchronisations; running ones end with their time-outs."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def network(self, online: bool) -> None:
        """Set the network state; when it becomes available, all accounts are due."""
        with self._condition:
            came, self._online = online and not self._online, online
            if came:
                self._make_due(account.id for account in self._accounts())

    def refresh(self, account_ids: tuple[str, ...] = ()) -> None:
        """Make accounts due on request (default: all), even if they need a sign-in."""
        with self._condition:
            wanted = account_ids or tuple(account.id for account in self._accounts())
            self._asked.update(wanted)
            self._make_due(wanted)

    def _make_due(self, account_ids: Iterable[str]) -> None:
        now = self._clock.seconds()
        for account_id in account_ids:
            self._table(account_id).due_now(now)
            if account_id in self._running:
                self._again.add(account_id)
        self._condition.notify_all()

    def _table(self, account_id: str) -> Timetable:
        return self._tables.setdefault(account_id, Timetable(self._pace, self._chance))

    def _run(self) -> None:
        with self._condition:
            while not self._stopping:
                try:
                    wait = self._begin_due()
                except StoreError as error:
                    self._failed(error)
                    wait = PULSE
                except Exception as error:  # noqa: BLE001 - must not end the thread
                    _log.error("the scheduler failed: %s", type(error).__name__)
                    wait = PULSE
                self._condition.wait(min(wait, PULSE))

    def _begin_due(self) -> float:
        """Start due synchronisations; return the seconds until the next may be due."""
        now, wait = self._clock.seconds(), PULSE
        accounts = self._accounts()
        if (zone := self._zone()) != self._seen_zone:
            self._seen_zone = zone
            self._make_due(account.id for account in accounts)
        for gone in self._tables.keys() - {account.id for account in accounts}:
            del self._tables[gone]
        for account in accounts:
            if account.id in self._running or not self._wanted(account):
                continue
            due = self._table(account.id).due
            if due <= now:
                self._begin(account)
            else:
                wait = min(wait, due - now)
        return wait

    def _wanted(self, account: Account) -> bool:
        asked = account.id in self._asked
        if account.state is AccountState.BLOCKED:
            return False
        return asked or ((self._online or not account.needs_network) and account.state is AccountState.SIGNED_IN)

    def _begin(self, account: Account) -> None:
        first = not self._running
        self._running.add(account.id)
        self._asked.discard(account.id)
        threading.Thread(target=self._work, args=(account,), name="sync", daemon=True).start()
        if first:
            self._status(True)

    def _work(self, account: Account) -> None:
        outcome = AccountOutcome(account, error="error")
        try:
            outcome = self._sync(account)
        except StoreError as error:
            self._failed(error)
        except Exception as error:  # noqa: BLE001 - any failure must not prevent the next synchronisation
            _log.error("a synchronisation failed: %s", type(error).__name__)
        with self._condition:
            table, now = self._table(account.id), self._clock.seconds()
            if outcome.error:
                table.failed(now, outcome.retry_after)
            elif outcome.soon:
                table.partly(now)
            else:
                table.succeeded(now)
            if account.id in self._again:
                table.due_now(now)
            self._again.discard(account.id)
            self._running.discard(account.id)
            done = not self._running
            self._condition.notify_all()
        self._synced(outcome)
        if done:
            self._status(False)
