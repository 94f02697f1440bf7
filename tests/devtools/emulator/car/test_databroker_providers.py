"""Providers at the emulated databroker, each a client of its own over real gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
from kuksa.val.v2 import types_pb2, val_pb2

from carlendar.domain.vss import DAY_NIGHT, SELECTOR, SPEED, VOLUME
from carlendar_devtools.emulator.databroker import Databroker
from carlendar_devtools.emulator.vss import TREE
from tests.devtools.emulator.car.test_databroker import Stub, ask, numbers, signal, status, subscribe, talk

NUMBERS = {path: number for number, path in enumerate(TREE, 1)}


class Provider:
    """A provider stream that is written to and read from as a test wants."""

    def __init__(self, stub: Stub) -> None:
        self.stream = stub.OpenProviderStream()

    async def send(self, **action: object) -> None:
        await self.stream.write(val_pb2.OpenProviderStreamRequest(**action))

    async def receive(self) -> val_pb2.OpenProviderStreamResponse:
        return await asyncio.wait_for(self.stream.read(), 10)

    async def claim(self, *paths: str) -> None:
        intervals = {NUMBERS[path]: types_pb2.SampleInterval(interval_ms=100) for path in paths}
        await self.send(provide_signal_request=val_pb2.ProvideSignalRequest(signals_sample_intervals=intervals))
        assert (await self.receive()).HasField("provide_signal_response")

    async def publish(self, points: dict[str, types_pb2.Value]) -> None:
        values = {NUMBERS[path]: types_pb2.Datapoint(value=value) for path, value in points.items()}
        await self.send(publish_values_request=val_pb2.PublishValuesRequest(request_id=1, data_points=values))


@asynccontextmanager
async def providing(stub: Stub, *paths: str) -> AsyncIterator[Provider]:
    provider = Provider(stub)
    if paths:
        await provider.claim(*paths)
    yield provider
    provider.stream.cancel()


def speed(value: float) -> types_pb2.Value:
    return types_pb2.Value(float=value)


def read(stub: Stub, *paths: str, seconds: float = 5.0) -> grpc.aio.UnaryUnaryCall:
    ids = [signal(path) for path in paths]
    return stub.GetValues(val_pb2.GetValuesRequest(signal_ids=ids), timeout=seconds)


def test_what_a_provider_publishes_together_comes_in_one_message() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        stream = subscribe(stub, SPEED, SELECTOR, buffer_size=5)
        await stream.read()
        async with providing(stub, SPEED, SELECTOR) as provider:
            await provider.publish({SPEED: speed(3.0), SELECTOR: types_pb2.Value(int32=127)})
            assert numbers(await stream.read()) == {SPEED: 3.0, SELECTOR: 127}
            await provider.publish({SPEED: types_pb2.Value(string="fast"), SELECTOR: types_pb2.Value(int32=126)})
            wrong = (await provider.receive()).publish_values_response.status
            assert list(wrong) == [NUMBERS[SPEED]]
            assert numbers(await stream.read()) == {SELECTOR: 126}

    talk(conversation)


def test_signals_are_claimed_before_they_are_published_and_by_one_provider_alone() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        async with providing(stub) as provider:
            await provider.publish({SPEED: speed(3.0)})
            assert await status(provider.receive()) is grpc.StatusCode.ABORTED
        async with providing(stub, SPEED), providing(stub) as second:
            intervals = {NUMBERS[SPEED]: types_pb2.SampleInterval()}
            request = val_pb2.ProvideSignalRequest(signals_sample_intervals=intervals)
            await second.send(provide_signal_request=request)
            assert await status(second.receive()) is grpc.StatusCode.ALREADY_EXISTS

    talk(conversation)


def test_version_0_5_0_knows_no_claims_and_lists_no_paths() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        assert (await stub.GetServerInfo(val_pb2.GetServerInfoRequest())).version == "0.5.0"
        listed = (await stub.ListMetadata(val_pb2.ListMetadataRequest(root="Vehicle"))).metadata
        assert len(listed) == len(TREE)
        assert {entry.path for entry in listed} == {""}
        stream = subscribe(stub, SPEED)
        await stream.read()
        async with providing(stub) as provider:
            await provider.publish({SPEED: speed(3.0)})
            assert numbers(await stream.read()) == {SPEED: 3.0}

    talk(conversation, version="0.5.0")


def test_a_provider_of_actuators_is_asked_by_number_and_gone_with_its_stream() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        claim = val_pb2.ProvideActuationRequest(actuator_identifiers=[signal(DAY_NIGHT)])
        async with providing(stub) as provider:
            await provider.send(provide_actuation_request=claim)
            assert (await provider.receive()).HasField("provide_actuation_response")
            await stub.Actuate(ask(DAY_NIGHT, string="NIGHT"))
            (asked,) = (await provider.receive()).batch_actuate_stream_request.actuate_requests
            assert (asked.signal_id.id, asked.value.string) == (NUMBERS[DAY_NIGHT], "NIGHT")
            async with providing(stub) as second:
                await second.send(provide_actuation_request=claim)
                assert await status(second.receive()) is grpc.StatusCode.ALREADY_EXISTS
        async with asyncio.timeout(10):
            while await outcome(stub.Actuate(ask(DAY_NIGHT, string="DAY"))) is not grpc.StatusCode.UNAVAILABLE:
                await stub.GetServerInfo(val_pb2.GetServerInfoRequest())

    talk(conversation)


async def outcome(call: grpc.aio.UnaryUnaryCall) -> grpc.StatusCode:
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


def test_beside_a_foreign_provider_reads_return_its_signals_alone_in_an_order_of_its_own() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        broker.set(SPEED, 3.0)
        async with providing(stub, VOLUME, DAY_NIGHT) as foreign:
            waiting = asyncio.ensure_future(read(stub, VOLUME, SPEED, DAY_NIGHT))
            asked = (await foreign.receive()).get_provider_value_request
            assert set(asked.signal_ids) == {NUMBERS[VOLUME], NUMBERS[DAY_NIGHT]}
            entries = {
                NUMBERS[DAY_NIGHT]: types_pb2.Datapoint(value=types_pb2.Value(string="DAY")),
                NUMBERS[VOLUME]: types_pb2.Datapoint(value=types_pb2.Value(uint32=7)),
            }
            await foreign.send(get_provider_value_response=val_pb2.GetProviderValueResponse(entries=entries))
            found = {point.value.WhichOneof("typed_value") for point in (await waiting).data_points}
            assert found == {"string", "uint32"}

    talk(conversation)


def test_a_provider_that_answers_no_read_stalls_everyone_for_a_second_at_most() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        broker.set(SPEED, 3.0)
        stream = subscribe(stub, SPEED, buffer_size=5)
        await stream.read()
        async with providing(stub, VOLUME) as foreign:
            waiting = asyncio.ensure_future(read(stub, SPEED))
            assert (await foreign.receive()).HasField("get_provider_value_request")
            broker.set(SPEED, 4.0)
            later = asyncio.ensure_future(stream.read())
            await asyncio.wait([later], timeout=0.1)
            assert not later.done()
            assert list((await waiting).data_points) == []  # the speed is none of that provider's signals
            assert numbers(await later) == {SPEED: 4.0}
            given_up = read(stub, SPEED, seconds=0.1)
            assert await status(given_up) is grpc.StatusCode.DEADLINE_EXCEEDED
            broker.set(SPEED, 5.0)
            assert numbers(await stream.read()) == {SPEED: 5.0}

    talk(conversation)
