"""Synchronisations begin when they should, wait when they are asked to, and never hold each other up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState
from carlendar.errors import StoreError
from carlendar.sync.outcome import AccountOutcome
from carlendar.sync.scheduler import PULSE, SyncInterval, SyncScheduler, Timetable
from tests.fakes.clocks import ManualClocks
from tests.fakes.waiting import wait_until


def test_a_new_account_is_due_at_once_and_then_at_intervals() -> None:
    table = Timetable(SyncInterval(interval=300), lambda: 0.5)
    assert table.due == 0
    table.succeeded(1000)
    assert table.due == 1300


@given(st.floats(0, 1), st.integers(1, 40))
def test_pauses_double_up_to_the_longest_and_vary_by_a_tenth(chance: float, failures: int) -> None:
    pace = SyncInterval(first_pause=10, longest_pause=600, jitter=0.1)
    table = Timetable(pace, lambda: chance)
    for _ in range(failures):
        table.failed(0)
    expected = min(10 * 2 ** (failures - 1), 600)
    assert expected * 0.899 <= table.due <= expected * 1.101


@given(st.floats(0, 1), st.floats(1, 10_000))
def test_a_wait_the_service_asked_for_is_never_cut_short(chance: float, retry_after: float) -> None:
    table = Timetable(SyncInterval(), lambda: chance)
    table.failed(100, retry_after)
    table.due_now(101)
    assert table.due >= 100 + retry_after


def test_a_success_ends_the_back_off() -> None:
    table = Timetable(SyncInterval(first_pause=10), lambda: 0.5)
    for _ in range(5):
        table.failed(0)
    table.succeeded(0)
    table.failed(0)
    assert table.due == 10


class Bench:
    """A scheduler whose synchronisations are noted, and may be held or fail."""

    def __init__(self, clocks: ManualClocks, accounts: tuple[Account, ...]) -> None:
        self.accounts, self.clocks = accounts, clocks
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.states: list[bool] = []
        self.failures: list[StoreError] = []
        self.outcomes: dict[str, AccountOutcome | Exception] = {}
        self.held: dict[str, threading.Event] = {}
        self.zone: tzinfo = UTC
        self.scheduler = SyncScheduler(
            lambda: self.accounts, self.sync, clocks, lambda: 0.5, status=self.states.append,
            synced=lambda outcome: self.ended.append(outcome.account.id), failed=self.failures.append,
            zone=lambda: self.zone,
        )  # fmt: skip

    def sync(self, account: Account) -> AccountOutcome:
        self.begun.append(account.id)
        if account.id in self.held:
            self.held[account.id].wait(10)
        outcome = self.outcomes.get(account.id, AccountOutcome(account))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def settle(self, count: int) -> None:
        wait_until(lambda: len(self.ended) == count and not self.scheduler.running)

    def pass_time(self, seconds: float) -> None:
        """Let time pass and have the scheduler look."""
        self.clocks.advance(seconds)
        self.scheduler.network(self.scheduler.online)
        with self.scheduler._condition:
            self.scheduler._condition.notify_all()


@pytest.fixture
def bench(clocks: ManualClocks, account: Account) -> Iterator[Bench]:
    made = Bench(clocks, (account, replace(account, id="a2")))
    yield made
    for event in made.held.values():
        event.set()
    made.scheduler.stop()


def test_all_accounts_are_synchronised_at_the_start_and_again_after_the_interval(bench: Bench) -> None:
    bench.scheduler.start()
    bench.settle(2)
    bench.pass_time(269)
    bench.pass_time(0)
    assert sorted(bench.begun) == ["a1", "a2"]
    bench.pass_time(61)
    bench.settle(4)
    assert bench.states[0] is True
    assert bench.states[-1] is False


def test_a_slow_account_holds_up_no_other(bench: Bench) -> None:
    bench.held["a1"] = threading.Event()
    bench.scheduler.start()
    wait_until(lambda: bench.ended == ["a2"])
    bench.pass_time(301)
    wait_until(lambda: bench.ended == ["a2", "a2"])
    assert bench.begun.count("a1") == 1


def test_a_tap_synchronises_at_once_and_counts_also_while_one_is_running(bench: Bench) -> None:
    bench.scheduler.start()
    bench.settle(2)
    bench.held["a1"] = threading.Event()
    bench.scheduler.refresh(("a1",))
    wait_until(lambda: bench.begun.count("a1") == 2)
    bench.scheduler.refresh(("a1",))
    bench.held.pop("a1").set()
    wait_until(lambda: bench.begun.count("a1") == 3)


def test_the_networks_return_synchronises_at_once_and_without_it_nothing_is_tried(bench: Bench) -> None:
    bench.scheduler.start()
    bench.settle(2)
    bench.scheduler.network(False)
    bench.pass_time(1000)
    assert len(bench.begun) == 2
    bench.scheduler.network(True)
    bench.settle(4)


def test_the_networks_return_counts_also_for_what_is_still_running(bench: Bench) -> None:
    bench.held["a1"] = threading.Event()
    bench.scheduler.start()
    wait_until(lambda: bench.begun.count("a1") == 1)
    bench.scheduler.network(False)
    bench.scheduler.network(True)
    bench.held.pop("a1").set()
    wait_until(lambda: bench.begun.count("a1") == 2)


def test_over_a_border_all_are_synchronised_once_for_floating_times_are_others(bench: Bench, account: Account) -> None:
    bench.scheduler.start()
    bench.settle(2)
    bench.zone = ZoneInfo("Europe/Lisbon")
    bench.pass_time(PULSE)
    bench.settle(4)
    bench.pass_time(PULSE)
    bench.outcomes["a1"] = AccountOutcome(account, error="throttled", retry_after=500.0)
    bench.zone = UTC
    bench.pass_time(PULSE)
    bench.settle(6)
    bench.zone = ZoneInfo("Europe/Lisbon")
    bench.pass_time(PULSE)
    bench.settle(7)
    assert bench.begun.count("a1") == 3


def test_retry_after_is_honoured_even_for_a_tap(bench: Bench, account: Account) -> None:
    bench.accounts = (account,)
    bench.outcomes["a1"] = AccountOutcome(account, error="throttled", retry_after=60)
    bench.scheduler.start()
    bench.settle(1)
    bench.outcomes.clear()
    bench.pass_time(59)
    bench.scheduler.refresh()
    assert bench.begun == ["a1"]
    bench.pass_time(10)
    bench.settle(2)


def test_an_account_that_must_sign_in_is_tried_on_a_tap_only_and_a_blocked_one_never(
    bench: Bench, account: Account
) -> None:
    bench.accounts = (
        replace(account, state=AccountState.SIGN_IN_NEEDED), replace(account, id="b", state=AccountState.BLOCKED),
        replace(account, id="ok"),
    )  # fmt: skip
    bench.scheduler.start()
    bench.settle(1)
    assert bench.begun == ["ok"]
    bench.scheduler.refresh()
    bench.settle(3)
    assert sorted(bench.begun) == ["a1", "ok", "ok"]


def test_whatever_a_synchronisation_dies_of_the_next_one_comes(bench: Bench) -> None:
    bench.outcomes = {"a1": RuntimeError("a bug"), "a2": StoreError("full")}
    bench.scheduler.start()
    bench.settle(2)
    bench.outcomes.clear()
    bench.pass_time(12)
    bench.settle(4)
    assert [str(error) for error in bench.failures] == ["full"]
