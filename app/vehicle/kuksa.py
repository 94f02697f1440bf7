"""Vehicle signals from a databroker over `kuksa.val.v2`, and the navigation's destination to it.

A broker sends many signals only when they change, and falls silent with the bus. So the speed is read
while its stream is silent: what answers is confirmed, what does not answer confirms nothing, and the
engine sees to the rest. Every failure ends in another attempt; nothing here gives up.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

import grpc
from kuksa.val.v2 import types_pb2, val_pb2, val_pb2_grpc

from app.domain.ports import ElapsedClock, Reading
from app.errors import ServiceError
from app.vehicle.broker import Broker, scalar
from app.vehicle.signals import ALIASES, DESTINATION_LATITUDE, DESTINATION_LONGITUDE, SPEED, Source, Value, sources

READ_AFTER = 0.4
"""Seconds of silence after which the speed is read, and so often while the silence lasts (at most 0.5)."""
READ_TIMEOUT = 0.4
ASK_TIMEOUT = 3.0
"""Seconds that the broker has to list its signals."""
GIVE_UP_AFTER = 3.0
"""Seconds without any answer after which the connection is made anew."""
BACK_OFF = (0.2, 0.4, 0.8, 1.6, 3.0)
"""Seconds before each further attempt; the last holds for all that follow."""

Listener = Callable[[Sequence[Reading]], None]

_UNUSABLE = (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.PERMISSION_DENIED)

_log = logging.getLogger(__name__)


class KuksaSignals:
    """`VehicleSignals` from a databroker. `signals` are those that are asked for; fewer cost less.

    Two threads: one reads the stream, one reads the speed while that is silent. An unchanged value of
    any other signal is passed over.
    """

    def __init__(self, broker: Broker, clock: ElapsedClock, *, signals: Iterable[str] = tuple(ALIASES)) -> None:
        self._broker = broker
        self._clock = clock
        self._wanted = tuple(signals)
        self._listener: Listener | None = None
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._stub: val_pb2_grpc.VALStub | None = None
        self._call: grpc.Call | None = None
        self._known: Mapping[str, str] = {}
        self._sources: dict[str, Source] = {}
        self._latest: dict[str, Value] = {}
        self._heard = 0.0
        """When anything was last heard of the broker; elapsed seconds."""
        self._speed_heard = 0.0

    def start(self, listener: Listener) -> None:
        """As `VehicleSignals`; also returns at once while no broker is there."""
        self._listener = listener
        for target, name in ((self._keep_connected, "signals"), (self._keep_speed, "speed")):
            thread = threading.Thread(target=target, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """As `VehicleSignals`."""
        self._stopped.set()
        with self._lock:
            self._listener = None
        self._hang_up()
        for thread in self._threads:
            thread.join()

    def knows(self, path: str) -> bool:
        """Whether the car has this path, as far as is known by now."""
        return path in self._known

    def missing(self) -> tuple[str, ...]:
        """Signals that are wanted and that this car does not offer; all while no broker has answered."""
        found = {source.signal for source in self._sources.values()}
        return tuple(signal for signal in self._wanted if signal not in found)

    # --- the stream ---

    def _keep_connected(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            heard = self._heard
            try:
                with self._broker.channel() as channel:
                    self._follow(val_pb2_grpc.VALStub(channel))
            except grpc.RpcError as error:
                _log.info("databroker: %s", error.code() if isinstance(error, grpc.Call) else "lost")
            self._stub = self._call = None
            failures = 0 if self._heard > heard else failures + 1
            self._stopped.wait(BACK_OFF[min(failures, len(BACK_OFF) - 1)])

    def _follow(self, stub: val_pb2_grpc.VALStub) -> None:
        """One connection from its beginning to its end, which is an RpcError or the end of the stream."""
        listing = stub.ListMetadata(
            val_pb2.ListMetadataRequest(root="Vehicle"), timeout=ASK_TIMEOUT, metadata=self._broker.metadata
        )
        self._known = {entry.path: entry.unit for entry in listing.metadata}
        usable = sources(self._wanted, self._known)
        try:
            self._subscribe(stub, usable)
        except grpc.RpcError as error:
            if not isinstance(error, grpc.Call) or error.code() not in _UNUSABLE:
                raise
            self._subscribe(stub, tuple(source for source in usable if self._readable(stub, source)))

    def _readable(self, stub: val_pb2_grpc.VALStub, source: Source) -> bool:
        """Whether this one path can be had; one that cannot must not cost the others."""
        try:
            stub.GetValue(
                val_pb2.GetValueRequest(signal_id=types_pb2.SignalID(path=source.path)),
                timeout=ASK_TIMEOUT,
                metadata=self._broker.metadata,
            )
        except grpc.RpcError as error:
            if isinstance(error, grpc.Call) and error.code() in _UNUSABLE:
                return False
            raise
        return True

    def _subscribe(self, stub: val_pb2_grpc.VALStub, usable: Sequence[Source]) -> None:
        self._sources = {source.path: source for source in usable}
        self._latest = {}
        self._call = stream = stub.Subscribe(
            val_pb2.SubscribeRequest(signal_paths=list(self._sources)), metadata=self._broker.metadata
        )
        self._heard = self._clock.seconds()
        self._stub = stub
        if self._stopped.is_set():
            stream.cancel()
        for update in stream:
            self._tell({path: scalar(datapoint) for path, datapoint in update.entries.items()})

    # --- the speed while the stream is silent ---

    def _keep_speed(self) -> None:
        wait = READ_AFTER
        while not self._stopped.wait(wait):
            now = self._clock.seconds()
            silent = now - self._speed_heard
            if silent < READ_AFTER:
                wait = READ_AFTER - silent
            else:
                self._read_speed()
                wait = max(0.01, READ_AFTER - (self._clock.seconds() - now))
                if self._stub is not None and self._clock.seconds() - self._heard > GIVE_UP_AFTER:
                    self._hang_up()

    def _read_speed(self) -> None:
        stub, path = self._stub, next((path for path, source in self._sources.items() if source.signal == SPEED), None)
        if stub is None or path is None:
            return
        request = val_pb2.GetValuesRequest(signal_ids=[types_pb2.SignalID(path=path)])
        try:
            answer = stub.GetValues(request, timeout=READ_TIMEOUT, metadata=self._broker.metadata)
        except (grpc.RpcError, ValueError):  # ValueError: the channel was closed meanwhile
            return
        if len(answer.data_points) == 1:
            self._tell({path: scalar(answer.data_points[0])})

    def _hang_up(self) -> None:
        call = self._call
        if call is not None:
            call.cancel()

    # --- both ---

    def _tell(self, values: Mapping[str, Value]) -> None:
        with self._lock:
            now = self._heard = self._clock.seconds()
            readings = []
            for path, raw in values.items():
                source = self._sources.get(path)
                if source is None or (source.signal != SPEED and self._unchanged(path, raw)):
                    continue
                if source.signal == SPEED:
                    self._speed_heard = now
                readings.append(Reading(now, source.signal, source.value(raw)))
            if readings and self._listener is not None:
                self._listener(readings)

    def _unchanged(self, path: str, raw: Value) -> bool:
        if path in self._latest and self._latest[path] == raw:
            return True
        self._latest[path] = raw
        return False


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
        """As `Navigation`; raises ServiceError."""
        places = ((DESTINATION_LATITUDE, latitude), (DESTINATION_LONGITUDE, longitude))
        requests = [
            val_pb2.ActuateRequest(signal_id=types_pb2.SignalID(path=path), value=types_pb2.Value(double=degrees))
            for path, degrees in places
        ]
        try:
            with self._broker.channel() as channel:
                val_pb2_grpc.VALStub(channel).BatchActuate(
                    val_pb2.BatchActuateRequest(actuate_requests=requests),
                    timeout=ASK_TIMEOUT,
                    metadata=self._broker.metadata,
                )
        except grpc.RpcError as error:
            code = error.code() if isinstance(error, grpc.Call) else "lost"
            raise ServiceError("The car's navigation did not take the destination.", detail=str(code)) from error
