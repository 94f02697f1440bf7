"""A driver's settings follow them to a car of another brand, and the back end cannot read them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msal
import msgspec
import pytest
import requests

from carlendar.domain.driver_settings import PORTABLE, KeptSettings
from carlendar.domain.ports import CarActions
from carlendar.errors import RefusedError
from carlendar.microsoft.clouds import custom_cloud
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.session import HttpSession
from carlendar.microsoft.settings_key import settings_key
from carlendar.platform.clock import BoottimeClock
from carlendar.telemetry.agent import AgentPorts, TelemetryAgent
from carlendar.telemetry.commands import VerificationKeys
from carlendar.telemetry.driver_settings import DriverKey, SettingsAnswer, SettingsRequest, new_key
from carlendar.telemetry.link import Endpoint, MqttLink, tls_context
from carlendar.telemetry.publisher import Pace, VehicleInfo
from carlendar.telemetry.topics import VehicleTopics
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from carlendar_fleet.broker.topics import settings_answer
from carlendar_fleet.control.service import ControlService
from carlendar_fleet.profiles.settings_service import PER_VEHICLE, SettingsService
from carlendar_fleet.registry.database import Database
from tests.fakes.car_actions import RecordedActions
from tests.fakes.clocks import ManualClocks
from tests.fakes.waiting import wait_until
from tests.fleet.cars import NOW, folder
from tests.fleet.clients import Client
from tests.fleet.conftest import Stand

CHOSEN = {"theme": "dark", "language": "de", "reminder_minutes": "5", "consent:p1:usage": "1", "other": "x"}
PORTED = {"theme": "dark", "language": "de", "reminder_minutes": "5"}


def ask(client: Client, request: SettingsRequest) -> SettingsAnswer:
    """Over the broker, as a car asks."""
    assert client.publish(f"vehicles/{client.name}/settings", msgspec.json.encode(request)) == "Success"
    topic = settings_answer(client.name)

    def answers() -> list[SettingsAnswer]:
        return [
            found for each in client.received.get(topic, [])
            if (found := msgspec.json.decode(each, type=SettingsAnswer)).id == request.id
        ]  # fmt: skip

    wait_until(answers, what="the answer")
    return answers()[0]


def request(key: DriverKey, operation: str, version: int = 0, sealed: str = "") -> SettingsRequest:
    return msgspec.convert(
        {"id": uuid.uuid4().hex, "operation": operation, "name": key.name, "proof": key.proof, "version": version,
         "sealed": sealed},
        SettingsRequest,
    )  # fmt: skip


def test_settings_reach_a_car_of_another_brand_and_consents_do_not(stand: Stand, service: ControlService) -> None:
    first, second = stand.client("car-1", brand="aurelle"), stand.client("car-2", brand="voltane")
    for each in (first, second):
        each.wait_connected()
    key = new_key()
    assert ask(first, request(key, "get")).outcome == "absent"
    assert ask(first, request(key, "put", 1, key.seal(CHOSEN, 1))).outcome == "done"
    found = ask(second, request(DriverKey(key.text), "get"))
    assert DriverKey(key.text).unseal(found.sealed, found.version) == PORTED
    stored = b"".join(path.read_bytes() for path in stand.data.root.rglob("registry*") if path.is_file())
    for secret in (b"dark", b"reminder_minutes", key.text.encode(), bytes.fromhex(key.proof), key.proof.encode()):
        assert secret not in stored
    assert set(second.received) == {settings_answer("car-2")}
    assert service.counts["refused"] == 0


def started(stand: Stand, vehicle: str, brand: str, actions: CarActions) -> TelemetryAgent:
    """The telemetry of a car that is connected to the broker."""
    folder = stand.data.root / vehicle
    folder.mkdir()
    (folder / "own.pem").write_bytes(b"".join(each.read_bytes() for each in stand.credentials(vehicle, brand)))
    endpoint = Endpoint(stand.broker.host, stand.broker.port, stand.authority.certificate_file, folder / "own.pem")
    topics, context = VehicleTopics(vehicle), tls_context(endpoint)
    clocks = ManualClocks(NOW)
    ports = AgentPorts(
        lambda received, lost: MqttLink(endpoint, topics, context, received, lost), topics, BoottimeClock(), clocks,
        lambda: 0.5, lambda: str(uuid.uuid4()), lambda: uuid.uuid4().hex, lambda _text, _document: None,
    )  # fmt: skip
    made = TelemetryAgent(
        folder, VehicleInfo(vehicle, brand, "m1", "0.1.0"), ports, VerificationKeys({}, {}, {}),
        monthly_bytes=1_000_000, pace=Pace(settle=0.0),
    )  # fmt: skip
    made.start(actions)
    made.network(True)
    return made


def test_the_telemetry_of_two_cars_hands_settings_over_through_the_back_end(
    stand: Stand, service: ControlService
) -> None:
    first, second, key = RecordedActions(), RecordedActions(), new_key().text
    cars = started(stand, "car-1", "aurelle", first), started(stand, "car-2", "voltane", second)
    try:
        cars[0].fetch_settings("ana", key)
        wait_until(lambda: first.kept, what="the first answer")
        cars[0].store_settings("ana", key, 1, CHOSEN)
        wait_until(lambda: len(first.kept) == 2, what="the settings to be kept")
        cars[1].fetch_settings("driver 7", key)
        wait_until(lambda: second.kept, what="the other car's answer")
        cars[1].store_settings("driver 7", key, 1, {"theme": "day"})  # as if it knew nothing of the first version
        wait_until(lambda: len(second.kept) == 2, what="the conflict")
        cars[1].delete_settings("driver 7", key)
        wait_until(lambda: len(second.kept) == 3, what="the end of the settings")
    finally:
        for each in cars:
            each.stop()
    assert [(each.profile, each.outcome) for each in first.kept] == [("ana", "absent"), ("ana", "done")]
    assert second.kept[0] == KeptSettings("driver 7", "done", 1, PORTED)
    assert second.kept[1] == KeptSettings("driver 7", "conflict", 1, PORTED)
    assert second.kept[2].outcome == "done"
    assert service.counts["refused"] == 0


def test_two_cars_that_change_the_settings_at_once_lose_neither_silently(tmp_path: Path) -> None:
    service, key = SettingsService(Database(folder(tmp_path).registry)), new_key()
    assert service.answer("car-1", request(key, "put", 1, "AAAA"), NOW).outcome == "done"
    answer = service.answer("car-2", request(key, "put", 1, "BBBB"), NOW)
    assert (answer.outcome, answer.version, answer.sealed) == ("conflict", 1, "AAAA")
    assert service.answer("car-2", request(key, "put", 2, "BBBB"), NOW).outcome == "done"
    assert service.answer("car-1", request(key, "delete"), NOW).outcome == "done"
    assert service.answer("car-1", request(key, "get"), NOW).outcome == "absent"


def test_a_stranger_who_knows_the_name_can_neither_read_nor_change_the_settings(tmp_path: Path) -> None:
    service, key = SettingsService(Database(folder(tmp_path).registry)), new_key()
    service.answer("car-1", request(key, "put", 1, key.seal(CHOSEN, 1)), NOW)
    for operation, version in (("get", 0), ("put", 2), ("delete", 0)):
        forged = msgspec.structs.replace(request(key, operation, version), proof="0" * 64)
        answer = service.answer("car-2", forged, NOW)
        assert (answer.outcome, answer.sealed) == ("refused", "")


def test_a_car_that_asks_without_end_is_refused(tmp_path: Path) -> None:
    service, key = SettingsService(Database(folder(tmp_path).registry)), new_key()
    answers = [service.answer("car-1", request(key, "get"), NOW).outcome for _ in range(PER_VEHICLE + 1)]
    assert answers[-2:] == ["absent", "refused"]
    assert service.answer("car-2", request(key, "get"), NOW).outcome == "absent"


def test_content_that_was_changed_or_belongs_to_another_version_or_driver_is_refused() -> None:
    key = new_key()
    sealed = key.seal(CHOSEN, 3)
    assert key.unseal(sealed, 3) == PORTED
    other = new_key()
    for case in (
        lambda: key.unseal(sealed, 4), lambda: other.unseal(sealed, 3), lambda: key.unseal(sealed[:-4] + "AAAA", 3),
        lambda: key.unseal("", 3), lambda: key.unseal("?", 3), lambda: DriverKey("AAAA"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"\w"):
            case()


def test_what_follows_a_driver_is_no_consent_and_no_restriction() -> None:
    assert not [each for each in PORTABLE if "consent" in each or "telemetry" in each or "safety" in each]


def test_the_key_is_kept_in_the_drivers_own_account_and_the_same_in_every_car(tmp_path: Path) -> None:
    with RunningCloud(load_world(scenario_file("commute")), tmp_path) as cloud:
        with graph_of(cloud, "User.ReadWrite") as graph:
            first = settings_key(graph, lambda: new_key().text)
        with graph_of(cloud, "User.ReadWrite") as graph:
            assert settings_key(graph, lambda: new_key().text) == first
        assert DriverKey(first).text == first
        with graph_of(cloud, "User.Read", "ben@contoso.example") as graph, pytest.raises(RefusedError):
            settings_key(graph, lambda: new_key().text)


@contextmanager
def graph_of(cloud: RunningCloud, scope: str, address: str = "ana@contoso.example") -> Iterator[GraphClient]:
    """A client of Graph for a person who has just signed in."""
    session = requests.Session()
    session.trust_env, session.verify = False, str(cloud.ca_file)
    app = msal.PublicClientApplication(
        cloud.client_id, authority=cloud.authority, instance_discovery=False, http_client=session
    )
    flow = app.initiate_device_flow([scope])
    cloud.approve(flow["user_code"], address)
    token = str(app.acquire_token_by_device_flow(flow)["access_token"])
    session.close()
    own = custom_cloud(cloud.authority, cloud.graph.removesuffix("/v1.0"), str(cloud.ca_file), name="emulated")
    with closing(HttpSession(ca_file=str(cloud.ca_file))) as http:
        yield GraphClient(own, http, lambda _claims: token)
