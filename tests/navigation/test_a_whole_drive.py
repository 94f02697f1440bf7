"""One drive through the town with the service, the real Navit and the real Routino: from far to arrived."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carlendar.domain.agenda import occurrence_key
from carlendar.domain.event import Event
from carlendar.domain.place import Place
from carlendar.domain.timespan import Timespan
from carlendar.ipc.messages import Message, Navigated, NavigationStatus, Travel
from carlendar.navigation.navit import NavitNavigation
from carlendar.navigation.navit_bus import NavitBus
from carlendar.navigation.navit_search import NavitSearch
from carlendar.navigation.routino import RoutinoTimes
from carlendar.service.travel_ports import TravelPorts
from carlendar.service.travel_service import TravelService
from carlendar_devtools.emulator.town.network import Drive, Network, way
from carlendar_devtools.emulator.town.plan import house_at
from tests.fakes.clocks import ManualClocks
from tests.fakes.navit import RunningNavit
from tests.fakes.stores import ana_account
from tests.fakes.waiting import wait_until

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOME, OFFICE = house_at("Barkassenstraße 11"), house_at("Sanddornstraße 3")
STEP = 30.0
"""Seconds between two reports of the car's position."""


class Service:
    """The service with what it has sent."""

    def __init__(self, bus: NavitBus, data: Path) -> None:
        self.clocks = ManualClocks(NOW)
        place = Place("Contoso Quellhaven", OFFICE.address)
        span = Timespan(NOW + timedelta(hours=1), NOW + timedelta(hours=2))
        event = Event("visit", "1", "Visit", span, place=place)
        self.key = occurrence_key(event)
        self.sent: list[Message] = []
        ports = TravelPorts(NavitNavigation(bus), (RoutinoTimes(data, self.clocks),), (), (NavitSearch(bus, "DE"),))
        self.service = TravelService(
            ports, lambda _account, event_id: event if event_id == "visit" else None,
            accounts=lambda: (ana_account(NOW),), agreed=lambda: False, notify=self.sent.append, wall=self.clocks,
            elapsed=self.clocks,
        )  # fmt: skip

    def ask(self, drive: Drive) -> Travel:
        """Report the car's position, and return the answer."""
        here, before = drive.progress().position, len(self.sent)
        self.service.travel({"latitude": str(here.latitude), "longitude": str(here.longitude), "keys": self.key})
        wait_until(lambda: any(isinstance(each, Travel) for each in self.sent[before:]))
        return next(each for each in reversed(self.sent) if isinstance(each, Travel))

    def navigate(self) -> str:
        before = len(self.sent)
        self.service.navigate({"key": self.key, "replace": "0"})
        wait_until(lambda: any(isinstance(each, Navigated) for each in self.sent[before:]))
        return next(each.outcome for each in reversed(self.sent) if isinstance(each, Navigated))


@pytest.fixture
def bus(navit: RunningNavit) -> Iterator[NavitBus]:
    with closing(NavitBus(navit.address)) as bus:
        navit.ensure_running(bus)
        bus.clear_destination()
        yield bus


def test_a_drive_is_shown_from_its_start_to_its_end(bus: NavitBus, data: Path, network: Network) -> None:
    with closing(NavitBus(bus._address)) as receiver:
        drive = Drive(network, way(network, HOME, OFFICE))
        took = Drive(network, way(network, HOME, OFFICE)).finish()
        receiver.set_position(HOME.position)
        car = Service(bus, data)
        try:
            (far,) = car.ask(drive).legs
            assert (far.source, far.live) == ("routing", False)
            assert far.seconds == pytest.approx(took, abs=120)
            assert car.navigate() == "set"
            assert car.navigate() == "guiding_there"
            shown, sources, asked = list[float](), set[str](), 0
            used = resource.getrusage(resource.RUSAGE_SELF)
            while drive.progress().position.metres(OFFICE.position) > 1000:
                drive.advance(STEP)
                car.clocks.advance(STEP)
                receiver.set_position(drive.progress().position)
                (leg,) = car.ask(drive).legs
                sources.add(leg.source)
                shown.append(drive.seconds + leg.seconds)
                asked += 1
            after = resource.getrusage(resource.RUSAGE_SELF)
            assert car.navigate() == "there"
        finally:
            car.service.stop()
    assert asked > 4
    assert "guidance" in sources
    assert all(abs(arrival - took) < 120 for arrival in shown)
    status = [each for each in car.sent if isinstance(each, NavigationStatus)][-1]
    assert (status.key, status.ours, status.search) == (car.key, True, True)
    seconds = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    assert seconds / asked < 0.05
