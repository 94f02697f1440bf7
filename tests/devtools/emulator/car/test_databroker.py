"""The emulated databroker, spoken to with the plain generated stubs over real gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import grpc
import pytest
from kuksa.val.v2 import types_pb2, val_pb2, val_pb2_grpc

from carlendar.domain.vss import DAY_NIGHT, DESTINATION_LATITUDE, DESTINATION_LONGITUDE, SELECTOR, SPEED
from carlendar_devtools.emulator.databroker import Databroker
from carlendar_devtools.emulator.vss import TREE

Stub: TypeAlias = val_pb2_grpc.VALStub
Talk = Callable[[Databroker, Stub], Awaitable[None]]


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[tuple[Databroker, Stub]]:
    broker = Databroker(**options)
    port = await broker.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield broker, val_pb2_grpc.VALStub(channel)
    await broker.stop()


def talk(conversation: Talk, **options: Any) -> None:
    async def run() -> None:
        async with serving(**options) as (broker, stub):
            await asyncio.wait_for(conversation(broker, stub), 20)

    asyncio.run(run())


def signal(path: str) -> types_pb2.SignalID:
    return types_pb2.SignalID(path=path)


def subscribe(stub: Stub, *paths: str, buffer_size: int = 0) -> Any:
    return stub.Subscribe(val_pb2.SubscribeRequest(signal_paths=paths, buffer_size=buffer_size))


def numbers(update: val_pb2.SubscribeResponse) -> dict[str, object]:
    def plain(point: types_pb2.Datapoint) -> object:
        kind = point.value.WhichOneof("typed_value")
        return None if kind is None else getattr(point.value, kind)

    return {path: plain(point) for path, point in update.entries.items()}


def ask(path: str, **value: object) -> val_pb2.ActuateRequest:
    return val_pb2.ActuateRequest(signal_id=signal(path), value=types_pb2.Value(**value))


async def status(call: Awaitable[object]) -> grpc.StatusCode:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    return refused.value.code()


def test_it_names_itself_and_lists_what_it_has() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        assert (await stub.GetServerInfo(val_pb2.GetServerInfoRequest())).name == "carlendar-emulator"
        every = await stub.ListMetadata(val_pb2.ListMetadataRequest(root="Vehicle"))
        assert {entry.path for entry in every.metadata} == set(TREE)
        one = (await stub.ListMetadata(val_pb2.ListMetadataRequest(root=SPEED))).metadata
        assert [(entry.path, entry.unit) for entry in one] == [(SPEED, "km/h")]
        nothing = stub.ListMetadata(val_pb2.ListMetadataRequest(root="Vehicle.Spee"))
        assert await status(nothing) is grpc.StatusCode.NOT_FOUND

    talk(conversation)


def test_a_subscription_begins_with_every_current_value_set_or_not() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        broker.set(SPEED, 12.5)
        first = await subscribe(stub, SPEED, SELECTOR).read()
        assert numbers(first) == {SPEED: 12.5, SELECTOR: None}

    talk(conversation)


def test_continuous_signals_repeat_and_others_do_not() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        stream = subscribe(stub, SPEED, SELECTOR, buffer_size=10)
        await stream.read()
        for path, value in [(SELECTOR, 126), (SELECTOR, 126), (SPEED, 3.0), (SPEED, 3.0), (SELECTOR, 127)]:
            broker.set(path, value)
        seen = [numbers(await stream.read()) for _ in range(4)]
        assert seen == [{SELECTOR: 126}, {SPEED: 3.0}, {SPEED: 3.0}, {SELECTOR: 127}]

    talk(conversation)


def test_a_slow_reader_loses_whole_messages_beyond_its_buffer() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        for buffer_size, expected in ((0, [{SELECTOR: 127}]), (1, [{SPEED: 49.0}, {SELECTOR: 127}])):
            stream = subscribe(stub, SPEED, SELECTOR, buffer_size=buffer_size)
            await stream.read()
            broker.set(SELECTOR, 126)
            await stream.read()
            for speed in range(50):
                broker.set(SPEED, float(speed))
            broker.set(SELECTOR, 127)
            assert [numbers(await stream.read()) for _ in expected] == expected
            stream.cancel()

    talk(conversation)


def test_an_unknown_path_fails_the_whole_request() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        assert await status(subscribe(stub, SPEED, "Vehicle.Wings").read()) is grpc.StatusCode.NOT_FOUND
        ids = [signal(SPEED), signal("Vehicle.Wings")]
        assert await status(stub.GetValues(val_pb2.GetValuesRequest(signal_ids=ids))) is grpc.StatusCode.NOT_FOUND
        assert await status(subscribe(stub, SPEED, buffer_size=1001).read()) is grpc.StatusCode.INVALID_ARGUMENT

    talk(conversation)


def test_values_can_be_read_and_published() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        point = types_pb2.Datapoint(value=types_pb2.Value(float=8.0))
        await stub.PublishValue(val_pb2.PublishValueRequest(signal_id=signal(SPEED), data_point=point))
        answer = await stub.GetValues(val_pb2.GetValuesRequest(signal_ids=[signal(SPEED), signal(SELECTOR)]))
        assert [point.value.WhichOneof("typed_value") for point in answer.data_points] == ["float", None]
        assert (await stub.GetValue(val_pb2.GetValueRequest(signal_id=signal(SPEED)))).data_point.value.float == 8.0
        wrong = types_pb2.Datapoint(value=types_pb2.Value(string="fast"))
        refused = stub.PublishValue(val_pb2.PublishValueRequest(signal_id=signal(SPEED), data_point=wrong))
        assert await status(refused) is grpc.StatusCode.INVALID_ARGUMENT

    talk(conversation)


def test_actuators_are_handed_to_their_providers_one_by_one_and_not_published() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        taken: list[object] = []
        broker.subscribe(taken.append)
        latitude, longitude = ask(DESTINATION_LATITUDE, double=52.4), ask(DESTINATION_LONGITUDE, double=10.8)
        sensor = val_pb2.BatchActuateRequest(actuate_requests=[latitude, ask(SPEED, float=1.0)])
        assert await status(stub.BatchActuate(sensor)) is grpc.StatusCode.INVALID_ARGUMENT
        assert taken == []  # what makes no sense is refused before anything is handed on
        await stub.BatchActuate(val_pb2.BatchActuateRequest(actuate_requests=[latitude, longitude]))
        await stub.Actuate(ask(DAY_NIGHT, string="DAY"))
        assert taken == [{DESTINATION_LATITUDE: 52.4}, {DESTINATION_LONGITUDE: 10.8}, {DAY_NIGHT: "DAY"}]
        assert broker.get(DAY_NIGHT) is None

    talk(conversation)


def test_an_actuator_without_a_provider_is_unavailable_and_half_a_batch_is_set() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        taken: list[object] = []
        batch = val_pb2.BatchActuateRequest(
            actuate_requests=[ask(DESTINATION_LATITUDE, double=52.4), ask(DESTINATION_LONGITUDE, double=10.8)]
        )
        assert await status(stub.BatchActuate(batch)) is grpc.StatusCode.UNAVAILABLE
        withdraw = broker.subscribe(taken.append, [DESTINATION_LATITUDE])
        assert await status(stub.BatchActuate(batch)) is grpc.StatusCode.UNAVAILABLE
        assert taken == [{DESTINATION_LATITUDE: 52.4}]
        withdraw()
        assert await status(stub.Actuate(ask(DESTINATION_LATITUDE, double=1.0))) is grpc.StatusCode.UNAVAILABLE

    talk(conversation)


def test_a_stopped_bus_is_silent_and_reads_answer_from_memory_with_the_old_timestamp() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        async def read() -> types_pb2.Datapoint:
            return (await stub.GetValues(val_pb2.GetValuesRequest(signal_ids=[signal(SPEED)]))).data_points[0]

        broker.set(SPEED, 4.0)
        stream = subscribe(stub, SPEED)
        first = numbers(await stream.read())
        before = await read()
        broker.signals_stop(True)
        broker.set(SPEED, 5.0)
        assert (first, await read()) == ({SPEED: 4.0}, before)
        waiting = asyncio.ensure_future(stream.read())
        await asyncio.wait([waiting], timeout=0.1)
        assert not waiting.done()
        broker.signals_stop(False)
        assert numbers(await waiting) == {SPEED: 5.0}
        assert (await read()).timestamp.ToNanoseconds() > before.timestamp.ToNanoseconds()

    talk(conversation)


def test_a_broker_that_hangs_answers_nothing_until_it_goes_on() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        broker.stall(True)
        read = stub.GetValues(val_pb2.GetValuesRequest(signal_ids=[signal(SPEED)]), timeout=0.2)
        assert await status(read) is grpc.StatusCode.DEADLINE_EXCEEDED
        broker.stall(False)
        await stub.GetValues(val_pb2.GetValuesRequest(signal_ids=[signal(SPEED)]))

    talk(conversation)


def test_a_token_is_asked_for_when_there_is_one() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        request = val_pb2.GetServerInfoRequest()
        assert await status(stub.GetServerInfo(request)) is grpc.StatusCode.UNAUTHENTICATED
        await stub.GetServerInfo(request, metadata=(("authorization", "Bearer secret"),))

    talk(conversation, token="secret")


def test_a_taken_port_is_an_error() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        with pytest.raises(OSError, match="cannot be had"):
            await Databroker(broker._port).start()

    talk(conversation)
