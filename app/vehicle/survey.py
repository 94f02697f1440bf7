"""What of a car's signals a databroker offers: asked once, for people."""

from __future__ import annotations

from dataclasses import dataclass

import grpc
from kuksa.val.v2 import val_pb2

from app.errors import ServiceError
from app.vehicle.broker import Broker, Stub
from app.vehicle.signals import DESTINATION_LATITUDE, DESTINATION_LONGITUDE, USED, sources

ASK_TIMEOUT = 3.0
"""Seconds that the broker has for each of the two answers."""


@dataclass(frozen=True, slots=True)
class Survey:
    """`name` of the broker with its version; of the signals that are used those it offers and those it lacks."""

    name: str
    found: tuple[str, ...]
    missing: tuple[str, ...]


def survey(broker: Broker) -> Survey:
    """Ask for name and metadata. Raises ServiceError, with the reason in words."""
    try:
        with broker.channel() as channel:
            stub, asked = Stub(channel), {"timeout": ASK_TIMEOUT, "metadata": broker.metadata}
            listing = stub.ListMetadata(val_pb2.ListMetadataRequest(root="Vehicle"), **asked)
            name = _name(stub, asked)
    except grpc.RpcError as error:
        code = error.code() if isinstance(error, grpc.Call) else grpc.StatusCode.UNKNOWN
        raise ServiceError(_REASONS.get(code, "it does not answer as kuksa.val.v2"), detail=code.name) from error
    units = {entry.path: entry.unit for entry in listing.metadata}
    found = [source.signal for source in sources(USED, units)]
    found += [path for path in (DESTINATION_LATITUDE, DESTINATION_LONGITUDE) if path in units]
    wanted = (*USED, DESTINATION_LATITUDE, DESTINATION_LONGITUDE)
    return Survey(name, tuple(found), tuple(signal for signal in wanted if signal not in found))


_REASONS = {
    grpc.StatusCode.UNAUTHENTICATED: "it wants a valid token (vehicle.token_file)",
    grpc.StatusCode.PERMISSION_DENIED: "the token allows too little",
    grpc.StatusCode.UNAVAILABLE: "it cannot be reached, or not with this certificate (vehicle.ca_file)",
    grpc.StatusCode.DEADLINE_EXCEEDED: "it does not answer in time",
    grpc.StatusCode.NOT_FOUND: "it knows no vehicle",
}


def _name(stub: Stub, asked: dict[str, object]) -> str:
    """Name and version; a broker that does not tell them is no worse for it."""
    try:
        info = stub.GetServerInfo(val_pb2.GetServerInfoRequest(), **asked)
    except grpc.RpcError:
        return "databroker"
    return " ".join(word for word in (info.name, info.version) if word) or "databroker"
