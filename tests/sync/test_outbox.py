"""What a person did is sent when it is due, once, and given up only with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState
from carlendar.domain.event import Response
from carlendar.errors import (
    CarlendarError,
    GoneError,
    OfflineError,
    OutageError,
    RefusedError,
    SignInNeededError,
    StoreError,
    ThrottledError,
)
from carlendar.store.outbox import Outbox
from carlendar.store.records import OutboxItem
from carlendar.store.user import UserStore
from carlendar.sync.outbox import RECORDED, NoRecipientsError, OutboxSender
from tests.fakes.clocks import ManualClocks
from tests.sync.conftest import MemoryCalendar

Put = Callable[..., None]
AfterPowerCut = Callable[[str], OutboxSender]


@pytest.fixture
def outbox(user: UserStore) -> Outbox:
    return Outbox(user.database)


@pytest.fixture
def sender(user: UserStore, source: MemoryCalendar, clocks: ManualClocks, changes: list[str]) -> OutboxSender:
    return OutboxSender(user, lambda _: source, clocks, clocks, lambda: 0.5, changes.append)


@pytest.fixture
def put(outbox: Outbox, clocks: ManualClocks) -> Put:
    def put(key: str = "k", kind: str = "accept", delay: float = 0, event: str = "e", **payload: str) -> None:
        now = clocks.now()
        outbox.put(OutboxItem(key, "a1", event, kind, payload, now, now + timedelta(seconds=delay)))

    return put


def states(outbox: Outbox) -> list[tuple[str, str]]:
    return [(item.state.value, item.reason) for item in outbox.items()]


def test_every_kind_reaches_the_calendar(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put
) -> None:
    put("1", "accept", event="e1", comment="yes")
    put("2", "tentative", event="e2")
    put("3", "decline", event="e3")
    put("4", "late", to="a@contoso.example\nb@contoso.example", subject="Late", text="10 minutes")
    put("5", "dismiss", event="e5")
    put("6", "snooze", event="e6", until="2026-11-23T09:00:00+00:00")
    sender.send_due()
    assert source.done == [
        ("accept", "e1", "yes"), ("tentative", "e2", ""), ("decline", "e3", ""),
        ("mail", "a@contoso.example,b@contoso.example", "Late", "10 minutes", "4"), ("dismiss", "e5"),
        ("snooze", "e6", "2026-11-23T09:00:00+00:00"),
    ]  # fmt: skip
    assert states(outbox) == [("sent", "")] * 6
    sender.send_due()
    assert len(source.done) == 6


def test_an_item_waits_for_its_time_and_can_be_withdrawn_until_then(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks
) -> None:
    put("keep", delay=8, event="x")
    put("back", delay=8, event="y")
    assert sender.send_due() == 8
    clocks.speed = 4.0
    assert sender.send_due() == 8
    assert outbox.withdraw("back")
    clocks.advance(8)
    sender.send_due()
    assert [done[1] for done in source.done] == ["x"]
    assert not outbox.withdraw("keep")


def test_a_failure_is_tried_again_later_and_later(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks
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


def test_the_networks_return_makes_it_due(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put
) -> None:
    source.trouble["respond"] = [OfflineError("x")]
    put()
    sender.send_due()
    sender.due_now()
    sender.send_due()
    assert states(outbox) == [("sent", "")]


def test_a_service_that_asks_to_wait_gets_nothing_else_of_that_account(
    sender: OutboxSender, source: MemoryCalendar, put: Put, clocks: ManualClocks
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
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, error: Exception
) -> None:
    source.trouble["respond"] = [error]
    put()
    sender.send_due()
    assert states(outbox) == [("given_up", error.key if isinstance(error, CarlendarError) else "error")]


@pytest.mark.parametrize(("kind", "payload"), [("nonsense", {}), ("late", {"subject": "s"})])
def test_what_makes_no_sense_is_given_up(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, kind: str, payload: dict[str, str]
) -> None:
    put(kind=kind, **payload)
    sender.send_due()
    assert states(outbox) == [("given_up", "error")]
    assert source.calls == []


def test_an_outage_gives_nothing_up_before_it_is_of_no_use(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks
) -> None:
    source.trouble["respond"] = [OutageError("x") for _ in range(100)]
    put()
    for _ in range(30):
        sender.send_due()
        clocks.advance(140)
    assert states(outbox) == [("waiting", "outage")]
    clocks.advance(86_400)
    sender.send_due()
    assert states(outbox) == [("given_up", "outage")]


@pytest.mark.parametrize(
    ("kind", "minutes"), [("late", 31), ("dismiss", 121), ("accept", 24 * 60 + 1), ("snooze", 121)]
)
def test_what_comes_too_late_is_not_sent(
    sender: OutboxSender,
    outbox: Outbox,
    source: MemoryCalendar,
    put: Put,
    clocks: ManualClocks,
    kind: str,
    minutes: float,
) -> None:
    put(kind=kind, to="a@contoso.example")
    clocks.advance(minutes * 60)
    sender.recover()
    sender.send_due()
    assert (states(outbox), source.calls) == ([("given_up", "too_late")], [])


def test_a_message_that_names_an_arrival_is_not_sent_after_it(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks
) -> None:
    put(kind="late", to="a@contoso.example", arrives=(clocks.now() + timedelta(minutes=9)).isoformat())
    clocks.advance(9 * 60)
    sender.send_due()
    assert (states(outbox), source.calls) == ([("given_up", "too_late")], [])


@pytest.mark.parametrize("arrives", ["", "soon", "2026-11-23T09:09:00"])
def test_an_invalid_time_makes_nothing_too_late(
    sender: OutboxSender, outbox: Outbox, put: Put, clocks: ManualClocks, arrives: str
) -> None:
    put(kind="late", to="a@contoso.example", arrives=arrives)
    clocks.advance(30)
    sender.send_due()
    assert states(outbox) == [("sent", "")]


def test_it_waits_for_a_sign_in_and_goes_after_it(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, user: UserStore, clocks: ManualClocks
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
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, user: UserStore, clocks: ManualClocks
) -> None:
    put()
    user.set_account_state("a1", AccountState.BLOCKED, "disabled", clocks.now())
    sender.send_due()
    assert (states(outbox), source.calls) == ([("given_up", "blocked")], [])


@pytest.fixture
def after_a_power_cut(user: UserStore, outbox: Outbox, source: MemoryCalendar, clocks: ManualClocks) -> AfterPowerCut:
    """The next run's sender, after the power went while that item was on its way."""

    def cut(key: str) -> OutboxSender:
        assert outbox.claim(key)
        fresh = OutboxSender(user, lambda _: source, clocks, clocks, lambda: 0.5)
        fresh.send_due()
        assert source.calls == []
        fresh.recover()
        return fresh

    return cut


