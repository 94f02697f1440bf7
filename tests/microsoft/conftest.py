"""The emulated cloud with two people, and a small TLS server with scripted answers for what it would never do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from carlendar.domain.ports import SignedIn
from carlendar.microsoft.clouds import READ_SCOPES, Cloud, custom_cloud
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.keys import FileKey
from carlendar.microsoft.session import HttpReply, HttpSession, Timeouts
from carlendar.microsoft.vault import Vault
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.mailbox import Mailbox
from carlendar_devtools.emulator.world.person import CalendarBook, DirectoryUser
from carlendar_devtools.emulator.world.world import World
from tests.fakes.http_server import Answer, Certificates, HttpServer, Request

Script = Callable[[str, str, dict[str, str], bytes], tuple[int, dict[str, str], bytes]]

OUTAGES = [
    Fault("status", 3, "/token", status=503),
    Fault("status", 3, "/token", status=500),
    Fault("status", 1, "/token", status=429, retry_after="3"),
    Fault("garbage", 3, "/token"),
    Fault("garbage", 3, "/token", garbage="wrong_type"),
    Fault("cut", 3, "/token"),
    Fault("cut_body", 3, "/token"),
    Fault("identity", 3, "device_code", code="temporarily_unavailable"),
]
"""Failures of the identity platform that a later attempt survives."""


@pytest.fixture
def ca_file(certificates: Certificates) -> str:
    """The certificate file that the scripted servers are trusted by."""
    return str(certificates.ca_file)


@pytest.fixture
def serve(certificates: Certificates) -> Iterator[Callable[[Script], str]]:
    """Start a TLS server that answers by a function of (method, path, headers, body); returns its root."""
    with ExitStack() as servers:

        def start(script: Script) -> str:
            def answer(request: Request) -> Answer:
                return Answer(*script(request.method, request.path, dict(request.headers), request.body))

            return servers.enter_context(HttpServer(certificates, answer)).root

        yield start


@pytest.fixture
def vault_folder(tmp_path: Path) -> Path:
    """Where a vault of its own may be."""
    return tmp_path / "vault"


@pytest.fixture(scope="session")
def one_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    """One emulated cloud for all tests: making its keys takes a while."""
    world = World("Test", "contoso.example", datetime(2026, 11, 23, 8, tzinfo=UTC))
    with RunningCloud(world, tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture
def running(one_cloud: RunningCloud) -> RunningCloud:
    """The emulated cloud, served over TLS, as new: Ada with two calendars and Ben with one, all empty."""
    one_cloud.clear_faults()
    one_cloud.lose_sync_state()
    one_cloud.auto_approve(None)
    one_cloud.identity.refusals.clear()
    world = one_cloud.world
    for name, books in (("Ada", ("Calendar", "Team")), ("Ben", ("Calendar",))):
        address = f"{name.lower()}@contoso.example"
        person = DirectoryUser(f"00000000-0000-4000-8000-{name.encode().hex():0>12}", f"{name} Example", address)
        shelf = {title.lower(): CalendarBook(title.lower(), title, is_default=title == "Calendar") for title in books}
        world.mailboxes[address] = Mailbox(person, world.now, shelf)
    return one_cloud


@pytest.fixture
def world(running: RunningCloud) -> World:
    """The people and calendars of the emulated cloud."""
    return running.world


@pytest.fixture
def cloud(running: RunningCloud) -> Cloud:
    """The emulated cloud as the adapters know it."""
    return custom_cloud(f"{running.origin}/common", running.graph, str(running.ca_file))


class Recording(HttpSession):
    """A real session that keeps path and form of what was asked."""

    def __init__(self, ca_file: str, asked: list[tuple[str, dict[str, str]]]) -> None:
        super().__init__(ca_file=ca_file, timeouts=Timeouts(5, 5, 10))
        self._asked = asked

    def request(self, method: str, url: str, **more: Any) -> HttpReply:
        form = more.get("data")
        self._asked.append((urlsplit(url).path, form if isinstance(form, dict) else {}))
        return super().request(method, url, **more)


@pytest.fixture
def asked() -> list[tuple[str, dict[str, str]]]:
    """Path and form of each request that `http` sent."""
    return []


@pytest.fixture
def http(cloud: Cloud, asked: list[tuple[str, dict[str, str]]]) -> Iterator[HttpSession]:
    """A session that trusts the emulated cloud."""
    with Recording(cloud.ca_file, asked) as session:
        yield session


@pytest.fixture
def vault(vault_folder: Path) -> Vault:
    """A vault with a key file."""
    return Vault(vault_folder, sources=(FileKey(vault_folder),))


@pytest.fixture
def now() -> list[float]:
    """Elapsed seconds; only a test moves them."""
    return [1000.0]


@pytest.fixture
def start(
    cloud: Cloud, running: RunningCloud, vault: Vault, http: HttpSession, now: list[float]
) -> Callable[[], MicrosoftIdentity]:
    """A start of the program: an identity with nothing in memory."""
    return lambda: MicrosoftIdentity(cloud, running.client_id, vault, http, seconds=lambda: now[0])


@pytest.fixture
def identity(start: Callable[[], MicrosoftIdentity]) -> MicrosoftIdentity:
    """An identity without an account."""
    return start()


@pytest.fixture
def signed_in(running: RunningCloud) -> Callable[..., SignedIn]:
    """Sign a person in at an identity with a device code; Ada by default."""

    def as_person(identity: MicrosoftIdentity, address: str = "ada@contoso.example") -> SignedIn:
        flow = identity.start_device_code(READ_SCOPES)
        running.approve(flow.code.user_code, address)
        account = flow.poll()
        assert account is not None
        return account

    return as_person


@pytest.fixture
def tokens() -> list[str]:
    """Claims that tokens were asked for with."""
    return []


@pytest.fixture
def connect(
    serve: Callable[[Script], str], ca_file: str, tokens: list[str]
) -> Iterator[Callable[[Script], GraphClient]]:
    """A Graph client of a scripted server."""
    http = HttpSession(ca_file=ca_file)

    def token(claims: str) -> str:
        tokens.append(claims)
        return f"token{len(tokens)}"

    yield lambda script: GraphClient(custom_cloud("https://localhost:1", serve(script)), http, token)
    http.close()
