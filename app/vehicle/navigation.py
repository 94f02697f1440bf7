"""The navigation's destination, written to a databroker."""

from __future__ import annotations

import math
from collections.abc import Callable

import grpc
from kuksa.val.v2 import types_pb2, val_pb2

from app.errors import ServiceError
from app.vehicle.broker import Broker, Stub
from app.vehicle.signals import DESTINATION_LATITUDE, DESTINATION_LONGITUDE

ASK_TIMEOUT = 3.0
"""Seconds that the broker has to take it."""


class KuksaNavigation:
    """`Navigation` by the broker: both coordinates of the destination in one request, or none.

    `knows` tells whether the car has a path (`KuksaSignals.knows`). `navigate` blocks for at most
    `ASK_TIMEOUT` seconds.
    """

    def __init__(self, broker: Broker, knows: Callable[[str], bool]) -> None:
        self._broker = broker
        self._knows = knows

    def available(self) -> bool:
        """As `Navigation`."""
        return self._knows(DESTINATION_LATITUDE) and self._knows(DESTINATION_LONGITUDE)

    def navigate(self, latitude: float, longitude: float) -> None:
        """As `Navigation`; raises ServiceError, also for what is no place on the earth."""
        if not (math.fabs(latitude) <= 90.0 and math.fabs(longitude) <= 180.0):
            raise ServiceError("The meeting's place has no usable coordinates.", detail="out of range")
        places = ((DESTINATION_LATITUDE, latitude), (DESTINATION_LONGITUDE, longitude))
        requests = [
            val_pb2.ActuateRequest(signal_id=types_pb2.SignalID(path=path), value=types_pb2.Value(double=degrees))
            for path, degrees in places
        ]
        try:
            with self._broker.channel() as channel:
                Stub(channel).BatchActuate(
                    val_pb2.BatchActuateRequest(actuate_requests=requests),
                    timeout=ASK_TIMEOUT,
                    metadata=self._broker.metadata,
                )
        except grpc.RpcError as error:
            code = error.code() if isinstance(error, grpc.Call) else "lost"
            raise ServiceError("The car's navigation did not take the destination.", detail=str(code)) from error
