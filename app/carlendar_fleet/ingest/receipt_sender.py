"""Sends receipts to cars over an MQTT broker, where their events come another way."""

from __future__ import annotations

from collections.abc import Mapping

from carlendar.telemetry.envelope import Receipt
from carlendar_fleet.broker.connection import Address, client, connect
from carlendar_fleet.broker.mosquitto import Credentials
from carlendar_fleet.broker.topics import INGEST
from carlendar_fleet.ingest.receipts import UNCONFIRMED, as_json, receipt_messages


class ReceiptSender:
    """A connection with a thread of its own, which connects again by itself.

    What cannot be sent is dropped: a car without a receipt publishes its events again, and gets one then.
    """

    def __init__(self, address: Address, credentials: Credentials, name: str = INGEST) -> None:
        """Raises OSError if the credentials cannot be used."""
        self._address = address
        self._client = client(name, credentials, reconnects=True)
        self._client.max_queued_messages_set(UNCONFIRMED)

    def start(self) -> None:
        """Connect. Raises OSError if the broker cannot be reached."""
        connect(self._client, self._address)
        self._client.loop_start()

    def send(self, found: Mapping[str, Receipt]) -> None:
        """Send receipts, by vehicle."""
        for topic, payload in receipt_messages(found):
            self._client.publish(topic, payload, qos=1, properties=as_json())

    def stop(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()
