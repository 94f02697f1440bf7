"""Travel in the running service: whose consent counts, and what ends with a driver, a screen or all data."""

from __future__ import annotations

import logging
import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from carlendar.domain import consent
from carlendar.domain.agenda import occurrence_key
from carlendar.domain.place import Position
from carlendar.domain.travel import TravelSource, TravelTime
from carlendar.ipc.messages import Navigated, NavigationStatus, Travel
from carlendar.service.main import Paths
from carlendar.service.travel_ports import TravelPorts
from carlendar.store.records import Snapshot
from carlendar.store.user import UserStore
from tests.fakes.waiting import wait_until
from tests.service.conftest import Running, Screen
from tests.service.test_service import sign_in

HERE, THERE = Position(54.6, 7.1), Position(54.61, 7.14)
Run = Callable[..., Running]


class Maps:
    """An online service for addresses and travel times."""

    def __init__(self) -> None:
        self.addresses: list[tuple[str, ...]] = []
        self.routes: list[tuple[Position, Position]] = []

    def find(self, address: Sequence[str], near: Position | None) -> Position | None:  # noqa: ARG002 - the port's
        self.addresses.append(tuple(address))
        return THERE

    def travel(self, start: Position, to: Position) -> TravelTime | None:
        self.routes.append((start, to))
        return TravelTime(600, 5000, True, TravelSource.AZURE_MAPS, datetime.now(UTC))


@pytest.fixture
def maps() -> Maps:
    return Maps()


@pytest.fixture
def running(run: Run, maps: Maps, screen: Screen, read: Callable[..., Snapshot]) -> Running:
    """A service with one driver, whose meeting has an address."""
    running = run(travel=TravelPorts(online_times=(maps,), online_geocoders=(maps,), set_by_screen=True))
    running.world.say("events", "Visit @ Ankerstraße 1, 00000 Quellhaven")
    sign_in(running, screen)
    wait_until(lambda: read().events)
    screen.send("profile", id="p1")
    return running


def ask(screen: Screen, read: Callable[..., Snapshot]) -> Travel:
    (stored,) = read().events
    before = len(screen.heard)
    screen.send("travel", latitude="54.6", longitude="7.1", keys=occurrence_key(stored.event))
    wait_until(lambda: any(isinstance(each, Travel) for each in screen.heard[before:]))
    return next(each for each in reversed(screen.heard) if isinstance(each, Travel))


def agree(paths: Paths, screen: Screen, profile: str = "p1", *, given: bool = True) -> None:
    user = UserStore(paths.folder)
    user.prefer(consent.key(profile, consent.MAPS), consent.value(consent.MAPS, given=given))
    user.close()
    screen.send("consent")


@pytest.mark.usefixtures("running")
def test_without_consent_no_address_and_no_position_leaves_the_car(
    screen: Screen, read: Callable[..., Snapshot], maps: Maps
) -> None:
    assert ask(screen, read).legs == ()
    assert (maps.addresses, maps.routes) == ([], [])


@pytest.mark.usefixtures("running")
def test_consent_counts_at_once_and_so_does_its_withdrawal(
    screen: Screen, read: Callable[..., Snapshot], maps: Maps, paths: Paths
) -> None:
    ask(screen, read)
    agree(paths, screen)
    wait_until(lambda: any(isinstance(each, Travel) and each.legs for each in screen.heard))
    assert maps.addresses == [("Ankerstraße 1", "00000 Quellhaven")]
    assert maps.routes == [(HERE, THERE)]
    (leg,) = ask(screen, read).legs
    assert (leg.seconds, leg.source, leg.live) == (600, "azure_maps", True)
    wait_until(lambda: (status := screen.last(NavigationStatus)) is not None and status.search)
    agree(paths, screen, given=False)
    wait_until(lambda: (status := screen.last(NavigationStatus)) is not None and not status.search)
    screen.send("travel", latitude="54.7", longitude="7.1", keys="")
    ask(screen, read)
    assert len(maps.routes) == 1


@pytest.mark.usefixtures("running")
def test_the_consent_of_another_driver_does_not_count(
    screen: Screen, read: Callable[..., Snapshot], maps: Maps, paths: Paths
) -> None:
    agree(paths, screen, "p2")
    assert ask(screen, read).legs == ()
    assert maps.routes == []


@pytest.mark.parametrize("command", ["erase", "profile"])
def test_addresses_and_positions_are_forgotten_with_all_data_and_with_the_driver(
    running: Running, screen: Screen, read: Callable[..., Snapshot], paths: Paths, command: str
) -> None:
    agree(paths, screen)
    ask(screen, read)
    travel = running.service._travel
    wait_until(lambda: travel._search._known)
    screen.send(command)
    wait_until(lambda: not travel._search._known and travel._request.here is None)
    assert not travel._sources._known


def test_an_erase_of_the_back_end_forgets_what_an_erase_at_the_screen_does(
    running: Running, screen: Screen, read: Callable[..., Snapshot], paths: Paths
) -> None:
    agree(paths, screen)
    ask(screen, read)
    travel, roaming = running.service._travel, running.service._roaming
    wait_until(lambda: travel._search._known)
    roaming._keys["p1"] = "a1", "key"
    running.service._telemetry._actions.erase()
    wait_until(lambda: not travel._search._known and travel._request.here is None)
    assert not travel._sources._known
    assert not roaming._keys
    assert not read().events


def test_the_position_is_forgotten_when_the_last_screen_leaves(
    run: Run, maps: Maps, paths: Paths, read: Callable[..., Snapshot]
) -> None:
    running = run(travel=TravelPorts(online_times=(maps,)), linger=1.0)
    screen = Screen(paths.socket, running.clock)
    running.world.say("events", "Visit @ Ankerstraße 1, 00000 Quellhaven")
    sign_in(running, screen)
    wait_until(lambda: read().events)
    ask(screen, read)
    screen.client.stop()
    wait_until(lambda: running.service._travel._request.here is None)


def test_no_position_of_a_drive_is_in_any_file_or_log(
    running: Running,
    screen: Screen,
    read: Callable[..., Snapshot],
    paths: Paths,
    maps: Maps,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    agree(paths, screen)
    (stored,) = read().events
    key = occurrence_key(stored.event)
    drive = [Position(54.5512 + step * 0.0071, 7.0213 + step * 0.0037) for step in range(12)]
    for here in drive:
        before = len(maps.routes)
        screen.send("travel", latitude=f"{here.latitude:.4f}", longitude=f"{here.longitude:.4f}", keys=key)
        wait_until(lambda count=before: len(maps.routes) > count)  # type: ignore[misc]  # bound now
    screen.send("navigate", key=key, replace="0")
    wait_until(lambda: any(isinstance(each, Navigated) for each in screen.heard))
    running.stop()
    contents = [path.read_bytes() for path in paths.folder.parent.rglob("*") if path.is_file()]
    assert any(b"Ankerstra" in content for content in contents)  # the calendar's own address is what is stored
    contents.append(caplog.text.encode())
    for here in (*drive, THERE):
        for degrees in (here.latitude, here.longitude):
            traces = [f"{degrees:.4f}".encode()] if here is not THERE else []
            traces += [struct.pack(order + "d", round(degrees, digits)) for order in "<>" for digits in (3, 4, 7)]
            assert not [trace for trace in traces for content in contents if trace in content], degrees
