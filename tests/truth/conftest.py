"""A car whose store is held against the emulated cloud's own truth: real TLS, real sign-in, real SQLite."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from carlendar.domain.account import Account, AccountState, Calendar
from carlendar.domain.event import Event
from carlendar.domain.timespan import DateSpan, Timespan
from carlendar.meetings.extract import find_join_details
from carlendar.meetings.html import text_of
from carlendar.microsoft.calendar import MicrosoftCalendar
from carlendar.microsoft.clouds import READ_SCOPES, custom_cloud
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.keys import FileKey
from carlendar.microsoft.session import HttpReply, HttpSession, Timeouts
from carlendar.microsoft.vault import Vault
from carlendar.store.events import EventStore
from carlendar.store.retention import PAST_KEPT, RetentionLimits, expire
from carlendar.store.user import UserStore
from carlendar.sync.body_reader import SyncDependencies
from carlendar.sync.engine import SyncEngine
from carlendar.sync.outcome import AccountOutcome
from carlendar.sync.window import rolling_window
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.entry import EntryOccurrence
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.person import CalendarBook, DirectoryUser
from carlendar_devtools.emulator.world.series import touches
from carlendar_devtools.emulator.world.world import World
from carlendar_devtools.emulator.world.zones import zone
from tests.fakes.clocks import ManualClocks
from tests.fakes.stores import event_store, user_store

ADA = "ada@contoso.example"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
Row = tuple[object, ...]


class Car:
    """Ada's car. Each synchronisation is a new start of the program, unless `keep` holds the stores open."""

    def __init__(self, cloud: RunningCloud, token: str, folder: Path) -> None:
        self.cloud, self.folder, self.clocks = cloud, folder, ManualClocks(NOW, ZoneInfo("Europe/Berlin"), elapsed=0.0)
        self.account = Account("a1", "ada", ADA, "Ada", "global", AccountState.SIGNED_IN, NOW)
        self._token = token
        self.past = PAST_KEPT
        """How long past events are kept."""
        self.asked: list[tuple[str, int]] = []
        """Path and bytes of each request."""
        self.meanwhile: tuple[int, Callable[[], None]] = (0, lambda: None)
        """What happens right before which request, counted from now on."""
        with user_store(folder, self.account):
            pass  # saved, for each synchronisation to open again
        cloud.clear_faults()
        cloud.lose_sync_state()
        shelf = {key: CalendarBook(key, key.title(), is_default=key == "calendar") for key in ("calendar", "team")}
        person = DirectoryUser("00000000-0000-4000-8000-000000414441", "Ada Example", ADA)
        cloud.world.mailboxes[ADA] = Mailbox(person, cloud.world.now, shelf)

    @property
    def ada(self) -> Mailbox:
        return self.cloud.world.person(ADA)

    @property
    def window(self) -> Timespan:
        return rolling_window(self.clocks, self.past)

    def sync(self, _tick: object = None) -> AccountOutcome:
        """Start, synchronise once, end."""
        user = UserStore(self.folder)
        events = EventStore(self.folder, known=lambda account_id: user.account(account_id) is not None)
        with HttpSession(ca_file=str(self.cloud.ca_file), timeouts=Timeouts(5, 5, 10)) as http:
            graph = GraphClient(
                custom_cloud(self.cloud.authority, self.cloud.graph, str(self.cloud.ca_file)),
                http,
                lambda _: self._token,
            )
            self._listen(graph)
            source = MicrosoftCalendar(graph, "a1", pause=lambda _: None)
            tools = SyncDependencies(
                lambda _: source, lambda e, text: find_join_details(e, text, "DE"), text_of, self.clocks, self.clocks,
                past=self.past,
            )  # fmt: skip
            try:
                return SyncEngine(events, user, tools).sync(self.account)
            finally:
                events.close()
                user.close()

    def expire(self) -> None:
        """Delete what is too old by the car's clock, as the service does every ten minutes."""
        with closing(UserStore(self.folder)) as user, event_store(self.folder, user) as events:
            expire(user, events, self.clocks.now(), RetentionLimits(past=self.past))

    def _listen(self, graph: GraphClient) -> None:
        send = graph._send

        def recorded(method: str, url: str, **more: Any) -> HttpReply:
            number, work = self.meanwhile
            self.meanwhile = (number - 1, work)
            if number == 1:
                work()
            reply = send(method, url, **more)
            texts = (more.get("params") or {}).get("$select") == "id,body"
            path = url.removeprefix(self.cloud.graph).partition("?")[0]
            self.asked.append((f"{path} (texts)" if texts else path, reply.wire_bytes))
            return reply

        graph._send = recorded  # type: ignore[method-assign]  # to look on, nothing else

    def settle(self) -> AccountOutcome:
        """Synchronise until it goes well; the network and the service work again."""
        self.cloud.clear_faults()
        for _ in range(4):
            outcome = self.sync()
            if not outcome.error:
                return outcome
        raise AssertionError(f"it never goes well: {outcome.error}")

    def held(self) -> set[Row]:
        """What the store holds of the window, with what was read in the invitations."""
        store = EventStore(self.folder)
        try:
            rows = store.database.rows("SELECT calendar_id, id FROM events WHERE account_id = ?", (self.account.id,))
            found = [(calendar, store.event(self.account.id, each)) for calendar, each in rows]
            return {_row(event) for _, event in found if event is not None and self._shows(event)}
        finally:
            store.close()

    def truth(self) -> set[Row]:
        """What the cloud's calendars show in the window."""
        names = {calendar.name.lower(): calendar.id for calendar in self.calendars()}
        shown = [each for key in self.ada.books for each in self.ada.between(self.window.start, self.window.end, key)]
        return {self._as_row(each, names) for each in shown}

    def calendars(self) -> tuple[Calendar, ...]:
        store = EventStore(self.folder)
        try:
            return store.calendars(self.account.id)
        finally:
            store.close()

    def _as_row(self, shown: EntryOccurrence, names: dict[str, str]) -> Row:
        entry = shown.entry
        span = entry.span if isinstance(entry.span, DateSpan) else _utc(entry.span)
        return (
            names[(shown.master or entry).calendar], self.ada.identifier(shown), entry.title, _written(span),
            entry.cancelled, text_of(entry.body)[:500], entry.response, entry.show_as,
        )  # fmt: skip

    def _shows(self, event: Event) -> bool:
        return touches(event.span, self.window, zone(self.ada.person.zone))


