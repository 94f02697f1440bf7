"""A repeated message is recognised by its bytes; every other is decoded."""

from __future__ import annotations

from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import assume, given
from hypothesis import strategies as st
from kuksa.val.v2 import types_pb2, val_pb2

from carlendar.vehicle.wire_dedup import Repetition, nanoseconds

PATH = "Vehicle.Speed"
times = st.builds(Timestamp, seconds=st.integers(0, 2**35), nanos=st.integers(0, 999_999_999))
values = st.one_of(
    st.builds(lambda number: types_pb2.Value(float=number), st.floats(width=32)),
    st.builds(lambda number: types_pb2.Value(double=number), st.floats()),
    st.builds(lambda flag: types_pb2.Value(bool=flag), st.booleans()),
    st.builds(lambda text: types_pb2.Value(string=text), st.text(max_size=20)),
    st.just(types_pb2.Value()),
)


def message(value: types_pb2.Value, time: Timestamp | None, path: str = PATH) -> bytes:
    point = types_pb2.Datapoint(value=value) if time is None else types_pb2.Datapoint(timestamp=time, value=value)
    return bytes(val_pb2.SubscribeResponse(entries={path: point}).SerializeToString())


@given(values, times)
def test_the_same_at_another_time_is_a_repetition(value: types_pb2.Value, time: Timestamp) -> None:
    assume(value.ByteSize() and time.ByteSize())
    waited = Repetition(PATH, value.SerializeToString())
    assert waited.reported_in(message(value, time)) == nanoseconds(time) == time.ToNanoseconds()


@given(values, values, times)
def test_another_value_or_path_is_none(one: types_pb2.Value, other: types_pb2.Value, time: Timestamp) -> None:
    waited = Repetition(PATH, one.SerializeToString())
    if one.SerializeToString() != other.SerializeToString():
        assert waited.reported_in(message(other, time)) is None
    assert waited.reported_in(message(one, time, "Vehicle.Spee")) is None
    assert waited.reported_in(message(one, time, "Vehicle.Speedy")) is None
    assert waited.reported_in(message(one, time) + message(other, time, "Vehicle.Other")) is None


@given(values, st.binary(max_size=200))
def test_whatever_is_taken_for_a_repetition_decodes_to_that_value(value: types_pb2.Value, middle: bytes) -> None:
    """Bytes of a stranger between the known head and tail change nothing of what is believed."""
    encoded = value.SerializeToString()
    whole = message(value, Timestamp(seconds=1, nanos=2))
    for changed in (middle, whole[: len(whole) // 2] + middle, whole[:-3] + middle, middle + whole):
        if Repetition(PATH, encoded).reported_in(changed) is not None:
            decoded = val_pb2.SubscribeResponse.FromString(changed).entries
            assert {path: point.value.SerializeToString() for path, point in decoded.items()} == {PATH: encoded}


@given(st.binary(max_size=400))
def test_garbage_is_none(garbage: bytes) -> None:
    assert Repetition(PATH, types_pb2.Value(float=0.0).SerializeToString()).reported_in(garbage) is None


def test_what_is_too_long_for_one_byte_is_decoded_like_every_other() -> None:
    value = types_pb2.Value(string="x" * 200)
    assert Repetition(PATH, value.SerializeToString()).reported_in(message(value, Timestamp(seconds=1))) is None
    assert Repetition("V" * 300, b"").reported_in(message(value, Timestamp(seconds=1), "V" * 300)) is None
