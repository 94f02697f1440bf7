"""A message as a source delivers it."""

from __future__ import annotations

from datetime import datetime

from carlendar.domain.base import Value


class Message(Value, frozen=True, gc=False):
    """A message of a vehicle. `vehicle` is the identity that the broker authenticated, never one from the payload.

    `topic` is the last level of the MQTT topic. Either is empty if the topic has another form.
    """

    vehicle: str
    topic: str
    payload: bytes
    received_at: datetime


def levels(topic: str) -> tuple[str, str]:
    """Vehicle and last level of `vehicles/<id>/telemetry/<topic>`; both empty for another topic."""
    match topic.split("/"):
        case ["vehicles", vehicle, "telemetry", last] if vehicle:
            return vehicle, last
    return "", ""
