"""How an account's owner reads is learnt on the way; nothing waits for it."""

from __future__ import annotations

from carlendar.domain.account import Account
from carlendar.errors import SignInNeededError
from carlendar.meetings.join_details import JoinDetails
from carlendar.store.events import EventStore
from carlendar.store.user import UserStore
from carlendar.sync.body_reader import SyncDependencies
from carlendar.sync.engine import SyncEngine
from tests.fakes.clocks import ManualClocks
from tests.sync.conftest import MemoryCalendar


def test_how_the_owner_reads_is_asked_once_and_kept(
    events: EventStore, user: UserStore, source: MemoryCalendar, clocks: ManualClocks, account: Account
) -> None:
    asked: list[str] = []

    def locale_of(account: Account) -> str:
        asked.append(account.id)
        return "de-DE"

    dependencies = SyncDependencies(
        lambda _: source, lambda *_: JoinDetails(), str, clocks, clocks, locale_of=locale_of
    )
    engine = SyncEngine(events, user, dependencies)
    for _ in range(2):
        known = user.account("a1")
        assert known is not None
        assert engine.sync(known).error == ""
    kept = user.account("a1")
    assert kept is not None
    assert (kept.locale, kept.state, asked) == ("de-DE", account.state, ["a1"])


def test_a_language_that_cannot_be_had_holds_nothing_up(
    events: EventStore, user: UserStore, source: MemoryCalendar, clocks: ManualClocks, account: Account
) -> None:
    def locale_of(_: Account) -> str:
        raise SignInNeededError("x")

    engine = SyncEngine(
        events,
        user,
        SyncDependencies(lambda _: source, lambda *_: JoinDetails(), str, clocks, clocks, locale_of=locale_of),
    )
    assert engine.sync(account).error == ""
    assert user.account("a1") == account
