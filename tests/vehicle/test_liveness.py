"""What a databroker does to a client that trusts it too much, over the wire: lost messages, old values, silence."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from kuksa.val.v2 import types_pb2, val_pb2

from carlendar.domain.vss import GEARBOX, IGNITION, PARK_LOCK, SELECTOR, SPEED
from carlendar.platform.clock import BoottimeClock
from carlendar.safety.restrictions import DrivingState
from carlendar.vehicle.broker import Broker
from carlendar.vehicle.kuksa import BACK_OFF, KuksaSignals
from carlendar_devtools.emulator.broker_call import Context
from carlendar_devtools.emulator.databroker import Databroker
from carlendar_devtools.emulator.vss import TREE, Signal, SignalKind
from tests.fakes.databroker import Ears, Garage, Watch

P, D = 126, 127
BEAT = "Vehicle.Provider.Heartbeat"
OBD, MOVING = "Vehicle.OBD.Speed", "Vehicle.IsMoving"
CAR = dict(TREE) | {
    each.path: each
    for each in (
        Signal(BEAT, SignalKind.UINT8),
        Signal(OBD, SignalKind.FLOAT, "km/h"),
        Signal(PARK_LOCK, SignalKind.BOOLEAN, actuator=True),
    )
}


@contextmanager
def watching(garage: Garage, clock: BoottimeClock, **options: Any) -> Iterator[Watch]:
    made = Watch(clock)
    signals = KuksaSignals(Broker(garage.address), clock, **options)
    signals.start(made.engine.take)
    try:
        yield made
    finally:
        signals.stop()
        made.engine.stop()


def reopen(garage: Garage, kind: type[Databroker] = Databroker, **tree: Signal) -> None:
    garage.shut()
    garage.open(CAR | tree, kind=kind)


# --- values from memory ---


def test_a_retained_zero_in_p_is_never_parked_however_long_the_broker_answers(
    garage: Garage, clock: BoottimeClock
) -> None:
    garage.set(SPEED, 0.0)
    garage.set(SELECTOR, P)
    with watching(garage, clock) as watch:
        garage.counts.wait("read", 6)  # one each 0.45 s
        assert {restrictions.state for _, restrictions in watch.seen} == {DrivingState.UNKNOWN}


def test_a_new_connection_to_the_same_old_values_confirms_nothing(garage: Garage, clock: BoottimeClock) -> None:
    garage.set(SELECTOR, P)
    with watching(garage, clock) as watch:
        with garage.publishing(SPEED, 0.0):
            watch.wait(DrivingState.PARKED)
        for _ in range(3):
            garage.do(lambda broker: broker.expect("other"))
            garage.set(SPEED, 0.0)
            garage.do(lambda broker: broker.expect(""))
            garage.counts.wait("stream", 1)
        watch.wait(DrivingState.UNKNOWN)
        count = len(watch.seen)
        garage.counts.wait("read", 4)
        assert len(watch.seen) == count


def test_a_speed_that_is_published_on_change_needs_a_heartbeat(garage: Garage, clock: BoottimeClock) -> None:
    reopen(garage)
    garage.set(SPEED, 0.0)
    garage.set(SELECTOR, P)
    with watching(garage, clock, heartbeat=BEAT) as watch:
        with garage.publishing(BEAT, 1, seconds=0.3):
            watch.wait(DrivingState.PARKED)
        start = clock.seconds()
        assert watch.wait(DrivingState.UNKNOWN) - start < 3.0  # a heartbeat is worth a second, and so is a speed


def test_a_heartbeat_of_a_car_that_does_not_have_it_changes_nothing(garage: Garage, clock: BoottimeClock) -> None:
    garage.set(SELECTOR, P)
    with watching(garage, clock, heartbeat=BEAT) as watch, garage.publishing(SPEED, 0.0):
        watch.wait(DrivingState.PARKED)


def test_parked_with_the_ignition_off_ends_with_the_broker(garage: Garage, clock: BoottimeClock) -> None:
    garage.set(SELECTOR, P)
    garage.set(IGNITION, "OFF")
    with watching(garage, clock) as watch:
        with garage.publishing(SPEED, 0.0):
            watch.wait(DrivingState.PARKED)
        garage.counts.wait("read", 5)
        assert watch.seen[-1][1].state is DrivingState.PARKED
        start = clock.seconds()
        garage.shut()
        assert watch.wait(DrivingState.UNKNOWN) - start < 1.0
        assert watch.seen[-1][1].cause == "databroker lost"


def test_a_clock_that_is_set_back_restricts_and_is_followed_by_itself(
    garage: Garage, clock: BoottimeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    garage.set(SELECTOR, P)
    with watching(garage, clock) as watch, garage.publishing(SPEED, 0.0):
        watch.wait(DrivingState.PARKED)
        monkeypatch.setattr("carlendar_devtools.emulator.broker_memory._now", _an_hour_ago)
        watch.wait(DrivingState.UNKNOWN)
        watch.wait(DrivingState.PARKED)


def _an_hour_ago() -> Timestamp:

    now = Timestamp()
    now.FromNanoseconds(time.time_ns() - 3_600_000_000_000)
    return now


# --- lost changes and stuck selectors ---


def test_of_quick_updates_none_is_lost(garage: Garage, clock: BoottimeClock, ears: Ears) -> None:
    """P, D and a speed within one turn of the broker's loop: with no buffer only the last would come."""
    signals = KuksaSignals(Broker(garage.address), clock)
    signals.start(ears)
    try:
        ears.wait(SELECTOR, None)
        for _ in range(40):

            def quickly(broker: Databroker) -> None:
                broker.set(SELECTOR, P)
                broker.set(SELECTOR, D)
                broker.set(SPEED, 30.0)
                broker.set(SPEED, 0.0)

            garage.do(quickly)
        garage.set(GEARBOX, "CVT")
        ears.wait(GEARBOX, "CVT")
        assert [each.value for each in ears.readings if each.signal == SELECTOR] == [None, *[P, D] * 40]
    finally:
        signals.stop()


