"""Sets the navigation's destination through a databroker.

A databroker passes each coordinate to its provider separately, so one may be set although the other is rejected, and it
does not report beforehand whether there is a provider. The outcome is therefore determined afterwards. VSS 6.0 has
coordinates only: name and address are left out, and whether the car guides is not known. A destination that the broker
has, that was not set here and that the car has not reached is taken for the driver's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import grpc
from kuksa.val.v2 import types_pb2, val_pb2

from carlendar.domain.place import Position, position
from carlendar.domain.ports import Unsubscribe
from carlendar.domain.travel import Destination, NavigationOutcome, NavigationPhase, NavigationState
from carlendar.domain.vss import DESTINATION_LATITUDE, DESTINATION_LONGITUDE, LATITUDE, LONGITUDE
from carlendar.errors import IncompleteError, RefusedError, ServiceError
from carlendar.vehicle.broker import Broker, Stub, scalar
from carlendar.vehicle.reads import Reads

BATCH_TIMEOUT = 1.5
"""Time-out in seconds for both coordinates."""
SINGLE_TIMEOUT = 0.5
"""Time-out in seconds for each further request."""

_NOTHING_SET = (
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.UNIMPLEMENTED,
)
"""Statuses returned before anything is passed on: the car accepts no destinations."""


class KuksaNavigation:
    """`Navigation` through the broker.

    `knows` returns whether the car has a path (`KuksaSignals.knows`). `navigate` blocks for at most four seconds.
    """

    def __init__(self, broker: Broker, knows: Callable[[str], bool]) -> None:
        self._broker = broker
        self._knows = knows
        self._ours: Position | None = None

    def available(self) -> bool:
        """Whether the car has the paths; whether a provider accepts the destination is only known after `navigate`."""
        return self._knows(DESTINATION_LATITUDE) and self._knows(DESTINATION_LONGITUDE)

    def subscribe(self, listener: Callable[[NavigationState], None]) -> Unsubscribe:
        """Call `listener` with the state now; a databroker reports no changes of it."""
        listener(NavigationState(NavigationPhase.READY if self.available() else NavigationPhase.NONE))
        return lambda: None

    def clear(self) -> None:
        """Raise RefusedError: VSS has no signal for it."""
        raise RefusedError("Guidance is ended in the car's navigation.", detail="clear")

    def navigate(self, destination: Destination, *, replace: bool = False) -> NavigationOutcome:
        """Set the destination's coordinates.

        Raises RefusedError if the car accepts no destinations, IncompleteError if it accepted only one coordinate, and
        ServiceError for any other failure (`perhaps` if the destination may be set), including invalid coordinates.
        """
        latitude, longitude = destination.position.latitude, destination.position.longitude
        if not (math.fabs(latitude) <= 90.0 and math.fabs(longitude) <= 180.0):
            raise ServiceError("The meeting's place has no usable coordinates.", detail="out of range")
        places = ((DESTINATION_LATITUDE, latitude), (DESTINATION_LONGITUDE, longitude))
        requests = [
            val_pb2.ActuateRequest(signal_id=types_pb2.SignalID(path=path), value=types_pb2.Value(double=degrees))
            for path, degrees in places
        ]
        with self._broker.channel() as channel:
            stub = Stub(channel)
            before = self._other(stub, destination.position)
            if not replace and before is not None and not Destination(before).near(self._ours):
                return NavigationOutcome.ASK
            self._set(stub, requests)
        self._ours = destination.position
        return NavigationOutcome.SET if before is None else NavigationOutcome.CHANGED

    def _other(self, stub: Stub, wanted: Position) -> Position | None:
        """Another destination that is set and not reached; ours if the broker reports none. None if there is none."""
        paths = (DESTINATION_LATITUDE, DESTINATION_LONGITUDE, LATITUDE, LONGITUDE)
        values = {path: scalar(point) for path, point in Reads(stub, self._broker).read(paths)}
        there = position(values.get(DESTINATION_LATITUDE), values.get(DESTINATION_LONGITUDE)) or self._ours
        here = position(values.get(LATITUDE), values.get(LONGITUDE))
        return None if there is None or any(Destination(there).near(at) for at in (wanted, here)) else there

    def _set(self, stub: Stub, requests: Sequence[val_pb2.ActuateRequest]) -> None:
        batch = val_pb2.BatchActuateRequest(actuate_requests=requests)
        code = self._status(stub.BatchActuate, batch, BATCH_TIMEOUT)
        if code is grpc.StatusCode.OK:
            return
        if code in _NOTHING_SET:
            raise RefusedError("The car takes no destinations.", detail=code.name)
        codes = [self._status(stub.Actuate, request, SINGLE_TIMEOUT) for request in requests]
        taken = codes.count(grpc.StatusCode.OK)
        if taken == len(requests):
            return  # the missing one was set on the second attempt
        detail = ", ".join(each.name for each in codes)
        if taken:
            raise IncompleteError("The car's navigation took one of two coordinates.", detail=detail)
        if set(codes) == {grpc.StatusCode.UNAVAILABLE} and self._answers(stub):
            raise RefusedError("The car takes no destinations.", detail="no provider")
        error = ServiceError("The car's navigation did not take the destination.", detail=detail)
        error.perhaps = grpc.StatusCode.DEADLINE_EXCEEDED in (code, *codes)
        raise error

    def _answers(self, stub: Stub) -> bool:
        """Whether the broker answers, because without it every call is UNAVAILABLE as well."""
        return self._status(stub.GetServerInfo, val_pb2.GetServerInfoRequest(), SINGLE_TIMEOUT) is grpc.StatusCode.OK

    def _status(self, call: Callable[..., object], request: object, seconds: float) -> grpc.StatusCode:
        try:
            call(request, timeout=seconds, metadata=self._broker.metadata)
        except grpc.RpcError as error:
            return error.code() if isinstance(error, grpc.Call) else grpc.StatusCode.UNKNOWN
        return grpc.StatusCode.OK
