"""The plan of the town: junctions, roads and addresses. Deterministic; every name is invented.

Quellhaven lies in the open North Sea, where no real road is. The river Quelle separates the town from its southern
bank; a motorway passes in the north, and a ferry crosses the river east of the bridges.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from carlendar.domain.place import EARTH, Position
from carlendar_devtools.emulator.town.names import street_names
from carlendar_devtools.emulator.town.speeds import RoadClass

TOWN = "Quellhaven"
POSTCODE = "00000"
"""No German postcode begins with 00."""
CENTRE = Position(54.6, 7.1)

_COLUMNS = tuple(range(-3600, 3601, 400))
_NORTH = (250, 600, 950, 1300, 1700, 2100, 2500, 2900)
_SOUTH = (-250, -600, -950, -1300, -1700)
_BRIDGES = (-2000, 0, 1600)
"""Columns that cross the river."""
_FERRY = 3200
"""The column of the ferry."""
_RING = (-2000, 1600, 2100)
"""Western and eastern column, and the row of the ring road."""
_OLD_TOWN = (-800, 800, 600, 1300)
"""West, east, south and north of the old town, whose lanes are one-way streets."""
_MOTORWAY = 4000
_EXITS = (-2000, 1600, 7600)
_HALF = 20.0
"""Metres from the middle of the motorway to each carriageway."""
_HOUSES = 60
"""Metres between two house numbers."""


@dataclass(frozen=True, slots=True)
class Junction:
    """A point of the town, metres east and north of its centre. `signals`: it has traffic lights."""

    number: int
    east: float
    north: float
    signals: bool = False

    @property
    def position(self) -> Position:
        """Its position on the earth."""
        return place(self.east, self.north)

    def metres(self, other: Junction) -> float:
        """Return the distance in a straight line."""
        return math.hypot(self.east - other.east, self.north - other.north)


@dataclass(frozen=True, slots=True)
class Road:
    """A way through junctions, in their order. `oneway`: it may be driven in this order alone."""

    number: int
    name: str
    kind: RoadClass
    junctions: tuple[int, ...]
    oneway: bool = False
    bridge: bool = False
    ref: str = ""


@dataclass(frozen=True, slots=True)
class House:
    """An address, and the junction at which a car stops for it."""

    street: str
    number: int
    junction: int
    position: Position

    @property
    def address(self) -> str:
        """Its address in one line."""
        return f"{self.street} {self.number}, {POSTCODE} {TOWN}"


@dataclass(frozen=True, slots=True)
class Town:
    """Junctions and roads by number, and the addresses."""

    junctions: dict[int, Junction] = field(default_factory=dict)
    roads: dict[int, Road] = field(default_factory=dict)
    houses: tuple[House, ...] = ()

    def house(self, street: str, number: int) -> House:
        """Return an address. Raises KeyError."""
        found = [each for each in self.houses if (each.street, each.number) == (street, number)]
        if not found:
            raise KeyError(f"{street} {number}")
        return found[0]


def place(east: float, north: float) -> Position:
    """Return the position so many metres east and north of the centre."""
    degree = math.radians(1) * EARTH
    latitude = CENTRE.latitude + north / degree
    return Position(
        round(latitude, 7), round(CENTRE.longitude + east / (degree * math.cos(math.radians(CENTRE.latitude))), 7)
    )


def house_at(address: str) -> House:
    """Return the house of an address such as `Ankerstraße 1`. Raises KeyError."""
    street, _, number = address.rpartition(" ")
    try:
        return town().house(street, int(number))
    except ValueError as error:
        raise KeyError(address) from error


@cache
def town() -> Town:
    """Return the town."""
    return _Builder().build()


class _Builder:
    def __init__(self) -> None:
        self._junctions: dict[tuple[int, int], Junction] = {}
        self._roads: list[Road] = []
        self._names = street_names()

    def build(self) -> Town:
        for column in _COLUMNS:
            self._column(column)
        for row in (*_SOUTH[::-1], *_NORTH):
            self._row(row)
        self._quays()
        self._villages()
        self._motorway()
        self._signals()
        junctions = {each.number: each for each in self._junctions.values()}
        roads = {each.number: each for each in self._roads}
        return Town(junctions, roads, tuple(_houses(junctions, roads)))

    def _at(self, east: float, north: float) -> int:
        """The junction there; the streets of the town are not quite straight."""
        key = round(east), round(north)
        if key not in self._junctions:
            bend = 25 * math.sin(key[1] / 700 + key[0] / 900) if key[1] in (*_SOUTH, *_NORTH) else 0.0
            self._junctions[key] = Junction(len(self._junctions) + 1, east + bend, north - bend / 2)
        return self._junctions[key].number

    def _road(
        self, points: Sequence[tuple[float, float]], kind: RoadClass, name: str = "", *, oneway: bool = False,
        bridge: bool = False, ref: str = "",
    ) -> None:  # fmt: skip
        numbers = tuple(self._at(*each) for each in points)
        named = name or (next(self._names) if kind is not RoadClass.MOTORWAY_LINK else "")
        self._roads.append(Road(len(self._roads) + 1, named, kind, numbers, oneway, bridge, ref))

    def _column(self, column: int) -> None:
        """A street from the river to the north, in pieces with names of their own, and one south of the river."""
        west, east, ring = _RING
        through = column in _BRIDGES
        north = [row for row in _NORTH if row <= ring]
        outer = [row for row in _NORTH if row >= ring]
        kind = RoadClass.SECONDARY if through else RoadClass.RESIDENTIAL
        inner = RoadClass.PRIMARY if column in (west, east) else kind
        old = not through and _OLD_TOWN[0] <= column <= _OLD_TOWN[1]
        points: list[tuple[float, float]] = [(column, row) for row in north]
        lane = points[::-1] if old and column % 800 else points
        if inner is RoadClass.PRIMARY:
            self._road(lane, inner, "Westring" if column == west else "Ostring", ref="B 901")
        else:
            self._road(lane, kind, oneway=old)
        self._road([(column, row) for row in outer], RoadClass.TERTIARY if column % 1200 == 0 else kind)
        self._road([(column, row) for row in _SOUTH], kind)
        if through:
            self._road([(column, _NORTH[0]), (column, _SOUTH[0])], kind, bridge=True)

    def _row(self, row: int) -> None:
        """A street from west to east, in three pieces with names of their own."""
        west, east, ring = _RING
        if row == ring:
            self._road(self._along(row, west, east), RoadClass.PRIMARY, "Nordring", ref="B 901")
            self._road(self._along(row, _COLUMNS[0], west), RoadClass.SECONDARY)
            self._road(self._along(row, east, _COLUMNS[-1]), RoadClass.SECONDARY)
            return
        kind = RoadClass.TERTIARY if row in (250, -250, 950, -950) else RoadClass.RESIDENTIAL
        old = _OLD_TOWN[2] <= row <= _OLD_TOWN[3] and kind is RoadClass.RESIDENTIAL
        self._road(self._along(row, _COLUMNS[0], west), kind)
        middle = self._along(row, west, east)
        self._road(middle[::-1] if row == 1300 else middle, kind, oneway=old)
        self._road(self._along(row, east, _COLUMNS[-1]), kind)

    def _along(self, row: int, west: int, east: int) -> list[tuple[float, float]]:
        return [(column, row) for column in _COLUMNS if west <= column <= east]

    def _quays(self) -> None:
        """The ferry and the ways to it."""
        self._road([(_FERRY, _NORTH[0]), (_FERRY, 120)], RoadClass.RESIDENTIAL, "Fähranleger Nord")
        self._road([(_FERRY, _SOUTH[0]), (_FERRY, -120)], RoadClass.RESIDENTIAL, "Fähranleger Süd")
        self._road([(_FERRY, 120), (_FERRY, -120)], RoadClass.FERRY, "Quellefähre")

    def _villages(self) -> None:
        """Two villages on their own, and the country roads to them."""
        self._road(
            [(_COLUMNS[-1], -950), (4600, -1100), (5900, -1500), (7200, -1600)],
            RoadClass.SECONDARY,
            "Strandbyer Chaussee",
        )
        self._road([(7200, -2200), (7200, -1600), (7250, -1000)], RoadClass.RESIDENTIAL, "Strandbyer Dorfstraße")
        self._road([(7200, -1600), (7700, -1650), (8100, -1500)], RoadClass.RESIDENTIAL, "Am Leuchtfeuer")
        self._road(
            [(1600, _MOTORWAY + 250), (1700, 5200), (2300, 6100), (2400, 7000)],
            RoadClass.SECONDARY,
            "Oberwieker Landstraße",
        )
        self._road([(1900, 7050), (2400, 7000), (3000, 6950)], RoadClass.RESIDENTIAL, "Oberwieker Dorfstraße")
        self._road([(2400, 7000), (2450, 7500), (2700, 7900)], RoadClass.RESIDENTIAL, "Zur Alten Mühle")

    def _motorway(self) -> None:
        """Two carriageways with three exits; the third leads to the business park in the east."""
        ends = [each for east in _EXITS for each in (east - 450.0, east + 450.0)]
        eastings = [-9000.0, *ends, 9600.0]
        self._pieces([(east, _MOTORWAY - _HALF) for east in eastings], "A 901")
        self._pieces([(east, _MOTORWAY + _HALF) for east in reversed(eastings)], "A 901")
        for number in _EXITS:
            self._exit(number)
        for column, name in ((-2000, "Westzubringer"), (1600, "Ostzubringer")):
            self._road(
                [(column, _NORTH[-1]), (column, _MOTORWAY - 250), (column, _MOTORWAY + 250)],
                RoadClass.TRUNK,
                name,
                ref="B 902",
            )
        self._road(
            [(7600, _MOTORWAY + 250), (7600, _MOTORWAY - 250), (7500, 2900), (7300, 2400)],
            RoadClass.SECONDARY,
            "Zum Gewerbepark",
        )
        for row, name in ((2400, "Werkring"), (1900, "Hallenweg"), (1400, "Speditionsweg")):
            self._road([(6700, row), (7300, row), (7900, row)], RoadClass.TERTIARY, name)
        for column, name in ((6700, "Lagerweg"), (7300, "Turbinenweg"), (7900, "Kesselweg")):
            self._road([(column, 2400), (column, 1900), (column, 1400)], RoadClass.TERTIARY, name)
        self._road([(6700, 1400), (5200, 1000), (_COLUMNS[-1], 950)], RoadClass.SECONDARY, "Gewerbeparkstraße")

    def _pieces(self, points: Sequence[tuple[float, float]], ref: str) -> None:
        for begin, end in pairwise(points):
            self._road(
                [begin, end], RoadClass.MOTORWAY, f"{ref} {'Ost' if begin < end else 'West'}", oneway=True, ref=ref
            )

    def _exit(self, east: int) -> None:
        """Four links between the carriageways and the road across."""
        below, above = (east, _MOTORWAY - 250), (east, _MOTORWAY + 250)
        south, north = _MOTORWAY - _HALF, _MOTORWAY + _HALF
        for points in (
            [(east - 450, south), below], [below, (east + 450, south)],
            [(east + 450, north), above], [above, (east - 450, north)],
        ):  # fmt: skip
            self._road(points, RoadClass.MOTORWAY_LINK, oneway=True)

    def _signals(self) -> None:
        """Traffic lights where two roads of at least tertiary rank cross, but for the motorway's."""
        large = (RoadClass.TRUNK, RoadClass.PRIMARY, RoadClass.SECONDARY, RoadClass.TERTIARY)
        count: dict[int, int] = {}
        for road in self._roads:
            if road.kind in large:
                for position, number in enumerate(road.junctions):
                    count[number] = count.get(number, 0) + (1 if position in (0, len(road.junctions) - 1) else 2)
        for key, each in self._junctions.items():
            if count.get(each.number, 0) > 2 and abs(each.east) < 4000:
                self._junctions[key] = Junction(each.number, each.east, each.north, signals=True)


def _houses(junctions: dict[int, Junction], roads: dict[int, Road]) -> Iterator[House]:
    """House numbers along the smaller roads: odd ones on the left, even ones on the right."""
    numbers: dict[str, int] = {}
    for road in roads.values():
        if road.bridge or road.kind in (RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK, RoadClass.FERRY, RoadClass.TRUNK):
            continue
        for begin, end in pairwise(road.junctions):
            here, there = junctions[begin], junctions[end]
            length = here.metres(there)
            if length > 600:
                continue
            for step in range(1, int(length / _HOUSES)):
                number = numbers[road.name] = numbers.get(road.name, 0) + 1
                share, side = step * _HOUSES / length, 12 if number % 2 else -12
                east = here.east + share * (there.east - here.east) - side * (there.north - here.north) / length
                north = here.north + share * (there.north - here.north) + side * (there.east - here.east) / length
                nearer = begin if share < 0.5 else end
                yield House(road.name, number, nearer, place(east, north))
