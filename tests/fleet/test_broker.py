"""What cars can do at the broker, and what ingestion makes of it: real mosquitto, TLS and certificates."""

from __future__ import annotations

import shutil
import socket
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from carlendar.errors import ServiceError
from carlendar.telemetry.schema import Topic
from carlendar_fleet.broker.mosquitto import Mosquitto, program
from carlendar_fleet.registry.authority import REVOCATION_LIST_DAYS, Authority
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment
from tests.fakes.waiting import wait_until
from tests.fleet.cars import JOIN, NOW, Car, ids, letters, rows
from tests.fleet.clients import Client
from tests.fleet.conftest import Stand


def consent(client: Client, car: Car, stand: Stand) -> None:
    event = car.consent(Topic.USAGE, at=stand.now())
    client.send(event, topic=Topic.CONSENT)
    wait_until(lambda: event.id in client.receipted(), what="the receipt of the consent")


def test_events_are_receipted_after_they_were_committed(stand: Stand) -> None:
    stand.start_ingestion()
    client, car = stand.client("car-1"), Car("car-1")
    client.wait_connected()
    consent(client, car, stand)
    events = [car.event(JOIN, stand.now()) for _ in range(5)]
    assert client.send(*events) == "Success"
    wait_until(lambda: {each.id for each in events} <= client.receipted(), what="the receipts")
    assert ids(stand.data, "join") == [each.id for each in events]


def test_a_car_cannot_publish_as_another(stand: Stand) -> None:
    stand.start_ingestion()
    thief = stand.client("car-1")
    stand.credentials("car-2")
    thief.wait_connected()
    assert thief.send(Car("car-2").consent(Topic.USAGE, at=stand.now()), vehicle="car-2") == "Not authorized"
    for topic in ("vehicles/car-1/receipts", "vehicles/car-2/commands/erase_car", "vehicles/car-1/desired", "a"):
        assert thief.publish(topic, b"{}") == "Not authorized"
    assert rows(stand.data, "consent") == []


def test_a_car_cannot_have_a_message_delivered_at_each_start_of_ingestion(stand: Stand) -> None:
    client = stand.client("car-1")
    client.wait_connected()
    client.publish_retained("vehicles/car-1/telemetry/usage", b"x" * 500_000)
    wait_until(lambda: client.ends, what="the end of the connection")
    stand.start_ingestion()
    stand.stop_ingestion()
    assert letters(stand.data) == []


def test_a_car_gets_no_message_of_another_although_the_broker_grants_its_subscription(stand: Stand) -> None:
    stand.start_ingestion()
    first, second = stand.client("car-1"), stand.client("car-2")
    for each in (first, second):
        each.wait_connected()
    consent(first, Car("car-1"), stand)
    consent(second, Car("car-2"), stand)
    assert set(first.received) == {"vehicles/car-1/receipts"}
    assert set(second.received) == {"vehicles/car-2/receipts"}


def test_a_client_cannot_end_the_session_of_a_car_by_its_client_id(stand: Stand) -> None:
    victim = stand.client("car-1")
    victim.wait_connected()
    thief = stand.client("car-2", client_id="car-1")
    thief.wait_connected()
    assert thief.send(Car("car-2").event(JOIN)) == "Success"
    assert victim.send(Car("car-1").event(JOIN)) == "Success"
    assert victim.connections == 1


def test_a_client_without_a_certificate_or_with_one_of_another_authority_is_refused(stand: Stand) -> None:
    other = Authority(stand.data.root / "other", stand.now())
    certificate, key = other.certify_client("car-1", stand.now())
    (stand.data.root / "own.pem").write_bytes(certificate)
    (stand.data.root / "own.key").write_bytes(key)
    files = stand.data.root / "own.pem", stand.data.root / "own.key"
    for credentials in (None, files):
        refused = Client("car-1", stand.address, credentials, stand.authority.certificate_file, "car-1")
        wait_until(lambda: refused.ends >= 1, what="the end of the connection")  # noqa: B023 - called at once
        assert refused.connections == 0
        refused.close()


def test_messages_larger_than_event_grid_takes_are_refused(stand: Stand) -> None:
    client = stand.client("car-1")
    client.wait_connected()
    client._client.publish("vehicles/car-1/telemetry/usage", b"x" * 600_000, qos=1)
    wait_until(lambda: client.connections == 2, what="the connection after the broker ended it")


