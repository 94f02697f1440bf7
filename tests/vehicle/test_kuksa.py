"""Signals over real gRPC: subscribe, silence, stall, unknown paths, restart, nonsense, TLS and token."""

from __future__ import annotations

import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import trustme

from carlendar.domain.ports import Reading
from carlendar.domain.vss import (
    CONNECTED,
    DAY_NIGHT,
    FRONT_SEATS,
    PARKING_BRAKE,
    PASSENGER_SEAT,
    REMEMBERED_SPEED,
    SELECTOR,
    SPEED,
)
from carlendar.platform.clock import BoottimeClock
from carlendar.safety.restrictions import DrivingState
from carlendar.vehicle.broker import Broker
from carlendar.vehicle.kuksa import KuksaSignals
from carlendar.vehicle.signals import USED
from carlendar_devtools.emulator.broker_call import Context
from carlendar_devtools.emulator.databroker import Databroker
from carlendar_devtools.emulator.vss import TREE, Signal, SignalKind
from tests.fakes.databroker import Ears, Garage, Watch
from tests.fakes.waiting import wait_until


@contextmanager
def listening(
    garage: Garage, clock: BoottimeClock, ears: Callable[[Sequence[Reading]], None], **broker: Any
) -> Iterator[KuksaSignals]:
    switches = broker.pop("switches", ())
    signals = KuksaSignals(Broker(garage.address, **broker), clock, switches=switches)
    signals.start(ears)
    try:
        yield signals
    finally:
        signals.stop()


def test_current_values_come_first_and_then_changes(garage: Garage, clock: BoottimeClock, ears: Ears) -> None:
    garage.set(SPEED, 31.5)
    garage.set(SELECTOR, 127)
    with listening(garage, clock, ears) as signals:
        ears.wait(SELECTOR, 127)
        assert {reading.signal for reading in ears.readings} == {REMEMBERED_SPEED, *USED} - {SPEED, *FRONT_SEATS}
        assert ears.latest(PARKING_BRAKE) is None
        garage.set(PARKING_BRAKE, True)
        ears.wait(PARKING_BRAKE, True)
        garage.set(DAY_NIGHT, "NIGHT")
        ears.wait(DAY_NIGHT, "NIGHT")
        assert ears.latest(SPEED) == "nothing"  # what the broker remembers is no reading of the speed
        garage.set(SPEED, 31.5)
        ears.wait(SPEED, 31.5)
        assert signals.missing() == FRONT_SEATS
        assert signals.problem == ""


def test_every_value_is_reported_once_more_where_that_is_asked_for(
    garage: Garage, clock: BoottimeClock, ears: Ears
) -> None:
    garage.set(SELECTOR, 127)
    garage.set(SPEED, 12.0)
    with listening(garage, clock, ears) as signals:
        ears.wait(SELECTOR, 127)
        before = [each.signal for each in ears.readings].count(SELECTOR)
        signals.again()
        wait_until(
            lambda: [each.signal for each in ears.readings].count(SELECTOR) > before, what="it is reported again"
        )
        assert ears.latest(SELECTOR) == 127


def test_an_equal_speed_sent_again_is_a_confirmation_and_any_other_equal_value_is_not_reported(
    garage: Garage, clock: BoottimeClock, ears: Ears
) -> None:
    with listening(garage, clock, ears), garage.publishing(SPEED, 12.0):
        ears.wait(SPEED, 12.0)
        first = len(ears.readings)
        for _ in range(20):
            garage.set(SELECTOR, 127)
            garage.set(SPEED, 12.0)
        ears.wait(SELECTOR, 127)
        ears.wait_more(20)
        assert [each.signal for each in ears.readings[first:]].count(SELECTOR) == 1


def test_a_path_that_the_car_lacks_costs_only_itself(garage: Garage, clock: BoottimeClock, ears: Ears) -> None:
    garage.shut()
    garage.open({path: signal for path, signal in TREE.items() if path not in (PASSENGER_SEAT, DAY_NIGHT)})
    with listening(garage, clock, ears) as signals, garage.publishing(SPEED, 7.0):
        ears.wait(SPEED, 7.0)
        assert set(signals.missing()) == {PASSENGER_SEAT, DAY_NIGHT, *FRONT_SEATS}
        assert not signals.knows(DAY_NIGHT)


