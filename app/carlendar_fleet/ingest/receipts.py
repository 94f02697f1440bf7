"""Receipts as messages to the cars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import msgspec
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from carlendar.telemetry.envelope import Receipt
from carlendar_fleet.broker.topics import receipts

IDS_PER_RECEIPT = 500
"""Events that one message confirms at most."""
UNCONFIRMED = 1_000
"""Receipts that are kept until the broker confirms them. It does so behind all that it has to deliver, so that after a
long absence they would take ever more memory; a car that misses a receipt publishes the events again.
"""


def receipt_messages(found: Mapping[str, Receipt]) -> Iterator[tuple[str, bytes]]:
    """The topic and payload of each message that takes receipts, given by vehicle, to their cars."""
    for vehicle, receipt in found.items():
        for part in _parts(receipt):
            yield receipts(vehicle), msgspec.json.encode(part)


def _parts(receipt: Receipt) -> Iterator[Receipt]:
    """The receipt in parts of a limited size."""
    for at in range(0, len(receipt.committed), IDS_PER_RECEIPT):
        yield Receipt(committed=receipt.committed[at : at + IDS_PER_RECEIPT])
    for at in range(0, len(receipt.refused), IDS_PER_RECEIPT):
        yield Receipt(refused=receipt.refused[at : at + IDS_PER_RECEIPT])


@cache
def as_json() -> Properties:
    """The properties by which brokers and cars recognise a message as JSON; one object, which must not be changed."""
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # of paho
    properties.PayloadFormatIndicator = 1
    properties.ContentType = "application/json"
    return properties
