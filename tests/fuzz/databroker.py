"""Values from a databroker: of wrong types, not finite, huge, missing. The car never counts as parked by nonsense.

A real `kuksa.val.v2` server on the loopback publishes them; the client and the safety engine are the car's.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from random import Random

from kuksa.val.v2 import types_pb2

from carlendar.domain.ports import Reading
from carlendar.domain.vss import SELECTOR, SPEED
from carlendar.platform.clock import BoottimeClock
from carlendar.safety.restrictions import DrivingState
from carlendar.vehicle.broker import Broker
from carlendar.vehicle.kuksa import KuksaSignals
from carlendar_devtools.emulator.vss import TREE
from tests.fakes.databroker import Ears, Garage, Watch
from tests.fuzz import values
from tests.fuzz.finding import require, watched
from tests.fuzz.stand import STARTED

SUFFIX = ".txt"
IN_PARK, IN_DRIVE = 126, 127
WAIT = 15.0


class Car:
    """The stand: server, client, engine."""

    def __init__(self) -> None:
        self.garage, self.ears, clock = Garage(), Ears(), BoottimeClock()
        self.garage.open()
        self.watch = Watch(clock)
        self.signals = KuksaSignals(Broker(self.garage.address), clock)

        def both(readings: Sequence[Reading]) -> None:
            self.ears(readings)
            self.watch.engine.take(readings)

        self.signals.start(both)
        STARTED.callback(self.garage.close)
        STARTED.callback(self.watch.engine.stop)
        STARTED.callback(self.signals.stop)

    def put(self, path: str, value: types_pb2.Value) -> None:
        """Publish whatever it is."""
        self.garage.do(lambda broker: broker._put(path, types_pb2.Datapoint(value=value)))

    def reaches(self, speed: float, selector: int, state: DrivingState) -> bool:
        """Publish sound values, as a car does again and again, until the engine has come to the state."""
        end = time.monotonic() + WAIT
        self.garage.set(SELECTOR, selector)
        while time.monotonic() < end:
            self.garage.set(SPEED, speed)
            if self.watch.engine.current().state is state:
                return True
            time.sleep(0.02)
        return False


@cache
def _car() -> Car:
    return Car()


def target(random: Random) -> None:
    """Nonsense while the car moves: it stays restricted, and sound values are followed afterwards."""
    car = _car()
    storm = [(random.choice((SPEED, SPEED, SELECTOR, *TREE)), _value(random)) for _ in range(random.randrange(1, 20))]
    data = repr(storm).encode("utf-8", "replace")
    with watched(data, SUFFIX):
        require(car.reaches(50.0, IN_DRIVE, DrivingState.MOVING), "a moving car is not noticed", data, SUFFIX)
        before = len(car.watch.seen)
        parked = IN_PARK in [_plain(value) for path, value in storm if path != SPEED]
        for path, value in storm:
            if value.WhichOneof("typed_value") and _plain(value) == 0 and path == SPEED:
                continue  # a sound standstill
            car.put(path, value)
        if not parked:
            states = {seen.state for _, seen in car.watch.seen[before:]}
            require(DrivingState.PARKED not in states, "nonsense has parked the car", data, SUFFIX)
        require(car.reaches(0.0, IN_PARK, DrivingState.PARKED), "a parked car is not noticed again", data, SUFFIX)
        del car.watch.seen[:-1]
        car.ears.readings.clear()


def _plain(value: types_pb2.Value) -> object:
    kind = value.WhichOneof("typed_value")
    return getattr(value, kind) if kind else None


def _value(random: Random) -> types_pb2.Value:
    text = values.text(random)[:20_000].encode("utf-8", "replace").decode("utf-8")
    makers = (
        lambda: types_pb2.Value(),
        lambda: types_pb2.Value(string=text),
        lambda: types_pb2.Value(string=random.choice(values.NUMBERS)),
        lambda: types_pb2.Value(bool=random.random() < 0.5),
        lambda: types_pb2.Value(float=random.choice((float("nan"), float("inf"), -float("inf"), 3e38, -1.0, -0.5))),
        lambda: types_pb2.Value(double=random.choice((float("nan"), 1e308, -1e308, float("inf"), 999.0))),
        lambda: types_pb2.Value(int32=random.choice((-(2**31), 2**31 - 1, -1, 3))),
        lambda: types_pb2.Value(uint32=2**32 - 1),
        lambda: types_pb2.Value(int64=-(2**63)),
        lambda: types_pb2.Value(uint64=2**64 - 1),
        lambda: types_pb2.Value(float_array=types_pb2.FloatArray(values=[0.0] * random.choice((0, 1, 5000)))),
        lambda: types_pb2.Value(string_array=types_pb2.StringArray(values=[text[:50]])),
    )
    return random.choice(makers)()
