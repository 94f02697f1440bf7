"""`carlendar doctor` on the databroker: its verdict is the screen's, and it names what is missing and the fix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import grpc
import pytest
from kuksa.val.v2 import val_pb2

from carlendar.domain.vss import MOVING, SELECTOR, SPEED, VOLUME
from carlendar.platform.probes import Check
from carlendar.vehicle import signals
from carlendar.vehicle.broker import Broker
from carlendar.wiring.databroker import survey_of
from carlendar_devtools.emulator.broker_call import Context
from carlendar_devtools.emulator.broker_tokens import BrokerGrant
from carlendar_devtools.emulator.databroker import Databroker
from carlendar_devtools.emulator.vss import TREE, Signal, SignalKind
from tests.fakes.databroker import Garage
from tests.vehicle.test_modes import foreign_provider

AS_IF_MOVING = "the screen stays as if moving"
BEAT = "Vehicle.Provider.Heartbeat"
SHORT = 1.6
"""Seconds: enough to see that nothing is confirmed."""


def doctor(garage: Garage, **options: Any) -> Check:
    return survey_of(Broker(garage.address, token_file=options.pop("token_file", None)), **options)


def token(garage: Garage, folder: Path, grant: BrokerGrant) -> Path:
    """A file with a token that the broker knows."""
    garage.do(lambda broker: broker.accept({"mine": grant}))
    file = folder / "token"
    file.write_text("mine")
    return file


# --- where the screen is in use ---


def test_a_car_that_has_all_is_well_with_its_state_and_the_version(garage: Garage) -> None:
    garage.set(SELECTOR, 126)
    with garage.publishing(SPEED, 0.0):
        found = doctor(garage)
    assert (found.ok, found.fix) == (True, None)
    assert "carlendar-emulator 0.7.0 at localhost" in found.detail
    assert "parked: speed zero for 1.0 s and in P" in found.detail
    assert "missing" not in found.detail
    assert found.to_json() | {"detail": ""} == {
        "name": "databroker", "ok": True, "detail": "", "mend": None, "fix": None,
        "version": "carlendar-emulator 0.7.0",
        "driving_state": "parked", "cause": "speed zero for 1.0 s and in P",
    }  # fmt: skip


def test_a_car_that_never_says_p_is_named_as_never_parked(garage: Garage) -> None:
    with garage.publishing(SPEED, 0.0):
        found = doctor(garage)
    assert found.ok
    assert "idling: speed zero for 2.0 s" in found.detail
    assert f"{SELECTOR} has no value" in found.detail


def test_databroker_0_5_0_is_named_and_understood(garage: Garage) -> None:
    garage.shut()
    garage.open(kind=_Old)
    with garage.publishing(SPEED, 30.0):
        found = doctor(garage)
    assert found.ok
    assert "carlendar-emulator 0.5.0" in found.detail


class _Old(Databroker):
    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, version="0.5.0", **options)


class _Nameless(_Old):
    """Not even for a single path does its metadata name one."""

    async def ListMetadata(  # noqa: N802 — the service's name
        self, request: val_pb2.ListMetadataRequest, context: Context
    ) -> val_pb2.ListMetadataResponse:
        if request.root != "Vehicle":
            await context.abort(grpc.StatusCode.NOT_FOUND, "no such path")
        return await super().ListMetadata(request, context)


def test_a_version_that_is_not_understood_is_named_with_what_to_do(garage: Garage) -> None:
    garage.shut()
    garage.open(kind=_Nameless)
    found = doctor(garage)
    assert not found.ok
    assert "carlendar-emulator 0.5.0" in found.detail
    assert found.fix == "update the databroker to 0.6.0 or newer"


# --- where the screen stays as if moving ---


def test_a_speed_that_never_had_a_value_is_not_well(garage: Garage) -> None:
    found = doctor(garage, seconds=SHORT)
    assert not found.ok
    assert f"{SPEED} has no value yet; {AS_IF_MOVING}" in found.detail
    assert found.fix == "start the provider of the speed"


def test_a_speed_that_is_read_but_not_confirmed_is_not_well(garage: Garage) -> None:
    garage.set(SPEED, 0.0)
    garage.set(SELECTOR, 126)
    found = doctor(garage, seconds=SHORT)
    assert not found.ok
    assert f"{SPEED} can be read but is not confirmed" in found.detail
    assert AS_IF_MOVING in found.detail
    assert found.fix is not None
    assert "vehicle.heartbeat" in found.fix
    assert found.facts["driving_state"] == "unknown"


def test_a_heartbeat_makes_a_speed_on_change_well(garage: Garage) -> None:
    garage.shut()
    garage.open({**TREE, BEAT: Signal(BEAT, SignalKind.UINT8)})
    garage.set(SPEED, 0.0)
    garage.set(SELECTOR, 126)
    with garage.publishing(BEAT, 1, seconds=0.3):
        assert doctor(garage, heartbeat=BEAT).ok


def test_a_heartbeat_that_the_car_does_not_have_is_named(garage: Garage) -> None:
    garage.set(SPEED, 0.0)
    found = doctor(garage, heartbeat=BEAT, seconds=SHORT)
    assert not found.ok
    assert f"the heartbeat {BEAT} does not exist" in found.detail


def test_a_token_that_does_not_cover_the_speed_is_not_well(garage: Garage, tmp_path: Path) -> None:
    file = token(garage, tmp_path, BrokerGrant(hidden=(SPEED, MOVING)))
    with garage.publishing(SPEED, 0.0):
        found = doctor(garage, token_file=file, seconds=SHORT)
    assert not found.ok
    assert f"the token does not allow {SPEED} to be read; {AS_IF_MOVING}" in found.detail
    assert found.fix == f"let the token's scope have read:{SPEED}"


def test_an_expired_token_is_not_well(garage: Garage, tmp_path: Path) -> None:
    file = token(garage, tmp_path, BrokerGrant(expires=0.0))
    with garage.publishing(SPEED, 0.0):
        found = doctor(garage, token_file=file)
    assert not found.ok
    assert AS_IF_MOVING in found.detail
    assert found.fix is not None
    assert "vehicle.token_file" in found.fix


def test_a_broker_that_is_silent_from_the_start_is_not_well(garage: Garage) -> None:
    garage.set(SPEED, 0.0)
    garage.do(lambda broker: broker.stall(True))
    found = doctor(garage, seconds=SHORT)
    assert not found.ok
    assert f"it has not answered yet; {AS_IF_MOVING}" in found.detail
    assert found.fix is not None


def test_a_broker_that_stays_silent_is_named_so(garage: Garage) -> None:
    garage.set(SPEED, 0.0)
    garage.do(lambda broker: broker.stall(True))
    found = doctor(garage, seconds=4.5)
    assert "it stopped responding" in found.detail


def test_a_car_without_a_speed_is_not_well_at_once(garage: Garage) -> None:
    garage.shut()
    garage.open({path: signal for path, signal in TREE.items() if path not in (SPEED, MOVING)})
    found = doctor(garage)
    assert not found.ok
    assert found.fix == "provide a speed to the databroker; nothing else shows that the car is stationary"


def test_a_speed_that_comes_too_seldom_is_not_well(garage: Garage) -> None:
    with garage.publishing(SPEED, 30.0, seconds=2.5):
        found = doctor(garage)
    assert not found.ok
    assert f"speed not confirmed for 1.0 s; {AS_IF_MOVING}" in found.detail
    assert found.fix == "let its provider publish a speed every 500 ms"


@pytest.mark.parametrize("nonsense", [float("nan"), 4000.0])
def test_a_speed_that_is_none_is_not_well(garage: Garage, nonsense: float) -> None:
    with garage.publishing(SPEED, nonsense):
        found = doctor(garage, seconds=SHORT)
    assert not found.ok
    assert f"{SPEED} is no speed of a car (0 to 540 km/h); {AS_IF_MOVING}" in found.detail


def test_a_foreign_provider_without_a_published_speed_is_not_well(garage: Garage) -> None:
    garage.set(SPEED, 0.0)
    with foreign_provider(garage, VOLUME):
        found = doctor(garage, seconds=SHORT)
    assert not found.ok
    assert "perhaps because of another provider" in found.detail


# --- what else is missing ---


@pytest.mark.parametrize("missing", [signal for signal in signals.WITHOUT if signal != SPEED])
def test_a_missing_signal_is_named_with_what_depends_on_it(garage: Garage, missing: str) -> None:
    garage.shut()
    garage.open({path: signal for path, signal in TREE.items() if path != missing})
    with garage.publishing(SPEED, 30.0):
        found = doctor(garage)
    assert found.ok
    assert [signal for signal in signals.WITHOUT if f"{signal} ({signals.WITHOUT[signal]})" in found.detail] == [
        missing
    ]


def test_every_signal_that_is_missing_is_named(garage: Garage) -> None:
    garage.shut()
    garage.open({SPEED: TREE[SPEED]})
    with garage.publishing(SPEED, 30.0):
        found = doctor(garage)
    assert all(f"{signal} (" in found.detail for signal in signals.WITHOUT if signal != SPEED)
