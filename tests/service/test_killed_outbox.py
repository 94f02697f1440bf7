"""Killed at every statement and every request of a sending: nothing is lost, and nothing is sent twice.

Measured at the emulated cloud's own record of what left the mailbox.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.domain.event import Event, Person
from carlendar.domain.timespan import Timespan
from carlendar.i18n.catalogue import available, load
from carlendar.microsoft.actions import MicrosoftActions
from carlendar.microsoft.clouds import custom_cloud
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.keys import FileKey
from carlendar.microsoft.session import HttpReply, HttpSession
from carlendar.microsoft.vault import Vault
from carlendar.service.late_message import LateMessageWriter
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.outbox import Outbox
from carlendar.store.records import UNSETTLED, OutboxItem, OutboxState
from carlendar.store.user import UserStore
from carlendar.sync.outbox import OutboxSender
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.mailbox import Mailbox
from tests.fakes.kill_points import KilledAt, Tick

LEAST = ("User.Read", "Calendars.ReadWrite", "Mail.Send")
ARRIVAL = "arrival"
"""A message that names the arrival, which is composed when it is sent."""
LOCALE = Path(__file__).resolve().parents[2] / "assets" / "locale"
STEPS = 28
"""There are more statements and requests than that, or the test tests nothing."""


class Ticking(HttpSession):
    """A real session in which one can also die right before a request and right after its answer."""

    def __init__(self, ca_file: str, tick: Tick) -> None:
        super().__init__(ca_file=ca_file)
        self._tick = tick

    def request(self, method: str, url: str, **more: Any) -> HttpReply:
        self._tick()
        reply = super().request(method, url, **more)
        self._tick()
        return reply


class Clocks:
    """The car's clocks: the elapsed one moves on whenever nothing is due."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.elapsed = 0.0

    def is_set(self) -> bool:
        return True

    def rate(self) -> float:
        return 1.0

    def seconds(self) -> float:
        return self.elapsed


