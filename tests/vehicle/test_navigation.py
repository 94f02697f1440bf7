"""Destinations over real gRPC: what the car took of them is what is reported."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from kuksa.val.v2 import val_pb2

from carlendar.domain.place import Position
from carlendar.domain.travel import Destination, NavigationOutcome, NavigationPhase, NavigationState
from carlendar.domain.vss import DESTINATION_LATITUDE, DESTINATION_LONGITUDE, LATITUDE, LONGITUDE, SELECTOR
from carlendar.errors import IncompleteError, RefusedError, ServiceError
from carlendar.platform.clock import BoottimeClock
from carlendar.vehicle.broker import Broker
from carlendar.vehicle.kuksa import KuksaSignals
from carlendar.vehicle.navigation import KuksaNavigation
from carlendar_devtools.emulator.broker_call import Context
from carlendar_devtools.emulator.broker_tokens import BrokerGrant
from carlendar_devtools.emulator.databroker import Databroker
from carlendar_devtools.emulator.vss import TREE, Signal, SignalKind, Value
from tests.fakes.databroker import Ears, Garage

BOTH = (DESTINATION_LATITUDE, DESTINATION_LONGITUDE)
HARBOUR = Destination(Position(52.423, 10.787), "Harbour", ("Hafenstraße 12", "Hamburg"))
GOAL = {DESTINATION_LATITUDE: 52.423, DESTINATION_LONGITUDE: 10.787}


class Head:
    """A navigation system that provides these of the two coordinates; `set` is what it was given."""

    def __init__(self, garage: Garage, *paths: str) -> None:
        self.set: dict[str, Value] = {}
        garage.do(lambda broker: broker.subscribe(self._take, paths))

    def _take(self, values: Mapping[str, Value]) -> None:
        self.set |= values


def publish(garage: Garage, values: Mapping[str, Value]) -> None:
    """Let the car's providers publish these values."""
    for path, value in values.items():
        garage.do(lambda broker, path=path, value=value: broker.set(path, value))  # type: ignore[misc]  # bound now


def navigation(garage: Garage) -> KuksaNavigation:
    return KuksaNavigation(Broker(garage.address), lambda _: True)


def test_a_destination_is_set_by_both_its_coordinates(garage: Garage, clock: BoottimeClock, ears: Ears) -> None:
    head = Head(garage, *BOTH)
    signals = KuksaSignals(Broker(garage.address), clock)
    signals.start(ears)
    try:
        ears.wait(SELECTOR, None)
        known = KuksaNavigation(Broker(garage.address), signals.knows)
        assert known.available()
        assert known.navigate(HARBOUR) is NavigationOutcome.SET
    finally:
        signals.stop()
    assert head.set == GOAL


def test_without_a_provider_the_car_takes_no_destinations(garage: Garage) -> None:
    with pytest.raises(RefusedError, match="takes no destinations"):
        navigation(garage).navigate(HARBOUR)


@pytest.mark.parametrize("path", BOTH)
def test_a_destination_of_which_one_coordinate_was_taken_is_incomplete(garage: Garage, path: str) -> None:
    head = Head(garage, path)
    with pytest.raises(IncompleteError) as raised:
        navigation(garage).navigate(HARBOUR)
    assert raised.value.perhaps
    assert head.set == {path: GOAL[path]}


class _LateProvider(Databroker):
    """The provider of the longitude is there only after the first attempt."""

    async def BatchActuate(  # noqa: N802 — the service's name
        self, request: val_pb2.BatchActuateRequest, context: Context
    ) -> val_pb2.BatchActuateResponse:
        try:
            return await super().BatchActuate(request, context)
        finally:
            self.subscribe(self.took.update, [DESTINATION_LONGITUDE])

    took: dict[str, Value]


def test_a_half_that_is_taken_on_the_second_attempt_is_a_set_destination(garage: Garage) -> None:
    garage.shut()
    garage.open(kind=_LateProvider)
    head = Head(garage, DESTINATION_LATITUDE)
    garage.do(lambda broker: setattr(broker, "took", head.set))
    navigation(garage).navigate(HARBOUR)
    assert head.set == GOAL


def test_a_broker_that_is_gone_says_nothing_of_what_the_car_takes(garage: Garage) -> None:
    garage.shut()
    made = KuksaNavigation(Broker(garage.address), lambda _: False)
    assert not made.available()
    with pytest.raises(ServiceError, match="did not take the destination") as raised:
        made.navigate(HARBOUR)
    assert not isinstance(raised.value, RefusedError)
    assert not raised.value.perhaps


