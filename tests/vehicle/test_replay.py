"""A recorded drive that the emulated car replays is, over the real wire, the drive that `carlendar safety` sees."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, TypeVar

import pytest

from carlendar.domain.ports import Reading
from carlendar.domain.vss import GEARBOX, IGNITION, PARKING_BRAKE, SELECTOR, SPEED
from carlendar.platform.clock import BoottimeClock
from carlendar.safety import replay
from carlendar.safety.engine import SafetyEngine
from carlendar.safety.restrictions import Restrictions
from carlendar.vehicle.broker import Broker
from carlendar.vehicle.kuksa import KuksaSignals
from carlendar_devtools.emulator.car import Car, CarState, Selector
from carlendar_devtools.emulator.databroker import Databroker
from carlendar_devtools.emulator.replay import Replay

T = TypeVar("T")


class Street:
    """An emulated car on a loop of its own, and an engine that listens to it over gRPC."""

    def __init__(self, clock: BoottimeClock) -> None:
        self._clock = clock
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.broker = Databroker()
        port = self.do(self.broker.start())
        self.car = Car(self.broker, CarState(speed=30.0, selector=Selector.D))
        self.do(self.car.start())
        self.engine = SafetyEngine(clock)
        self.seen: list[tuple[float, Restrictions]] = []
        self.engine.start()
        self._signals = KuksaSignals(Broker(f"127.0.0.1:{port}"), clock)
        self._signals.start(self.engine.take)

    def do(self, work: Coroutine[Any, Any, T], seconds: float = 30.0) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def play(self, trace: Sequence[Reading]) -> list[tuple[float, str]]:
        """The states from the trace's start on, with their times."""
        begun = self._clock.seconds()
        seen: list[tuple[float, str]] = []
        unsubscribe = self.engine.subscribe(lambda now: seen.append((self._clock.seconds() - begun, now.state.value)))
        self.do(Replay(self.car, trace, self._clock.seconds).run())
        unsubscribe()
        return seen

    def close(self) -> None:
        self._signals.stop()
        self.engine.stop()
        self.do(self.car.stop())
        self.do(self.broker.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def street(clock: BoottimeClock) -> Iterator[Street]:
    made = Street(clock)
    yield made
    made.close()


def test_a_replayed_drive_is_the_recorded_one_with_its_silence_and_its_nonsense(street: Street) -> None:
    trace = [Reading(0.0, GEARBOX, "AUTOMATIC"), Reading(0.0, SELECTOR, 126), Reading(0.0, SPEED, 0.0)]
    trace += [Reading(at / 10, SPEED, 0.0) for at in range(2, 16, 2)]  # parked at 1.0
    trace += [Reading(1.6, SPEED, 12.0), Reading(1.8, SPEED, float("nan")), Reading(2.0, SPEED, "broken")]
    trace += [Reading(2.4, SPEED, 20.0), Reading(4.6, SPEED, 20.0), Reading(5.0, "", None)]  # silent in between
    seen = street.play(trace)
    expected = [(change.at, change.state.value) for change in replay.replay(trace)][1:]
    assert [state for _, state in expected] == ["parked", "moving", "unknown", "moving", "unknown", "moving"]
    start = next(index for index, (_, state) in enumerate(seen) if state == "parked")
    assert [state for _, state in seen[start:]] == [state for _, state in expected]
    assert all(abs(was - should) < 0.9 for (was, _), (should, _) in zip(seen[start:], expected, strict=True))


def test_the_panel_shows_what_the_recorded_car_does_and_goes_on_from_there(street: Street) -> None:
    trace = [Reading(0.0, SELECTOR, 3), Reading(0.0, SPEED, 50.0), Reading(0.1, IGNITION, "ON")]
    trace += [Reading(0.1, PARKING_BRAKE, "broken"), Reading(0.2, "Vehicle.Nobody.Knows", 1), Reading(0.2, SPEED, 1e9)]
    street.play(trace)
    state = street.car.state
    assert (state.speed, state.selector, state.parking_brake, state.ignition) == (50.0, Selector.D, True, "ON")
    assert not street.car.led


def test_a_person_who_sets_the_car_takes_it_over(street: Street, clock: BoottimeClock) -> None:
    logged: list[str] = []

    async def run() -> None:
        trace = [Reading(0.0, SPEED, 50.0), Reading(3600.0, SPEED, 60.0)]
        fast = asyncio.Event()
        street.car.subscribe(lambda state: fast.set() if state.speed == 50.0 else None)
        task = asyncio.create_task(Replay(street.car, trace, clock.seconds, report=logged.append).run())
        await fast.wait()
        street.car.set(speed=7.0)
        await task

    street.do(run())
    assert logged[-1] == "the recorded drive was left"
    assert street.broker.get(SPEED) == 7.0