def test_a_change_of_the_selector_that_was_lost_is_found_at_the_standstill(
    garage: Garage, clock: BoottimeClock
) -> None:
    reopen(garage, _Losing)
    with watching(garage, clock) as watch:
        garage.set(SELECTOR, P)
        with garage.publishing(SPEED, 0.0):
            watch.wait(DrivingState.PARKED)
        garage.do(lambda broker: broker.lose(SELECTOR))
        garage.set(SELECTOR, D)  # never sent
        with garage.publishing(SPEED, 4.0):  # slower than 1.5 m/s: the old P would count
            watch.wait(DrivingState.MOVING)
        with garage.publishing(SPEED, 0.0):
            watch.wait(DrivingState.IDLING)
            garage.set(SELECTOR, P)  # never sent either, until the next standstill
        with garage.publishing(SPEED, 4.0):
            watch.wait(DrivingState.MOVING)
        with garage.publishing(SPEED, 0.0):
            watch.wait(DrivingState.PARKED)


class _Losing(Databroker):
    """Loses every message of a path; reads answer with its value."""

    _lost: frozenset[str] = frozenset()

    def lose(self, path: str) -> None:
        self._lost = frozenset({path})

    def _put(self, path: str, point: types_pb2.Datapoint) -> None:
        readers = self._readers
        self._readers = [] if path in self._lost else readers
        super()._put(path, point)
        self._readers = readers


@pytest.mark.parametrize("speed", [SPEED, OBD, MOVING])
def test_a_selector_that_is_stuck_in_p_is_not_parked_at_a_red_light(
    garage: Garage, clock: BoottimeClock, speed: str
) -> None:
    reopen(garage)
    garage.set(SELECTOR, P)
    moving, standing = (True, False) if speed == MOVING else (30.0, 0.0)
    with watching(garage, clock) as watch:
        for _ in range(2):
            with garage.publishing(speed, moving):
                watch.wait(DrivingState.MOVING)
            with garage.publishing(speed, standing):
                watch.wait(DrivingState.IDLING)
        assert DrivingState.PARKED not in {restrictions.state for _, restrictions in watch.seen}
        with garage.publishing(speed, standing):
            garage.set(SELECTOR, D)
            garage.set(SELECTOR, P)
            watch.wait(DrivingState.PARKED)


def test_a_motion_that_was_missed_between_two_connections_makes_an_older_p_count_no_more(
    garage: Garage, clock: BoottimeClock
) -> None:
    garage.set(SELECTOR, P)
    with watching(garage, clock) as watch:
        with garage.publishing(SPEED, 0.0):
            watch.wait(DrivingState.PARKED)
        garage.do(lambda broker: broker.expect("other"))
        garage.set(SPEED, 30.0)  # it ends the stream, and is never sent
        garage.do(lambda broker: broker.expect(""))
        garage.counts.wait("stream", 1)
        with garage.publishing(SPEED, 0.0):
            watch.wait(DrivingState.IDLING)


# --- what providers publish ---


