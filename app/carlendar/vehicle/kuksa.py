"""Vehicle signals from a databroker over `kuksa.val.v2`.

A broker sends many signals only on change, and nothing while the bus sleeps. So the speed is read while its stream is
idle, and the selector at every standstill; `speed` and `choice` evaluate the values. Every failure is retried, with
back-off and without limit.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

import grpc
from google.protobuf.message import DecodeError
from kuksa.val.v2 import types_pb2, val_pb2

from carlendar.domain.ports import ElapsedClock, Reading
from carlendar.domain.vss import CONNECTED, DATABROKER
from carlendar.errors import CarlendarError
from carlendar.vehicle.broker import Broker, Stub, reason
from carlendar.vehicle.connection import READ_AFTER, Connection
from carlendar.vehicle.metadata import ASK_TIMEOUT, known_units
from carlendar.vehicle.signals import USED, SignalSource, aliases, named, sources

BUFFER = 256
"""Messages that the broker buffers. Without a buffer it keeps only the latest message, not the latest per path."""
GIVE_UP_AFTER = 3.0
"""Seconds without a response after which the connection is replaced."""
BACK_OFF = (0.2, 0.4, 0.8, 1.6, 3.0, 5.0)
"""Seconds before each further attempt; the last one repeats."""
STEADY = 10.0
"""Seconds that a connection has to last for the back-off to start again."""
Listener = Callable[[Sequence[Reading]], None]
Points = Iterable[tuple[str, types_pb2.Datapoint]]

_UNUSABLE = (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.PERMISSION_DENIED)

_log = logging.getLogger(__name__)


class KuksaSignals:
    """`VehicleSignals` from a databroker. `signals` are those to subscribe to; fewer cost less.

    `heartbeat` is a path that the speed's provider publishes at least every second, for cars that publish the speed on
    change only; empty for none. `switches` are further paths of booleans, each a signal by its path. Two threads: one
    for the stream, one for reads while the stream is idle.
    """

    def __init__(
        self,
        broker: Broker,
        clock: ElapsedClock,
        *,
        signals: Iterable[str] = USED,
        heartbeat: str = "",
        switches: Iterable[str] = (),
    ) -> None:
        self._broker = broker
        self._clock = clock
        self._wanted = (*signals, *named(switches))
        self._heartbeat = heartbeat
        self._listener: Listener | None = None
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._running = threading.Lock()
        """Held from `start` to `stop`: waiting for a lock twice a second is cheaper than for an event."""
        self._threads: list[threading.Thread] = []
        self._connection: Connection | None = None
        self._call: grpc.Call | None = None
        self._known: Mapping[str, str] = {}
        self._found: tuple[SignalSource, ...] = ()
        self.problem = "it has not answered yet"
        """Why there is no connection now, as a message for people; empty while there is one."""

    def start(self, listener: Listener) -> None:
        """As `VehicleSignals`; also returns at once while no broker is there."""
        self._listener = listener
        self._running.acquire()
        for target, name in ((self._keep_connected, "signals"), (self._keep_reading, "speed")):
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
        """Reconnect, so that the current value of every signal is delivered once more; from any thread, at once."""
        self._hang_up()

    def missing(self) -> tuple[str, ...]:
        """Signals that are wanted and that this car does not offer; all while no broker has answered."""
        found = {source.signal for source in self._found}
        return tuple(signal for signal in self._wanted if signal not in found)

    # --- the stream ---

    def _keep_connected(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            began: float | None = None
            try:
                with self._broker.channel() as channel:
                    self._follow(Stub(channel))
                why = "it ended the stream"
            except grpc.RpcError as error:
                why = reason(error)
            except DecodeError:
                why = "it does not answer as kuksa.val.v2"
            except CarlendarError as error:
                why = str(error)
            except Exception:  # noqa: BLE001 — whatever a broker causes, the next attempt is made
                _log.exception("databroker")
                why = "an error of our own"
            began = None if self._connection is None else self._connection.began
            self._lose(why)
            if began is not None and self._clock.seconds() - began >= STEADY:
                failures = 0
            self._stopped.wait(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
            failures += 1

    def _follow(self, stub: Stub) -> None:
        """One connection from its beginning to its end, which is an RpcError or the end of the stream."""
        paths = [alias.path for signal in self._wanted for alias in aliases(signal)]
        asked = [*paths, self._heartbeat] if self._heartbeat else paths
        self._known = known_units(stub, asked, self._broker.metadata)
        usable = sources(self._wanted, self._known)
        try:
            self._subscribe(stub, usable)
        except grpc.RpcError as error:
            if not isinstance(error, grpc.Call) or error.code() not in _UNUSABLE:
                raise
            self._subscribe(stub, tuple(source for source in usable if self._readable(stub, source)))

    def _readable(self, stub: Stub, source: SignalSource) -> bool:
        """Whether this one path can be had; one that cannot must not cost the others."""
        try:
            stub.GetValue(
                val_pb2.GetValueRequest(signal_id=types_pb2.SignalID(path=source.path)),
                timeout=ASK_TIMEOUT,
                metadata=self._broker.metadata,
            )
        except grpc.RpcError as error:
            code = error.code() if isinstance(error, grpc.Call) else None
            if code in _UNUSABLE:
                return False
            if code is not grpc.StatusCode.DEADLINE_EXCEEDED:
                raise
        return True

    def _subscribe(self, stub: Stub, usable: Sequence[SignalSource]) -> None:
        heartbeat = self._heartbeat if self._heartbeat in self._known else ""
        self._found = tuple(usable)
        connection = Connection(stub, self._broker, usable, heartbeat, self._clock.seconds())
        self._call = stream = stub.Subscribe(
            val_pb2.SubscribeRequest(signal_paths=connection.paths, buffer_size=BUFFER),
            metadata=self._broker.metadata,
        )
        if self._stopped.is_set():
            stream.cancel()
        self._connection = connection
        for message in stream:
            self._take_message(connection, message)

    def _lose(self, why: str) -> None:
        """The broker is gone: with it go the hold of a parked car, and what the car said of its data connection."""
        with self._lock:
            connection, self._connection, self._call = self._connection, None, None
            if why != self.problem and not self._stopped.is_set():
                _log.warning("databroker at %s: %s", self._broker.address, why)
            self.problem = why
            if connection is None or not connection.answered or self._listener is None:
                return
            now = self._clock.seconds()
            readings = [*connection.catch_up(), Reading(now, DATABROKER, False)]
            if connection.others.has(CONNECTED):
                readings.append(Reading(now, CONNECTED, None))
            self._listener(readings)

    def _hang_up(self) -> None:
        call = self._call
        if call is not None:
            call.cancel()

    # --- reads ---

    def _keep_reading(self) -> None:
        wait = READ_AFTER
        while not self._running.acquire(timeout=wait):
            connection, now = self._connection, self._clock.seconds()
            if connection is None:
                wait = READ_AFTER
                continue
            self._catch_up(connection)
            if connection.standstill:
                self._read(connection, connection.standstill_paths)
                connection.standstill -= 1
            if connection.read_due(now) <= 0.0:
                connection.read_at = now
                self._read(connection, connection.speed_paths)
            now = self._clock.seconds()
            if now - connection.heard > GIVE_UP_AFTER or connection.out_of_step(now, GIVE_UP_AFTER):
                self._hang_up()
            wait = max(0.01, connection.read_due(now))

    def _read(self, connection: Connection, paths: Sequence[str]) -> None:
        try:
            for path, point in connection.reads.read(paths):
                self._take(connection, ((path, point),), read=True)
        except ValueError:  # the channel was closed in the meantime
            return

    # --- both ---

    def _take_message(self, connection: Connection, message: bytes) -> None:
        """Process an encoded `SubscribeResponse`."""
        with self._lock:
            if connection.repeats(message):
                self._report(connection.repeat(self._clock.seconds(), message))
                return
        self._take(connection, val_pb2.SubscribeResponse.FromString(message).entries.items())

    def _catch_up(self, connection: Connection) -> None:
        with self._lock:
            self._report(connection.catch_up())

    def _take(self, connection: Connection, points: Points, *, read: bool = False) -> None:
        with self._lock:
            if connection is not self._connection:
                return
            self.problem = ""
            self._report(connection.take(self._clock.seconds(), points, read=read))

    def _report(self, readings: Sequence[Reading]) -> None:
        """Under the lock."""
        if readings and self._listener is not None:
            self._listener(readings)
