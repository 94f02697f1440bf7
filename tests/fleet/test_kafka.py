"""Ingestion from Kafka, with librdkafka's mock cluster: what Event Grid routes to an event hub becomes rows once."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from carlendar.telemetry.envelope import Envelope, Receipt, encode
from carlendar.telemetry.schema import Topic
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.ingest.batch import Batch
from carlendar_fleet.ingest.kafka import KafkaIngestion, message_of
from tests.fakes.waiting import wait_until
from tests.fleet.cars import JOIN, NOW, Car, enrol, folder, ids, letters, payload

HUB = "telemetry"


def routed(envelope: Envelope, topic: Topic, client: str = "car-1") -> bytes:
    """An event as Event Grid routes it: its own attributes, and those that the routing adds."""
    own = msgspec.json.decode(encode(envelope))
    return msgspec.json.encode(
        {**own, "clientname": client, "mqtttopic": f"vehicles/{client}/telemetry/{topic}"}
    )  # fmt: skip


def wrapped(content: bytes, topic: Topic, client: str = "car-1", *, text: bool = False) -> bytes:
    """Another message as Event Grid routes it: as the data of an event of its own."""
    made: dict[str, object] = {
        "specversion": "1.0", "id": "1", "source": "mynamespace", "type": "MQTT.EventPublished",
        "subject": f"vehicles/{client}/telemetry/{topic}", "clientname": client,
        "time": "2026-11-02T08:00:00.000Z",
    }  # fmt: skip
    if text:
        return msgspec.json.encode({**made, "data": msgspec.Raw(content)})
    return msgspec.json.encode({**made, "data_base64": base64.b64encode(content).decode()})


def test_an_event_keeps_its_attributes_and_a_batch_is_unwrapped() -> None:
    car = Car("car-1")
    events = [car.event(JOIN), car.event(JOIN)]
    single = message_of(routed(events[0], Topic.USAGE), NOW)
    assert (single.vehicle, single.topic, msgspec.json.decode(single.payload)) == (
        "car-1", "usage", msgspec.json.decode(encode(events[0])),
    )  # fmt: skip
    for text in (False, True):
        found = message_of(wrapped(payload(events), Topic.USAGE, text=text), NOW)
        assert (found.vehicle, found.topic, found.payload) == ("car-1", "usage", payload(events))


@pytest.mark.parametrize(
    "value",
    [
        b"", b"null", b"[]", b"\xff", b'{"clientname":"car-1"}',
        routed(Car("car-1").event(JOIN), Topic.USAGE, "car-2").replace(b"vehicles/car-2/", b"vehicles/car-1/"),
        wrapped(b"x", Topic.USAGE).replace(b"eA==", b"?"),
    ],
)  # fmt: skip
def test_a_record_whose_sender_is_not_certain_names_no_vehicle(value: bytes) -> None:
    assert message_of(value, NOW).vehicle == ""


@pytest.fixture
def cluster() -> Iterator[Producer]:
    """A mock cluster of one broker, which lives as long as its producer."""
    producer = Producer({"bootstrap.servers": "mock:9092", "test.mock.num.brokers": 1})
    yield producer
    producer.flush(5)


def servers(producer: Producer) -> str:
    """Where the brokers of the mock cluster listen."""
    return ",".join(str(each).split("/")[0] for each in producer.list_topics(timeout=10).brokers.values())


class Running:
    """Ingestion in a thread."""

    def __init__(self, data: DataFolder, where: str) -> None:
        self.batch = Batch(data)
        self.receipts: dict[str, Receipt] = {}
        self.ingestion = KafkaIngestion(
            self.batch, where, HUB, "group", {}, lambda: datetime.now(UTC), commit_seconds=0.05
        )
        self.ingestion.on_receipts = self.receipts.update
        self.thread = threading.Thread(target=self.ingestion.run)
        self.thread.start()

    def stop(self) -> None:
        self.ingestion.stop()
        self.thread.join(20)
        self.batch.close()


def committed(where: str) -> int:
    """The sum of the offsets that the group has committed."""
    consumer = Consumer({"bootstrap.servers": where, "group.id": "group"})
    partitions = consumer.list_topics(HUB, timeout=10).topics[HUB].partitions
    found = consumer.committed([TopicPartition(HUB, each) for each in partitions], timeout=10)
    consumer.close()
    return sum(max(each.offset, 0) for each in found)


def test_records_are_stored_once_and_their_offsets_are_committed(tmp_path: Path, cluster: Producer) -> None:
    data = folder(tmp_path)
    enrol(data, "car-1")
    car = Car("car-1")
    now = datetime.now(UTC)
    consent = car.consent(Topic.USAGE, at=now)
    events = [car.event(JOIN, now) for _ in range(20)]
    records = [routed(consent, Topic.CONSENT), wrapped(payload(events), Topic.USAGE), b"hostile"]
    for record in (*records, *records):
        cluster.produce(HUB, record, key=b"car-1")
    cluster.flush(10)
    running = Running(data, servers(cluster))
    wait_until(lambda: running.batch.counts["duplicate"] == 21, timeout=30, what="the duplicates")
    running.stop()
    assert set(running.receipts["car-1"].committed) == {each.id for each in (consent, *events)}
    assert ids(data, "join") == [each.id for each in events]
    assert [letter["reason"] for letter in letters(data)] == ["topic", "topic"]
    assert committed(servers(cluster)) == len(records) * 2
