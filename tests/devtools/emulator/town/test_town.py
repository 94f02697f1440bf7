"""The fictional town: its plan, its map as XML, and driving in it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from carlendar.domain.place import Position
from carlendar_devtools.emulator.town.network import Drive, Network, way
from carlendar_devtools.emulator.town.osm import osm_xml
from carlendar_devtools.emulator.town.plan import Town, town
from carlendar_devtools.emulator.town.speeds import SIGNAL_RED, SPEEDS, START_LOSS, RoadClass


@pytest.fixture(scope="module")
def plan() -> Town:
    return town()


@pytest.fixture(scope="module")
def network(plan: Town) -> Network:
    return Network(plan)


def test_the_town_has_about_150_roads_of_every_class(plan: Town) -> None:
    kinds = Counter(road.kind for road in plan.roads.values())
    assert 140 <= sum(kinds.values()) <= 160
    assert set(kinds) == set(RoadClass)
    assert sum(road.oneway for road in plan.roads.values() if road.kind is RoadClass.RESIDENTIAL) >= 5


def test_names_are_given_once_and_every_house_has_an_address_of_its_own(plan: Town) -> None:
    streets = Counter(road.name for road in plan.roads.values() if road.kind is RoadClass.RESIDENTIAL)
    assert max(streets.values()) == 1
    assert len({(house.street, house.number) for house in plan.houses}) == len(plan.houses)
    assert plan.house("Turbinenweg", 3).address == "Turbinenweg 3, 00000 Quellhaven"


def test_every_house_is_reached_from_every_other(plan: Town, network: Network) -> None:
    junctions = sorted({house.junction for house in plan.houses})
    for one, other in zip(junctions, junctions[1:] + junctions[:1], strict=True):
        assert network.route(one, other)
    assert network.route(junctions[0], junctions[-1])
    assert network.route(junctions[-1], junctions[0])


def test_the_map_is_the_same_each_time_and_each_element_has_a_line(plan: Town) -> None:
    text = osm_xml(plan)
    assert text == osm_xml(town())
    assert all(line.count("<") == 1 for line in text.splitlines())
    root = ET.fromstring(text)  # noqa: S314 - as above
    assert len(root.findall("way")) == len(plan.roads) + 1
    nodes = {node.get("id") for node in root.findall("node")}
    assert len(nodes) == len(root.findall("node"))
    assert {nd.get("ref") for nd in root.iter("nd")} <= nodes


def test_a_one_way_street_is_driven_in_one_direction(plan: Town, network: Network) -> None:
    lane = next(road for road in plan.roads.values() if road.oneway and road.kind is RoadClass.RESIDENTIAL)
    pieces = {(piece.begin.number, piece.end.number) for piece in network.pieces if piece.road == lane}
    assert (lane.junctions[0], lane.junctions[1]) in pieces
    assert (lane.junctions[1], lane.junctions[0]) not in pieces


def test_a_drive_ends_at_its_destination_and_takes_what_its_way_takes(plan: Town, network: Network) -> None:
    start, end = plan.house("Kesselweg", 1), plan.house("Strandbyer Dorfstraße", 1)
    route = way(network, start, end)
    drive = Drive(network, route)
    seconds = drive.finish()
    assert drive.arrived
    assert drive.metres == pytest.approx(sum(piece.metres for piece in route))
    assert drive.progress().position.metres(plan.junctions[end.junction].position) < 1
    assert seconds == pytest.approx(network.expected(route), abs=180)


def test_small_steps_and_large_ones_take_equally_long(plan: Town, network: Network) -> None:
    route = way(network, plan.houses[0], plan.houses[-1])
    whole, fine = Drive(network, route).finish(), Drive(network, route)
    while not fine.arrived:
        fine.advance(0.1)
    assert fine.seconds == pytest.approx(whole, abs=0.2)


def test_a_red_light_stops_the_car_and_a_green_one_does_not(plan: Town, network: Network) -> None:
    piece = next(each for each in network.pieces if each.end.signals and SPEEDS[each.road.kind].rank > 1)
    delays = {network.delay(piece, float(second)) for second in range(70)}
    assert min(delays) == 0.0
    assert max(delays) == SIGNAL_RED + START_LOSS


def test_a_jam_that_begins_on_the_way_makes_the_drive_longer(plan: Town, network: Network) -> None:
    route = way(network, plan.house("Kesselweg", 1), plan.house("Strandbyer Dorfstraße", 1))
    free = Drive(network, route).finish()
    drive = Drive(network, route)
    drive.advance(60)
    jam = {piece.road.number: 10.0 for piece in drive.rest}
    assert drive.finish(jam) > free + 120


def test_the_speeds_of_routers_are_below_those_of_the_table(network: Network) -> None:
    assert set(network.profile) == set(SPEEDS)
    assert all(network.profile[kind] <= SPEEDS[kind].kmh for kind in SPEEDS)


def test_a_position_on_the_motorway_begins_at_a_junction_that_leads_somewhere(network: Network) -> None:
    found = network.nearest(Position(54.636, 7.05))
    assert network.route(found.number, network.town.houses[0].junction)
