"""The paths that a databroker has, and their units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import grpc
from kuksa.val.v2 import val_pb2

from carlendar.errors import ServiceError
from carlendar.vehicle.broker import Metadata

ASK_TIMEOUT = 3.0
"""Time-out of a request in seconds."""
UNSUPPORTED = "its version is not supported: its metadata has no paths; use databroker 0.6.0 or newer"


def known_units(stub: Any, paths: Iterable[str], metadata: Metadata) -> Mapping[str, str]:
    """Return the unit ("" for none) of each path that the broker has, at least of those in `paths`.

    Databroker 0.5.0 lists metadata without paths, so each path is queried separately. Raises ServiceError if that fails
    as well, and grpc.RpcError.
    """
    listing = stub.ListMetadata(
        val_pb2.ListMetadataRequest(root="Vehicle"), timeout=ASK_TIMEOUT, metadata=metadata
    ).metadata
    found = {entry.path: entry.unit for entry in listing if entry.path}
    if found or not listing:
        return found
    found = {path: unit for path in paths if (unit := _unit(stub, path, metadata)) is not None}
    if not found:
        raise ServiceError(UNSUPPORTED, detail="metadata without paths")
    return found


def _unit(stub: Any, path: str, metadata: Metadata) -> str | None:
    """Return the unit of a path; None if the broker does not have it."""
    request = val_pb2.ListMetadataRequest(root=path)
    try:
        listing = stub.ListMetadata(request, timeout=ASK_TIMEOUT, metadata=metadata).metadata
    except grpc.RpcError as error:
        if isinstance(error, grpc.Call) and error.code() is grpc.StatusCode.NOT_FOUND:
            return None
        raise
    return str(listing[0].unit) if len(listing) == 1 else None
