"""Graph's change notifications reach the car without content: emulated cloud, Event Grid's part, webhook, command."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer
from pathlib import Path

import msal
import msgspec
import pytest
import requests

from carlendar.errors import SignInNeededError
from carlendar.microsoft.change_subscription import LIFE, ChangeSubscription
from carlendar.microsoft.clouds import custom_cloud
from carlendar.microsoft.graph import GraphClient, TokenProvider
from carlendar.microsoft.session import HttpSession
from carlendar.telemetry.control import decode_command
from carlendar.telemetry.signing import key_name, public_bytes, verify
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from carlendar_fleet.control.keys import create
from carlendar_fleet.control.service import ControlService
from carlendar_fleet.notifications.forwarder import Forwarder
from carlendar_fleet.notifications.webhook import webhook
from carlendar_fleet.registry.authority import Authority
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment
from tests.fakes.clocks import ManualClocks
from tests.fleet.cars import enrol, folder

ANA = "ana@contoso.example"
TOPIC = "EventGrid:?azuresubscriptionid=1234-5678&resourcegroup=fleet&partnertopic=calendar&location=westeurope"
SECRET = "s" * 40


class BackEnd:
    """Control service, forwarder and webhook of one car."""

    def __init__(self, path: Path, clock: ManualClocks) -> None:
        self.data = folder(path)
        enrol(self.data, "car-1", "car-2")
        self.database = Database(self.data.registry)
        enrolment = Enrolment(self.database, Authority(self.data.authority, clock.now()))
        self.key = create(path / "key")
        self.service = ControlService(self.database, enrolment, self.key, clock.now)
        self.forwarder = Forwarder(self.service, enrolment.vehicles, clock.now)
        enrolment.revoke("car-2", clock.now())

    @contextmanager
    def serving(self) -> Iterator[HTTPServer]:
        server = webhook("127.0.0.1", 0, SECRET, self.forwarder)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
        server.server_close()

    def commands(self, vehicle: str = "car-1") -> list[str]:
        return [each.name for each in self.service.orders.all(vehicle)]


@pytest.fixture
def clock() -> ManualClocks:
    """The time of the back end and of the car."""
    return ManualClocks(datetime(2026, 11, 2, 8, tzinfo=UTC))


@pytest.fixture
def back_end(tmp_path: Path, clock: ManualClocks) -> BackEnd:
    return BackEnd(tmp_path, clock)


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[RunningCloud]:
    with RunningCloud(load_world(scenario_file("commute")), tmp_path / "cloud") as running:
        yield running


def graph_of(cloud: RunningCloud, scope: str = "Calendars.Read") -> GraphClient:
    """A client with a delegated token of the driver."""
    session = requests.Session()
    session.trust_env, session.verify = False, str(cloud.ca_file)
    app = msal.PublicClientApplication(
        cloud.client_id, authority=cloud.authority, instance_discovery=False, http_client=session
    )
    flow = app.initiate_device_flow([scope])
    cloud.approve(flow["user_code"], ANA)
    token = str(app.acquire_token_by_device_flow(flow)["access_token"])
    session.close()
    return client_of(cloud, lambda _claims: token)


def client_of(cloud: RunningCloud, token: TokenProvider) -> GraphClient:
    own = custom_cloud(cloud.authority, cloud.graph.removesuffix("/v1.0"), str(cloud.ca_file), name="emulated")
    return GraphClient(own, HttpSession(ca_file=str(cloud.ca_file)), token)


def event(kind: str = "Microsoft.Graph.EventUpdated", vehicle: str = "car-1", **data: object) -> bytes:
    made = {"specversion": "1.0", "type": kind, "id": "1", "source": "/", "data": {"clientState": vehicle, **data}}
    return msgspec.json.encode(made)


def post(
    server: HTTPServer, content: bytes, path: str = f"/{SECRET}", method: str = "POST"
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.request(method, path, content, {"WebHook-Request-Origin": "eventgrid.azure.net"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_a_change_of_the_calendar_reaches_the_car_as_a_command_without_content(
    cloud: RunningCloud, back_end: BackEnd
) -> None:
    world, state = cloud.identity.world, cloud._graph.state
    subscription = ChangeSubscription(graph_of(cloud), TOPIC, "car-1", world.now)
    subscription.keep()
    assert len(state.subscriptions) == 1
    assert cloud.deliveries() == []
    mailbox = world.person(ANA)
    entry = next(iter(mailbox.entries.values()))
    mailbox.put(entry)
    with back_end.serving() as server:
        for each in cloud.deliveries():
            assert each.topic == TOPIC
            assert post(server, msgspec.json.encode(each.event)).status == 200
    (order,) = back_end.service.orders.all()
    verified = verify(order.document, {key_name(public_bytes(back_end.key)): public_bytes(back_end.key)})
    command = msgspec.to_builtins(decode_command(verified.payload))
    assert set(command) == {"name", "id", "vehicle", "number", "issued", "expires", "version"}
    assert (command["name"], command["vehicle"]) == ("calendar_changed", "car-1")
    stored = b"".join(path.read_bytes() for path in back_end.data.root.rglob("*") if path.is_file())
    for text in (ANA, "contoso", "Events/", entry.key):
        assert text.encode() not in stored


def test_the_car_renews_its_subscription_finds_it_after_a_restart_and_makes_a_new_one_when_it_ended(
    cloud: RunningCloud,
) -> None:
    world, state = cloud.identity.world, cloud._graph.state
    shift = timedelta()
    subscription = ChangeSubscription(graph_of(cloud), TOPIC, "car-1", lambda: world.now() + shift)
    subscription.keep()
    (first,) = state.subscriptions.values()
    subscription.keep()  # it is fresh
    assert list(state.subscriptions.values()) == [first]
    shift = LIFE * 0.75
    subscription.keep()
    (renewed,) = state.subscriptions.values()
    assert renewed.id == first.id
    assert renewed.expires > first.expires
    restarted = ChangeSubscription(graph_of(cloud), TOPIC, "car-1", world.now)
    restarted.keep()
    assert list(state.subscriptions) == [first.id]
    state.subscriptions.clear()
    shift = LIFE * 1.3
    subscription.keep()
    assert len(state.subscriptions) == 1
    assert first.id not in state.subscriptions


def test_without_permission_or_network_there_is_no_subscription_and_no_error(cloud: RunningCloud) -> None:
    ChangeSubscription(graph_of(cloud, "User.Read"), TOPIC, "car-1", cloud.identity.world.now).keep()
    assert cloud._graph.state.subscriptions == {}

    def refuse(_claims: str) -> str:
        raise SignInNeededError

    ChangeSubscription(client_of(cloud, refuse), TOPIC, "car-1", cloud.identity.world.now).keep()
    assert cloud._graph.state.subscriptions == {}


def test_an_event_before_the_end_of_a_subscription_makes_the_car_synchronise_and_renew(
    back_end: BackEnd,
) -> None:
    assert back_end.forwarder.take(event("Microsoft.Graph.SubscriptionReauthorizationRequired"))
    assert back_end.commands() == ["calendar_changed"]


def test_many_changes_at_once_are_one_command_until_the_car_has_answered(
    back_end: BackEnd, clock: ManualClocks
) -> None:
    batch = b"[" + b",".join([event()] * 50) + b"]"
    assert back_end.forwarder.take(batch)
    assert back_end.commands() == ["calendar_changed"]
    clock.wall += timedelta(minutes=5)
    assert back_end.forwarder.take(event())
    assert back_end.commands() == ["calendar_changed"] * 2


@pytest.mark.parametrize(
    "content",
    [
        event("Microsoft.Graph.UserUpdated"), event(vehicle="car-2"), event(vehicle="car-9"), event(vehicle="a/+/#"),
        event(vehicle=""), event(vehicle="x" * 5_000),
    ],
)  # fmt: skip
def test_events_of_other_kinds_or_cars_that_are_unknown_or_revoked_are_ignored(
    back_end: BackEnd, content: bytes
) -> None:
    assert back_end.forwarder.take(content)
    assert back_end.service.orders.all() == []


@pytest.mark.parametrize("content", [b"", b"{}", b"null", b"[" * 60_000, b"\xff", b'{"type":1,"data":{}}', b"[1]"])
def test_what_is_no_event_is_refused(back_end: BackEnd, content: bytes) -> None:
    assert not back_end.forwarder.take(content)


def test_the_webhook_answers_to_its_secret_alone(back_end: BackEnd) -> None:
    with back_end.serving() as server:
        assert post(server, event(), "/other").status == 404
        assert post(server, b"", "/", "OPTIONS").status == 404
        handshake = post(server, b"", method="OPTIONS")
        assert (handshake.status, handshake.getheader("WebHook-Allowed-Origin")) == (200, "eventgrid.azure.net")
        assert post(server, b"x" * 10).status == 400
        assert post(server, event()).status == 200
    with pytest.raises(ValueError, match="secret"):
        webhook("127.0.0.1", 0, "short", back_end.forwarder)
