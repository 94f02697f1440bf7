"""The emulated car in the fictional town: where it is, what it reports to the display's service, and jams."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar.domain import vss
from carlendar.domain.place import Position
from carlendar.domain.travel import NavigationPhase
from carlendar.errors import RefusedError, UsageError
from carlendar_devtools.emulator.car import Car, Selector
from carlendar_devtools.emulator.databroker import Databroker
from carlendar_devtools.emulator.panel.command import Arguments
from carlendar_devtools.emulator.panel.road import RoadControl
from carlendar_devtools.emulator.town.driver import TownDriver
from carlendar_devtools.emulator.town.network import Network, Traffic
from carlendar_devtools.emulator.town.plan import house_at, town
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from carlendar_devtools.processes.guidance import FileNavigation
from tests.fakes.clocks import ManualClocks
from tests.fakes.waiting import wait_until_async

START, WORKS = house_at("Barkassenstraße 11"), house_at("Turbinenweg 3")


class Town:
    """A car in the town whose time passes by `pass_seconds`."""

    def __init__(self, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.clocks = ManualClocks(datetime(2026, 11, 23, 8, tzinfo=UTC))
        self.traffic: list[Traffic] = []
        self.car = Car(Databroker(), rate=0)
        self.file = folder / "guidance.json"
        self.driver = TownDriver(
            self.car, Network(town()), self.clocks, self.clocks, self.file, set_traffic=self.traffic.append
        )
        self.driver._car.set(position=(START.position.latitude, START.position.longitude))
        self.navigation = FileNavigation(self.file)

    def guide(self, to: Position) -> None:
        self.car._actuated({vss.DESTINATION_LATITUDE: to.latitude, vss.DESTINATION_LONGITUDE: to.longitude})

    def pass_seconds(self, seconds: float) -> None:
        self.clocks.advance(seconds)
        self.driver.advance(seconds)
        self.driver._tell()

    @property
    def minutes(self) -> float:
        assert self.driver.rest is not None
        return self.driver.rest[1] / 60


@pytest.fixture
def quellhaven(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path)
    yield made
    made.loop.close()


def test_the_car_drives_to_the_destination_and_parks(quellhaven: Town) -> None:
    before = quellhaven.car.state
    quellhaven.driver.set_off(WORKS.position)
    quellhaven.pass_seconds(60)
    driving = quellhaven.car.state
    assert driving.selector is Selector.D
    assert driving.odometer > before.odometer
    assert driving.range_km == pytest.approx(before.range_km - (driving.odometer - before.odometer))
    assert driving.position != before.position
    while quellhaven.driver.driving:
        quellhaven.pass_seconds(60)
    there = quellhaven.car.state
    assert (there.speed, there.selector, there.parking_brake) == (0.0, Selector.P, True)
    assert there.position is not None
    assert Position(*there.position).metres(WORKS.position) < 300


def test_the_services_navigation_reads_the_rest_of_the_way(quellhaven: Town) -> None:
    quellhaven.guide(WORKS.position)
    state = quellhaven.navigation.refresh()
    assert (state.phase, state.ours, state.live_traffic) == (NavigationPhase.GUIDING, True, True)
    assert state.destination is not None
    assert state.destination.position.metres(WORKS.position) < 1
    assert state.remaining_seconds == pytest.approx(quellhaven.minutes * 60)
    with pytest.raises(RefusedError):
        quellhaven.navigation.navigate(state.destination)


def test_a_jam_ahead_makes_the_rest_of_the_way_longer_until_it_is_over(quellhaven: Town) -> None:
    quellhaven.guide(WORKS.position)
    quellhaven.driver.set_off(WORKS.position)
    quellhaven.pass_seconds(60)
    free = quellhaven.minutes
    quellhaven.driver.jam_ahead()
    assert quellhaven.minutes > free + 5
    assert quellhaven.traffic[-1] == quellhaven.driver.traffic
    quellhaven.driver.clear_jams()
    assert quellhaven.minutes == pytest.approx(free)


def test_guidance_ends_at_the_destination_and_when_the_service_asks(quellhaven: Town) -> None:
    quellhaven.guide(START.position)
    assert quellhaven.car.destination is None
    assert json.loads(quellhaven.file.read_text()) is None
    quellhaven.guide(WORKS.position)
    quellhaven.navigation.clear()
    quellhaven.loop.run_until_complete(_tick(quellhaven.driver))
    assert quellhaven.car.destination is None
    assert quellhaven.navigation.refresh().phase is NavigationPhase.READY


def test_without_the_town_there_is_no_navigation_in_the_service(tmp_path: Path) -> None:
    assert FileNavigation(tmp_path / "guidance.json").refresh().phase is NavigationPhase.NONE
    (tmp_path / "broken.json").write_text("{")
    assert FileNavigation(tmp_path / "broken.json").refresh().phase is NavigationPhase.READY


def test_the_page_drives_parks_and_jams(quellhaven: Town) -> None:
    control = RoadControl(quellhaven.driver, lambda: WORKS.position)
    orders = control.orders()
    with pytest.raises(UsageError):
        orders["jam_ahead"](Arguments({}))
    orders["drive"](Arguments({}))
    orders["jam"](Arguments({"value": "Nordring"}))
    orders["jam_ahead"](Arguments({}))
    assert "Nordring" in control.state()["jams"]
    assert len(control.state()["jams"]) == 2
    orders["free"](Arguments({}))
    assert control.state()["jams"] == []
    orders["park"](Arguments({}))
    assert not control.state()["driving"]
    assert json.dumps(control.state())


def test_the_scenario_begins_in_the_town_and_its_first_meeting_can_be_reached() -> None:
    world = load_world(scenario_file("town"))
    network = Network(town())
    first = min(
        (each.entry for each in world.events_between("ana@contoso.example", world.at, world.at.replace(hour=23))),
        key=lambda entry: str(entry.span),
    )
    (spot,) = first.spots
    assert spot.latitude == house_at("Turbinenweg 3").position.latitude
    assert network.route(house_at(world.start).junction, house_at("Turbinenweg 3").junction)


@pytest.mark.parametrize("start", ["Nirgendweg 1", "Barkassenstraße", ""])
def test_an_address_that_is_not_in_the_town_is_a_message(tmp_path: Path, start: str) -> None:
    text = scenario_file("town").read_text("utf-8").replace('house = "Turbinenweg 3"', f'house = "{start}"')
    (tmp_path / "other.toml").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=r"other\.toml, line"):
        load_world(tmp_path / "other.toml")


async def _tick(driver: TownDriver) -> None:
    """Let the driver's task run once."""
    await driver.start(START)
    try:
        await wait_until_async(lambda: not driver._clear.exists())
    finally:
        await driver.stop()
