"""Drives through the town arrive when it was shown at their start that they would; `make test-navigation` drives 50.

The town's own simulation is the truth: the car waits at each light as it meets it. Azure Maps, emulated, knows the
traffic; Routino and Navit have maps that know the jams, or drive on free roads. A drive counts as right within two
minutes. Jams that a source does not know must have no verdict.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carlendar.domain.place import Position
from carlendar.domain.travel import Destination, TravelTime, arrival, arrival_time, to_minute
from carlendar.microsoft.azure_maps import AzureMaps
from carlendar.microsoft.session import HttpSession
from carlendar.navigation.navit import NavitNavigation
from carlendar.navigation.navit_bus import NavitBus
from carlendar.navigation.routino import RoutinoTimes
from carlendar.service.travel_times import guidance
from carlendar_devtools.emulator.cloud.maps import KEY
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.town.engines import prepare
from carlendar_devtools.emulator.town.network import Drive, Network, Traffic, way
from carlendar_devtools.emulator.town.plan import House
from carlendar_devtools.emulator.town.speeds import SPEEDS
from carlendar_devtools.emulator.world.world import World
from tests.fakes.clocks import ManualClocks
from tests.fakes.navit import RunningNavit
from tests.fakes.waiting import wait_until

DRIVES = int(os.environ.get("DRIVES", "8"))
RIGHT = timedelta(minutes=2)
SHARE = 0.9
SHORTEST = 2000.0
"""Metres in a straight line: a shorter drive shows nothing."""
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

Ask = Callable[[Position, Position], TravelTime | None]


def drives(network: Network) -> list[tuple[House, House, datetime]]:
    """Start, end and time of each drive."""
    chance = random.Random(16)
    found: list[tuple[House, House, datetime]] = []
    while len(found) < DRIVES:
        start, end = chance.sample(network.town.houses, 2)
        if start.position.metres(end.position) >= SHORTEST:
            found.append((start, end, NOW + timedelta(seconds=chance.randrange(36_000))))
    return found


def jams(network: Network, seed: int) -> Traffic:
    """Dense traffic on a sixth of the larger roads, another for each drive."""
    chance = random.Random(seed)
    large = [road for road in network.town.roads.values() if SPEEDS[road.kind].rank >= 2]
    return {road.number: chance.uniform(8.0, 30.0) for road in chance.sample(large, len(large) // 6)}


def errors(
    network: Network, ask: Ask, clocks: ManualClocks, traffic: Callable[[int], Traffic] = lambda _: {}
) -> list[timedelta]:
    """Drive all, and return how much later than shown at the start each arrives."""
    found = []
    for number, (start, end, begins) in enumerate(drives(network)):
        clocks.wall, jam = begins, traffic(number)
        travel = ask(start.position, end.position)
        assert travel is not None
        shown = to_minute(arrival_time(travel, begins, driving=True))
        of_day = begins - begins.replace(hour=0, minute=0, second=0)
        took = Drive(network, way(network, start, end, jam), of_day.total_seconds()).finish(jam)
        found.append(to_minute(begins + timedelta(seconds=took)) - shown)
    return found


class Guide:
    """Navit as a source of travel times."""

    def __init__(self, navit: RunningNavit, bus: NavitBus, clocks: ManualClocks) -> None:
        self._navit, self._bus, self._clocks = navit, bus, clocks
        self._navigation = NavitNavigation(bus)

    def start(self, data: Path | None = None) -> None:
        """Start Navit unless it runs; restart it with the map in the folder `data` if one is given."""
        if data is not None:
            self._navit.kill()
            self._navit.use(data)
        self._navit.ensure_running(self._bus)

    def ask(self, start: Position, to: Position) -> TravelTime | None:
        """Return the time from `start` to a place."""
        self._bus.clear_destination()
        self._bus.set_position(start)
        self._navigation.navigate(Destination(to), replace=True)
        wait_until(lambda: self._navigation.refresh().remaining_seconds is not None, what="a route")
        return guidance(self._navigation.refresh(), to, self._clocks)


def report(name: str, late: list[timedelta]) -> None:
    """Print the share of right arrivals, and require it."""
    right = sum(abs(each) <= RIGHT for each in late) / len(late)
    worst = max(late, key=abs).total_seconds() / 60
    print(f"\n{name}: {len(late)} drives, {right:.0%} within two minutes, the worst {worst:+.0f} min")  # noqa: T201 - figures
    assert right >= SHARE


@pytest.fixture
def clocks() -> ManualClocks:
    return ManualClocks(NOW)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    with RunningCloud(World("Test", "contoso.example", NOW), tmp_path_factory.mktemp("cloud")) as running:
        yield running


@pytest.fixture
def maps(cloud: RunningCloud, clocks: ManualClocks) -> Iterator[AzureMaps]:
    with HttpSession(ca_file=str(cloud.ca_file)) as http:
        yield AzureMaps(http, cloud.maps_url, lambda: KEY, clocks)


def test_drives_on_free_roads_arrive_when_routino_said(data: Path, network: Network, clocks: ManualClocks) -> None:
    report("Routino, no traffic", errors(network, RoutinoTimes(data, clocks).travel, clocks))


def test_drives_on_free_roads_arrive_when_navit_said(
    navit: RunningNavit, network: Network, clocks: ManualClocks
) -> None:
    with closing(NavitBus(navit.address)) as bus:
        guide = Guide(navit, bus, clocks)
        guide.start()
        report("Navit, no traffic", errors(network, guide.ask, clocks))


def test_drives_on_free_roads_arrive_when_azure_maps_said(
    maps: AzureMaps, network: Network, clocks: ManualClocks
) -> None:
    report("Azure Maps (emulated), no traffic", errors(network, maps.travel, clocks))


def test_drives_through_jams_arrive_when_azure_maps_said(
    maps: AzureMaps, cloud: RunningCloud, network: Network, clocks: ManualClocks
) -> None:
    def traffic(number: int) -> Traffic:
        cloud.maps.traffic = jams(network, number)
        return cloud.maps.traffic

    try:
        report("Azure Maps (emulated), jams", errors(network, maps.travel, clocks, traffic))
    finally:
        cloud.maps.traffic = {}


def test_drives_through_jams_arrive_when_routino_said_whose_map_knows_them(
    data: Path, network: Network, clocks: ManualClocks, tmp_path: Path
) -> None:
    router = [RoutinoTimes(data, clocks)]

    def traffic(number: int) -> Traffic:
        jam = jams(network, number)
        router[0] = RoutinoTimes(prepare(network, tmp_path, jam), clocks)
        return jam

    report("Routino, jams in its map", errors(network, lambda *way: router[0].travel(*way), clocks, traffic))


def test_drives_through_jams_arrive_when_navit_said_whose_map_knows_them(
    navit: RunningNavit, data: Path, network: Network, clocks: ManualClocks, tmp_path: Path
) -> None:
    with closing(NavitBus(navit.address)) as bus:
        guide = Guide(navit, bus, clocks)

        def traffic(number: int) -> Traffic:
            jam = jams(network, number)
            guide.start(prepare(network, tmp_path, jam))
            return jam

        try:
            report("Navit, jams in its map", errors(network, guide.ask, clocks, traffic))
        finally:
            guide.start(data)


def test_a_source_that_does_not_know_a_jam_gives_no_verdict(
    navit: RunningNavit, data: Path, clocks: ManualClocks, network: Network
) -> None:
    start, end, begins = drives(network)[0]
    clocks.wall = begins
    with closing(NavitBus(navit.address)) as bus:
        guide = Guide(navit, bus, clocks)
        guide.start(data)
        for travel in (RoutinoTimes(data, clocks).travel(start.position, end.position),
                       guide.ask(start.position, end.position)):  # fmt: skip
            assert travel is not None
            shown = arrival(travel, begins, arrival_time(travel, begins, driving=True))
            assert (travel.live_traffic, shown.verdict, shown.at.minute % 5) == (False, None, 0)
