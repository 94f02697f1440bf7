"""Azure Maps, emulated over the fictional town: routes in traffic, addresses, and its refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from carlendar.domain.place import Position
from carlendar.domain.travel import TravelSource
from carlendar.errors import CarlendarError, OfflineError, OutageError, RefusedError, ServiceError, ThrottledError
from carlendar.microsoft.azure_maps import AzureMaps
from carlendar.microsoft.session import HttpSession
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.maps import KEY
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.town.network import way
from tests.fakes.clocks import ManualClocks
from tests.microsoft.conftest import Script

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
FAR = Position(47.0, 8.0)


@pytest.fixture
def running(running: RunningCloud) -> Iterator[RunningCloud]:
    yield running
    running.maps.traffic = {}


@pytest.fixture
def maps(running: RunningCloud, http: HttpSession) -> AzureMaps:
    return AzureMaps(http, running.maps_url, lambda: KEY, ManualClocks(NOW))


@pytest.fixture
def ends(running: RunningCloud) -> tuple[Position, Position]:
    """Two addresses on either side of the river."""
    town = running.maps.network.town
    return town.house("Kesselweg", 1).position, town.house("Strandbyer Dorfstraße", 1).position


def test_a_route_has_seconds_metres_and_live_traffic(maps: AzureMaps, ends: tuple[Position, Position]) -> None:
    found = maps.travel(*ends)
    assert found is not None
    assert (found.source, found.live_traffic, found.computed_at) == (TravelSource.AZURE_MAPS, True, NOW)
    assert found.metres > ends[0].metres(ends[1])
    assert 300 < found.seconds < 1500


def test_a_jam_makes_the_route_longer(maps: AzureMaps, running: RunningCloud, ends: tuple[Position, Position]) -> None:
    free = maps.travel(*ends)
    town = running.maps.network.town
    route = way(running.maps.network, town.house("Kesselweg", 1), town.house("Strandbyer Dorfstraße", 1))
    running.maps.traffic = {piece.road.number: 8.0 for piece in route}
    jammed = maps.travel(*ends)
    assert free is not None
    assert jammed is not None
    assert jammed.seconds > free.seconds + 120


def test_an_empty_route_is_none(maps: AzureMaps, ends: tuple[Position, Position]) -> None:
    assert maps.travel(ends[0], FAR) is None


def test_an_address_is_found_with_its_longitude_first(maps: AzureMaps, running: RunningCloud) -> None:
    house = running.maps.network.town.house("Turbinenweg", 3)
    found = maps.find(("Turbinenweg 3", "00000 Quellhaven", "Deutschland"), None)
    assert found is not None
    assert found.metres(house.position) < 1


@pytest.mark.parametrize("address", ["Turbinenweg", "Nirgendweg 3", "Raum 3.14", "12", ""])
def test_an_unknown_address_is_none(maps: AzureMaps, address: str) -> None:
    assert maps.find((address,), Position(54.6, 7.1)) is None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("status", 1, "directions", status=401), RefusedError),
        (Fault("status", 1, "directions", status=403), RefusedError),
        (Fault("status", 1, "directions", status=429, retry_after="7"), ThrottledError),
        (Fault("status", 1, "directions", status=500), OutageError),
        (Fault("status", 1, "directions", status=400), ServiceError),
        (Fault("garbage", 1, "directions"), OutageError),
        (Fault("garbage", 1, "directions", garbage="truncated"), OutageError),
        (Fault("garbage", 1, "directions", garbage="wrong_type"), OutageError),
        (Fault("garbage", 1, "directions", garbage="empty"), OutageError),
        (Fault("cut", 1, "directions"), OfflineError),
    ],
)
def test_each_refusal_is_an_error_of_its_own_and_the_next_request_may_succeed(
    maps: AzureMaps, running: RunningCloud, ends: tuple[Position, Position], fault: Fault, error: type[ServiceError]
) -> None:
    running.inject(fault)
    with pytest.raises(error) as raised:
        maps.travel(*ends)
    if isinstance(raised.value, ThrottledError):
        assert raised.value.retry_after == 7.0
    assert maps.travel(*ends) is not None


def test_a_wrong_key_is_refused(running: RunningCloud, http: HttpSession, ends: tuple[Position, Position]) -> None:
    with pytest.raises(RefusedError, match="subscription key"):
        AzureMaps(http, running.maps_url, lambda: "wrong", ManualClocks(NOW)).travel(*ends)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"features": null}',
        b'{"features": {"0": 1}}',
        b'{"features": [null, 7, {"properties": null}, {"properties": {"type": "ManeuverPoint"}}]}',
    ],
)
def test_an_answer_without_a_route_is_none(
    serve: Callable[[Script], str], ca_file: str, ends: tuple[Position, Position], body: bytes
) -> None:
    root = serve(lambda *_: (200, {"Content-Type": "application/geo+json"}, body))
    with HttpSession(ca_file=ca_file) as http:
        assert AzureMaps(http, root, lambda: KEY, ManualClocks(NOW)).travel(*ends) is None


@pytest.mark.parametrize(
    "properties",
    [
        '"distanceInMeters": 7',
        '"durationInSeconds": 7',
        '"durationInSeconds": "7", "distanceInMeters": 7',
        '"durationTrafficInSeconds": -7, "distanceInMeters": 7',
        '"durationTrafficInSeconds": true, "distanceInMeters": 7',
        '"durationTrafficInSeconds": 1e400, "distanceInMeters": 7',
    ],
)
def test_impossible_figures_are_an_error(
    serve: Callable[[Script], str], ca_file: str, ends: tuple[Position, Position], properties: str
) -> None:
    body = f'{{"features": [{{"properties": {{"type": "RoutePath", {properties}}}}}]}}'.encode()
    root = serve(lambda *_: (200, {}, body))
    with HttpSession(ca_file=ca_file) as http, pytest.raises(CarlendarError):
        AzureMaps(http, root, lambda: KEY, ManualClocks(NOW)).travel(*ends)


def test_a_route_without_traffic_is_without_live_traffic(
    serve: Callable[[Script], str], ca_file: str, ends: tuple[Position, Position]
) -> None:
    body = b'{"features": [{"properties": {"durationInSeconds": 70, "distanceInMeters": 700}}]}'
    root = serve(lambda *_: (200, {}, body))
    with HttpSession(ca_file=ca_file) as http:
        found = AzureMaps(http, root, lambda: KEY, ManualClocks(NOW)).travel(*ends)
    assert found is not None
    assert (found.seconds, found.live_traffic) == (70.0, False)
