"""The same client at an emulated IoT hub and as a module of IoT Edge; the aggregating module between car and hub."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import socketserver
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pytest
from msgspec.structs import replace

from carlendar.errors import OfflineError, OutageError, SettingsError
from carlendar.platform.clock import BoottimeClock
from carlendar.telemetry import envelope
from carlendar.telemetry.aggregator import Aggregator
from carlendar.telemetry.azure import IotHubTopics, key_signer, passwords, resource
from carlendar.telemetry.edge import EdgeEnvironment, Workload, module_endpoint
from carlendar.telemetry.link import Endpoint, MqttLink, tls_context
from carlendar.telemetry.publisher import Connect, Pace, Publisher
from carlendar.telemetry.schema import ConsentEvent, JoinEvent, JoinOutcome, JoinWay, MeetingService, Topic
from carlendar.telemetry.spool import Spool
from carlendar.telemetry.topics import Incoming, ModuleTopics, Outgoing, Received, TopicMap
from tests.fakes.clocks import ManualClocks
from tests.fakes.iot_hub import IotHub
from tests.fakes.mosquitto import BACK_END, Mosquitto
from tests.fakes.waiting import wait_until
from tests.telemetry.conftest import ANA, CAR, NOW, Car

HUB = "contoso-hub.azure-devices.example"
KEY = base64.b64encode(b"k" * 32).decode()
MODULE = "aggregator"


def joined(number: int) -> JoinEvent:
    return JoinEvent(
        service=MeetingService.ZOOM, way=JoinWay.DIAL_IN, outcome=JoinOutcome.CONNECTED, connected_ms=number
    )


@pytest.fixture
def hub(broker: Mosquitto) -> Iterator[IotHub]:
    with IotHub(broker.authority, HUB, CAR, KEY) as running:
        yield running


def at_hub(car: Car, hub: IotHub, *, sas: bool) -> None:
    """Point a car to the hub, by its certificate or by tokens."""
    car.topics = IotHubTopics(HUB, CAR)
    wall = ManualClocks(datetime.now(UTC))
    password = passwords(resource(HUB, CAR), key_signer(KEY), wall) if sas else None
    certificate = None if sas else car.endpoint.certificate
    car.endpoint = Endpoint("localhost", hub.port, car.endpoint.ca_file, certificate, password)
    car.context = tls_context(car.endpoint)


@pytest.mark.parametrize("sas", [False, True], ids=["certificate", "token"])
def test_events_reach_an_iot_hub_and_are_deleted_by_the_receipts_method(
    car: Car, hub: IotHub, running: Callable[[], Publisher], sas: bool
) -> None:
    at_hub(car, hub, sas=sas)
    for number in range(20):
        car.queue.record(joined(number), NOW, ANA)
    running()
    wait_until(lambda: not car.queue.held(), what=lambda: f"{hub.refusals} {hub.events}")
    assert len(hub.ids()) == 23
    assert set(hub.times.values()) == {1}
    assert all("$.ct=application/json&$.ce=utf-8" in properties for properties, _ in hub.events)
    wait_until(lambda: "carlendar" in hub.reported)
    assert hub.refusals == []
    assert {status for status, _ in hub.methods} == {200}


def test_an_expired_or_foreign_token_is_refused(car: Car, hub: IotHub) -> None:
    at_hub(car, hub, sas=True)
    late = passwords(resource(HUB, CAR), key_signer(KEY), ManualClocks(datetime(2020, 1, 1, tzinfo=UTC)))
    other = passwords(resource(HUB, "car-0002"), key_signer(KEY), ManualClocks(datetime.now(UTC)))
    for password, why in ((late, "expired token"), (other, "invalid token")):
        car.endpoint = replace(car.endpoint, password=password)
        publisher = car.publisher()
        publisher.network(True)
        publisher._guarded_step()
        assert hub.refusals[-1] == why
    assert not hub.events


def test_desired_state_comes_with_the_twin_and_commands_as_methods(
    car: Car, hub: IotHub, running: Callable[[], Publisher]
) -> None:
    seen: list[Incoming] = []

    def handle(incoming: Incoming) -> list[Outgoing]:
        seen.append(incoming)
        return [Outgoing(incoming.reply_to.format(status=200), b'{"done":true}')] if incoming.reply_to else []

    car.handle = handle
    at_hub(car, hub, sas=True)
    hub.desired = {"carlendar": {"commands": ["signed"]}, "$version": 3}
    running()
    wait_until(lambda: seen)
    assert (seen[0].kind, seen[0].payload) == (Received.DESIRED, b'{"commands":["signed"]}')
    hub.call("command", b"signed too")
    wait_until(lambda: (200, b'{"done":true}') in hub.methods)
    assert seen[1].kind is Received.COMMAND
    hub._send("$iothub/twin/PATCH/properties/desired/?$version=4", b'{"carlendar":{"commands":["again"]},"$version":4}')
    wait_until(lambda: len(seen) == 3)
    for nonsense in (b"", b"{", b"[]", b'{"other":1}', b'{"carlendar":{"commands":7}}', b'{"carlendar":' * 9_999):
        topic = "$iothub/twin/PATCH/properties/desired/?$version=5"
        assert car.topics.incoming(topic, nonsense).kind is Received.IGNORED


def test_after_a_cut_the_twin_is_fetched_again_and_events_are_repeated_with_their_ids(
    car: Car, hub: IotHub, running: Callable[[], Publisher]
) -> None:
    at_hub(car, hub, sas=True)
    hub.silent = True
    running()
    wait_until(lambda: len(hub.ids()) == 3)
    hub.cut()
    hub.silent = False
    wait_until(lambda: not car.queue.held())
    assert len(hub.ids()) == 3
    assert hub.refusals == []


# --- IoT Edge -----------------------------------------------------------------------------------


class _Unix(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


@contextmanager
def workload(folder: Path, bundle: str) -> Iterator[dict[str, str]]:
    """The workload API of IoT Edge on a Unix socket; yields a module's environment."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def _answer(self, status: int, body: dict[str, str]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            known = self.path == "/trust-bundle?api-version=2019-01-30"
            self._answer(200 if known else 404, {"certificate": bundle})

        def do_POST(self) -> None:
            wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known = self.path == f"/modules/{MODULE}/genid/7/sign?api-version=2019-01-30"
            data = base64.b64decode(wish["data"])
            digest = base64.b64encode(hmac.new(base64.b64decode(KEY), data, hashlib.sha256).digest()).decode()
            self._answer(200 if known and wish["algo"] == "HMACSHA256" else 404, {"digest": digest})

        def log_message(self, *_: Any) -> None:
            return

        def address_string(self) -> str:
            return "unix"

    path = folder / "workload.sock"
    with _Unix(str(path), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield {
            "IOTEDGE_WORKLOADURI": f"unix://{path}", "IOTEDGE_IOTHUBHOSTNAME": HUB,
            "IOTEDGE_GATEWAYHOSTNAME": "localhost", "IOTEDGE_DEVICEID": CAR, "IOTEDGE_MODULEID": MODULE,
            "IOTEDGE_MODULEGENERATIONID": "7", "IOTEDGE_APIVERSION": "2019-01-30",
        }  # fmt: skip
        server.shutdown()


def test_a_module_signs_by_the_workload_api_and_trusts_its_bundle(broker: Mosquitto, tmp_path: Path) -> None:
    with workload(tmp_path, broker.authority.ca_file.read_text()) as environ:
        environment = EdgeEnvironment.read(environ)
        endpoint, topics = module_endpoint(environment, tmp_path / "module", ManualClocks(datetime.now(UTC)), port=1)
        assert endpoint.password is not None
        token = endpoint.password()
        assert token.startswith(f"SharedAccessSignature sr={HUB}%2Fdevices%2F{CAR}%2Fmodules%2F{MODULE}&sig=")
        assert topics.username == f"{HUB}/{CAR}/{MODULE}/?api-version=2021-04-12"
        assert endpoint.ca_file is not None
        assert endpoint.ca_file.read_text() == broker.authority.ca_file.read_text()
        with pytest.raises(OutageError):
            Workload(replace(environment, generation="8")).sign(b"data")
    with pytest.raises(OfflineError):
        Workload(environment).trust_bundle()
    with pytest.raises(SettingsError, match="IOTEDGE_DEVICEID"):
        EdgeEnvironment.read({key: value for key, value in environ.items() if key != "IOTEDGE_DEVICEID"})


class Module:
    """An aggregating module between the car's broker and the emulated hub."""

    def __init__(self, folder: Path, broker: Mosquitto, hub: IotHub, environ: dict[str, str]) -> None:
        self.spool = Spool(folder)
        certificate, key = broker.authority.issue(BACK_END)
        pem = folder / "local.pem"
        pem.write_bytes(certificate.read_bytes() + key.read_bytes())
        local = Endpoint("localhost", broker.port, broker.authority.ca_file, pem)
        upstream, topics = module_endpoint(
            EdgeEnvironment.read(environ), folder, ManualClocks(datetime.now(UTC)), hub.port
        )
        inner = ModuleTopics(CAR, BACK_END)
        self.aggregator = Aggregator(
            CAR, self.spool, connector(local, inner), inner, connector(upstream, topics), topics, BoottimeClock(),
            Pace(every=0.1, receipt=0.5, back_off=0.1, most=0.5),
        )  # fmt: skip

    def __enter__(self) -> Self:
        self.aggregator.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.aggregator.stop()
        self.spool.close()


def connector(endpoint: Endpoint, topics: TopicMap) -> Connect:
    context = tls_context(endpoint)
    return lambda received, lost: MqttLink(endpoint, topics, context, received, lost)


def test_a_day_without_upstream_and_a_replaced_module_lose_and_double_nothing(
    car: Car, broker: Mosquitto, running: Callable[[], Publisher], tmp_path: Path
) -> None:
    folder = tmp_path / "module"
    folder.mkdir()
    with workload(tmp_path, broker.authority.ca_file.read_text()) as environ:
        with IotHub(broker.authority, HUB, CAR, KEY) as away:
            pass
        with Module(folder, broker, away, environ) as module:  # nothing listens there any more
            publisher = running()
            for hour in range(24):
                for number in range(10):
                    car.queue.record(joined(100 * hour + number), car.clocks.now(), ANA)
                car.clocks.advance(3_600)
                publisher.flush()
            wait_until(lambda: not car.queue.held(), 30, what=lambda: str(car.queue.held()))
            assert module.spool.count() == 243
            assert not away.times
        with (
            IotHub(broker.authority, HUB, CAR, KEY) as hub,
            Module(folder, broker, hub, environ) as module,  # the one that replaces it
        ):
            wait_until(lambda: module.spool.count() == 0, 30, what=lambda: f"{module.spool.count()} {hub.refusals}")
            assert len(hub.ids()) == 243
            assert set(hub.times.values()) == {1}
            first = envelope.split(hub.events[0][1])
            assert isinstance(envelope.event_of(envelope.decode(first[0])), ConsentEvent)
            assert len([each for each in hub.events if "kind=telemetry" in each[0]]) < 20
            wait_until(lambda: "carlendar" in hub.reported)


def test_a_withdrawal_deletes_what_the_module_holds(
    car: Car, broker: Mosquitto, running: Callable[[], Publisher], tmp_path: Path
) -> None:
    folder = tmp_path / "module"
    folder.mkdir()
    with (
        workload(tmp_path, broker.authority.ca_file.read_text()) as environ,
        IotHub(broker.authority, HUB, CAR, KEY) as hub,
        Module(folder, broker, hub, environ) as module,
    ):
        hub.silent = True
        publisher = running()
        car.queue.record(joined(7), NOW, ANA)
        wait_until(lambda: module.spool.count() == 4)
        car.queue.consent({ANA: {Topic.DIAGNOSTICS: 1, Topic.MOBILITY: 1}}, NOW)
        publisher.flush()
        wait_until(lambda: not car.queue.held())
        topics = [each.topic for each in module.spool.oldest(100)]
        assert "usage" not in topics
        assert topics.count("consent") == 4


def test_a_killed_spool_keeps_what_was_confirmed_to_the_car(tmp_path: Path) -> None:
    spool = Spool(tmp_path, most=5)
    made = [(str(uuid.UUID(int=number)), "usage", "", b"{}") for number in range(8)]
    assert spool.put(made[:4]) == 0
    assert spool.put(made[:4]) == 0
    assert spool.count() == 4
    again = Spool(tmp_path, most=5)
    assert again.put(made[4:]) == 3
    assert [each.id for each in again.oldest(10)] == [each[0] for each in made[3:]]
    again.confirmed([made[3][0]])
    assert spool.count() == 4
    for each in (spool, again):
        each.close()
