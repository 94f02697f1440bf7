"""The state of an emulated databroker: the last value of each signal, and its subscribers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from google.protobuf.timestamp_pb2 import Timestamp
from kuksa.val.v2 import types_pb2

from carlendar_devtools.emulator.broker_subscriber import Subscriber
from carlendar_devtools.emulator.broker_tokens import BrokerGrant, BrokerTokens
from carlendar_devtools.emulator.vss import Signal, Value, encoded, plain

Points = dict[str, types_pb2.Datapoint]


class BrokerMemory:
    """For the loop's thread. `now` is the clock of tokens' expiry, in seconds."""

    def __init__(self, tree: Mapping[str, Signal], tokens: Mapping[str, BrokerGrant], now: Callable[[], float]) -> None:
        self._tree = tree
        self._tokens = BrokerTokens(tokens, now)
        self._began = _now()
        self._values: Points = {}
        self._readers: list[Subscriber] = []
        self._blocked = False
        """While it is, values wait to be taken."""
        self._delayed: list[Points] = []
        self._silent = False
        self._kept_back: Points = {}

    def set(self, path: str, value: Value) -> None:
        """The car publishes a signal; None takes its value away. KeyError for a path that the car does not have.

        TypeError or ValueError for a value that is not of the signal's type.
        """
        signal = self._tree[path]
        self._put(path, types_pb2.Datapoint() if value is None else types_pb2.Datapoint(value=signal.encode(value)))

    def put(self, path: str, value: Value) -> None:
        """Like `set` for recorded values: a value that does not have the signal's type is sent with its own type.

        A path that this car does not have is passed over.
        """
        if path in self._tree:
            self._put(path, types_pb2.Datapoint(value=encoded(self._tree[path], value)))

    def get(self, path: str) -> Value:
        """The present value; None where it was never set."""
        return plain(self._values[path].value) if path in self._values else None

    def signals_stop(self, stopped: bool) -> None:
        """Simulate a provider that stopped: nothing is published, reads are answered from memory; False publishes what
        was held back.
        """
        self._silent = stopped
        if not stopped:
            kept_back, self._kept_back = self._kept_back, {}
            for path, point in kept_back.items():
                self._put(path, point)

    def expect(self, token: str) -> None:
        """Require another token from now on, none if empty; streams with the previous one end."""
        self.accept({token: BrokerGrant()} if token else {})

    def accept(self, tokens: Mapping[str, BrokerGrant]) -> None:
        """Accept these tokens from now on; streams with others end."""
        self._tokens.replace(tokens)
        self._end_expired()

    # --- behind it ---

    def _publish(self, points: Points) -> dict[str, str]:
        """Values from a provider, for subscribers in one message; what is not of its signal's type is returned."""
        wrong = [path for path, point in points.items() if not self._tree[path].accepts(point.value)]
        taken = {path: types_pb2.Datapoint(value=point.value) for path, point in points.items() if path not in wrong}
        self._store(taken)
        return dict.fromkeys(wrong, "not of the signal's type")

    def _put(self, path: str, point: types_pb2.Datapoint) -> None:
        if self._silent:
            self._kept_back[path] = point
        else:
            self._store({path: point})

    def _store(self, points: Points) -> None:
        """Keep what is new, and hand it to subscribers in one message."""
        if self._blocked:
            self._delayed.append(points)
            return
        fresh = {path: point for path, point in points.items() if self._is_new(path, point)}
        for point in fresh.values():
            point.timestamp.CopyFrom(_now())
        self._values |= fresh
        self._end_expired()
        for reader in self._readers:
            reader.put(fresh)

    def _is_new(self, path: str, point: types_pb2.Datapoint) -> bool:
        return self._tree[path].repeats or path not in self._values or self._values[path].value != point.value

    def _point(self, path: str) -> types_pb2.Datapoint:
        return self._values.get(path) or types_pb2.Datapoint(timestamp=self._began)

    def _end_expired(self) -> None:
        for reader in self._readers:
            if not self._tokens.valid(reader.grant):
                reader.end()

    def _block(self, blocked: bool) -> None:
        """Hold back values until False; they are then processed in order."""
        self._blocked = blocked
        if not blocked:
            delayed, self._delayed = self._delayed, []
            for points in delayed:
                self._store(points)


def _now() -> Timestamp:
    now = Timestamp()
    now.GetCurrentTime()
    return now