class _Hanging(Databroker):
    """Takes destinations and never answers."""

    async def BatchActuate(  # noqa: N802 — the service's name
        self, request: val_pb2.BatchActuateRequest, context: Context
    ) -> val_pb2.BatchActuateResponse:
        await asyncio.sleep(30.0)
        return await super().BatchActuate(request, context)

    async def Actuate(self, request: val_pb2.ActuateRequest, context: Context) -> val_pb2.ActuateResponse:  # noqa: N802 — the service's name
        await asyncio.sleep(30.0)
        return await super().Actuate(request, context)


def test_a_destination_without_an_answer_may_be_set(garage: Garage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BATCH_TIMEOUT", "SINGLE_TIMEOUT"):
        monkeypatch.setattr(f"carlendar.vehicle.navigation.{name}", 0.2)
    garage.shut()
    garage.open(kind=_Hanging)
    with pytest.raises(ServiceError) as raised:
        navigation(garage).navigate(HARBOUR)
    assert raised.value.perhaps


def test_a_token_that_may_not_set_is_a_refusal(garage: Garage, tmp_path: Path) -> None:
    Head(garage, *BOTH)
    token = tmp_path / "token"
    token.write_text("mine")
    garage.do(lambda broker: broker.accept({"mine": BrokerGrant(actuates=False)}))
    with pytest.raises(RefusedError):
        KuksaNavigation(Broker(garage.address, token_file=token), lambda _: True).navigate(HARBOUR)


def test_coordinates_that_are_no_actuators_are_a_refusal(garage: Garage) -> None:
    garage.shut()
    garage.open({**TREE, **{path: Signal(path, SignalKind.DOUBLE, "degrees") for path in BOTH}})
    with pytest.raises(RefusedError):
        navigation(garage).navigate(HARBOUR)


@pytest.mark.parametrize(("latitude", "longitude"), [(91.0, 0.0), (0.0, 181.0), (float("nan"), 0.0)])
def test_no_place_on_the_earth_is_sent(garage: Garage, latitude: float, longitude: float) -> None:
    head = Head(garage, *BOTH)
    with pytest.raises(ServiceError, match="no usable coordinates"):
        navigation(garage).navigate(Destination(Position(latitude, longitude)))
    assert head.set == {}


def test_the_drivers_own_destination_is_only_replaced_with_consent(garage: Garage) -> None:
    head = Head(garage, *BOTH)
    publish(garage, dict(zip(BOTH, (53.0, 11.0), strict=True)))
    made = navigation(garage)
    assert made.navigate(HARBOUR) is NavigationOutcome.ASK
    assert head.set == {}
    assert made.navigate(HARBOUR, replace=True) is NavigationOutcome.CHANGED
    assert head.set == GOAL


@pytest.mark.parametrize("reached", [True, False])
def test_our_own_destination_and_one_that_is_reached_are_replaced_without_asking(garage: Garage, reached: bool) -> None:
    head = Head(garage, *BOTH)
    made = navigation(garage)
    if reached:
        at = {LATITUDE: 53.001, LONGITUDE: 11.0, DESTINATION_LATITUDE: 53.0, DESTINATION_LONGITUDE: 11.0}
    else:
        made.navigate(Destination(Position(53.0, 11.0)))
        at = {DESTINATION_LATITUDE: 53.0, DESTINATION_LONGITUDE: 11.0}
    publish(garage, at)
    assert made.navigate(HARBOUR) is (NavigationOutcome.SET if reached else NavigationOutcome.CHANGED)
    assert head.set == GOAL


def test_guidance_cannot_be_ended_through_a_broker_and_it_says_so(garage: Garage) -> None:
    with pytest.raises(RefusedError, match="car's navigation"):
        navigation(garage).clear()


@pytest.mark.parametrize(("knows", "phase"), [(True, NavigationPhase.READY), (False, NavigationPhase.NONE)])
def test_the_state_is_whether_destinations_are_accepted(garage: Garage, knows: bool, phase: NavigationPhase) -> None:
    states: list[NavigationState] = []
    KuksaNavigation(Broker(garage.address), lambda _: knows).subscribe(states.append)()
    assert states == [NavigationState(phase)]