def test_after_a_power_cut_a_message_that_cannot_be_looked_for_is_not_sent_again(
    outbox: Outbox, source: MemoryCalendar, put: Put, after_a_power_cut: AfterPowerCut
) -> None:
    put("once", "late", to="a@contoso.example")
    after_a_power_cut("once").send_due()
    assert source.done == []
    assert states(outbox) == [("given_up", "unsure")]


def test_after_a_power_cut_a_message_is_sent_unless_sent_items_hold_it(
    outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks, after_a_power_cut: AfterPowerCut
) -> None:
    source.sent_items = {"there"}
    put("there", "late", to="a@contoso.example")
    after_a_power_cut("there").send_due()
    assert states(outbox) == [("sent", "")]
    source.calls.clear()
    put("not there", "late", to="a@contoso.example")
    fresh = after_a_power_cut("not there")
    assert fresh.send_due() == RECORDED  # its copy may come later than it went itself
    clocks.advance(RECORDED)
    fresh.send_due()
    assert [done[-1] for done in source.done] == ["not there"]
    assert states(outbox) == [("sent", ""), ("sent", "")]


@pytest.mark.parametrize(
    ("kind", "given"),
    [("accept", Response.ACCEPTED), ("tentative", Response.TENTATIVE), ("decline", Response.DECLINED)],
)
def test_after_a_power_cut_an_answer_is_sent_unless_the_calendar_has_it(
    outbox: Outbox, source: MemoryCalendar, put: Put, after_a_power_cut: AfterPowerCut, kind: str, given: Response
) -> None:
    source.given = {"e1": given, "e2": Response.NOT_RESPONDED}
    put("there", kind, event="e1")
    after_a_power_cut("there").send_due()
    assert source.done == []
    source.calls.clear()
    put("not there", kind, event="e2")
    after_a_power_cut("not there").send_due()
    assert [done[:2] for done in source.done] == [(kind, "e2")]
    assert states(outbox) == [("sent", ""), ("sent", "")]


