"""Equal speeds of the stream are taken a few at a time, each as of the moment when it came."""

from __future__ import annotations

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from kuksa.val.v2 import types_pb2, val_pb2

from carlendar.domain.ports import Reading
from carlendar.domain.vss import SELECTOR, SPEED
from carlendar.vehicle.broker import Broker
from carlendar.vehicle.connection import SETTLED_FOR, Connection
from carlendar.vehicle.signals import sources

SECOND = 1_000_000_000


@pytest.fixture
def connection() -> Connection:
    """One on which a standing car is confirmed at second 1."""
    made = Connection(None, Broker("localhost:1"), sources([SPEED, SELECTOR], {SPEED: "km/h", SELECTOR: ""}), "", 0.0)
    made.take(0.5, [(SPEED, _point(0.5, 0.0))], read=False)
    made.take(1.0, [(SPEED, _point(1.0, 0.0))], read=False)
    return made


def test_soon_after_a_confirmation_an_equal_speed_is_kept_and_later_taken_with_the_next(connection: Connection) -> None:
    assert _repeat(connection, 1.1) == _repeat(connection, 1.2) == []
    late = 1.1 + SETTLED_FOR
    assert _confirmed(_repeat(connection, late)) == [1.1, 1.2, late]
    assert connection.catch_up() == []


def test_what_is_kept_is_taken_before_anything_else_that_comes(connection: Connection) -> None:
    _repeat(connection, 1.1)
    drive = types_pb2.Datapoint(timestamp=_time(1.15), value=types_pb2.Value(int32=127))
    taken = connection.take(1.2, [(SELECTOR, drive), (SPEED, _point(1.2, 30.0))], read=False)
    assert [(each.at, each.signal, each.value) for each in taken] == [
        (1.1, SPEED, 0.0), (1.2, SELECTOR, 127), (1.2, SPEED, 30.0)
    ]  # fmt: skip


def test_silence_is_counted_from_the_last_equal_speed_that_was_kept(connection: Connection) -> None:
    _repeat(connection, 1.3)
    assert connection.heard == 1.3
    assert _confirmed(connection.catch_up()) == [1.3]
    assert connection.read_due(1.3) == pytest.approx(0.45)


def test_an_equal_speed_that_is_not_newer_confirms_nothing_when_it_is_taken(connection: Connection) -> None:
    _repeat(connection, 1.1, reported=0.9)
    _repeat(connection, 1.2, reported=0.9)
    assert connection.catch_up() == []
    assert connection.speed.set_back


def test_a_timestamp_that_cannot_be_decoded_confirms_nothing(connection: Connection) -> None:
    whole = _message(1.1)
    broken = whole.replace(_time(1.1).SerializeToString(), b"\xff" * _time(1.1).ByteSize())
    assert connection.repeats(broken)
    assert connection.repeat(1.1, broken) == []
    assert connection.catch_up() == []


def test_another_speed_is_no_repetition(connection: Connection) -> None:
    assert connection.repeats(_message(1.1))
    assert not connection.repeats(_message(1.1, speed=0.1))


def _time(seconds: float) -> Timestamp:
    return Timestamp(seconds=100 + int(seconds), nanos=round(seconds % 1 * SECOND) + 1)


def _point(reported: float, speed: float) -> types_pb2.Datapoint:
    return types_pb2.Datapoint(timestamp=_time(reported), value=types_pb2.Value(float=speed))


def _message(reported: float, speed: float = 0.0) -> bytes:
    return bytes(val_pb2.SubscribeResponse(entries={SPEED: _point(reported, speed)}).SerializeToString())


def _repeat(connection: Connection, at: float, reported: float | None = None) -> list[Reading]:
    message = _message(at if reported is None else reported)
    assert connection.repeats(message)
    return connection.repeat(at, message)


def _confirmed(readings: list[Reading]) -> list[float]:
    assert all(each.signal == SPEED for each in readings)
    return [each.at for each in readings]
