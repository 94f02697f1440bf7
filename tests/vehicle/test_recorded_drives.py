"""A recording of what a databroker sent comes to the same states as the drive itself."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence

from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given, settings
from hypothesis import strategies as st
from kuksa.val.v2 import types_pb2

from carlendar.domain.ports import Reading
from carlendar.domain.vss import DATABROKER, IGNITION, PARK_LOCK, SELECTOR, SPEED
from carlendar.safety.replay import replay
from carlendar.safety.state import Change
from carlendar.safety.trace import parse_trace
from carlendar.vehicle.broker import Broker
from carlendar.vehicle.connection import Connection
from carlendar.vehicle.recording import RecordedSignals
from carlendar.vehicle.signals import sources
from carlendar.vehicle.translation import Translation

OBD = "Vehicle.OBD.Speed"
PATHS = (SPEED, OBD, SELECTOR, PARK_LOCK, IGNITION)
TICKS = 20
BOOT = 1_000.0


class Car:
    """`VehicleSignals` whose readings come from a connection without a broker behind it."""

    def __init__(self) -> None:
        self.at = BOOT
        self.stamp = 1_700_000_000
        self.say: Callable[[Sequence[Reading]], None] = lambda _: None
        self.connect()

    def start(self, listener: Callable[[Sequence[Reading]], None]) -> None:
        self.say = listener

    def stop(self) -> None:
        self.say = lambda _: None

    def seconds(self) -> float:
        return self.at

    def connect(self) -> None:
        found = sources([SPEED, SELECTOR, IGNITION], dict.fromkeys(PATHS, ""))
        self.connection = Connection(None, Broker("localhost:1"), found, "", self.at)

    def send(self, path: str, value: types_pb2.Value, back: int, *, read: bool) -> None:
        self.stamp += 1
        point = types_pb2.Datapoint(timestamp=Timestamp(seconds=self.stamp - back), value=value)
        readings = self.connection.take(self.at, [(path, point)], read=read)
        if readings:
            self.say(readings)

    def lose(self) -> None:
        self.say([Reading(self.at, DATABROKER, False)])
        self.connect()


speeds = st.sampled_from([0.0, 0.0, 0.0, 4.0, 30.0, float("nan"), 600.0])
steps = st.lists(
    st.tuples(
        st.sampled_from([1, 2, 2, 9, 19, 30, 1_300]),
        st.one_of(
            st.tuples(
                st.sampled_from([SPEED, SPEED, OBD]), st.builds(lambda each: types_pb2.Value(float=each), speeds)
            ),
            st.tuples(
                st.just(SELECTOR), st.builds(lambda gear: types_pb2.Value(int32=gear), st.sampled_from([126, 127]))
            ),
            st.tuples(st.just(PARK_LOCK), st.builds(lambda on: types_pb2.Value(bool=on), st.booleans())),
            st.tuples(
                st.just(IGNITION), st.builds(lambda word: types_pb2.Value(string=word), st.sampled_from(["ON", "OFF"]))
            ),
            st.just((DATABROKER, types_pb2.Value())),
        ),
        st.sampled_from([0, 0, 0, 1, 5, 1_000]),
        st.booleans(),
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(steps)
def test_a_recording_comes_to_the_same_states(drive: list[tuple[int, tuple[str, types_pb2.Value], int, bool]]) -> None:
    car, sink, heard = Car(), io.StringIO(), list[Reading]()
    recorded = RecordedSignals(car, sink, car)
    recorded.start(heard.extend)
    for ticks, (path, value), back, read in drive:
        car.at = round(car.at + ticks / TICKS, 6)
        if path == DATABROKER:
            car.lose()
        else:
            car.send(path, value, back, read=read)
    recorded.stop()
    lines = sink.getvalue().splitlines()
    units = {entry.signal: entry.unit for entry in parse_trace(lines)}
    translation = Translation(units)
    start = heard[0].at if heard else 0.0
    live = [Reading(round(each.at - start, 6), each.signal, each.value, each.reported) for each in heard]
    assert _plain(replay(map(translation.reading, parse_trace(lines)))) == _plain(
        replay([*live, Reading(round(car.at - start, 6), "", None)] if live else [])
    )


def _plain(changes: Iterable[Change]) -> list[tuple[float, str, str]]:
    return [(change.at, change.state.value, change.cause) for change in changes]
