"""Why no speed is confirmed although a databroker answers: for `carlendar doctor`."""

from __future__ import annotations

import grpc
from kuksa.val.v2 import types_pb2, val_pb2

from carlendar.domain.base import Value
from carlendar.domain.vss import SPEED
from carlendar.vehicle.broker import Broker, Stub, scalar
from carlendar.vehicle.metadata import known_units
from carlendar.vehicle.signals import ALIASES, sources

READ_TIMEOUT = 1.5
"""Seconds for each read: longer than a provider may keep the databroker waiting."""


class Finding(Value, frozen=True):
    """What is wrong with the speed, and the fix."""

    text: str
    fix: str


def unconfirmed_speed(broker: Broker, heartbeat: str = "") -> Finding:
    """What a read of each path of the speed shows; the one that is nearest to a speed counts.

    Raises CarlendarError if the databroker cannot be asked at all, and grpc.RpcError.
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
        return Finding(f"{finding.text}; the heartbeat {heartbeat} is not there", f"correct it, or {finding.fix}")
    return finding


def _read(stub: Stub, broker: Broker, path: str) -> tuple[int, Finding]:
    """How far from a speed this path is, 0 being the nearest, and the finding."""
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