def test_a_path_that_is_listed_and_then_refused_costs_only_itself(
    garage: Garage, clock: BoottimeClock, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    garage.do(lambda broker: monkeypatch.setattr(broker, "_check", _without(broker, DAY_NIGHT)))
    with listening(garage, clock, ears) as signals, garage.publishing(SPEED, 7.0):
        ears.wait(SPEED, 7.0)
        garage.set(SELECTOR, 127)
        ears.wait(SELECTOR, 127)
        assert set(signals.missing()) == {DAY_NIGHT, *FRONT_SEATS}


def _without(broker: Databroker, hidden: str) -> Callable[[Sequence[str], Context], Awaitable[None]]:
    check = broker._check

    async def checked(paths: Sequence[str], context: Context) -> None:
        await check(["nothing" if path == hidden else path for path in paths], context)

    return checked


def test_aliases_and_units_of_other_trees(garage: Garage, clock: BoottimeClock, ears: Ears) -> None:
    seat = "Vehicle.Cabin.Seat.Row1.PassengerSide.IsOccupied"
    garage.shut()
    garage.open({SPEED: Signal(SPEED, SignalKind.FLOAT, "m/s"), seat: Signal(seat, SignalKind.BOOLEAN)})
    garage.set(seat, True)
    with listening(garage, clock, ears), garage.publishing(SPEED, 10.0):
        ears.wait(SPEED, 36.0)
        assert ears.latest(PASSENGER_SEAT) == "OCCUPIED"


def test_a_broker_that_comes_late_or_goes_and_comes_again(garage: Garage, clock: BoottimeClock, ears: Ears) -> None:
    port = garage.port
    garage.shut()
    with listening(garage, clock, ears):
        for speed in (5.0, 6.0):
            garage.open()
            assert garage.port == port
            with garage.publishing(SPEED, speed):
                ears.wait(SPEED, speed)
            garage.shut()


def test_a_broker_that_is_gone_takes_the_cars_word_on_its_connection_with_it(
    garage: Garage, clock: BoottimeClock, ears: Ears
) -> None:
    garage.set(CONNECTED, False)
    with listening(garage, clock, ears):
        ears.wait(CONNECTED, False)
        garage.shut()
        ears.wait(CONNECTED, None)
        garage.open()
        garage.set(CONNECTED, False)
        ears.wait(CONNECTED, False)


def test_a_token_that_is_replaced_while_driving_costs_less_than_a_second(
    garage: Garage, clock: BoottimeClock, ears: Ears, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("first")
    garage.shut()
    garage.open(token="first")
    with listening(garage, clock, ears, token_file=token), garage.publishing(SPEED, 12.0):
        ears.wait(SPEED, 12.0)
        (tmp_path / "next").write_text("second\n")
        (tmp_path / "next").replace(token)
        garage.do(lambda broker: broker.expect("second"))
        confirmations = [each for each in ears.wait_more(45) if each.signal == SPEED]
        assert {each.value for each in confirmations} == {12.0}
        assert all(later.at - earlier.at < 1.0 for earlier, later in pairwise(confirmations))


def test_s2_a_token_that_has_expired_is_unknown_and_its_successor_is_found_without_a_restart(
    garage: Garage, clock: BoottimeClock, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("first")
    garage.shut()
    garage.open(token="first")
    garage.set(SELECTOR, 126)
    watch = Watch(clock)
    signals = KuksaSignals(Broker(garage.address, token_file=token), clock)
    signals.start(watch.engine.take)
    try:
        with garage.publishing(SPEED, 0.0):
            watch.wait(DrivingState.PARKED)
            garage.do(lambda broker: broker.expect("second"))
            watch.wait(DrivingState.UNKNOWN)
            token.unlink()
            token.write_text("second")
            watch.wait(DrivingState.PARKED)
    finally:
        signals.stop()
        watch.engine.stop()


def test_tls_and_token(garage: Garage, clock: BoottimeClock, ears: Ears, tmp_path: Path) -> None:
    right, wrong = tmp_path / "token", tmp_path / "wrong"
    right.write_text("secret\n")
    wrong.write_text("wrong")
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    garage.shut()
    chain = b"".join(pem.bytes() for pem in certificate.cert_chain_pems)
    garage.open(certificate=(certificate.private_key_pem.bytes(), chain), token="secret")
    ca = authority.cert_pem.bytes()
    strange = Notes()
    with (
        listening(garage, clock, strange, ca=ca, token_file=wrong),
        listening(garage, clock, strange, ca=trustme.CA().cert_pem.bytes(), token_file=right),
        listening(garage, clock, ears, ca=ca, token_file=right),
        garage.publishing(SPEED, 3.0),
    ):
        ears.wait(SPEED, 3.0)
        ears.wait_more(3)
        assert strange.readings == []


class Notes:
    """A listener that only notes."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []

    def __call__(self, readings: Sequence[Reading]) -> None:
        self.readings.extend(readings)


@pytest.fixture
def watch(garage: Garage, clock: BoottimeClock) -> Iterator[Watch]:
    made = Watch(clock)
    garage.set(SELECTOR, 126)
    signals = KuksaSignals(Broker(garage.address), clock)
    signals.start(made.engine.take)
    yield made
    signals.stop()
    made.engine.stop()


def test_s3_a_moving_car_is_moving_at_once(garage: Garage, watch: Watch, clock: BoottimeClock) -> None:
    with garage.publishing(SPEED, 0.0):
        watch.wait(DrivingState.PARKED)
    start = clock.seconds()
    garage.set(SPEED, 20.0)
    assert watch.wait(DrivingState.MOVING) - start < 1.0


def test_s2_a_provider_that_goes_silent_is_unknown_within_its_bound_and_parked_again_by_itself(
    garage: Garage, watch: Watch, clock: BoottimeClock
) -> None:
    with garage.publishing(SPEED, 0.0):
        watch.wait(DrivingState.PARKED)
        start = clock.seconds()
        garage.stop_signals(True)  # reads are answered still, with the old timestamp
        assert watch.wait(DrivingState.UNKNOWN) - start < 2.0
        garage.stop_signals(False)
        watch.wait(DrivingState.PARKED)


def test_s2_a_broker_that_hangs_is_unknown_within_its_bound_and_parked_again_by_itself(
    garage: Garage, watch: Watch, clock: BoottimeClock
) -> None:
    with garage.publishing(SPEED, 0.0):
        watch.wait(DrivingState.PARKED)
        start = clock.seconds()
        garage.do(lambda broker: broker.stall(True))
        assert watch.wait(DrivingState.UNKNOWN) - start < 2.0
        garage.do(lambda broker: broker.stall(False))
        watch.wait(DrivingState.PARKED)


def test_s2_a_broker_that_is_gone_is_unknown_and_its_return_is_parked(
    garage: Garage, watch: Watch, clock: BoottimeClock
) -> None:
    with garage.publishing(SPEED, 0.0):
        watch.wait(DrivingState.PARKED)
    start = clock.seconds()
    garage.shut()
    assert watch.wait(DrivingState.UNKNOWN) - start < 2.0
    garage.open()
    garage.set(SELECTOR, 126)
    with garage.publishing(SPEED, 0.0):
        watch.wait(DrivingState.PARKED)


def test_s2_nonsense_is_unknown_at_once_and_back_by_itself(garage: Garage, watch: Watch) -> None:
    for nonsense in (float("nan"), float("inf"), 2000.0, None):
        with garage.publishing(SPEED, 0.0):
            watch.wait(DrivingState.PARKED)
        garage.set(SPEED, nonsense)
        watch.wait(DrivingState.UNKNOWN)
        assert watch.seen[-1][1].cause in ("speed is not a number", "speed beyond 150 m/s")


def test_an_endless_wait_for_a_server_that_never_answers_ends_when_it_is_stopped(
    clock: BoottimeClock, ears: Ears
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        signals = KuksaSignals(Broker(f"127.0.0.1:{mute.getsockname()[1]}"), clock)
        signals.start(ears)
        mute.accept()[0].close()
        begun = time.monotonic()
        signals.stop()
        assert time.monotonic() - begun < 5.0
        assert ears.readings == []


def test_a_switch_that_is_named_is_read_as_a_boolean_by_its_path(
    garage: Garage, clock: BoottimeClock, ears: Ears
) -> None:
    path = "Vehicle.Cabin.SteeringWheel.PhoneButton"
    garage.shut()
    garage.open({**TREE, path: Signal(path, SignalKind.BOOLEAN, continuous=False)})
    garage.set(path, False)
    with listening(garage, clock, ears, switches=(path, "Vehicle.OBD.Speed", "Vehicle.Not.There", SPEED)):
        ears.wait(path, False)
        garage.set(path, True)
        ears.wait(path, True)
        garage.set(SPEED, 12.0)
        ears.wait(SPEED, 12.0)
        assert "Vehicle.OBD.Speed" not in {reading.signal for reading in ears.readings}
