"""The town as OpenStreetMap XML. Each element has a line of its own: Navit's maptool reads no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import quoteattr

from carlendar.domain.place import Position
from carlendar_devtools.emulator.town.plan import CENTRE, POSTCODE, TOWN, Road, Town, place
from carlendar_devtools.emulator.town.speeds import SPEEDS, RoadClass

_HOUSES = 10_000
"""The numbers of houses' nodes begin here."""
_CORNERS = ((-9500, -2500), (10_000, -2500), (10_000, 8200), (-9500, 8200))
"""Metres east and north: the boundary of the municipality."""
_STAMP = 'version="1" timestamp="2026-01-01T00:00:00Z"'


def osm_xml(town: Town, kmh: Mapping[int, float] | None = None) -> str:
    """Return the town's map. `kmh` are speed limits of roads, by number; others have that of their class."""
    return "\n".join(_lines(town, kmh or {})) + "\n"


def _lines(town: Town, kmh: Mapping[int, float]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<osm version="0.6" generator="Carlendar">'
    for junction in town.junctions.values():
        yield from _node(junction.number, junction.position, {"highway": "traffic_signals"} if junction.signals else {})
    corners = [_HOUSES - 1 - index for index in range(len(_CORNERS))]
    for number, corner in zip(corners, _CORNERS, strict=True):
        yield from _node(number, place(*corner), {})
    centre = {"place": "town", "name": TOWN, "addr:postcode": POSTCODE, "is_in:country": "Germany"}
    yield from _node(_HOUSES - 10, CENTRE, centre)
    for index, house in enumerate(town.houses):
        tags = {
            "addr:street": house.street, "addr:housenumber": str(house.number), "addr:city": TOWN,
            "addr:postcode": POSTCODE,
        }  # fmt: skip
        yield from _node(_HOUSES + index, house.position, tags)
    for road in town.roads.values():
        yield from _way(road.number, road.junctions, _tags(road, kmh.get(road.number, SPEEDS[road.kind].kmh)))
    boundary = {"boundary": "administrative", "admin_level": "8", "name": TOWN}
    yield from _way(len(town.roads) + 1, (*corners, corners[0]), boundary)
    yield "</osm>"


def _node(number: int, position: Position, tags: Mapping[str, str]) -> Iterator[str]:
    at = f'<node id="{number}" {_STAMP} lat="{position.latitude:.7f}" lon="{position.longitude:.7f}"'
    if not tags:
        yield at + "/>"
        return
    yield at + ">"
    yield from _tag_lines(tags)
    yield "</node>"


def _way(number: int, nodes: tuple[int, ...], tags: Mapping[str, str]) -> Iterator[str]:
    yield f'<way id="{number}" {_STAMP}>'
    for node in nodes:
        yield f'<nd ref="{node}"/>'
    yield from _tag_lines(tags)
    yield "</way>"


def _tag_lines(tags: Mapping[str, str]) -> Iterator[str]:
    for key, value in tags.items():
        yield f"<tag k={quoteattr(key)} v={quoteattr(value)}/>"


def _tags(road: Road, kmh: float) -> dict[str, str]:
    if road.kind is RoadClass.FERRY:
        return {"route": "ferry", "motorcar": "yes", "name": road.name}
    tags = {"highway": road.kind.value, "maxspeed": f"{max(1.0, kmh):.0f}"}
    tags |= {"name": road.name} if road.name else {}
    tags |= {"ref": road.ref} if road.ref else {}
    tags |= {"oneway": "yes"} if road.oneway else {}
    return tags | ({"bridge": "yes", "layer": "1"} if road.bridge else {})
