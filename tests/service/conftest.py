"""A service composed with an identity and calendars that exist in memory, in a thread or a process."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Account
from carlendar.domain.avatar import AvatarImage
from carlendar.domain.ports import ElapsedClock, OnlineCall
from carlendar.domain.timespan import Timespan
from carlendar.ipc.client import ChannelClient, ChannelTimeouts
from carlendar.ipc.messages import Command, Message, SignInStatus, SyncStatus
from carlendar.service.main import Paths, ServiceOptions, ServiceProcess, hello
from carlendar.service.travel_ports import TravelPorts
from carlendar.store.records import Snapshot
from carlendar.store.snapshot import StoreReader
from carlendar.sync.scheduler import SyncInterval
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.entry import Contact
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.person import CalendarBook, DirectoryUser
from carlendar_devtools.emulator.world.world import World
from tests.service import service_program

ADA = "ada@contoso.example"
INVITATION = "<p>Liebe alle, bitte bringt die Zahlen für das Quartal mit. Viele Grüße, Jonas</p>"
PROGRAM = Path(service_program.__file__)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    (tmp_path / "world").mkdir()
    return Paths(tmp_path / "data", tmp_path / "data" / "run" / "s.sock", (tokens,))


FetchAvatar = Callable[[Account, str], AvatarImage | None]
M = TypeVar("M", bound=Message)


class Screen:
    """A screen process's channel end, with all it heard."""

    def __init__(self, path: Path, clock: ElapsedClock, code: str = "test") -> None:
        self.heard: list[Message] = []
        self.states: list[bool] = []
        timeouts = ChannelTimeouts(answer=1.0, quiet=0.3, first_retry=0.02, last_retry=0.1)
        self.client = ChannelClient(
            path, hello(code), self.heard.append, clock, connected=self.states.append, timeouts=timeouts
        )
        self.client.start()

    def send(self, name: str, **arguments: str) -> None:
        self.client.send(Command(name, arguments))

    def last(self, cls: type[M]) -> M | None:
        """The latest message of this type."""
        return next((message for message in reversed(self.heard) if isinstance(message, cls)), None)

    @property
    def sign_in(self) -> SignInStatus:
        """The latest status of a sign-in, with an empty phase before the first."""
        return self.last(SignInStatus) or SignInStatus("")

    @property
    def sync(self) -> SyncStatus:
        """The latest status of the synchronisation, online before the first."""
        return self.last(SyncStatus) or SyncStatus(running=False, as_of="", online=True)


@pytest.fixture
def screen(paths: Paths) -> Iterator[Screen]:
    made = Screen(paths.socket, service_program.Clock())
    yield made
    made.client.stop()


class Running:
    """A service in a thread of this process."""

    def __init__(
        self,
        paths: Paths,
        fetch_avatar: Callable[[Account, str], AvatarImage | None] | None = None,
        online: Callable[[], OnlineCall] | None = None,
        travel: TravelPorts | None = None,
        **options: Any,
    ) -> None:
        self.world = service_program.World(paths.folder.parent / "world")
        self.identity = service_program.FileIdentity(self.world)
        self.clock = service_program.Clock()
        ports = service_program.ports(self.world, self.identity, self.clock)
        self.ports = replace(ports, fetch_avatar=fetch_avatar, online=online, travel=travel or TravelPorts())
        given = {"scopes": ("Calendars.Read",), "boot_id": "boot 1", "pace": SyncInterval(interval=60), **options}
        self.service = ServiceProcess(paths, self.ports, ServiceOptions("test", **given))
        self.codes: list[int] = []
        self.thread = threading.Thread(target=lambda: self.codes.append(self.service.run()))
        self.thread.start()

    def stop(self) -> int:
        self.service.stop()
        self.thread.join(20)
        assert not self.thread.is_alive()
        return self.codes[0]


@pytest.fixture
def run(paths: Paths) -> Iterator[Callable[..., Running]]:
    """Run services in threads; all are stopped at the end."""
    started: list[Running] = []

    def start(**options: Any) -> Running:
        started.append(Running(paths, **options))
        return started[-1]

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def argv(paths: Paths) -> Callable[..., list[str]]:
    """The command that starts the service as a process."""

    def make(code: str = "test") -> list[str]:
        return [sys.executable, "-I", str(PROGRAM), str(paths.folder), str(paths.socket), code]

    return make


@pytest.fixture
def environment() -> dict[str, str]:
    return dict(os.environ)


@pytest.fixture
def read(paths: Paths) -> Callable[..., Snapshot]:
    def read(profile: str | None = None) -> Snapshot:
        now = service_program.Clock().now()
        reader = StoreReader(paths.folder)
        try:
            window = Timespan(now - timedelta(days=1), now + timedelta(days=7))
            return reader.read(window, UTC, profile_id=profile)
        finally:
            reader.close()

    return read


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[RunningCloud]:
    """An emulated cloud with Ada, who is invited to a meeting in an hour."""
    now = datetime.now(UTC).replace(microsecond=0)
    world = World("Test", "contoso.example", now)
    books = {"calendar": CalendarBook("calendar", "Calendar", is_default=True)}
    ada = Mailbox(DirectoryUser("00000000-0000-4000-8000-000000000001", "Ada Example", ADA), world.now, books)
    world.mailboxes[ADA] = ada
    ada.add(
        "Quartalszahlen", now + timedelta(hours=1), timedelta(minutes=30), body=INVITATION,
        organizer=Contact("Jonas Weber", "jonas@fabrikam.example"), is_organizer=False,
    )  # fmt: skip
    with RunningCloud(world, tmp_path / "cloud") as running:
        running.auto_approve(ADA)
        running.identity.devices.interval = 0.0  # no one types here
        yield running


@pytest.fixture
def ada(cloud: RunningCloud) -> Mailbox:
    """Ada's mailbox, with the cloud's own record of what left it."""
    return cloud.world.mailboxes[ADA]