class Bench:
    """A car with one account, and the cloud that it talks to."""

    def __init__(self, cloud: RunningCloud, ada: Mailbox, folder: Path, scopes: tuple[str, ...]) -> None:
        self.cloud, self.ada, self.scopes = custom_cloud(cloud.authority, cloud.graph, str(cloud.ca_file)), ada, scopes
        self.folder, self.template, self.marker = folder / "data", folder / "template", folder / "confirmed"
        self.now = ada.now
        (entry,) = ada.entries.values()
        self.entry, self.event_id = entry, ada.identifier(ada.occurrence(entry.key, None))
        with HttpSession(ca_file=self.cloud.ca_file) as http:
            identity = MicrosoftIdentity(cloud=self.cloud, client_id=cloud.client_id,
                                         vault=Vault(folder, sources=(FileKey(folder),)), http=http)  # fmt: skip
            flow = identity.start_device_code(scopes)
            cloud.approve(flow.code.user_code, ada.person.address)
            person = flow.poll()
            assert person is not None
            self.token = identity.token(person.account_id, scopes)
        store = UserStore(self.template)
        store.save_profile(Profile("p1", "Ada"))
        state = AccountState.SIGNED_IN
        store.save_account(Account("a1", "p1", person.address, "Ada", "emulated", state, self.now(), scopes))
        store.close()
        start = self.now() + timedelta(minutes=10)
        self.arrives = start + timedelta(minutes=9)
        visit = Event(self.event_id, "c1", "Turbine acceptance", Timespan(start, start + timedelta(hours=1)),
                      organizer=Person("Jonas", "jonas@fabrikam.example"), zone_name="Europe/Berlin")  # fmt: skip
        events = EventStore(self.template)
        calendar = Calendar("c1", "a1", "Calendar", is_default=True)
        events.save_calendars("a1", [calendar])
        events.save(calendar, [EventUpsert(visit)], [], StoredSyncToken(), self.now())
        events.close()

    def renew(self) -> None:
        """A car and a mailbox in which nothing has been done."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.template, self.folder)
        self.marker.unlink(missing_ok=True)
        self.ada.sent.clear()
        self.ada.messages.clear()
        self.ada.change(self.entry.key, response="notResponded")

    def sender(self, user: UserStore, clocks: Clocks, http: HttpSession) -> OutboxSender:
        graph = GraphClient(self.cloud, http, lambda _: self.token)
        actions = MicrosoftActions(graph, self.scopes)
        events = EventStore(self.folder)
        texts = LateMessageWriter(events, lambda language: load(language, LOCALE), available(LOCALE), clocks)  # type: ignore[arg-type]  # no zone here
        return OutboxSender(user, lambda _: actions, clocks, clocks, lambda: 0.5, complete=texts.complete)  # type: ignore[arg-type]  # no zone here

    def touch_and_send(self, tick: Tick, kind: str) -> None:
        """What the person touches is confirmed once it is written; then it is sent."""
        user = UserStore(self.folder)
        payload = {
            "late": {"to": "jonas@fabrikam.example", "subject": "Late", "text": "10 minutes"},
            ARRIVAL: {"minutes": "9", "arrives": self.arrives.isoformat()},
        }.get(kind, {})
        now = self.now()
        kind = "late" if kind == ARRIVAL else kind
        Outbox(user.database).put(OutboxItem("k", "a1", self.event_id, kind, payload, now, now))
        self.marker.touch()
        tick()
        sender = self.sender(user, Clocks(self.now), Ticking(self.cloud.ca_file, tick))
        sender.recover()
        sender.send_due()
        user.close()

    def go_on(self) -> OutboxItem | None:
        """The next start of the car: everything is sent that ever will be. Returns what became of the item."""
        user, clocks = UserStore(self.folder), Clocks(self.now)
        outbox = Outbox(user.database)
        with HttpSession(ca_file=self.cloud.ca_file) as http:
            sender = self.sender(user, clocks, http)
            sender.recover()
            for _ in range(20):
                clocks.elapsed += sender.send_due()
                if not any(item.state in UNSETTLED for item in outbox.items()):
                    break
            else:
                raise AssertionError("an item is never settled")
        found = outbox.items()
        user.close()
        return found[0] if found else None

    def sent(self, kind: str) -> int:
        """How often the cloud has sent such a thing."""
        return sum(each.kind == kind for each in self.ada.sent)


MakeBench = Callable[..., Bench]
"""Makes a bench whose account has the scopes given, `LEAST` without any."""


@pytest.fixture
def make_bench(cloud: RunningCloud, ada: Mailbox, tmp_path: Path) -> Iterator[MakeBench]:
    cloud.auto_approve(None)
    yield lambda *scopes: Bench(cloud, ada, tmp_path, scopes or LEAST)
    cloud.clear_faults()


def killed_everywhere(killed_at: KilledAt, bench: Bench, kind: str) -> Iterator[OutboxItem | None]:
    """What became of the item after a kill at each step, and what stands in the cloud's record by then."""
    steps = 0
    while True:
        bench.renew()
        died = killed_at(steps + 1, lambda tick: bench.touch_and_send(tick, kind))
        confirmed = bench.marker.exists()
        item = bench.go_on()
        assert item is not None or not confirmed, "what was confirmed is lost"
        yield item
        if not died:
            break
        steps += 1
    assert steps > STEPS


@pytest.mark.parametrize("kind", ["accept", "decline"])
def test_an_answer_is_given_exactly_once_wherever_the_car_dies(
    killed_at: KilledAt, make_bench: MakeBench, ada: Mailbox, kind: str
) -> None:
    made = make_bench()
    for item in killed_everywhere(killed_at, made, kind):
        if item is not None:
            assert item.state is OutboxState.SENT
        assert made.sent("response") == (item is not None)
        assert (ada.entry(made.entry.key).response == f"{kind}d".replace("acceptd", "accepted")) == (item is not None)


