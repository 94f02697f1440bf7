"""Ingestion from Kafka, which Azure Event Hubs speaks. Offsets are committed after the batch, and never before.

Event Grid's broker routes each MQTT message as a CloudEvent to an event hub. A message that is a CloudEvent already
keeps its own attributes; the routing adds two more, which `carlendar fleet deploy` configures: `clientname`, the name
that the broker authenticated, and `mqtttopic`. Another message, such as a batch of events, becomes the data of a
CloudEvent of type `MQTT.EventPublished`.
"""

from __future__ import annotations

import logging
import time
from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec
from confluent_kafka import Consumer, KafkaException
from confluent_kafka import Message as Record

from carlendar.errors import StoreError
from carlendar.telemetry.envelope import Receipt
from carlendar_fleet.ingest.batch import Batch
from carlendar_fleet.ingest.message import Message, levels
from carlendar_fleet.ingest.mqtt import COMMIT_SECONDS, MOST_MESSAGES, interruption

AT_ONCE = 1_000
"""Records that are fetched at once."""
PUBLISHED = "MQTT.EventPublished"
RETRY_SECONDS = 1.0

_log = logging.getLogger(__name__)


class KafkaIngestion:
    """Reads from a topic into a batch until it is stopped. `on_receipts` sends receipts to the cars, over MQTT."""

    def __init__(
        self,
        batch: Batch,
        servers: str,
        topic: str,
        group: str,
        settings: Mapping[str, str],
        now: Callable[[], datetime],
        *,
        commit_seconds: float = COMMIT_SECONDS,
    ) -> None:
        self._batch, self._topic, self._now, self._commit_seconds = batch, topic, now, commit_seconds
        self._settings: dict[str, str | int | float | bool] = {
            "bootstrap.servers": servers, "group.id": group, "auto.offset.reset": "earliest", **settings,
            "enable.auto.commit": False,
        }  # fmt: skip
        self._stopped = False
        self.on_commit: Callable[[dict[str, int]], None] = lambda _counts: None
        self.on_first: Callable[[], None] = lambda: None
        """Called when a batch begins."""
        self.on_receipts: Callable[[dict[str, Receipt]], None] = lambda _receipts: None

    def stop(self) -> None:
        """End `run` after a last commit. May be called from a signal handler or another thread."""
        self._stopped = True

    def run(self) -> None:
        """Read until stopped, and begin again from the last commit after a fault."""
        while not self._stopped:
            try:
                self._session()
            except (OSError, StoreError, KafkaException) as error:
                _log.warning("ingestion was interrupted: %s", interruption(error, self._batch.folder))
                time.sleep(RETRY_SECONDS)

    def _session(self) -> None:
        consumer = Consumer(self._settings)
        try:
            consumer.subscribe([self._topic])
            first = 0.0
            while not self._stopped:
                records = consumer.consume(AT_ONCE, timeout=min(self._commit_seconds, 0.2))
                if records and not self._batch.messages:
                    first = time.monotonic()
                    self.on_first()
                self._add(records)
                old = self._batch.messages and time.monotonic() >= first + self._commit_seconds
                if old or self._batch.full or self._batch.messages >= MOST_MESSAGES:
                    self._commit(consumer)
            if self._batch.messages:
                self._commit(consumer)
        finally:
            self._batch.abandon()  # what was not committed is delivered again
            consumer.close()

    def _add(self, records: list[Record]) -> None:
        received = self._now()
        for record in records:
            if (error := record.error()) is not None:
                _log.warning("Kafka: error %s", error.code())
                continue
            self._batch.add(message_of(record.value() or b"", received))

    def _commit(self, consumer: Consumer) -> None:
        outcome = self._batch.commit()
        self.on_receipts(outcome.receipts)
        consumer.commit(asynchronous=False)
        self.on_commit(outcome.counts)


class _Routed(msgspec.Struct, frozen=True):
    """What the routing adds to an event, and what it wraps other messages in."""

    type: str = ""
    subject: str = ""
    clientname: str = ""
    mqtttopic: str = ""
    data: msgspec.Raw = msgspec.Raw(b"")
    data_base64: str = ""


_ROUTED = msgspec.json.Decoder(_Routed)
_ANY = msgspec.json.Decoder(dict[str, msgspec.Raw])


def message_of(value: bytes, received: datetime) -> Message:
    """Return the message that was routed. The vehicle is the client that the broker authenticated, or empty."""
    try:
        routed = _ROUTED.decode(value)
        wrapped = routed.type == PUBLISHED
        vehicle, topic = levels(routed.mqtttopic or (routed.subject if wrapped else ""))
        if vehicle != routed.clientname:
            return Message("", "", value, received)
        if not wrapped:
            own = {name: each for name, each in _ANY.decode(value).items() if name not in ("clientname", "mqtttopic")}
            return Message(vehicle, topic, msgspec.json.encode(own), received)
        payload = b64decode(routed.data_base64, validate=True) if routed.data_base64 else bytes(routed.data)
    except (msgspec.DecodeError, RecursionError, Error, ValueError):
        return Message("", "", value, received)
    return Message(vehicle, topic, payload, received)
