"""Diagnoses why no speed is confirmed although the databroker answers, for `carlendar doctor`."""

from __future__ import annotations

import grpc
from kuksa.val.v2 import types_pb2, val_pb2

from carlendar.domain.base import Value
from carlendar.domain.vss import SPEED
from carlendar.vehicle.broker import Broker, Stub, scalar
from carlendar.vehicle.metadata import known_units
from carlendar.vehicle.signals import ALIASES, sources

READ_TIMEOUT = 1.5
"""Time-out of a read in seconds: longer than a provider may delay the databroker."""


class Finding(Value, frozen=True):
    """A problem with the speed, and its fix."""

    text: str
    fix: str


def unconfirmed_speed(broker: Broker, heartbeat: str = "") -> Finding:
    """Read each path of the speed; return the finding of the one closest to a valid speed.

    Raises CarlendarError if the databroker cannot be reached, and grpc.RpcError.
    """
    with broker.channel() as channel:
        stub = Stub(channel)
        known = known_units(stub, [alias.path for alias in ALIASES[SPEED]], broker.metadata)
        found = [_read(stub, broker, source.path) for source in sources((SPEED,), known)]
        beat = heartbeat and heartbeat not in known
    found.sort(key=lambda pair: pair[0])
    if not found:
        fix = "provide a speed to the databroker; nothing else shows that the car is stationary"
        return Finding(f"{SPEED} is missing", fix)
    finding = found[0][1]
    if beat:
        return Finding(f"{finding.text}; the heartbeat {heartbeat} does not exist", f"correct it, or {finding.fix}")
    return finding


def _read(stub: Stub, broker: Broker, path: str) -> tuple[int, Finding]:
    """Return how far this path is from a valid speed, 0 being the closest, and the finding."""
    request = val_pb2.GetValueRequest(signal_id=types_pb2.SignalID(path=path))
    try:
        answer = stub.GetValue(request, timeout=READ_TIMEOUT, metadata=broker.metadata)
    except grpc.RpcError as error:
        if isinstance(error, grpc.Call) and error.code() is grpc.StatusCode.PERMISSION_DENIED:
            return 1, Finding(f"the token does not allow {path} to be read", f"let the token's scope have read:{path}")
        unanswered = f"{path} comes neither by itself nor on a read, perhaps because of another provider"
        return 2, Finding(unanswered, "publish the speed periodically, and see which providers the databroker has")
    if not answer.HasField("data_point") or scalar(answer.data_point) is None:
        return 3, Finding(f"{path} has no value yet", "start the provider of the speed")
    fix = "publish it periodically, or name a path that its provider publishes every second, vehicle.heartbeat"
    return 0, Finding(f"{path} can be read but is not confirmed: its timestamp does not advance", fix)
