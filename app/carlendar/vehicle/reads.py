"""Reads values within a deadline, independently of other clients of the broker.

Each path is read by a separate concurrent call. A `GetValues` of several paths would be cheaper, but a databroker with
signal providers returns the values in arbitrary order and without those that have no provider, so a parking brake could
be mistaken for a park lock; and one path outside the token's scope would fail the whole call. A path that does not
respond is skipped for increasingly many rounds, because an unanswered read stalls the broker for every client.
Source: Eclipse KUKSA databroker, `get_values_broker`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import grpc
from kuksa.val.v2 import types_pb2, val_pb2

from carlendar.vehicle.broker import Broker

READ_TIMEOUT = 0.4
"""Time-out of a read in seconds."""
MOST_LEFT_OUT = 32
"""Maximum number of rounds for which an unresponsive path is skipped."""
_REFUSED = (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.PERMISSION_DENIED)
_BROKER_GONE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNAUTHENTICATED)

Point = tuple[str, types_pb2.Datapoint]


class Reads:
    """Reads over one connection. Not thread-safe."""

    def __init__(self, stub: Any, broker: Broker) -> None:
        self._stub = stub
        self._broker = broker
        self._refused: set[str] = set()
        self._missed: dict[str, int] = {}
        self._resumes: dict[str, int] = {}
        self._round = 0

    def read(self, paths: Sequence[str]) -> Iterator[Point]:
        """Yield the datapoints of the paths that respond, in order. Raises ValueError if the channel was closed."""
        self._round += 1
        return self._each(
            [path for path in paths if path not in self._refused and self._resumes.get(path, 0) <= self._round]
        )

    def _each(self, paths: Sequence[str]) -> Iterator[Point]:
        metadata = self._broker.metadata
        calls = {
            path: self._stub.GetValue.future(
                val_pb2.GetValueRequest(signal_id=types_pb2.SignalID(path=path)),
                timeout=READ_TIMEOUT,
                metadata=metadata,
            )
            for path in paths
        }
        for path, call in calls.items():
            try:
                answer = call.result()
            except (grpc.RpcError, grpc.FutureCancelledError) as error:
                if (code := _code(error)) in _REFUSED:
                    self._refused.add(path)
                elif code not in _BROKER_GONE:
                    self._miss(path)
                continue
            if answer.HasField("data_point"):
                self._missed.pop(path, None)
                yield path, answer.data_point
            else:
                self._miss(path)

    def _miss(self, path: str) -> None:
        missed = self._missed[path] = min(self._missed.get(path, 0) + 1, 5)
        self._resumes[path] = self._round + min(2**missed, MOST_LEFT_OUT) if missed > 1 else 0


def _code(error: Exception) -> grpc.StatusCode:
    return error.code() if isinstance(error, grpc.Call) else grpc.StatusCode.UNKNOWN
