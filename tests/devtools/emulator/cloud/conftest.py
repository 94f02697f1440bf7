"""A running cloud over real TLS, and clients that are signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypedDict, Unpack

import msal
import pytest
import requests

from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from tests.fakes.clocks import ManualClock

ANA = "ana@contoso.example"
NewSession = Callable[[], requests.Session]
"""Makes sessions that trust the cloud's own authority and nothing of the environment."""
NewApp = Callable[..., msal.PublicClientApplication]
"""Makes MSAL's public client, with options of its own."""


class SignIn(Protocol):
    """Signs a person in by device code and returns a client with these scopes."""

    def __call__(self, *scopes: str, address: str = ANA, tenant: str = "") -> Client: ...


class Request(TypedDict, total=False):
    """Options of a request, as `requests` has them."""

    params: dict[str, str]
    json: object
    data: str | bytes
    headers: dict[str, str]
    allow_redirects: bool


@dataclass
class Client:
    """A requests session with a token, relative to the root of Graph."""

    cloud: RunningCloud
    session: requests.Session
    scopes: tuple[str, ...] = ()

    def call(self, method: str, path: str, **options: Unpack[Request]) -> requests.Response:
        url = path if path.startswith("https://") else self.cloud.graph + path
        return self.session.request(method, url, timeout=10, **options)

    def get(self, path: str, **options: Unpack[Request]) -> requests.Response:
        return self.call("GET", path, **options)

    def json(self, path: str, **options: Unpack[Request]) -> Any:
        response = self.get(path, **options)
        assert response.status_code == 200, response.text
        return response.json()

    def all_pages(self, path: str, **options: Unpack[Request]) -> tuple[list[dict[str, Any]], str]:
        """Every item of a listing, and the deltaLink of its last page."""
        items: list[dict[str, Any]] = []
        for _ in range(2000):
            page = self.json(path, **options)
            items += page["value"]
            if "@odata.nextLink" not in page:
                return items, page.get("@odata.deltaLink", "")
            path = page["@odata.nextLink"]
        raise AssertionError("the pages do not end")


@pytest.fixture
def elapsed() -> ManualClock:
    return ManualClock(1000.0)


@pytest.fixture
def cloud(tmp_path: Path, elapsed: ManualClock) -> Iterator[RunningCloud]:
    world = load_world(scenario_file("commute"))
    with RunningCloud(world, tmp_path / "cloud", elapsed=elapsed) as running:
        running.identity.devices.interval = 1
        yield running


@pytest.fixture
def new_session(cloud: RunningCloud) -> Iterator[NewSession]:
    """Sessions that trust the cloud's own authority and nothing of the environment."""
    opened: list[requests.Session] = []

    def make() -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.verify = str(cloud.ca_file)
        opened.append(session)
        return session

    yield make
    for session in opened:
        session.close()


@pytest.fixture
def new_app(cloud: RunningCloud, new_session: NewSession) -> NewApp:
    """MSAL's public client, pointed at the cloud."""

    def make(**options: Any) -> msal.PublicClientApplication:
        return msal.PublicClientApplication(
            cloud.client_id,
            authority=options.pop("authority", cloud.authority),
            instance_discovery=False,
            http_client=new_session(),
            **options,
        )

    return make


@pytest.fixture
def sign_in(cloud: RunningCloud, new_app: NewApp, new_session: NewSession) -> SignIn:
    """Sign a person in by device code, at the tenant's authority or another, and give a client with these scopes."""

    def make(*scopes: str, address: str = ANA, tenant: str = "") -> Client:
        app = new_app(authority=f"{cloud.origin}/{tenant}") if tenant else new_app()
        flow = app.initiate_device_flow(list(scopes))
        cloud.approve(flow["user_code"], address)
        result = app.acquire_token_by_device_flow(flow)
        session = new_session()
        session.headers["Authorization"] = f"Bearer {result['access_token']}"
        return Client(cloud, session, scopes)

    return make


@pytest.fixture
def ana(sign_in: Callable[..., Client]) -> Client:
    """Ana, who may read and write her calendar."""
    return sign_in("User.Read", "Calendars.ReadWrite", "MailboxSettings.Read", "Mail.Send", "OnlineMeetings.Read")
