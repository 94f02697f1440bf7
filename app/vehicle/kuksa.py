"""Vehicle signals from a databroker over `kuksa.val.v2`.

A broker sends many signals only when they change, and falls silent with the bus. So the speed is read
while its stream is silent: what answers is confirmed, what does not answer confirms nothing, and the
engine sees to the rest. Every failure ends in another attempt; nothing here gives up.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

import grpc
from google.protobuf.message import DecodeError
from kuksa.val.v2 import types_pb2, val_pb2

from app.domain.ports import ElapsedClock, Reading
from app.errors import CarlendarError
from app.vehicle.broker import Broker, Stub, scalar
from app.vehicle.repetition import Repetition
from app.vehicle.signals import ALIASES, CONNECTED, SPEED, Source, Value, sources

READ_AFTER = 0.45
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
        self._running = threading.Lock()
        """Held from `start` to `stop`: a lock is waited for with less effort than an event, twice a second."""
        self._threads: list[threading.Thread] = []
        self._stub: Stub | None = None
        self._call: grpc.Call | None = None
        self._known: Mapping[str, str] = {}
        self._sources: dict[str, Source] = {}
        self._latest: dict[str, Value] = {}
        self._repetition: Repetition | None = None
        """How the speed that was told last would be said again."""
        self._speed: Value = None
        self._heard = 0.0
        """When anything was last heard of the broker; elapsed seconds."""
        self._speed_heard = 0.0

    def start(self, listener: Listener) -> None:
        """As `VehicleSignals`; also returns at once while no broker is there."""
        self._listener = listener
        self._running.acquire()
        for target, name in ((self._keep_connected, "signals"), (self._keep_speed, "speed")):
            thread = threading.Thread(target=target, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """As `VehicleSignals`."""
        self._stopped.set()
        with self._lock:
            self._listener = None
        if self._running.locked():
            self._running.release()
        self._hang_up()
        for thread in self._threads:
            thread.join()

    def knows(self, path: str) -> bool:
        """Whether the car has this path, as far as is known by now."""
        return path in self._known

    def again(self) -> None:
        """Connect anew, so that the current value of every signal is told once more; from any thread, at once."""
        self._hang_up()

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
                    self._follow(Stub(channel))
            except grpc.RpcError as error:
                _log.info("databroker: %s", error.code() if isinstance(error, grpc.Call) else "lost")
            except DecodeError:
                _log.info("databroker: not kuksa.val.v2")
            except CarlendarError as error:
                _log.info("databroker: %s", error)
            except Exception:  # noqa: BLE001 — whatever a broker brings about, the next attempt is made
                _log.exception("databroker")
            self._stub = self._call = None
            self._take_back()
            failures = 0 if self._heard > heard else failures + 1
            self._stopped.wait(BACK_OFF[min(failures, len(BACK_OFF) - 1)])

    def _follow(self, stub: Stub) -> None:
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

    def _readable(self, stub: Stub, source: Source) -> bool:
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

    def _subscribe(self, stub: Stub, usable: Sequence[Source]) -> None:
        self._sources = {source.path: source for source in usable}
        self._latest, self._repetition = {}, None
        self._call = stream = stub.Subscribe(
            val_pb2.SubscribeRequest(signal_paths=list(self._sources)), metadata=self._broker.metadata
        )
        self._heard = self._clock.seconds()
        self._stub = stub
        if self._stopped.is_set():
            stream.cancel()
        for message in stream:
            self._heed(message)

    # --- the speed while the stream is silent ---

    def _keep_speed(self) -> None:
        wait = READ_AFTER
        while not self._running.acquire(timeout=wait):
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
            self._take({path: answer.data_points[0]})

    def _hang_up(self) -> None:
        call = self._call
        if call is not None:
            call.cancel()

    # --- both ---

    def _heed(self, message: bytes) -> None:
        """An encoded `SubscribeResponse`."""
        if self._repetition is not None and self._repetition.is_in(message):
            self._confirm()
        else:
            self._take(val_pb2.SubscribeResponse.FromString(message).entries)

    def _confirm(self) -> None:
        """The speed was said again."""
        with self._lock:
            now = self._heard = self._speed_heard = self._clock.seconds()
            if self._listener is not None:
                self._listener((Reading(now, SPEED, self._speed),))

    def _take(self, points: Mapping[str, types_pb2.Datapoint]) -> None:
        with self._lock:
            now = self._heard = self._clock.seconds()
            readings = []
            for path, point in points.items():
                source, raw = self._sources.get(path), scalar(point)
                if source is None or (source.signal != SPEED and self._unchanged(path, raw)):
                    continue
                value = source.value(raw)
                if source.signal == SPEED:
                    self._speed_heard, self._speed = now, value
                    self._repetition = Repetition(path, point.value.SerializeToString())
                readings.append(Reading(now, source.signal, value))
            if readings and self._listener is not None:
                self._listener(readings)

    def _take_back(self) -> None:
        """The broker is gone, and with it the car's word that there is a connection, or none."""
        with self._lock:
            told = any(source.signal == CONNECTED and path in self._latest for path, source in self._sources.items())
            self._latest = {}
            if told and self._listener is not None:
                self._listener((Reading(self._clock.seconds(), CONNECTED, None),))

    def _unchanged(self, path: str, raw: Value) -> bool:
        if path in self._latest and self._latest[path] == raw:
            return True
        self._latest[path] = raw
        return False