@pytest.mark.parametrize("speed", [SPEED, OBD, MOVING])
def test_the_speed_comes_from_the_path_that_is_published(garage: Garage, clock: BoottimeClock, speed: str) -> None:
    reopen(garage)
    garage.set(SELECTOR, P)
    with watching(garage, clock) as watch, garage.publishing(speed, False if speed == MOVING else 0.0):
        watch.wait(DrivingState.PARKED)


def test_the_example_mapping_of_the_can_provider_parks_by_its_park_lock(garage: Garage, clock: BoottimeClock) -> None:
    """It publishes the speed twice, and P as a park lock only; the gear is 0 in P and where it is invalid."""
    reopen(garage)
    with watching(garage, clock) as watch:
        with garage.publishing(SPEED, 20.0), garage.publishing(OBD, 20.0), garage.publishing(PARK_LOCK, False):
            watch.wait(DrivingState.MOVING)
        with garage.publishing(SPEED, 0.0), garage.publishing(OBD, 0.0):
            with garage.publishing(PARK_LOCK, False):
                watch.wait(DrivingState.IDLING)
            with garage.publishing(PARK_LOCK, True):
                watch.wait(DrivingState.PARKED)
            garage.set(PARK_LOCK, False)
            watch.wait(DrivingState.IDLING)


def test_of_two_speeds_that_disagree_the_faster_counts(garage: Garage, clock: BoottimeClock) -> None:
    reopen(garage)
    with watching(garage, clock) as watch, garage.publishing(SPEED, 0.0):
        garage.set(SELECTOR, P)
        watch.wait(DrivingState.PARKED)
        garage.set(OBD, 50.0)
        watch.wait(DrivingState.MOVING)
        garage.counts.wait("publish", 25)
        assert watch.seen[-1][1].state is DrivingState.MOVING


def test_another_speed_takes_over_from_a_dead_one_by_way_of_unknown(garage: Garage, clock: BoottimeClock) -> None:
    reopen(garage)
    garage.set(SELECTOR, P)
    with watching(garage, clock) as watch, garage.publishing(OBD, 0.0):
        watch.wait(DrivingState.PARKED)
        with garage.publishing(SPEED, 0.0):
            garage.counts.wait("publish", 20)  # of both together
        watch.wait(DrivingState.UNKNOWN)
        watch.wait(DrivingState.PARKED)
        states = [restrictions.state for _, restrictions in watch.seen]
        assert states[-3:] == [DrivingState.PARKED, DrivingState.UNKNOWN, DrivingState.PARKED]


# --- foreign providers and other versions ---


class _Unanswered(Databroker):
    """A provider claims the OBD speed and answers no read of it; a read of several paths with it returns nothing."""

    async def GetValues(self, request: val_pb2.GetValuesRequest, context: Context) -> val_pb2.GetValuesResponse:  # noqa: N802 — the service\'s name
        if any(each.path == OBD for each in request.signal_ids):
            return val_pb2.GetValuesResponse()
        return await super().GetValues(request, context)

    async def GetValue(self, request: val_pb2.GetValueRequest, context: Context) -> val_pb2.GetValueResponse:  # noqa: N802 — the service\'s name
        if request.signal_id.path == OBD:
            await asyncio.sleep(10.0)
        return await super().GetValue(request, context)


class _OnChange(Databroker):
    """Sends changes only, and updates timestamps of equal values without a word."""

    def _put(self, path: str, point: types_pb2.Datapoint) -> None:
        readers = self._readers
        same = path in self._values and self._values[path].value == point.value
        self._readers = [] if same else readers
        super()._put(path, point)
        self._readers = readers


class _Foreign(_Unanswered, _OnChange):
    """Both."""


def test_a_foreign_provider_that_answers_no_read_costs_only_its_own_path(garage: Garage, clock: BoottimeClock) -> None:
    reopen(garage, _Foreign)
    garage.set(SELECTOR, P)
    with watching(garage, clock) as watch, garage.publishing(SPEED, 0.0):  # confirmed by reads alone
        watch.wait(DrivingState.PARKED)
        count = len(watch.seen)
        garage.counts.wait("publish", 40)
        assert len(watch.seen) == count


def test_a_path_that_the_token_does_not_cover_costs_only_its_own_reads(garage: Garage, clock: BoottimeClock) -> None:
    reopen(garage, _Covered)
    garage.set(SELECTOR, P)
    with watching(garage, clock) as watch, garage.publishing(SPEED, 0.0):
        watch.wait(DrivingState.PARKED)
        count = len(watch.seen)
        garage.counts.wait("publish", 25)
        assert len(watch.seen) == count


class _Covered(_OnChange):
    """A token that covers all but the OBD speed: reads of it are refused."""

    async def _read(self, ids: Sequence[types_pb2.SignalID], context: Context) -> list[types_pb2.Datapoint]:
        if any(each.path == OBD for each in ids):
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, "not covered")
        return await super()._read(ids, context)


