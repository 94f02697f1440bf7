"""The product against the emulated databroker in each of its modes: nothing that one does loosens a restriction."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from kuksa.val.v2 import types_pb2, val_pb2, val_pb2_grpc

from carlendar.domain.vss import PARK_LOCK, PARKING_BRAKE, SELECTOR, SPEED, VOLUME
from carlendar.platform.clock import BoottimeClock
from carlendar.safety.restrictions import DrivingState
from carlendar.vehicle.broker import Broker
from carlendar.vehicle.kuksa import KuksaSignals
from carlendar.vehicle.reads import Reads
from carlendar_devtools.emulator.broker_call import Context
from carlendar_devtools.emulator.broker_tokens import BrokerGrant
from carlendar_devtools.emulator.car import Car, CarState
from carlendar_devtools.emulator.databroker import Databroker
from carlendar_devtools.emulator.vss import TREE, Signal, SignalKind
from tests.fakes.databroker import Garage, Watch
from tests.fakes.starved import Starved

P, D = 126, 127
NUMBERS = {path: number for number, path in enumerate(TREE, 1)}


@contextmanager
def watching(garage: Garage, clock: BoottimeClock, **broker: Any) -> Iterator[Watch]:
    made = Watch(clock)
    signals = KuksaSignals(Broker(garage.address, **broker), clock)
    signals.start(made.engine.take)
    try:
        yield made
    finally:
        signals.stop()
        made.engine.stop()


class Drive:
    """The emulated car on the garage's databroker."""

    def __init__(self, garage: Garage, state: CarState) -> None:
        self._garage = garage
        self._made: list[Car] = []
        ready = asyncio.run_coroutine_threadsafe(self._start(state), garage.loop)
        ready.result(10)

    async def _start(self, state: CarState) -> None:
        self._made.append(Car(self._garage.broker, state))
        await self._made[0].start()

    def set(self, **changes: object) -> None:
        self._garage.do(lambda _: self._made[0].set(**changes))

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._made[0].stop(), self._garage.loop).result(10)


@contextmanager
def driving(garage: Garage, **state: Any) -> Iterator[Drive]:
    drive = Drive(garage, CarState(**state))
    try:
        yield drive
    finally:
        drive.stop()


@contextmanager
def foreign_provider(garage: Garage, *paths: str) -> Iterator[None]:
    """Another provider that claims these signals and answers no read."""
    sent: queue.Queue[val_pb2.OpenProviderStreamRequest | None] = queue.Queue()
    intervals = {NUMBERS[path]: types_pb2.SampleInterval(interval_ms=100) for path in paths}
    claim = val_pb2.ProvideSignalRequest(signals_sample_intervals=intervals)
    sent.put(val_pb2.OpenProviderStreamRequest(provide_signal_request=claim))
    with grpc.insecure_channel(garage.address) as channel:
        stream = val_pb2_grpc.VALStub(channel).OpenProviderStream(iter(sent.get, None))
        assert next(stream).HasField("provide_signal_response")
        yield
        sent.put(None)
        stream.cancel()


def test_quick_updates_at_a_red_light_in_d_are_never_parked(garage: Garage, clock: BoottimeClock) -> None:
    with watching(garage, clock) as watch:
        for _ in range(4):
            garage.set(SELECTOR, P)
            with garage.publishing(SPEED, 0.0):
                watch.wait(DrivingState.PARKED)

            def quickly(broker: Databroker) -> None:
                for path, value in ((SELECTOR, D), (SPEED, 30.0), (SPEED, 0.0)):
                    broker.set(path, value)

            garage.do(quickly)
            before = len(watch.seen)
            with garage.publishing(SPEED, 0.0):
                watch.wait(DrivingState.IDLING)
            assert DrivingState.PARKED not in {restrictions.state for _, restrictions in watch.seen[before:]}