def _row(event: Event) -> Row:
    response = {"tentative": "tentativelyAccepted", "not_responded": "notResponded"}.get(event.response.value)
    return (
        event.calendar_id, event.id, event.title, _written(event.span), event.cancelled, event.body,
        response or event.response.value, event.show_as.value,
    )  # fmt: skip


def _utc(span: Timespan) -> Timespan:
    return Timespan(span.start.astimezone(UTC), span.end.astimezone(UTC))


def _written(span: Timespan | DateSpan) -> tuple[str, str]:
    return span.start.isoformat(), span.end.isoformat()


@pytest.fixture(scope="session")
def one_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningCloud, str]]:
    """A cloud, and a token of Ada's: signing in takes longer than all the rest."""
    world = World("Truth", "contoso.example", NOW)
    folder = tmp_path_factory.mktemp("cloud")
    with RunningCloud(world, folder, elapsed=ManualClocks(NOW, ZoneInfo("Europe/Berlin"), elapsed=0.0)) as cloud:
        cloud.limits.in_ten_minutes = 1_000_000
        key = hashlib.sha256(ADA.encode()).hexdigest()
        person = DirectoryUser(f"00000000-0000-4000-8000-{key[:12]}", "Ada Example", ADA)
        world.mailboxes[ADA] = Mailbox(
            person, world.now, {"calendar": CalendarBook("calendar", "Calendar", is_default=True)}
        )
        vault = Vault(folder / "vault", sources=(FileKey(folder / "vault"),))
        with HttpSession(ca_file=str(cloud.ca_file)) as http:
            at = custom_cloud(cloud.authority, cloud.graph, str(cloud.ca_file))
            identity = MicrosoftIdentity(at, cloud.client_id, vault, http)
            cloud.auto_approve(ADA)
            signed = identity.start_device_code(READ_SCOPES).poll()
            assert signed is not None
            yield cloud, identity.token(signed.account_id, READ_SCOPES)


@pytest.fixture
def new_car(one_cloud: tuple[RunningCloud, str], tmp_path: Path) -> Callable[[], Car]:
    """Cars with an empty store each; with a new one Ada's calendars are empty too."""
    made: list[Car] = []

    def make() -> Car:
        made.append(Car(*one_cloud, tmp_path / f"car{len(made)}"))
        return made[-1]

    return make


@pytest.fixture
def car(new_car: Callable[[], Car]) -> Car:
    return new_car()
