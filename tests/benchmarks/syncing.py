"""A first synchronisation of a large calendar and a refresh after one change, beside bare requests and json.

The floor asks the same server for the same bytes: every request that Carlendar sent is sent again by a
plain `requests` session with the same headers, and its body is parsed by `json`. The emulated cloud
runs in a process of its own, so that neither shares its processor time with the server.
"""

from __future__ import annotations

import json
import multiprocessing
import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import requests

from carlendar.domain.account import Account, AccountState, Profile
from carlendar.meetings.extract import way_in
from carlendar.meetings.html import text_of
from carlendar.microsoft.calendar import MicrosoftCalendar
from carlendar.microsoft.clouds import READ_SCOPES, custom_cloud
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.keys import FileKey
from carlendar.microsoft.session import HttpSession, Reply
from carlendar.microsoft.vault import Vault
from carlendar.store.events import EventStore
from carlendar.store.user import UserStore
from carlendar.sync.body_reader import SyncDependencies
from carlendar.sync.engine import SyncEngine
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.generator import fill
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.person import CalendarBook, Person
from carlendar_devtools.emulator.world.world import World

ADA = "ada@contoso.example"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
EVENTS, DAYS = 2000, 15


class Clock:
    """Both clocks; the day stands still."""

    def now(self) -> datetime:
        return NOW

    def zone(self) -> tzinfo:
        return UTC

    def is_set(self) -> bool:
        return True

    def rate(self) -> float:
        return 1.0

    def seconds(self) -> float:
        return time.perf_counter()


@dataclass
class Sent:
    """One request as it went out, and the bytes of its answer as they came in (packed)."""

    method: str
    url: str
    headers: dict[str, str]
    data: bytes | None
    size: int


class Recording(HttpSession):
    """A real session that keeps what was asked."""

    def __init__(self, ca_file: str, sent: list[Sent]) -> None:
        super().__init__(ca_file=ca_file)
        self._sent = sent

    def request(self, method: str, url: str, **more: Any) -> Reply:
        reply = super().request(method, url, **more)
        self._sent.append(Sent(method, url, dict(more.get("headers") or {}), more.get("data"), reply.wire_bytes))
        return reply


@dataclass
class Run:
    """Seconds until the events were stored and until all was done, and the requests."""

    stored: float = 0.0
    done: float = 0.0
    requests_until_stored: int = 0
    sent: list[Sent] = field(default_factory=list)


def serve(pipe: Connection, folder: Path) -> None:
    """The cloud's process: a calendar of 2,000 events; each word that comes renames one of them."""
    world = World("Bench", "contoso.example", NOW)
    person = Person("00000000-0000-4000-8000-000000414441", "Ada Example", ADA)
    world.mailboxes[ADA] = Mailbox(
        person, lambda: NOW, {"calendar": CalendarBook("calendar", "Calendar", is_default=True)}
    )
    fill(world.person(ADA), date(2026, 11, 23), events=EVENTS, days=DAYS)
    with RunningCloud(world, folder) as cloud:
        cloud.limits.in_ten_minutes = 10_000_000
        cloud.auto_approve(ADA)
        pipe.send((cloud.authority, cloud.graph, str(cloud.ca_file), cloud.client_id))
        while pipe.recv():
            mailbox = world.person(ADA)
            mailbox.change(next(iter(mailbox.entries)), title=f"Renamed {mailbox.revision}")
            pipe.send(True)


def run(scratch: Path, rounds: int, say: Callable[[str], None]) -> None:
    """Measure and report."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs, scratch / "cloud"), daemon=True)
    server.start()
    try:
        _measure(scratch, rounds, say, ours)
    finally:
        ours.send(False)
        server.join(10)


def _measure(scratch: Path, rounds: int, say: Callable[[str], None], pipe: Connection) -> None:
    authority, graph, ca_file, client_id = pipe.recv()
    at = custom_cloud(authority, graph, ca_file)
    with HttpSession(ca_file=ca_file) as http:
        identity = MicrosoftIdentity(
            at, client_id, Vault(scratch / "vault", sources=(FileKey(scratch / "vault"),)), http
        )
        signed = identity.start_device_code(READ_SCOPES).poll()
        assert signed is not None
        token = identity.token(signed.account_id, READ_SCOPES)
    pairs: list[tuple[Run, float, float]] = []
    sizes: list[float] = []
    for number in range(rounds):
        folder = scratch / f"data{number}"
        first = _synchronise(folder, at, ca_file, token)
        floor_stored = _replay(first.sent[: first.requests_until_stored], ca_file)
        floor_done = _replay(first.sent, ca_file)
        pipe.send(True)
        pipe.recv()
        refresh = _synchronise(folder, at, ca_file, token)
        pairs.append((first, floor_stored, floor_done))
        sizes.append(100 * _bytes(refresh.sent) / _bytes(first.sent[: first.requests_until_stored]))
        shutil.rmtree(folder)
    _report(say, "events stored", [(each.stored, floor) for each, floor, _ in pairs])
    _report(say, "and all texts read, changes followed", [(each.done, floor) for each, _, floor in pairs])
    last = pairs[-1][0]
    say(
        f"bytes: listing {_bytes(last.sent[: last.requests_until_stored]):,} in {last.requests_until_stored} requests, "
        f"all {_bytes(last.sent):,} in {len(last.sent)}; a refresh with one change moves "
        f"{statistics.median(sizes):.2f} % of the listing's"
    )


def _synchronise(folder: Path, at: Any, ca_file: str, token: str) -> Run:
    found = Run()
    account = Account("a1", "ada", ADA, "Ada", "global", AccountState.SIGNED_IN, NOW, locale="en-US")
    user = UserStore(folder)
    user.save_profile(Profile("ada", "Ada"))
    user.save_account(account)
    events = EventStore(folder, known=lambda _: True)
    with Recording(ca_file, found.sent) as http:
        source = MicrosoftCalendar(GraphClient(at, http, lambda _: token), "a1")

        def listed(*_: object) -> None:
            found.stored, found.requests_until_stored = time.perf_counter() - began, len(found.sent)

        tools = SyncDependencies(
            lambda _: source, lambda e, text: way_in(e, text, "DE"), text_of, Clock(), Clock(), progress=listed
        )
        began = time.perf_counter()
        outcome = SyncEngine(events, user, tools).sync(account)
        found.done = time.perf_counter() - began
    assert outcome.error == ""
    assert events.count(events.calendars("a1")[0]) == EVENTS
    events.close()
    user.close()
    return found


def _replay(sent: list[Sent], ca_file: str) -> float:
    with requests.Session() as session:
        session.trust_env = False
        session.verify = ca_file
        session.headers.update({"User-Agent": "Carlendar", "Accept-Encoding": "gzip"})
        began = time.perf_counter()
        for each in sent:
            answer = session.request(each.method, each.url, headers=each.headers, data=each.data, timeout=60)
            json.loads(answer.content)
        return time.perf_counter() - began


def _bytes(sent: list[Sent]) -> int:
    return sum(each.size for each in sent)


def _report(say: Callable[[str], None], what: str, pairs: list[tuple[float, float]]) -> None:
    ratios = [ours / floor for ours, floor in pairs]
    say(
        f"{EVENTS} events, {what}: {1000 * statistics.median(o for o, _ in pairs):.0f} ms, floor "
        f"{1000 * statistics.median(f for _, f in pairs):.0f} ms, ratio {statistics.median(ratios):.2f} "
        f"(by pair {min(ratios):.2f} to {max(ratios):.2f})"
    )
