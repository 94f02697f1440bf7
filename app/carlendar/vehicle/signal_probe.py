"""Determines which of the required signals a databroker offers, for `carlendar doctor`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import grpc
from kuksa.val.v2 import val_pb2

from carlendar.domain.base import Value
from carlendar.domain.vss import DESTINATION_LATITUDE, DESTINATION_LONGITUDE
from carlendar.errors import ServiceError
from carlendar.vehicle.broker import Broker, Stub, reason
from carlendar.vehicle.metadata import known_units
from carlendar.vehicle.signals import ALIASES, USED, sources

ASK_TIMEOUT = 3.0
"""Time-out in seconds of each of the two requests."""


class Survey(Value, frozen=True):
    """`name` of the broker with its version; `found` and `missing` of the required signals."""

    name: str
    found: tuple[str, ...]
    missing: tuple[str, ...]


def survey(broker: Broker) -> Survey:
    """Query name and metadata. Raises ServiceError with the reason as its message."""
    named = (DESTINATION_LATITUDE, DESTINATION_LONGITUDE)
    paths = (*(alias.path for signal in USED for alias in ALIASES[signal]), *named)
    try:
        with broker.channel() as channel:
            stub = Stub(channel)
            name = _name(stub, {"timeout": ASK_TIMEOUT, "metadata": broker.metadata})
            units = _units(stub, paths, broker, name)
    except grpc.RpcError as error:
        code = error.code() if isinstance(error, grpc.Call) else grpc.StatusCode.UNKNOWN
        raise ServiceError(reason(error), detail=code.name) from error
    found = list(dict.fromkeys(source.signal for source in sources(USED, units)))
    found += [path for path in named if path in units]
    wanted = (*USED, *named)
    return Survey(name, tuple(found), tuple(signal for signal in wanted if signal not in found))


def _units(stub: Stub, paths: Iterable[str], broker: Broker, name: str) -> Mapping[str, str]:
    """Return the units of the paths. The ServiceError of an unsupported version contains its name."""
    try:
        return known_units(stub, paths, broker.metadata)
    except ServiceError as error:
        raise ServiceError(f"{name}: {error}", detail=error.detail) from error


def _name(stub: Stub, asked: dict[str, object]) -> str:
    """Return name and version, if the broker provides them."""
    try:
        info = stub.GetServerInfo(val_pb2.GetServerInfoRequest(), **asked)
    except grpc.RpcError:
        return "databroker"
    return " ".join(word for word in (info.name, info.version) if word) or "databroker"