@pytest.mark.parametrize("switch", ["provider", "signals"])
def test_a_silence_is_unknown_after_a_second_and_over_when_it_ends(
    garage: Garage, clock: BoottimeClock, switch: str
) -> None:
    with driving(garage) as drive, watching(garage, clock) as watch:
        watch.wait(DrivingState.PARKED)
        begun = clock.seconds()
        with Starved() as starved:
            drive.set(**{switch: False})
            silent = watch.wait(DrivingState.UNKNOWN) - begun
        assert 0.8 < silent < 1.5 + starved.longest
        drive.set(**{switch: True})
        watch.wait(DrivingState.PARKED)


def test_a_car_of_which_the_token_covers_the_speed_alone_is_never_parked(
    garage: Garage, clock: BoottimeClock, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text("mine")
    garage.do(lambda broker: broker.accept({"mine": BrokerGrant(hidden=(SELECTOR,))}))
    with driving(garage), watching(garage, clock, token_file=file) as watch:
        watch.wait(DrivingState.IDLING)
        assert DrivingState.PARKED not in {restrictions.state for _, restrictions in watch.seen}


def test_a_foreign_provider_that_answers_no_read_costs_nothing_while_the_speed_is_published(
    garage: Garage, clock: BoottimeClock
) -> None:
    with driving(garage), foreign_provider(garage, VOLUME), watching(garage, clock) as watch:
        watch.wait(DrivingState.PARKED)
        count = len(watch.seen)
        with garage.publishing(SPEED, 0.0):
            garage.counts.wait("publish", 20)
        assert len(watch.seen) == count


def test_beside_a_foreign_provider_a_silent_speed_is_unknown(garage: Garage, clock: BoottimeClock) -> None:
    with driving(garage) as drive, foreign_provider(garage, VOLUME), watching(garage, clock) as watch:
        watch.wait(DrivingState.PARKED)
        drive.set(provider=False)
        watch.wait(DrivingState.UNKNOWN)


def test_reads_that_are_not_answered_become_rare_for_each_stalls_the_broker(garage: Garage) -> None:
    """Counted in rounds and not in seconds: how long a round lasts is the machine's affair."""
    with foreign_provider(garage, SPEED), grpc.insecure_channel(garage.address) as channel:
        reads = Reads(val_pb2_grpc.VALStub(channel), Broker(garage.address))
        asked = list[int]()
        for number in range(1, 31):
            before = garage.counts["read"]
            assert list(reads.read([SPEED])) == []
            if garage.counts["read"] > before:
                asked.append(number)
        assert asked == [1, 2, 6, 14, 30]


class _OwnOrder(Databroker):
    """Returns several values in another order than asked for, as one with providers of signals may."""

    async def GetValues(self, request: val_pb2.GetValuesRequest, context: Context) -> val_pb2.GetValuesResponse:  # noqa: N802 — the service's name
        answer = await super().GetValues(request, context)
        return val_pb2.GetValuesResponse(data_points=reversed(answer.data_points))


def test_values_that_come_in_another_order_are_not_taken_for_each_other(garage: Garage, clock: BoottimeClock) -> None:
    """At a red light the driver sets the parking brake; that is no park lock."""
    garage.shut()
    lock = Signal(PARK_LOCK, SignalKind.BOOLEAN, actuator=True)
    garage.open({SPEED: TREE[SPEED], PARKING_BRAKE: TREE[PARKING_BRAKE], PARK_LOCK: lock}, kind=_OwnOrder)
    garage.set(PARK_LOCK, False)
    with watching(garage, clock) as watch:
        with garage.publishing(SPEED, 30.0):
            watch.wait(DrivingState.MOVING)
        garage.set(PARKING_BRAKE, True)
        with garage.publishing(SPEED, 0.0):
            watch.wait(DrivingState.IDLING)
            garage.counts.wait("publish", 15)
        assert DrivingState.PARKED not in {restrictions.state for _, restrictions in watch.seen}