def test_after_a_power_cut_an_invitation_that_is_gone_was_declined(
    outbox: Outbox, source: MemoryCalendar, put: Put, after_a_power_cut: AfterPowerCut
) -> None:
    source.trouble["answer_given"] = [GoneError("x"), GoneError("x")]
    source.trouble["respond"] = [GoneError("x")]
    put("no", "decline", event="e1")
    after_a_power_cut("no").send_due()
    source.calls.clear()
    put("yes", "accept", event="e2")
    after_a_power_cut("yes").send_due()
    assert states(outbox) == [("sent", ""), ("given_up", "gone")]


def perhaps(error: type[OfflineError | OutageError]) -> Exception:
    made = error("x")
    made.perhaps = True
    return made


@pytest.mark.parametrize("error", [OfflineError, OutageError])
def test_a_lost_answer_is_like_a_power_cut(
    sender: OutboxSender,
    outbox: Outbox,
    source: MemoryCalendar,
    put: Put,
    clocks: ManualClocks,
    error: type[OfflineError | OutageError],
) -> None:
    source.trouble["send_mail"] = [perhaps(error)]
    source.trouble["respond"] = [perhaps(error)]
    source.given = {"e": Response.ACCEPTED}
    put("1", "late", to="a@contoso.example")
    put("2", "accept")
    sender.send_due()
    assert [state for state, _ in states(outbox)] == ["unsure", "unsure"]
    assert not outbox.withdraw("1")
    clocks.advance(3)
    sender.send_due()
    assert states(outbox) == [("given_up", "unsure"), ("sent", "")]
    assert source.done == []


def test_what_may_have_been_sent_is_not_looked_for_without_end(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks
) -> None:
    source.trouble["respond"] = [perhaps(OutageError)]
    source.trouble["answer_given"] = [OfflineError("x") for _ in range(100)]
    put()
    for _ in range(30):
        sender.send_due()
        clocks.advance(140)
    assert states(outbox) == [("unsure", "offline")]
    clocks.advance(2 * 86_400)
    sender.send_due()
    assert states(outbox) == [("given_up", "unsure")]


@pytest.mark.parametrize(
    ("kind", "call"), [("late", "send_mail"), ("accept", "respond"), ("decline", "respond"), ("snooze", "snooze")]
)
def test_restarts_and_faults_alone_give_nothing_up_and_it_is_sent_once(
    user: UserStore, outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks, kind: str, call: str
) -> None:
    """Eleven restarts amid the sending and a service that fails for a while; what was done can be looked up."""
    source.sent_items = set()
    put("k", kind, to="a@contoso.example", until="2026-11-23T10:00:00+00:00")
    for _ in range(11):
        assert outbox.claim("k")
        sender = OutboxSender(user, lambda _: source, clocks, clocks, lambda: 0.5)
        sender.recover()
    for name in (call, "mail_sent", "answer_given"):
        source.trouble[name] = [perhaps(OutageError), OfflineError("x"), ThrottledError("x", retry_after=9)]
    for _ in range(40):
        sender.send_due()
        clocks.advance(35)
    assert states(outbox) == [("sent", "")]
    assert len(source.done) == 1


def test_a_message_that_may_have_gone_is_looked_for_as_long_each_time(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks
) -> None:
    """The copy in Sent Items comes later than the message: also after the second attempt it is waited for."""
    source.sent_items = set()
    source.trouble["send_mail"] = [perhaps(OutageError), perhaps(OutageError)]
    put("k", "late", to="a@contoso.example")
    sender.send_due()
    clocks.advance(RECORDED + 5)
    sender.send_due()  # the second attempt, of which nothing is known either
    assert states(outbox) == [("unsure", "outage")]
    clocks.advance(5)
    sender.send_due()
    assert source.done == []
    source.sent_items = {"k"}
    clocks.advance(RECORDED)
    sender.send_due()
    assert (states(outbox), source.done) == ([("sent", "")], [])


@pytest.mark.parametrize("jump", [-7200, 7200, 400 * 86400])
def test_setting_the_clock_neither_hurries_nor_delays_nor_outdates_anything(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks, jump: float
) -> None:
    put("k", "late", delay=20, to="a@contoso.example")
    assert sender.send_due() == 20
    clocks.wall += timedelta(seconds=jump)
    clocks.elapsed += 19
    assert sender.send_due() == 1
    assert source.done == []
    clocks.elapsed += 1
    sender.send_due()
    assert states(outbox) == [("sent", "")]


