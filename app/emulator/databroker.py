"""An emulated databroker: the `kuksa.val.v2` service on loopback, in the loop that starts it.

It behaves as the real one where a client can tell: a subscription begins with the current value of
every path, an unknown path fails it as a whole, a continuous signal repeats equal values and any other
does not, a slow reader loses the oldest messages, and reads are answered from memory with the timestamp
of the last report, however long ago that was. Not there: provider streams, filters, signal ids.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import NoReturn, Protocol

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from kuksa.val.v2 import types_pb2, val_pb2, val_pb2_grpc

from app.domain.ports import Unsubscribe
from app.emulator.vss import TREE, Signal, Value, encoded

MOST_BUFFERED = 1000
"""The largest `buffer_size` that the real broker allows."""
_OPTIONS = (("grpc.so_reuseport", 0),)

Actuated = Callable[[Mapping[str, Value]], None]


class Context(Protocol):
    """What is used of gRPC's servicer context."""

    async def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        """End the call with that status, by raising."""

    def invocation_metadata(self) -> Iterable[tuple[str, str]] | None:
        """What came with the call."""


class Databroker(val_pb2_grpc.VALServicer):  # type: ignore[misc]  # the generated code bears no types
    """`set` is the car's side. All methods are for the loop's thread. With `token`, every call must bear it.

    `certificate` is a private key and a certificate chain, both PEM; None serves without TLS.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        tree: Mapping[str, Signal] = TREE,
        certificate: tuple[bytes, bytes] | None = None,
        token: str = "",
    ) -> None:
        self._port = port
        self._tree = tree
        self._certificate = certificate
        self._token = token
        self._values: dict[str, types_pb2.Datapoint] = {}
        self._readers: list[_Reader] = []
        self._listeners: list[Actuated] = []
        self._answering = asyncio.Event()
        self._answering.set()
        self._silent = False
        self._kept_back: dict[str, types_pb2.Datapoint] = {}
        self._server: grpc.aio.Server | None = None

    async def start(self) -> int:
        """Serve on 127.0.0.1 and return the port; OSError when it is taken."""
        server = grpc.aio.server(options=_OPTIONS)
        val_pb2_grpc.add_VALServicer_to_server(self, server)
        address = f"127.0.0.1:{self._port}"
        try:
            if self._certificate is None:
                port: int = server.add_insecure_port(address)
            else:
                port = server.add_secure_port(address, grpc.ssl_server_credentials([self._certificate]))
        except RuntimeError as error:
            raise OSError(f"port {self._port} cannot be had") from error
        await server.start()
        self._server, self._port = server, port
        return port

    async def stop(self) -> None:
        """End every call at once and release the port."""
        server, self._server = self._server, None
        if server is not None:
            await server.stop(grace=None)

    def set(self, path: str, value: Value) -> None:
        """The car sets a signal; None takes its value away. KeyError for a path that the car does not have.

        TypeError or ValueError for a value that is not of the signal's type.
        """
        signal = self._tree[path]
        self._put(path, types_pb2.Datapoint() if value is None else types_pb2.Datapoint(value=signal.encode(value)))

    def put(self, path: str, value: Value) -> None:
        """As `set` of whatever a recorded car said: what is not of the signal's type is sent as what it is.

        A path that this car does not have is passed over.
        """
        if path in self._tree:
            self._put(path, types_pb2.Datapoint(value=encoded(self._tree[path], value)))

    def get(self, path: str) -> Value:
        """The present value; None where it was never set."""
        return _plain(self._values.get(path, types_pb2.Datapoint()).value)

    def signals_stop(self, stopped: bool) -> None:
        """As a bus that is gone: nothing is published, reads answer from memory; False publishes what was kept back."""
        self._silent = stopped
        if not stopped:
            kept_back, self._kept_back = self._kept_back, {}
            for path, point in kept_back.items():
                self._put(path, point)

    def stall(self, stalled: bool) -> None:
        """As a broker that hangs: streams fall silent and reads are not answered, until False."""
        if stalled:
            self._answering.clear()
        else:
            self._answering.set()

    def expect(self, token: str) -> None:
        """Another token from now on; a stream that was opened with the one before ends with its next value."""
        self._token = token

    def subscribe(self, listener: Actuated) -> Unsubscribe:
        """Call `listener` with the paths and values of each request that sets actuators (a destination)."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # --- the service ---

    async def GetServerInfo(  # noqa: N802 — the service's name
        self,
        request: val_pb2.GetServerInfoRequest,  # noqa: ARG002 — it asks nothing
        context: Context,
    ) -> val_pb2.GetServerInfoResponse:
        """Who this is."""
        await self._admit(context)
        return val_pb2.GetServerInfoResponse(name="carlendar-emulator", version="0.1.0")

    async def ListMetadata(  # noqa: N802 — the service's name
        self, request: val_pb2.ListMetadataRequest, context: Context
    ) -> val_pb2.ListMetadataResponse:
        """What is at or under `root`; all of it for an empty one."""
        await self._admit(context)
        root = request.root.removesuffix(".**").removesuffix("**")
        found = [
            signal.metadata(number)
            for number, (path, signal) in enumerate(self._tree.items(), 1)
            if not root or path == root or path.startswith(f"{root}.")
        ]
        if not found:
            await _refuse(context, grpc.StatusCode.NOT_FOUND, "no such path")
        return val_pb2.ListMetadataResponse(metadata=found)

    async def GetValue(  # noqa: N802 — the service's name
        self, request: val_pb2.GetValueRequest, context: Context
    ) -> val_pb2.GetValueResponse:
        """One value."""
        points = await self._read([request.signal_id], context)
        return val_pb2.GetValueResponse(data_point=points[0])

    async def GetValues(  # noqa: N802 — the service's name
        self, request: val_pb2.GetValuesRequest, context: Context
    ) -> val_pb2.GetValuesResponse:
        """Several values, in the order asked for."""
        return val_pb2.GetValuesResponse(data_points=await self._read(request.signal_ids, context))

    async def Subscribe(  # noqa: N802 — the service's name
        self, request: val_pb2.SubscribeRequest, context: Context
    ) -> AsyncIterator[val_pb2.SubscribeResponse]:
        """The current values, then what is set."""
        await self._admit(context)
        if request.buffer_size > MOST_BUFFERED:
            await _refuse(context, grpc.StatusCode.INVALID_ARGUMENT, "buffer_size is at most 1000")
        await self._check(request.signal_paths, context)
        reader = _Reader(request.signal_paths, request.buffer_size)
        reader.put({path: self._values.get(path, types_pb2.Datapoint()) for path in request.signal_paths})
        self._readers.append(reader)
        try:
            while True:
                await reader.filled()
                await self._answering.wait()
                await self._admit(context)
                yield val_pb2.SubscribeResponse(entries=reader.take())
        finally:
            self._readers.remove(reader)

    async def Actuate(  # noqa: N802 — the service's name
        self, request: val_pb2.ActuateRequest, context: Context
    ) -> val_pb2.ActuateResponse:
        """Set one actuator."""
        await self._actuate([request], context)
        return val_pb2.ActuateResponse()

    async def BatchActuate(  # noqa: N802 — the service's name
        self, request: val_pb2.BatchActuateRequest, context: Context
    ) -> val_pb2.BatchActuateResponse:
        """Set several actuators, all or none."""
        await self._actuate(request.actuate_requests, context)
        return val_pb2.BatchActuateResponse()

    async def PublishValue(  # noqa: N802 — the service's name
        self, request: val_pb2.PublishValueRequest, context: Context
    ) -> val_pb2.PublishValueResponse:
        """A provider sets a value."""
        await self._admit(context)
        path = request.signal_id.path
        await self._check([path], context)
        if not self._tree[path].accepts(request.data_point.value):
            await _refuse(context, grpc.StatusCode.INVALID_ARGUMENT, "not of the signal's type")
        self._put(path, types_pb2.Datapoint(value=request.data_point.value))
        return val_pb2.PublishValueResponse()

    # --- behind it ---

    def _put(self, path: str, point: types_pb2.Datapoint) -> None:
        if self._silent:
            self._kept_back[path] = point
            return
        before = self._values.get(path)
        changed = before is None or before.value != point.value
        point.timestamp.CopyFrom(_now())
        self._values[path] = point
        if changed or self._tree[path].continuous:
            for reader in self._readers:
                if path in reader.paths:
                    reader.put({path: point})

    async def _read(self, ids: Sequence[types_pb2.SignalID], context: Context) -> list[types_pb2.Datapoint]:
        await self._admit(context)
        await self._check([each.path for each in ids], context)
        await self._answering.wait()
        return [self._values.get(each.path, types_pb2.Datapoint()) for each in ids]

    async def _actuate(self, requests: Sequence[val_pb2.ActuateRequest], context: Context) -> None:
        await self._admit(context)
        await self._check([each.signal_id.path for each in requests], context)
        for each in requests:
            signal = self._tree[each.signal_id.path]
            if not signal.actuator or not signal.accepts(each.value):
                await _refuse(context, grpc.StatusCode.INVALID_ARGUMENT, "not an actuator, or not of its type")
        for each in requests:
            self._put(each.signal_id.path, types_pb2.Datapoint(value=each.value))
        for listener in tuple(self._listeners):
            listener({each.signal_id.path: _plain(each.value) for each in requests})

    async def _check(self, paths: Iterable[str], context: Context) -> None:
        if any(path not in self._tree for path in paths):
            await _refuse(context, grpc.StatusCode.NOT_FOUND, "no such path")

    async def _admit(self, context: Context) -> None:
        given = dict(context.invocation_metadata() or ()).get("authorization") if self._token else None
        if self._token and given != f"Bearer {self._token}":
            await _refuse(context, grpc.StatusCode.UNAUTHENTICATED, "no valid token")


class _Reader:
    """What one subscriber has not yet taken: the latest `size` + 1 messages; of more, the oldest are lost."""

    def __init__(self, paths: Iterable[str], size: int) -> None:
        self.paths = frozenset(paths)
        self._updates: deque[dict[str, types_pb2.Datapoint]] = deque(maxlen=size + 1)
        self._filled = asyncio.Event()

    def put(self, update: Mapping[str, types_pb2.Datapoint]) -> None:
        self._updates.append(dict(update))
        self._filled.set()

    async def filled(self) -> None:
        await self._filled.wait()

    def take(self) -> dict[str, types_pb2.Datapoint]:
        update = self._updates.popleft()
        if not self._updates:
            self._filled.clear()
        return update


async def _refuse(context: Context, code: grpc.StatusCode, text: str) -> NoReturn:
    await context.abort(code, text)


def _plain(value: types_pb2.Value) -> Value:
    kind = value.WhichOneof("typed_value")
    plain = None if kind is None else getattr(value, kind)
    return plain if plain is None or isinstance(plain, (bool, int, float, str)) else None


def _now() -> Timestamp:
    now = Timestamp()
    now.GetCurrentTime()
    return now