def test_hostile_payloads_reach_the_dead_letter_folder_alone(stand: Stand) -> None:
    stand.start_ingestion()
    client, car = stand.client("car-1"), Car("car-1")
    client.wait_connected()
    for content in (b"", b"\x00", b"[" * 60_000, b'{"id":1}', b"x" * 100_000, b"null", b"[[]]", b'"' + b"\xff" * 9):
        client.publish("vehicles/car-1/telemetry/usage", content)
    consent(client, car, stand)
    assert len(letters(stand.data)) == 8
    assert {str(each["reason"]) for each in letters(stand.data)} == {"unreadable", "oversize"}


def test_a_revoked_car_is_refused_by_ingestion_at_once_and_by_the_broker_after_its_restart(stand: Stand) -> None:
    stand.start_ingestion()
    client, car = stand.client("car-1"), Car("car-1")
    other, honest = stand.client("car-2"), Car("car-2")
    client.wait_connected()
    other.wait_connected()
    consent(client, car, stand)
    stand.revoke("car-1")
    client.send(car.event(JOIN, stand.now()))
    wait_until(lambda: [each["reason"] for each in letters(stand.data)] == ["inactive"], what="the refusal")
    stand.broker.restart()
    wait_until(lambda: other.connections == 2, what="the other car's connection")
    consent(other, honest, stand)
    assert client.connections == 1
    assert rows(stand.data, "join") == []


def test_a_changed_list_of_revoked_certificates_is_obeyed_and_a_renewed_one_read_without_an_interruption(
    stand: Stand,
) -> None:
    client, other = stand.client("car-1"), stand.client("car-2")
    for each in (client, other):
        each.wait_connected()
    before = stand.broker.pid
    database = Database(stand.data.registry)
    enrolment = Enrolment(database, stand.authority)
    enrolment.renew_list(stand.now())
    stand.broker.reload_revocations()  # nothing has changed
    enrolment.renew_list(stand.now() + timedelta(days=REVOCATION_LIST_DAYS - 10))
    stand.broker.reload_revocations()
    assert (stand.broker.pid, other.connections) == (before, 1)
    enrolment.revoke("car-1", stand.now())
    database.close()
    stand.broker.reload_revocations()
    wait_until(lambda: other.connections == 2, what="the other car's connection")
    wait_until(lambda: client.ends >= 2, what="the refusal of the revoked car")
    assert client.connections == 1


def test_the_list_of_revoked_certificates_is_renewed_long_before_a_broker_would_refuse_all_cars(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority", NOW)
    for days, old in ((0, False), (REVOCATION_LIST_DAYS // 2 - 1, False), (REVOCATION_LIST_DAYS // 2 + 1, True)):
        assert authority.list_is_old(NOW + timedelta(days=days)) is old
    authority.revocation_file.write_text("damaged")
    assert authority.list_is_old(NOW)


def test_a_port_that_another_program_has_is_named_instead_of_taken_for_the_broker(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port: int = other.getsockname()[1]
        broker = Mosquitto(tmp_path / "broker", Authority(tmp_path / "authority", NOW), NOW, port=port)
        with pytest.raises(ServiceError, match=f"port {port} cannot be used"):
            broker.start()


def test_without_mosquitto_the_line_that_installs_it_is_named() -> None:
    with patch.object(shutil, "which", lambda *_values, **_named: None), pytest.raises(ServiceError) as error:
        program()
    assert "sudo apt-get update && sudo apt-get install --no-install-recommends mosquitto" in str(error.value)


def test_a_batch_is_committed_when_it_is_full_however_much_is_there_to_read(stand: Stand) -> None:
    client, car = stand.client("car-1"), Car("car-1")
    client.wait_connected()
    stand.start_ingestion()
    consent(client, car, stand)
    stand.stop_ingestion()  # its session stays: the broker keeps what comes in
    events = [car.event(JOIN, stand.now()) for _ in range(100)]
    for each in events:
        client.send(each)
    with patch("carlendar_fleet.ingest.mqtt.MOST_MESSAGES", 10):
        stand.start_ingestion()
        wait_until(lambda: {each.id for each in events} <= client.receipted(), what="the receipts")
    assert len(list(stand.data.events.rglob("join/**/*.parquet"))) == 10