def test_what_an_earlier_run_left_waits_for_a_clock_that_tells_how_old_it_is(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks
) -> None:
    put("k", "late", to="a@contoso.example")
    sender.recover()
    clocks.known = False
    assert 0 < sender.send_due() <= 60
    assert source.calls == []
    put("new", "late", event="f", to="a@contoso.example")
    sender.send_due()
    assert [done[-1] for done in source.done] == ["new"]
    clocks.known = True
    clocks.wall += timedelta(days=1)
    sender.send_due()
    assert states(outbox) == [("given_up", "too_late"), ("sent", "")]


def test_a_tunnel_of_half_a_day_costs_an_answer_none_of_its_attempts(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks
) -> None:
    source.trouble["respond"] = [OfflineError("x") for _ in range(300)]
    put()
    for _ in range(300):
        sender.send_due()
        clocks.advance(133)
    source.trouble.clear()
    sender.send_due()
    assert states(outbox) == [("sent", "")]


def test_answers_to_a_series_and_its_occurrence_go_in_their_order(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks
) -> None:
    source.trouble["respond series"] = [OfflineError("x")]
    put("1", "decline", event="series", series="series")
    put("2", "accept", event="occurrence", series="series")
    put("3", "accept", event="another")
    sender.send_due()
    assert [done[1] for done in source.done] == ["another"]
    clocks.advance(3)
    sender.send_due()
    assert [done[1] for done in source.done] == ["another", "series", "occurrence"]


def test_a_full_disk_after_the_sending_sends_nothing_twice(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("1", "late", to="a@contoso.example")
    settle = Outbox.settle

    def full(*_: object) -> None:
        raise StoreError("full")

    monkeypatch.setattr(Outbox, "settle", full)
    for _ in range(2):
        with pytest.raises(StoreError):
            sender.send_due()
    monkeypatch.setattr(Outbox, "settle", settle)
    sender.send_due()
    assert states(outbox) == [("sent", "")]
    assert len(source.done) == 1


@pytest.mark.parametrize("reason", ["consent", "admin_consent"])
def test_a_missing_permission_is_no_sign_out_and_is_given_up_with_its_reason(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, user: UserStore, reason: str
) -> None:
    source.trouble["send_mail"] = [SignInNeededError("x", reason=reason)]
    put(kind="late", to="a@contoso.example")
    sender.send_due()
    assert states(outbox) == [("given_up", "consent")]
    account = user.account("a1")
    assert account is not None
    assert account.state is AccountState.SIGNED_IN


def test_an_item_is_completed_before_it_goes_and_what_cannot_be_is_given_up(
    user: UserStore, outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks
) -> None:
    def complete(account: Account, item: OutboxItem) -> OutboxItem:
        assert account.id == "a1"
        if item.event_id == "nobody":
            raise NoRecipientsError("nobody")
        return replace(item, payload={"to": "p@contoso.example", "subject": "s", "text": item.payload["minutes"]})

    sender = OutboxSender(user, lambda _: source, clocks, clocks, lambda: 0.5, complete=complete)
    put("1", "late", event="e1", minutes="10")
    put("2", "late", event="nobody", minutes="10")
    sender.send_due()
    assert source.done == [("mail", "p@contoso.example", "s", "10", "1")]
    assert states(outbox) == [("sent", ""), ("given_up", "nobody")]
    assert outbox.items()[0].payload == {"minutes": "10"}


def test_trouble_with_the_store_leaves_the_item_waiting(
    user: UserStore, outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks
) -> None:
    def complete(_account: object, _item: OutboxItem) -> OutboxItem:
        raise StoreError("busy")

    sender = OutboxSender(user, lambda _: source, clocks, clocks, lambda: 0.5, complete=complete)
    put("1", "late", minutes="10")
    with pytest.raises(StoreError):
        sender.send_due()
    assert states(outbox) == [("waiting", "")]


def test_without_a_connection_for_half_an_hour_it_is_given_up_for_that_reason(
    sender: OutboxSender, outbox: Outbox, source: MemoryCalendar, put: Put, clocks: ManualClocks
) -> None:
    source.trouble["send_mail"] = [OfflineError("x") for _ in range(100)]
    put(kind="late", to="a@contoso.example")
    for _ in range(4):
        sender.send_due()
        clocks.advance(8 * 60)
    assert states(outbox) == [("waiting", "offline")]
    sender.send_due()
    assert states(outbox) == [("given_up", "offline")]