def test_a_message_is_sent_at_most_once_and_an_uncertain_outcome_is_reported(
    killed_at: KilledAt, make_bench: MakeBench
) -> None:
    made = make_bench()
    seen = set()
    for item in killed_everywhere(killed_at, made, "late"):
        if item is None:
            assert made.sent("mail") == 0
            continue
        outcome = (made.sent("mail"), item.state.value, item.reason)
        assert outcome in {(1, "sent", ""), (0, "given_up", "unsure"), (1, "given_up", "unsure")}
        seen.add(outcome)
    assert len(seen) == 3


def test_a_message_is_sent_exactly_once_where_sent_items_may_be_read(
    killed_at: KilledAt, make_bench: MakeBench
) -> None:
    made = make_bench(*LEAST, "Mail.Read")
    for item in killed_everywhere(killed_at, made, ARRIVAL):
        assert made.sent("mail") == (item is not None)
        assert item is None or item.state is OutboxState.SENT


def arrival_of(made: Bench) -> str:
    """What the message says, by the clocks of the meeting."""
    return f"{made.arrives.astimezone(ZoneInfo('Europe/Berlin')):%-H:%M} (UTC"


@pytest.mark.parametrize("fault", ["offline", "429", "503"])
def test_a_message_with_the_arrival_of_the_touch_is_sent_once_after_the_trouble(
    make_bench: MakeBench, cloud: RunningCloud, fault: str
) -> None:
    made = make_bench(*LEAST, "Mail.Read")
    made.renew()
    there = made.cloud
    if fault == "offline":
        made.cloud = custom_cloud("https://localhost:1", "https://localhost:1", there.ca_file)
    else:
        cloud.inject(Fault("status", 1, "sendMail", status=int(fault), retry_after="30"))
    made.touch_and_send(lambda: None, ARRIVAL)
    made.cloud = there
    assert made.sent("mail") == 0
    item = made.go_on()
    assert item is not None
    assert item.state is OutboxState.SENT
    assert made.sent("mail") == 1
    (message,) = made.ada.messages.values()
    assert f"I expect to arrive at {arrival_of(made)}" in str(message)


def test_a_message_is_given_up_once_the_arrival_that_it_names_has_passed(make_bench: MakeBench) -> None:
    made = make_bench(*LEAST, "Mail.Read")
    made.renew()
    there, touched = made.cloud, made.now()
    made.cloud = custom_cloud("https://localhost:1", "https://localhost:1", there.ca_file)
    made.touch_and_send(lambda: None, ARRIVAL)
    made.cloud, made.now = there, lambda: touched + timedelta(minutes=20)
    item = made.go_on()
    assert item is not None
    assert item.state is OutboxState.GIVEN_UP
    assert made.sent("mail") == 0


@pytest.mark.parametrize(
    ("kind", "scopes", "reason"),
    [("accept", LEAST, ""), ("late", (*LEAST, "Mail.Read"), ""), ("late", LEAST, "unsure")],
)
def test_an_answer_of_the_service_that_is_lost_has_nothing_sent_twice(
    make_bench: MakeBench, cloud: RunningCloud, kind: str, scopes: tuple[str, ...], reason: str
) -> None:
    made = make_bench(*scopes)
    made.renew()
    cloud.inject(Fault("cut_answer", 1, "sendMail|accept"))
    made.touch_and_send(lambda: None, kind)
    item = made.go_on()
    assert item is not None
    assert (item.state.value, item.reason) == ("given_up" if reason else "sent", reason)
    assert len(made.ada.sent) == 1


def test_a_connection_that_never_was_loses_nothing(make_bench: MakeBench) -> None:
    made = make_bench()
    made.renew()
    away = made.cloud
    made.cloud = custom_cloud("https://localhost:1", "https://localhost:1", away.ca_file)
    made.touch_and_send(lambda: None, "late")
    made.cloud = away
    item = made.go_on()
    assert item is not None
    assert item.state is OutboxState.SENT
    assert made.sent("mail") == 1
