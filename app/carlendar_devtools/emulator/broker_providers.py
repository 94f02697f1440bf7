"""Providers of an emulated databroker: who sets actuators, and who is asked for values.

A provider that has claimed signals is asked at every read, whatever the read is of; until it has answered, or a second
has passed, the broker does nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping

import grpc
from kuksa.val.v2 import types_pb2, val_pb2

from carlendar_devtools.emulator.broker_catalogue import SignalCatalogue
from carlendar_devtools.emulator.broker_memory import Points

ANSWER_WITHIN = 1.0
"""Seconds that a provider has to answer a read."""
MOST_WAITING = 10
"""Messages that wait for a provider."""


Take = Callable[[str, types_pb2.Value], None]
Publish = Callable[[Points], Mapping[str, str]]
"""Takes values; returns what is wrong with those that were not taken, by path."""


class ProviderRefusal(Exception):  # noqa: N818 — a status of gRPC, which is no fault of ours
    """The status that ends a call."""

    def __init__(self, code: grpc.StatusCode, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Providers:
    """Who provides what. `actuators` maps each path that is provided to what takes its values."""

    def __init__(self) -> None:
        self.actuators: dict[str, Take] = {}
        self.signals: list[ProviderStream] = []

    def claim(self, paths: Iterable[str], take: Take) -> None:
        """Provide these actuators; Refusal if another does."""
        wanted = tuple(paths)
        if any(path in self.actuators for path in wanted):
            raise ProviderRefusal(grpc.StatusCode.ALREADY_EXISTS, "another provider has claimed it")
        self.actuators |= dict.fromkeys(wanted, take)

    def release(self, take: Take) -> None:
        """Provide no actuators any more by `take`."""
        self.actuators = {path: each for path, each in self.actuators.items() if each != take}


class ProviderStream:
    """One call of `OpenProviderStream`. `claims_first` is whether values are taken of claimed signals only."""

    def __init__(
        self, providers: Providers, catalogue: SignalCatalogue, publish: Publish, *, claims_first: bool
    ) -> None:
        self.paths: frozenset[str] = frozenset()
        """The signals that it has claimed, whose reads it is asked for."""
        self._providers = providers
        self._catalogue = catalogue
        self._publish = publish
        self._claims_first = claims_first
        self._answer: asyncio.Future[Points] | None = None
        self._out: asyncio.Queue[val_pb2.OpenProviderStreamResponse | ProviderRefusal | None] = asyncio.Queue(
            MOST_WAITING
        )

    async def follow(self, requests: AsyncIterator[val_pb2.OpenProviderStreamRequest]) -> None:
        """Take what the provider sends, until it sends no more or is refused."""
        end: ProviderRefusal | None = None
        try:
            async for request in requests:
                if (response := self._on_request(request)) is not None:
                    await self._out.put(response)
        except ProviderRefusal as refusal:
            end = refusal
        self.close()
        await self._out.put(end)

    async def responses(self) -> AsyncIterator[val_pb2.OpenProviderStreamResponse]:
        """What the provider is sent; raises Refusal at the end, if it was refused."""
        while (response := await self._out.get()) is not None:
            if isinstance(response, ProviderRefusal):
                raise response
            yield response

    def close(self) -> None:
        """Provide nothing any more."""
        self._providers.release(self._actuate)
        if self in self._providers.signals:
            self._providers.signals.remove(self)

    async def values(self, paths: Iterable[str]) -> Points | None:
        """Return the provider's values of these signals, in its own order; None if it does not answer in time."""
        numbers = [self._catalogue.number(path) for path in paths]
        asked = val_pb2.GetProviderValueRequest(signal_ids=numbers)
        self._answer = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await self._out.put(val_pb2.OpenProviderStreamResponse(get_provider_value_request=asked))
                return await self._answer
        except TimeoutError:
            return None
        finally:
            self._answer = None

    # --- what the provider sends ---

    def _on_request(self, request: val_pb2.OpenProviderStreamRequest) -> val_pb2.OpenProviderStreamResponse | None:
        action = request.WhichOneof("action")
        if action == "provide_actuation_request":
            paths = [self._path(each) for each in request.provide_actuation_request.actuator_identifiers]
            self._providers.claim(paths, self._actuate)
            done = val_pb2.ProvideActuationResponse()
            return val_pb2.OpenProviderStreamResponse(provide_actuation_response=done)
        if action == "provide_signal_request" and self._claims_first:
            self._claim(request.provide_signal_request.signals_sample_intervals)
            return val_pb2.OpenProviderStreamResponse(provide_signal_response=val_pb2.ProvideSignalResponse())
        if action == "publish_values_request":
            return self._take(request.publish_values_request)
        if action == "get_provider_value_response" and self._answer is not None and not self._answer.done():
            entries = request.get_provider_value_response.entries.items()
            self._answer.set_result({self._path(types_pb2.SignalID(id=number)): point for number, point in entries})
        return None

    def _claim(self, numbers: Iterable[int]) -> None:
        wanted = frozenset(self._path(types_pb2.SignalID(id=number)) for number in numbers)
        if any(wanted & other.paths for other in self._providers.signals if other is not self):
            raise ProviderRefusal(grpc.StatusCode.ALREADY_EXISTS, "another provider has claimed it")
        self.paths |= wanted
        if self not in self._providers.signals:
            self._providers.signals.append(self)

    def _take(self, request: val_pb2.PublishValuesRequest) -> val_pb2.OpenProviderStreamResponse | None:
        """Values, which subscribers get in one message; an answer only if some are not taken."""
        points = {self._path(types_pb2.SignalID(id=number)): point for number, point in request.data_points.items()}
        if self._claims_first and not points.keys() <= self.paths:
            raise ProviderRefusal(grpc.StatusCode.ABORTED, "not claimed by ProvideSignalRequest")
        if not (wrong := self._publish(points)):
            return None
        status = {
            self._catalogue.number(path): types_pb2.Error(code=types_pb2.ERROR_CODE_INVALID_ARGUMENT, message=why)
            for path, why in wrong.items()
        }
        answer = val_pb2.PublishValuesResponse(request_id=request.request_id, status=status)
        return val_pb2.OpenProviderStreamResponse(publish_values_response=answer)

    def _path(self, signal: types_pb2.SignalID) -> str:
        if (path := self._catalogue.path(signal)) is None:
            raise ProviderRefusal(grpc.StatusCode.NOT_FOUND, "no such path")
        return path

    def _actuate(self, path: str, value: types_pb2.Value) -> None:
        signal = types_pb2.SignalID(id=self._catalogue.number(path))
        asked = val_pb2.BatchActuateStreamRequest(
            actuate_requests=[val_pb2.ActuateRequest(signal_id=signal, value=value)]
        )
        try:
            self._out.put_nowait(val_pb2.OpenProviderStreamResponse(batch_actuate_stream_request=asked))
        except asyncio.QueueFull:
            raise ProviderRefusal(grpc.StatusCode.DATA_LOSS, "the provider does not take it") from None
