"""The emulated car: what is set reaches the bus; what no car can do is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
from kuksa.val.v2 import types_pb2, val_pb2, val_pb2_grpc

from carlendar.domain import vss
from carlendar.errors import UsageError
from carlendar_devtools.emulator import vss as vss_tree
from carlendar_devtools.emulator.car import FULL_RANGE, Car, CarState, Gearbox, Ignition, Selector
from carlendar_devtools.emulator.databroker import Databroker


def test_the_speed_is_sent_at_its_rate_and_everything_set_reaches_the_bus() -> None:
    async def run() -> None:
        broker = Databroker()
        port = await broker.start()
        car = Car(broker, CarState(speed=12.0), rate=50.0)
        await car.start()
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            request = val_pb2.SubscribeRequest(signal_paths=[vss.SPEED, vss.SELECTOR], buffer_size=100)
            stream = val_pb2_grpc.VALStub(channel).Subscribe(request)
            speeds = [await stream.read() for _ in range(5)]
            assert all(update.entries[vss.SPEED].value.float == 12.0 for update in speeds)
            car.set(selector="D", night=False, driver="ana", passenger=True, gearbox="H", ignition="ACC")
            update = await stream.read()
            while vss.SELECTOR not in update.entries:
                update = await stream.read()
            assert update.entries[vss.SELECTOR].value.int32 == 127
        assert broker.get(vss.DAY_NIGHT) == "DAY"
        assert broker.get(vss.DRIVER_SUBJECT) == "ana"
        assert broker.get(vss.PASSENGER_SEAT) == "OCCUPIED"
        car.set(right_hand=True, miles=True, connected=False, volume=35, position="53.55, 9.97")
        assert broker.get(vss.DRIVER_POSITION) == "RIGHT"
        assert broker.get(vss.DISTANCE_UNIT) == "MILES"
        assert broker.get(vss.CONNECTED) is False
        assert broker.get(vss.VOLUME) == 35
        assert (broker.get(vss.LATITUDE), broker.get(vss.LONGITUDE)) == (53.55, 9.97)
        assert car.set(position="").position is None
        assert broker.get(vss.LATITUDE) is None
        assert car.state.gearbox is Gearbox.MANUAL
        assert car.state.ignition is Ignition.ACC
        await car.stop()
        await broker.stop()

    asyncio.run(asyncio.wait_for(run(), 20))


def test_a_stopped_bus_carries_nothing_and_answers_nothing() -> None:
    async def run() -> None:
        async with driving() as (car, stub):
            car.set(signals=False)
            stream = stub.Subscribe(val_pb2.SubscribeRequest(signal_paths=[vss.SPEED]))
            first, read = asyncio.ensure_future(stream.read()), asyncio.ensure_future(timestamp(stub))
            await asyncio.wait([first], timeout=0.2)
            assert not first.done()
            assert not read.done()
            car.set(signals=True)
            assert (await first).entries[vss.SPEED].value.float == 0.0
            await read

    asyncio.run(asyncio.wait_for(run(), 20))


def test_a_silent_provider_leaves_reads_to_the_memory_and_a_living_one_advances_the_timestamp() -> None:
    async def run() -> None:
        async with driving() as (car, stub):
            before = await timestamp(stub)
            stream = stub.Subscribe(val_pb2.SubscribeRequest(signal_paths=[vss.SPEED]))
            seen = [await _after(stream) for _ in range(3)][-1]  # equal values, published periodically
            assert await timestamp(stub) > before
            car.set(provider=False)
            silent = await timestamp(stub)
            while seen < silent:
                seen = await _after(stream)
            more = asyncio.ensure_future(_after(stream))
            await asyncio.wait([more], timeout=0.2)
            assert not more.done()
            assert await timestamp(stub) == silent
            car.set(provider=True)
            assert await more > silent

    asyncio.run(asyncio.wait_for(run(), 20))


async def _after(stream: Any) -> int:
    return int((await stream.read()).entries[vss.SPEED].timestamp.ToNanoseconds())


async def timestamp(stub: Any) -> int:
    """Of the speed as it is read."""
    answer = await stub.GetValue(val_pb2.GetValueRequest(signal_id=types_pb2.SignalID(path=vss.SPEED)))
    return int(answer.data_point.timestamp.ToNanoseconds())


@asynccontextmanager
async def driving() -> AsyncIterator[tuple[Car, Any]]:
    """A car that publishes its speed a hundred times a second, and the databroker's stub."""
    broker = Databroker()
    port = await broker.start()
    car = Car(broker, rate=100.0)
    await car.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield car, val_pb2_grpc.VALStub(channel)
    await car.stop()
    await broker.stop()


