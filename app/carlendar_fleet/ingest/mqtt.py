"""Ingestion from an MQTT broker. A message is acknowledged after it was committed, and never before.

All work is done in one thread: a second one would make the reader wait for the interpreter's lock at each of its many
small reads. While a batch is committed, the broker's flow control holds what comes in.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from carlendar.errors import CarlendarError, OfflineError, StoreError
from carlendar.full_disk import explained, is_full
from carlendar_fleet.broker.connection import Address, client, connect
from carlendar_fleet.broker.mosquitto import Credentials
from carlendar_fleet.broker.topics import INGEST, TELEMETRY
from carlendar_fleet.ingest.batch import Batch
from carlendar_fleet.ingest.message import Message, levels
from carlendar_fleet.ingest.receipts import UNCONFIRMED, as_json, receipt_messages

MOST_MESSAGES = 10_000
"""Messages after which a batch is committed; fewer than a broker sends without an acknowledgement."""
COMMIT_SECONDS = 2.0
"""Age of a batch at which it is committed at the latest."""
BURST = 500
"""Messages that are read without looking at the clock."""
CONNECT_SECONDS = 10.0
RETRY_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Pauses between attempts to connect."""
_log = logging.getLogger(__name__)


class MqttIngestion:
    """Reads from a broker into a batch until it is stopped."""

    def __init__(
        self,
        batch: Batch,
        address: Address,
        credentials: Credentials,
        now: Callable[[], datetime],
        *,
        commit_seconds: float = COMMIT_SECONDS,
        name: str = INGEST,
    ) -> None:
        self._batch, self._address, self._credentials, self._now = batch, address, credentials, now
        self._commit_seconds, self._name = commit_seconds, name
        self._stopped = self._connected = False
        self._refused = ""
        self._unacknowledged: list[int] = []
        self._unconfirmed: deque[mqtt.MQTTMessageInfo] = deque()
        self._first = 0.0
        self._received_at = now()
        self.on_commit: Callable[[dict[str, int]], None] = lambda _counts: None

    @property
    def connected(self) -> bool:
        """Whether it receives what cars publish."""
        return self._connected

    def stop(self) -> None:
        """End `run` after a last commit. May be called from a signal handler or another thread."""
        self._stopped = True

    def run(self) -> None:
        """Read until stopped, and connect again whenever the connection is lost or the disk refuses a batch."""
        failures = 0
        while not self._stopped:
            try:
                self._session()
                failures = 0
            except (OSError, StoreError, OfflineError) as error:
                _log.warning("ingestion was interrupted: %s", interruption(error, self._batch.folder))
                pause = RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)]
                failures += 1
                self._wait(pause)

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._stopped and time.monotonic() < end:
            time.sleep(0.05)

    def _session(self) -> None:
        """One connection. Raises OSError, StoreError and OfflineError after which the next may begin."""
        made = client(self._name, self._credentials, manual_ack=True)
        made.on_connect, made.on_message, made.on_disconnect = self._on_connect, self._on_message, self._on_disconnect
        made.on_subscribe = self._on_subscribe
        self._connected, self._refused = False, ""
        try:
            connect(made, self._address)
            self._handshake(made)
            while not self._stopped and self._connected:
                self._read(made)
                self._commit_if_due(made)
            if self._stopped and self._connected:
                self._commit(made)
        finally:
            # what was not committed is delivered again, with numbers of its own
            self._batch.abandon()
            self._unacknowledged.clear()
            self._unconfirmed.clear()
            made.disconnect()

    def _handshake(self, made: mqtt.Client) -> None:
        deadline = time.monotonic() + CONNECT_SECONDS
        while not self._connected and not self._stopped:
            if made.loop(0.1) != mqtt.MQTT_ERR_SUCCESS or self._refused or time.monotonic() > deadline:
                raise OfflineError(f"the broker does not accept the connection: {self._refused or 'no answer'}")

    def _read(self, made: mqtt.Client) -> None:
        """Wait for messages, at most until the batch is due, and read those that are there."""
        self._received_at = self._now()
        read = self._batch.messages
        if made.loop(self._patience()) != mqtt.MQTT_ERR_SUCCESS:
            self._connected = False
            return
        for _ in range(BURST):
            if not self._connected or self._batch.messages == read or self._old():
                return
            read = self._batch.messages
            made.loop_read()

    def _patience(self) -> float:
        """Seconds until the batch is due."""
        if not self._batch.messages:
            return 0.2
        return min(max(self._first + self._commit_seconds - time.monotonic(), 0.0), 0.2)

    def _commit_if_due(self, made: mqtt.Client) -> None:
        if self._connected and self._old():
            self._commit(made)

    def _old(self) -> bool:
        """Whether there is a batch whose time has come."""
        return self._batch.messages > 0 and time.monotonic() >= self._first + self._commit_seconds

    def _commit(self, made: mqtt.Client) -> None:
        outcome = self._batch.commit()
        while self._unconfirmed and self._unconfirmed[0].is_published():
            self._unconfirmed.popleft()
        for topic, payload in receipt_messages(outcome.receipts):
            self._send(made, topic, payload)
        for number in self._unacknowledged:
            made.ack(number, 1)
        self._unacknowledged.clear()
        self.on_commit(outcome.counts)

    def _send(self, made: mqtt.Client, topic: str, payload: bytes) -> None:
        """Send a receipt; without the broker's confirmation (quality of service 0) where too many wait for it."""
        kept = len(self._unconfirmed) < UNCONFIRMED
        sent = made.publish(topic, payload, qos=1 if kept else 0, properties=as_json())
        if kept and sent.rc == mqtt.MQTT_ERR_SUCCESS:
            self._unconfirmed.append(sent)

    def _on_connect(
        self, made: mqtt.Client, _data: object, _flags: mqtt.ConnectFlags, code: ReasonCode, _more: Properties | None
    ) -> None:
        if code.is_failure:
            self._refused = str(code)
            return
        made.subscribe(TELEMETRY, qos=1)

    def _on_subscribe(self, *_values: object) -> None:
        self._connected = True

    def _on_disconnect(self, *_values: object) -> None:
        self._connected = False

    def _on_message(self, made: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        if not self._batch.messages:
            self._first = time.monotonic()
        vehicle, last = levels(message.topic)
        self._batch.add(Message(vehicle, last, bytes(message.payload), self._received_at))
        if message.qos == 1:
            self._unacknowledged.append(message.mid)
        if self._batch.full or self._batch.messages >= MOST_MESSAGES:
            self._commit(made)  # here, because one call of paho reads as many messages as it has sent and more


def interruption(error: Exception, folder: Path) -> str:
    """Why ingestion was interrupted, in words; `folder` is where it writes."""
    if isinstance(error, CarlendarError):
        return str(error)
    return explained(error, folder) if isinstance(error, OSError) and is_full(error) else type(error).__name__
