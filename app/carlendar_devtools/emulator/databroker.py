"""An emulated databroker: the `kuksa.val.v2` service on loopback, in the loop that starts it.

It is modelled on Eclipse KUKSA databroker 0.5.0 to 0.7.0, by its published source, its documentation and what was
observed of it; the real one was not at hand to compare with. What a client can notice:

- A subscription keeps `buffer_size` messages besides the latest, at most 1000. What a slow reader loses are whole
  messages, so with 0 the first of two quick updates is lost, of whatever path.
- An equal value of a continuous signal is sent again with a new timestamp. Of any other it is ignored: no message, and
  the timestamp stays.
- Reads are answered from memory indefinitely. Timestamps are of the broker's clock when the value came in; the source's
  own are not passed on. A signal without a value yet has the timestamp of the broker's start.
- An unknown path refuses the whole request (NOT_FOUND). Metadata lists every path, whatever the token covers. Paths
  that it does not cover are left out of a subscription without a word, and refuse a whole read (PERMISSION_DENIED).
- A stream ends, without an error, within a second of its token's expiry; calls are UNAUTHENTICATED from then on.
- An actuator without a provider is UNAVAILABLE. Several actuators are handed to their providers one after the other, so
  the first may be set although the second is refused. What is set is not published; that is for the provider to do.
- Once a provider has claimed signals (`ProvideSignalRequest`), reads return claimed signals alone, in the provider's
  order, and every read waits for it. Until it answers, or for a second, the broker does nothing else.
- Version 0.5.0 lists metadata without paths, and knows no claims.

Not there: filters, `SubscribeById`, `ActuateStream`, limits of values.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from kuksa.val.v2 import types_pb2, val_pb2, val_pb2_grpc

from carlendar.domain.ports import Unsubscribe
from carlendar_devtools.emulator import tasks
from carlendar_devtools.emulator.broker_call import Context, refuse
from carlendar_devtools.emulator.broker_catalogue import SignalCatalogue
from carlendar_devtools.emulator.broker_memory import BrokerMemory, Points
from carlendar_devtools.emulator.broker_providers import ProviderRefusal, Providers, ProviderStream
from carlendar_devtools.emulator.broker_subscriber import Subscriber
from carlendar_devtools.emulator.broker_tokens import BrokerGrant
from carlendar_devtools.emulator.vss import TREE, Signal, Value, plain

MOST_BUFFERED = 1000
"""The largest `buffer_size` that is allowed."""
HOUSEKEEPING = 1.0
"""Seconds between two looks for expired tokens."""
WITHOUT_PATHS = "0.5.0"
_OPTIONS = (("grpc.so_reuseport", 0),)

Actuated = Callable[[Mapping[str, Value]], None]


class Databroker(BrokerMemory, val_pb2_grpc.VALServicer):  # type: ignore[misc]  # the generated code is untyped
    """`set` is the car's side. All methods are for the loop's thread.

    With `token` (everything allowed) or `tokens`, every call must have one. `certificate` is a private key and a
    certificate chain, both PEM; None serves without TLS. `now` is the clock of tokens' expiry, in seconds.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        tree: Mapping[str, Signal] = TREE,
        certificate: tuple[bytes, bytes] | None = None,
        token: str = "",
        tokens: Mapping[str, BrokerGrant] | None = None,
        version: str = "0.7.0",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(tree, {**(tokens or {}), **({token: BrokerGrant()} if token else {})}, now)
        self._port = port
        self._certificate = certificate
        self._version = version
        self._catalogue = SignalCatalogue(tree, named=version != WITHOUT_PATHS)
        self._providers = Providers()
        self._reading = asyncio.Lock()
        self._answering = asyncio.Event()
        self._answering.set()
        self._server: grpc.aio.Server | None = None
        self._housekeeping: asyncio.Task[None] | None = None

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
        self._housekeeping = asyncio.create_task(self._keep_house())
        return port

    async def stop(self) -> None:
        """End every call at once and release the port."""
        server, self._server = self._server, None
        await tasks.end(self._housekeeping)
        if server is not None:
            await server.stop(grace=None)

    def stall(self, stalled: bool) -> None:
        """As a broker that hangs: streams fall silent and reads are not answered, until False."""
        if stalled:
            self._answering.clear()
        else:
            self._answering.set()

    def subscribe(self, listener: Actuated, paths: Sequence[str] | None = None) -> Unsubscribe:
        """Provide these actuators, else all: `listener` is called with the path and the value of each that is set.

        Raises Refusal if another provides one of them.
        """

        def take(path: str, value: types_pb2.Value) -> None:
            listener({path: plain(value)})

        wanted = [path for path, signal in self._tree.items() if signal.actuator] if paths is None else paths
        self._providers.claim(wanted, take)
        return lambda: self._providers.release(take)

    # --- the service ---

    async def GetServerInfo(  # noqa: N802 — the service's name
        self,
        request: val_pb2.GetServerInfoRequest,  # noqa: ARG002 — it asks nothing
        context: Context,
    ) -> val_pb2.GetServerInfoResponse:
        """Name and version."""
        await self._admit(context)
        return val_pb2.GetServerInfoResponse(name="carlendar-emulator", version=self._version)

    async def ListMetadata(  # noqa: N802 — the service's name
        self, request: val_pb2.ListMetadataRequest, context: Context
    ) -> val_pb2.ListMetadataResponse:
        """What is at or under `root`; all of it for an empty one."""
        await self._admit(context)
        if not (found := self._catalogue.metadata(request.root)):
            await refuse(context, grpc.StatusCode.NOT_FOUND, "no such path")
        return val_pb2.ListMetadataResponse(metadata=found)

    async def GetValue(  # noqa: N802 — the service's name
        self, request: val_pb2.GetValueRequest, context: Context
    ) -> val_pb2.GetValueResponse:
        """One value."""
        if points := await self._read([request.signal_id], context):
            return val_pb2.GetValueResponse(data_point=points[0])
        return await refuse(context, grpc.StatusCode.CANCELLED, "no provider returned it")

    async def GetValues(  # noqa: N802 — the service's name
        self, request: val_pb2.GetValuesRequest, context: Context
    ) -> val_pb2.GetValuesResponse:
        """Several values, in the order asked for unless providers are asked."""
        return val_pb2.GetValuesResponse(data_points=await self._read(request.signal_ids, context))

    async def Subscribe(  # noqa: N802 — the service's name
        self, request: val_pb2.SubscribeRequest, context: Context
    ) -> AsyncIterator[val_pb2.SubscribeResponse]:
        """The current values, then what is set."""
        grant = await self._admit(context)
        if request.buffer_size > MOST_BUFFERED or not request.signal_paths:
            await refuse(context, grpc.StatusCode.INVALID_ARGUMENT, "no path, or buffer_size beyond 1000")
        await self._check(request.signal_paths, context)
        reader = Subscriber(request.signal_paths, request.buffer_size, grant)
        reader.begin({path: self._point(path) for path in request.signal_paths})
        self._readers.append(reader)
        try:
            while True:
                await reader.woken()
                await self._answering.wait()
                if not self._tokens.valid(grant):
                    return
                if (update := reader.take()) is None:
                    return
                yield val_pb2.SubscribeResponse(entries=update)
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
        """Set several actuators, one after the other until one is refused."""
        await self._actuate(request.actuate_requests, context)
        return val_pb2.BatchActuateResponse()

    async def PublishValue(  # noqa: N802 — the service's name
        self, request: val_pb2.PublishValueRequest, context: Context
    ) -> val_pb2.PublishValueResponse:
        """A provider sets a value."""
        await self._admit(context)
        (path,) = await self._paths([request.signal_id], context)
        if self._publish({path: request.data_point}):
            await refuse(context, grpc.StatusCode.INVALID_ARGUMENT, "not of the signal's type")
        return val_pb2.PublishValueResponse()

    async def OpenProviderStream(  # noqa: N802 — the service's name
        self, requests: AsyncIterator[val_pb2.OpenProviderStreamRequest], context: Context
    ) -> AsyncIterator[val_pb2.OpenProviderStreamResponse]:
        """A provider: claims, values and answers in, requests to set and to read out."""
        await self._admit(context)
        claims_first = self._version != WITHOUT_PATHS
        stream = ProviderStream(self._providers, self._catalogue, self._publish, claims_first=claims_first)
        following = asyncio.create_task(stream.follow(requests))
        try:
            async for response in stream.responses():
                yield response
        except ProviderRefusal as refusal:
            await refuse(context, refusal.code, refusal.text)
        finally:
            stream.close()
            following.cancel()

    # --- behind it ---

    async def _read(self, ids: Sequence[types_pb2.SignalID], context: Context) -> list[types_pb2.Datapoint]:
        grant = await self._admit(context)
        paths = await self._paths(ids, context)
        await self._answering.wait()
        async with self._reading:
            if not self._providers.signals:
                await self._cover(paths, grant, context)
                return [self._point(path) for path in paths]
            found: Points = {}
            for provider in tuple(self._providers.signals):
                mine = sorted(provider.paths.intersection(paths))  # the real order is that of a hash table
                await self._cover(mine, grant, context)
                found |= await self._ask(provider, mine)
            return list(found.values())

    async def _ask(self, provider: ProviderStream, paths: Sequence[str]) -> Points:
        """Return a provider's own values of these paths; other values are held back in the meantime."""
        self._block(True)
        try:
            answer = await provider.values(paths)
        finally:
            self._block(False)
        if answer is None:
            return {path: self._point(path) for path in paths}
        now = Timestamp()
        now.GetCurrentTime()
        return {path: types_pb2.Datapoint(value=point.value, timestamp=now) for path, point in answer.items()}

    async def _actuate(self, requests: Sequence[val_pb2.ActuateRequest], context: Context) -> None:
        grant = await self._admit(context)
        paths = await self._paths([each.signal_id for each in requests], context)
        for path, each in zip(paths, requests, strict=True):
            if not grant.actuates or not grant.covers(path):
                await refuse(context, grpc.StatusCode.PERMISSION_DENIED, f"not allowed: {path}")
            if not self._tree[path].actuator or not self._tree[path].accepts(each.value):
                await refuse(context, grpc.StatusCode.INVALID_ARGUMENT, "not an actuator, or not of its type")
        for path, each in zip(paths, requests, strict=True):
            if (take := self._providers.actuators.get(path)) is None:
                await refuse(context, grpc.StatusCode.UNAVAILABLE, f"no provider of {path}")
            try:
                take(path, each.value)
            except ProviderRefusal as refusal:
                await refuse(context, refusal.code, refusal.text)

    async def _paths(self, ids: Iterable[types_pb2.SignalID], context: Context) -> list[str]:
        paths = [self._catalogue.path(each) or "" for each in ids]
        await self._check(paths, context)
        return paths

    async def _check(self, paths: Iterable[str], context: Context) -> None:
        if any(path not in self._tree for path in paths):
            await refuse(context, grpc.StatusCode.NOT_FOUND, "no such path")

    async def _cover(self, paths: Iterable[str], grant: BrokerGrant, context: Context) -> None:
        if not all(grant.covers(path) for path in paths):
            await refuse(context, grpc.StatusCode.PERMISSION_DENIED, "the token does not cover it")

    async def _admit(self, context: Context) -> BrokerGrant:
        grant = self._tokens.grant(context.invocation_metadata())
        return grant or await refuse(context, grpc.StatusCode.UNAUTHENTICATED, "no valid token")

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(HOUSEKEEPING)
            self._end_expired()
