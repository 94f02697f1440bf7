"""Tokens of the emulated databroker: what they cover, and when they expire."""

from __future__ import annotations

import asyncio

import grpc
from kuksa.val.v2 import val_pb2

from carlendar.domain.vss import DAY_NIGHT, SELECTOR, SPEED
from carlendar_devtools.emulator.broker_tokens import BrokerGrant
from carlendar_devtools.emulator.databroker import Databroker
from carlendar_devtools.emulator.vss import TREE
from tests.devtools.emulator.car.test_databroker import Stub, ask, numbers, signal, status, talk

MINE = (("authorization", "Bearer mine"),)
DEADLINE = 5.0
"""Seconds; the stream ends within one, on a machine with nothing else to do."""


def test_what_a_token_does_not_cover_is_listed_left_out_of_streams_and_refused_to_reads() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        broker.set(SPEED, 30.0)
        broker.set(SELECTOR, 127)
        listed = await stub.ListMetadata(val_pb2.ListMetadataRequest(root="Vehicle"), metadata=MINE)
        assert {entry.path for entry in listed.metadata} == set(TREE)
        request = val_pb2.SubscribeRequest(signal_paths=[SPEED, SELECTOR], buffer_size=10)
        stream = stub.Subscribe(request, metadata=MINE)
        assert numbers(await stream.read()) == {SELECTOR: 127}
        broker.set(SPEED, 31.0)
        broker.set(SELECTOR, 126)
        assert numbers(await stream.read()) == {SELECTOR: 126}
        ids = [signal(SELECTOR), signal(SPEED)]
        read = stub.GetValues(val_pb2.GetValuesRequest(signal_ids=ids), metadata=MINE)
        assert await status(read) is grpc.StatusCode.PERMISSION_DENIED
        one = await stub.GetValue(val_pb2.GetValueRequest(signal_id=signal(SELECTOR)), metadata=MINE)
        assert one.data_point.value.int32 == 126

    talk(conversation, tokens={"mine": BrokerGrant(hidden=(SPEED,))})


def test_a_subscription_to_hidden_paths_alone_is_an_empty_message_and_then_silence() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        stream = stub.Subscribe(val_pb2.SubscribeRequest(signal_paths=[SPEED]), metadata=MINE)
        assert numbers(await stream.read()) == {}
        broker.set(SPEED, 30.0)
        more = asyncio.ensure_future(stream.read())
        await asyncio.wait([more], timeout=0.1)
        assert not more.done()
        stream.cancel()

    talk(conversation, tokens={"mine": BrokerGrant(hidden=("Vehicle",))})


def test_a_token_that_may_not_set_sets_nothing() -> None:
    async def conversation(broker: Databroker, stub: Stub) -> None:
        taken: list[object] = []
        broker.subscribe(taken.append)
        refused = stub.Actuate(ask(DAY_NIGHT, string="DAY"), metadata=MINE)
        assert await status(refused) is grpc.StatusCode.PERMISSION_DENIED
        assert taken == []

    talk(conversation, tokens={"mine": BrokerGrant(actuates=False)})


def test_a_stream_ends_when_its_token_expires_and_calls_are_unauthenticated() -> None:
    now = 100.0

    async def conversation(broker: Databroker, stub: Stub) -> None:
        nonlocal now
        stream = stub.Subscribe(val_pb2.SubscribeRequest(signal_paths=[SPEED]), metadata=MINE)
        await stream.read()
        now = 200.0
        assert await asyncio.wait_for(stream.read(), DEADLINE) is grpc.aio.EOF
        info = stub.GetServerInfo(val_pb2.GetServerInfoRequest(), metadata=MINE)
        assert await status(info) is grpc.StatusCode.UNAUTHENTICATED

    talk(conversation, tokens={"mine": BrokerGrant(expires=150.0)}, now=lambda: now)