class _Pathless(Databroker):
    """Databroker 0.5.0: metadata without paths."""

    async def ListMetadata(  # noqa: N802 — the service\'s name
        self, request: val_pb2.ListMetadataRequest, context: Context
    ) -> val_pb2.ListMetadataResponse:
        answer = await super().ListMetadata(request, context)
        for entry in answer.metadata:
            entry.path = ""
        return answer


class _Nameless(_Pathless):
    """Not even for a single path."""

    async def ListMetadata(  # noqa: N802 — the service\'s name
        self, request: val_pb2.ListMetadataRequest, context: Context
    ) -> val_pb2.ListMetadataResponse:
        answer = await super().ListMetadata(request, context)
        if request.root != "Vehicle":
            await context.abort(grpc.StatusCode.NOT_FOUND, "no such path")
        return answer


def test_databroker_0_5_0_is_asked_for_each_path(garage: Garage, clock: BoottimeClock) -> None:
    reopen(garage, _Pathless)
    garage.set(SELECTOR, P)
    with watching(garage, clock) as watch, garage.publishing(SPEED, 0.0):
        watch.wait(DrivingState.PARKED)


def test_a_version_that_is_not_supported_is_named_once(
    garage: Garage, clock: BoottimeClock, ears: Ears, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    reopen(garage, _Nameless)
    signals = KuksaSignals(Broker(garage.address), clock)
    pauses(garage, signals, monkeypatch)
    with caplog.at_level(logging.WARNING):
        signals.start(ears)
        try:
            garage.counts.wait("pause", 4)
        finally:
            signals.stop()
    assert "its version is not supported" in signals.problem
    assert caplog.text.count("its version is not supported") == 1
    assert ears.readings == []


def pauses(garage: Garage, signals: KuksaSignals, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the source waits before each further attempt; it does not wait in earnest."""
    seen: list[float] = []
    wait = signals._stopped.wait

    def noted(seconds: float | None = None) -> bool:
        seen.append(seconds or 0.0)
        garage.counts.add("pause")
        return wait(0.01)

    monkeypatch.setattr(signals._stopped, "wait", noted)
    return seen


class _Refusing(Databroker):
    """Refuses each subscription with `code`, at once or after its first message."""

    code = grpc.StatusCode.UNAUTHENTICATED
    after_first = False

    async def Subscribe(  # noqa: N802 — the service's name
        self, request: val_pb2.SubscribeRequest, context: Context
    ) -> AsyncIterator[val_pb2.SubscribeResponse]:
        stream = super().Subscribe(request, context)
        if self.after_first:
            yield await anext(stream)
        await context.abort(self.code, "no")


class _Expiring(_Refusing):
    """A token of the past: each stream ends soon after it was opened."""

    after_first = True


class _Lacking(_Refusing):
    """Does not have the call."""

    code = grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("kind", [_Nameless, _Refusing, _Expiring, _Lacking])
def test_every_failure_is_followed_by_a_longer_pause_up_to_a_bound(
    garage: Garage, clock: BoottimeClock, ears: Ears, kind: type[Databroker], monkeypatch: pytest.MonkeyPatch
) -> None:
    reopen(garage, kind)
    signals = KuksaSignals(Broker(garage.address), clock)
    waits = pauses(garage, signals, monkeypatch)
    signals.start(ears)
    try:
        garage.counts.wait("pause", 9)
    finally:
        signals.stop()
    assert waits[:8] == [0.2, 0.4, 0.8, 1.6, 3.0, 5.0, 5.0, 5.0]
    assert BACK_OFF[-1] == max(BACK_OFF)
    assert signals.problem


def test_an_expired_token_is_named_and_its_successor_is_taken_from_the_file(
    garage: Garage, clock: BoottimeClock, ears: Ears, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("old")
    garage.shut()
    garage.open(token="new")
    signals = KuksaSignals(Broker(garage.address, token_file=token), clock)
    signals.start(ears)
    try:
        garage.counts.wait("list", 2)
        assert "token" in signals.problem
        token.write_text("new")
        ears.wait_for(SELECTOR)
        assert signals.problem == ""
    finally:
        signals.stop()


def test_a_speed_that_never_comes_is_read_seldom(
    garage: Garage, clock: BoottimeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carlendar.vehicle.connection.UNUSED_AFTER", 1.0)
    with watching(garage, clock):
        garage.counts.wait("read", 3)
        start = clock.seconds()
        garage.counts.wait("read", 2)
        assert clock.seconds() - start > 1.9