def test_the_car_publishes_only_what_changed_as_a_provider_does() -> None:
    async def run() -> None:
        broker = Databroker()
        car = Car(broker, rate=0.0)
        await car.start()
        published: list[str] = []
        put = broker.set

        def noted(path: str, value: vss_tree.Value) -> None:
            published.append(path)
            put(path, value)

        broker.set = noted  # type: ignore[method-assign]  # to count the calls
        car.set(speed=30.0)
        car.set(speed=0.0, night=False)
        assert published == [vss.SPEED, vss.SPEED, vss.DAY_NIGHT]
        car.lead({vss.SPEED: 10.0})
        published.clear()
        car.release()
        assert set(published) == set(car.state.values())
        await car.stop()
        await broker.stop()

    asyncio.run(asyncio.wait_for(run(), 20))


def test_a_destination_is_known_and_reported() -> None:
    async def run() -> None:
        broker = Databroker()
        port = await broker.start()
        car = Car(broker, rate=0.0)
        await car.start()
        destinations: list[tuple[float, float] | None] = []
        car.subscribe(lambda _: destinations.append(car.destination))
        places = ((vss.DESTINATION_LATITUDE, 52.5), (vss.DESTINATION_LONGITUDE, 10.5))
        requests = [
            val_pb2.ActuateRequest(signal_id=types_pb2.SignalID(path=path), value=types_pb2.Value(double=degrees))
            for path, degrees in places
        ]
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            await val_pb2_grpc.VALStub(channel).BatchActuate(val_pb2.BatchActuateRequest(actuate_requests=requests))
        assert destinations == [None, (52.5, 10.5)]
        await car.stop()
        await broker.stop()

    asyncio.run(asyncio.wait_for(run(), 20))


@pytest.mark.parametrize(
    "changes",
    [
        {"speed": float("nan")},
        {"speed": 900.0},
        {"speed": "fast"},
        {"speed": True},
        {"selector": "X"},
        {"selector": 3},
        {"ignition": "MAYBE"},
        {"night": 1},
        {"wings": True},
        {"volume": 101},
        {"volume": True},
        {"position": "97, 200"},
        {"position": "north"},
        {"position": "1, 2, 3"},
        {"position": 53.5},
        {"connected": 1},
    ],
)
def test_what_no_car_can_do_is_refused_and_changes_nothing(changes: dict[str, object]) -> None:
    async def run() -> None:
        car = Car(Databroker(), rate=0.0)
        with pytest.raises(UsageError):
            car.set(**changes)
        assert car.state == CarState()

    asyncio.run(run())


def test_selectors_are_known_by_letter_and_by_number() -> None:
    async def run() -> None:
        car = Car(Databroker(), rate=0.0)
        assert car.set(selector="R").selector is Selector.R
        assert car.set(selector=126).selector is Selector.P

    asyncio.run(run())


def test_driving_moves_the_odometer_and_takes_charge_and_range() -> None:
    async def drive() -> None:
        broker = Databroker()
        car = Car(broker, CarState(speed=250.0, charge=50.0), rate=200.0)
        await car.start()
        began = car.state.odometer
        moved = asyncio.Event()
        car.subscribe(lambda state: moved.set() if state.odometer > began else None)
        async with asyncio.timeout(20):
            await moved.wait()
        await car.stop()
        assert car.state.charge == pytest.approx(50.0 - (car.state.odometer - began) / FULL_RANGE * 100)
        assert broker.get(vss.RANGE) == round(car.state.range_km * 1000) < 310_000
        assert broker.get(vss.ODOMETER) == pytest.approx(round(car.state.odometer, 1))
        assert broker.get(vss.CHARGE) is not None

    asyncio.run(drive())
