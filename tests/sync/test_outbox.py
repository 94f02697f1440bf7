"""What a person did is sent when it is due, once, and given up only with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.account import AccountState
from app.errors import (
    CarlendarError,
    GoneError,
    OfflineError,
    OutageError,
    RefusedError,
    SignInNeededError,
    StoreError,
    ThrottledError,
)
from app.store.outbox import Outbox
from app.store.records import OutboxItem, OutboxState
from app.store.user import UserStore
from app.sync.outbox import ATTEMPTS, NobodyError, OutboxSender


@pytest.fixture
def outbox(user: UserStore) -> Outbox:
    return Outbox(user.database)


@pytest.fixture
def sender(user: UserStore, source: Any, clocks: Any, changes: list[str]) -> OutboxSender:
    return OutboxSender(user, lambda _: source, clocks, clocks, lambda: 0.5, changes.append)


@pytest.fixture
def put(outbox: Outbox, clocks: Any) -> Any:
    def put(key: str = "k", kind: str = "accept", delay: float = 0, event: str = "e", **payload: str) -> None:
        now = clocks.now()
        outbox.put(OutboxItem(key, "a1", event, kind, payload, now, now + timedelta(seconds=delay)))

    return put


def states(outbox: Outbox) -> list[tuple[str, str]]:
    return [(item.state.value, item.reason) for item in outbox.items()]


def test_every_kind_reaches_the_calendar(sender: OutboxSender, outbox: Outbox, source: Any, put: Any) -> None:
    put("1", "accept", event="e1", comment="yes")
    put("2", "tentative", event="e2")
    put("3", "decline", event="e3")
    put("4", "late", to="a@contoso.example\nb@contoso.example", subject="Late", text="10 minutes")
    put("5", "dismiss", event="e5")
    sender.send_due()
    assert source.done == [
        ("accept", "e1", "yes"), ("tentative", "e2", ""), ("decline", "e3", ""),
        ("mail", "a@contoso.example,b@contoso.example", "Late", "10 minutes", "4"), ("dismiss", "e5"),
    ]  # fmt: skip
    assert states(outbox) == [("sent", "")] * 5
    sender.send_due()
    assert len(source.done) == 5


def test_an_item_waits_for_its_time_and_can_be_withdrawn_until_then(
    sender: OutboxSender, outbox: Outbox, source: Any, put: Any, clocks: Any
) -> None:
    put("keep", delay=8, event="x")
    put("back", delay=8, event="y")
    assert sender.send_due() == 8
    clocks.rate = lambda: 4.0
    assert sender.send_due() == 2
    assert outbox.withdraw("back")
    clocks.advance(8)
    sender.send_due()
    assert [done[1] for done in source.done] == ["x"]
    assert not outbox.withdraw("keep")


def test_a_failure_is_tried_again_later_and_later(
    sender: OutboxSender, outbox: Outbox, source: Any, put: Any, clocks: Any
) -> None:
    source.trouble["respond"] = [OfflineError("x"), OutageError("x")]
    put()
    assert sender.send_due() == pytest.approx(2)
    assert sender.send_due() == pytest.approx(2)
    assert states(outbox) == [("waiting", "offline")]
    clocks.advance(2)
    assert sender.send_due() == pytest.approx(4)
    clocks.advance(4)
    sender.send_due()
    assert states(outbox) == [("sent", "")]
    assert len(source.calls) == 3


def test_the_networks_return_makes_it_due(sender: OutboxSender, outbox: Outbox, source: Any, put: Any) -> None:
    source.trouble["respond"] = [OfflineError("x")]
    put()
    sender.send_due()
    sender.hurry()
    sender.send_due()
    assert states(outbox) == [("sent", "")]


def test_a_service_that_asks_to_wait_gets_nothing_else_of_that_account(
    sender: OutboxSender, source: Any, put: Any, clocks: Any
) -> None:
    source.trouble["respond"] = [ThrottledError("x", retry_after=30)]
    put("1", event="e1")
    put("2", event="e2")
    assert sender.send_due() >= 30
    assert len(source.calls) == 1
    clocks.advance(34)
    sender.send_due()
    assert [done[1] for done in source.done] == ["e1", "e2"]


@pytest.mark.parametrize("error", [RefusedError("x"), GoneError("x"), ValueError("a bug")], ids=str)
def test_what_will_never_work_is_given_up_with_its_reason(
    sender: OutboxSender, outbox: Outbox, source: Any, put: Any, error: Exception
) -> None:
    source.trouble["respond"] = [error]
    put()
    sender.send_due()
    assert states(outbox) == [("given_up", error.key if isinstance(error, CarlendarError) else "error")]


@pytest.mark.parametrize(("kind", "payload"), [("nonsense", {}), ("late", {"subject": "s"})])
def test_what_makes_no_sense_is_given_up(
    sender: OutboxSender, outbox: Outbox, source: Any, put: Any, kind: str, payload: dict[str, str]
) -> None:
    put(kind=kind, **payload)
    sender.send_due()
    assert states(outbox) == [("given_up", "error")]
    assert source.calls == []


def test_attempts_end(sender: OutboxSender, outbox: Outbox, source: Any, put: Any, clocks: Any) -> None:
    source.trouble["respond"] = [OutageError("x") for _ in range(100)]
    put()
    for _ in range(ATTEMPTS + 5):
        sender.send_due()
        clocks.advance(140)
    assert len(source.calls) == ATTEMPTS
    assert states(outbox) == [("given_up", "outage")]


@pytest.mark.parametrize(("kind", "minutes"), [("late", 31), ("dismiss", 121), ("accept", 24 * 60 + 1)])
def test_what_comes_too_late_is_not_sent(
    sender: OutboxSender, outbox: Outbox, source: Any, put: Any, clocks: Any, kind: str, minutes: float
) -> None:
    put(kind=kind, to="a@contoso.example")
    clocks.advance(minutes * 60)
    sender.send_due()
    assert (states(outbox), source.calls) == ([("given_up", "too_late")], [])


def test_it_waits_for_a_sign_in_and_goes_after_it(
    sender: OutboxSender, outbox: Outbox, source: Any, put: Any, user: UserStore, clocks: Any
) -> None:
    source.trouble["respond"] = [SignInNeededError("x")]
    put()
    sender.send_due()
    user.set_account_state("a1", AccountState.SIGN_IN_NEEDED, "again", clocks.now())
    clocks.advance(300)
    sender.send_due()
    assert len(source.calls) == 1
    user.set_account_state("a1", AccountState.SIGNED_IN, "", clocks.now())
    sender.send_due()
    assert states(outbox) == [("sent", "")]


def test_nothing_is_sent_in_the_name_of_a_blocked_account(
    sender: OutboxSender, outbox: Outbox, source: Any, put: Any, user: UserStore, clocks: Any
) -> None:
    put()
    user.set_account_state("a1", AccountState.BLOCKED, "disabled", clocks.now())
    sender.send_due()
    assert (states(outbox), source.calls) == ([("given_up", "blocked")], [])


def test_after_a_power_cut_what_was_on_its_way_goes_again_under_the_same_key(
    user: UserStore, outbox: Outbox, source: Any, put: Any, clocks: Any
) -> None:
    put("once", "late", to="a@contoso.example")
    outbox.claim("once")
    fresh = OutboxSender(user, lambda _: source, clocks, clocks, lambda: 0.5)
    fresh.send_due()
    assert source.done == []
    fresh.recover()
    fresh.send_due()
    assert [done[-1] for done in source.done] == ["once"]
    assert [(item.state, item.attempts) for item in outbox.items()] == [(OutboxState.SENT, 2)]


@pytest.mark.parametrize("reason", ["consent", "admin_consent"])
def test_a_missing_permission_is_no_sign_out_and_is_given_up_with_its_reason(
    sender: OutboxSender, outbox: Outbox, source: Any, put: Any, user: UserStore, reason: str
) -> None:
    source.trouble["send_mail"] = [SignInNeededError("x", reason=reason)]
    put(kind="late", to="a@contoso.example")
    sender.send_due()
    assert states(outbox) == [("given_up", "consent")]
    account = user.account("a1")
    assert account is not None
    assert account.state is AccountState.SIGNED_IN


def test_an_item_is_completed_before_it_goes_and_what_cannot_be_is_given_up(
    user: UserStore, outbox: Outbox, source: Any, put: Any, clocks: Any
) -> None:
    def complete(account: Any, item: OutboxItem) -> OutboxItem:
        assert account.id == "a1"
        if item.event_id == "nobody":
            raise NobodyError("nobody")
        return replace(item, payload={"to": "p@contoso.example", "subject": "s", "text": item.payload["minutes"]})

    sender = OutboxSender(user, lambda _: source, clocks, clocks, lambda: 0.5, complete=complete)
    put("1", "late", event="e1", minutes="10")
    put("2", "late", event="nobody", minutes="10")
    sender.send_due()
    assert source.done == [("mail", "p@contoso.example", "s", "10", "1")]
    assert states(outbox) == [("sent", ""), ("given_up", "nobody")]
    assert outbox.items()[0].payload == {"minutes": "10"}


def test_trouble_with_the_store_leaves_the_item_waiting(
    user: UserStore, outbox: Outbox, source: Any, put: Any, clocks: Any
) -> None:
    def complete(_account: Any, _item: OutboxItem) -> OutboxItem:
        raise StoreError("busy")

    sender = OutboxSender(user, lambda _: source, clocks, clocks, lambda: 0.5, complete=complete)
    put("1", "late", minutes="10")
    with pytest.raises(StoreError):
        sender.send_due()
    assert states(outbox) == [("waiting", "")]


def test_without_a_connection_for_half_an_hour_it_is_given_up_for_that_reason(
    sender: OutboxSender, outbox: Outbox, source: Any, put: Any, clocks: Any
) -> None:
    source.trouble["send_mail"] = [OfflineError("x") for _ in range(100)]
    put(kind="late", to="a@contoso.example")
    for _ in range(4):
        sender.send_due()
        clocks.advance(8 * 60)
    assert states(outbox) == [("waiting", "offline")]
    sender.send_due()
    assert states(outbox) == [("given_up", "offline")]
