"""Which of a car's paths gives each signal; the selector, of which a lost change must be found."""

from __future__ import annotations

from google.protobuf.timestamp_pb2 import Timestamp
from kuksa.val.v2 import types_pb2

from carlendar.domain.ports import Reading
from carlendar.vehicle.broker import Broker
from carlendar.vehicle.choice import SignalChoice
from carlendar.vehicle.connection import Connection
from carlendar.vehicle.signals import (
    ALIASES,
    DRIVER_SUBJECT,
    IN_PARK,
    PARK_LOCK,
    PARKING_BRAKE,
    PASSENGER_SEAT,
    SELECTOR,
    SPEED,
    Scalar,
    sources,
)

OLD_SEAT, OLD_DRIVER = "Vehicle.Cabin.Seat.Row1.PassengerSide.IsOccupied", "Vehicle.Driver.Identifier.Subject"


def choice() -> SignalChoice:
    every = [alias.path for aliases in ALIASES.values() for alias in aliases]
    return SignalChoice(sources([signal for signal in ALIASES if signal != SPEED], dict.fromkeys(every, "")))


def values(readings: list[Reading | None]) -> list[tuple[Scalar, int | None] | None]:
    return [None if reading is None else (reading.value, reading.reported) for reading in readings]


def test_the_first_path_that_has_a_value_counts_whatever_the_tree_has() -> None:
    one = choice()
    assert values([one.take(0.0, PASSENGER_SEAT, None, 1), one.take(0.0, OLD_SEAT, True, 2)]) == [
        (None, None), ("OCCUPIED", 2)
    ]  # fmt: skip
    assert values([one.take(1.0, PASSENGER_SEAT, "EMPTY", 3), one.take(1.1, OLD_SEAT, True, 4)]) == [("EMPTY", 3), None]
    assert values([one.take(0.0, OLD_DRIVER, "ana", 1), one.take(0.0, DRIVER_SUBJECT, "", 1)]) == [
        ("ana", 1), ("", 1)
    ]  # fmt: skip


def test_an_equal_value_is_passed_on_only_of_what_secures_a_standing_car_and_only_with_a_newer_timestamp() -> None:
    one = choice()
    for path, value in ((PASSENGER_SEAT, "EMPTY"), (SELECTOR, IN_PARK), (PARKING_BRAKE, True)):
        one.take(0.0, path, value, 1)
        assert one.take(0.1, path, value, 1) is None
        again = one.take(0.2, path, value, 2)
        assert (again is None) is (path == PASSENGER_SEAT)


def test_a_read_counts_only_if_it_is_newer_and_finds_a_change_that_was_lost() -> None:
    one = choice()
    one.take(0.0, SELECTOR, IN_PARK, 10)
    assert one.take(1.0, SELECTOR, IN_PARK, 10, read=True) is None
    assert one.take(1.0, SELECTOR, 127, 9, read=True) is None
    assert values([one.take(1.0, SELECTOR, 127, 11, read=True)]) == [(127, 11)]
    assert values([one.take(2.0, SELECTOR, IN_PARK, 12, read=True)]) == [(IN_PARK, 12)]
    assert values([one.take(3.0, SELECTOR, 127, 5)]) == [(127, 5)]  # the stream is in order, whatever the clock does


def test_a_park_lock_is_p_unless_a_path_contradicts() -> None:
    one = choice()
    assert values([one.take(0.0, SELECTOR, None, 1), one.take(0.0, PARK_LOCK, True, 2)]) == [
        (None, None), (IN_PARK, 2)
    ]  # fmt: skip
    assert values([one.take(1.0, SELECTOR, 127, 3)]) == [(127, 3)]
    assert values([one.take(2.0, SELECTOR, IN_PARK, 4)]) == [(IN_PARK, 4)]
    assert values([one.take(3.0, PARK_LOCK, True, 5)]) == [(IN_PARK, 5)]
    assert values([one.take(4.0, PARK_LOCK, False, 6)]) == [(0, 6)]
    assert values([one.take(5.0, PARK_LOCK, "engaged", 7)]) == [(IN_PARK, 4)]  # nonsense is no value


def test_a_p_from_memory_without_a_timestamp_counts_for_nothing() -> None:
    one = choice()
    assert values([one.take(0.0, SELECTOR, IN_PARK, None), one.take(0.0, PARKING_BRAKE, True, None)]) == [
        (None, None), (None, None)
    ]  # fmt: skip
    one.take(1.0, SELECTOR, 127, None)
    assert values([one.take(2.0, SELECTOR, IN_PARK, None)]) == [(IN_PARK, None)]


def test_which_signals_were_heard_of() -> None:
    one = choice()
    assert not one.has(SELECTOR)
    one.take(0.0, PARK_LOCK, None, None)
    assert one.has(SELECTOR)
    assert one.paths(SELECTOR, PARKING_BRAKE) == (SELECTOR, PARK_LOCK, PARKING_BRAKE)


def test_of_one_message_only_what_all_of_it_says_is_passed_on() -> None:
    """A new connection begins with every path: one that was never set takes no P of another away, however briefly."""
    every = dict.fromkeys((SPEED, SELECTOR, PARK_LOCK), "")
    connection = Connection(None, Broker("localhost:1"), sources([SPEED, SELECTOR], every), "", 0.0)
    points = {
        SELECTOR: types_pb2.Datapoint(timestamp=Timestamp(seconds=1)),
        PARK_LOCK: types_pb2.Datapoint(timestamp=Timestamp(seconds=2), value=types_pb2.Scalar(bool=True)),
        SPEED: types_pb2.Datapoint(timestamp=Timestamp(seconds=3), value=types_pb2.Scalar(float=0.0)),
    }
    assert connection.take(0.1, points.items(), read=False) == [Reading(0.1, SELECTOR, IN_PARK, 2_000_000_000)]
