"""Driving in the town: the quickest way, and what a drive along it really takes. This is the truth of the tests.

A car drives at the speeds of the table, waits at traffic lights and for the ferry, and loses time where it gives way.
The lights are in phases of their own, so that a drive takes as long as it meets them.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from carlendar.domain.place import Position
from carlendar_devtools.emulator.town.plan import House, Junction, Road, Town, place
from carlendar_devtools.emulator.town.speeds import (
    FERRY_EVERY,
    FERRY_MEAN,
    SIGNAL_CYCLE,
    SIGNAL_MEAN,
    SIGNAL_RED,
    SPEEDS,
    START_LOSS,
    YIELD,
    RoadClass,
    profile_speeds,
)

SLOWEST = 2.0
"""km/h in the densest traffic: a jam delays a car, it does not stop it for good."""

Traffic = Mapping[int, float]
"""The km/h that are possible on roads, by number; those that are left out are free."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A road from one junction to the next, in the direction of travel."""

    road: Road
    begin: Junction
    end: Junction

    @property
    def metres(self) -> float:
        """Its length."""
        return self.begin.metres(self.end)

    def kmh(self, traffic: Traffic) -> float:
        """Return the speed on it in this traffic."""
        free = SPEEDS[self.road.kind].kmh
        return max(SLOWEST, min(free, traffic.get(self.road.number, free)))


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a car is on its drive. `heading` is in degrees from north, `metres` are driven since the start."""

    position: Position
    kmh: float
    metres: float
    heading: float
    road: str
    arrived: bool


class Network:
    """The directed pieces of a town's roads."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._out: dict[int, list[Piece]] = {number: [] for number in town.junctions}
        self._rank: dict[int, int] = {}
        for road in town.roads.values():
            rank = SPEEDS[road.kind].rank
            for first, second in pairwise(road.junctions):
                here, there = town.junctions[first], town.junctions[second]
                self._out[first].append(Piece(road, here, there))
                if not road.oneway:
                    self._out[second].append(Piece(road, there, here))
                for number in (first, second):
                    self._rank[number] = max(rank, self._rank.get(number, 0))

    @property
    def pieces(self) -> list[Piece]:
        """All pieces in both directions."""
        return [piece for pieces in self._out.values() for piece in pieces]

    @cached_property
    def profile(self) -> dict[RoadClass, float]:
        """The km/h of each class on average, with the delays at junctions, for the profiles of routers."""
        return profile_speeds(
            (piece.road.kind, piece.metres, self._free_seconds(piece) + self._mean_delay(piece))
            for piece in self.pieces
        )

    def jammed_kmh(self, traffic: Traffic) -> dict[int, float]:
        """Return the km/h on the roads in `traffic`, by number, with the delays at junctions, as in `profile`."""
        found = dict[int, float]()
        for number in traffic:
            pieces = [piece for piece in self.pieces if piece.road.number == number]
            found[number] = sum(piece.metres for piece in pieces) / self.expected(pieces, traffic) * 3.6
        return found

    def nearest(self, position: Position) -> Junction:
        """Return the junction that is nearest to a position, and not on the motorway."""
        reachable = (
            number for number, pieces in self._out.items()
            if any(piece.road.kind not in (RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK) for piece in pieces)
        )  # fmt: skip
        return min((self.town.junctions[each] for each in reachable), key=lambda each: each.position.metres(position))

    def route(self, start: int, end: int, traffic: Traffic | None = None) -> list[Piece]:
        """Return the quickest way with average delays. ValueError where there is none."""
        now = traffic or {}
        best: dict[int, float] = {start: 0.0}
        came: dict[int, Piece] = {}
        waiting: list[tuple[float, int]] = [(0.0, start)]
        while waiting:
            seconds, here = heapq.heappop(waiting)
            if here == end:
                break
            if seconds > best[here]:
                continue
            for piece in self._out[here]:
                there = piece.end.number
                total = seconds + piece.metres / piece.kmh(now) * 3.6 + self._mean_delay(piece)
                if total < best.get(there, math.inf):
                    best[there], came[there] = total, piece
                    heapq.heappush(waiting, (total, there))
        if end not in best:
            raise ValueError(f"no way from junction {start} to {end}")
        found: list[Piece] = []
        while end != start:
            found.append(came[end])
            end = came[end].begin.number
        return found[::-1]

    def expected(self, route: Sequence[Piece], traffic: Traffic | None = None) -> float:
        """Return the seconds that a route takes on average."""
        now = traffic or {}
        return sum(piece.metres / piece.kmh(now) * 3.6 + self._mean_delay(piece) for piece in route)

    def delay(self, piece: Piece, at: float) -> float:
        """Return the seconds that a car loses which reaches the end of a piece at `at`, in seconds of its day."""
        if piece.road.kind is RoadClass.FERRY:
            return 0.0
        if self._boards(piece.end.number):
            return -at % FERRY_EVERY
        if piece.end.signals:
            phase = (at + piece.end.number * 17) % SIGNAL_CYCLE
            return SIGNAL_RED - phase + START_LOSS if phase < SIGNAL_RED else 0.0
        return self._yielding(piece)

    def _mean_delay(self, piece: Piece) -> float:
        if piece.road.kind is RoadClass.FERRY:
            return FERRY_MEAN
        return SIGNAL_MEAN if piece.end.signals else self._yielding(piece)

    def _boards(self, junction: int) -> bool:
        return any(piece.road.kind is RoadClass.FERRY for piece in self._out[junction])

    def _yielding(self, piece: Piece) -> float:
        return YIELD if self._rank[piece.end.number] > SPEEDS[piece.road.kind].rank else 0.0

    @staticmethod
    def _free_seconds(piece: Piece) -> float:
        return piece.metres / SPEEDS[piece.road.kind].kmh * 3.6


class Drive:
    """A car on a route, which is moved on in time. The traffic may change on the way.

    `clock` is the second of the day at which it starts, and determines the phases of the lights.
    """

    def __init__(self, network: Network, route: Sequence[Piece], clock: float = 0.0) -> None:
        self._network, self._route = network, tuple(route)
        self._index, self._done, self._waits = 0, 0.0, 0.0
        self._clock = clock
        self.seconds = 0.0
        """Since the start."""
        self.metres = 0.0
        """Driven since the start."""

    @property
    def arrived(self) -> bool:
        """Whether the end of the route is reached."""
        return self._index >= len(self._route)

    @property
    def rest(self) -> tuple[Piece, ...]:
        """The pieces from the one that the car is on."""
        return self._route[self._index :]

    def left(self, traffic: Traffic | None = None) -> tuple[float, float]:
        """Return the metres to the end of the route, and the seconds that they take on average."""
        rest = self.rest
        metres = sum(piece.metres for piece in rest) - self._done
        passed = 0.0 if not rest else self._done / rest[0].kmh(traffic or {}) * 3.6
        return max(0.0, metres), max(0.0, self._network.expected(rest, traffic) - passed)

    def advance(self, seconds: float, traffic: Traffic | None = None) -> Progress:
        """Drive on for so many seconds, or to the end."""
        now = traffic or {}
        while seconds > 0 and not self.arrived:
            if self._waits > 0:
                step = min(seconds, self._waits)
                self._waits -= step
                self._pass(step)
                if self._waits <= 0:
                    self._index, self._done = self._index + 1, 0.0
            else:
                piece = self._route[self._index]
                speed = piece.kmh(now) / 3.6
                step = min(seconds, (piece.metres - self._done) / speed)
                self._done += step * speed
                self.metres += step * speed
                self._pass(step)
                if self._done >= piece.metres - 1e-6:
                    self._reach(piece)
            seconds -= step
        return self.progress(now)

    def progress(self, traffic: Traffic | None = None) -> Progress:
        """Return where the car is."""
        piece = self._route[min(self._index, len(self._route) - 1)]
        share = 1.0 if self.arrived else min(1.0, self._done / piece.metres)
        east = piece.begin.east + share * (piece.end.east - piece.begin.east)
        north = piece.begin.north + share * (piece.end.north - piece.begin.north)
        moving = not self.arrived and self._waits <= 0
        heading = math.degrees(math.atan2(piece.end.east - piece.begin.east, piece.end.north - piece.begin.north)) % 360
        kmh = piece.kmh(traffic or {}) if moving else 0.0
        return Progress(place(east, north), kmh, self.metres, heading, piece.road.name, self.arrived)

    def finish(self, traffic: Traffic | None = None) -> float:
        """Drive to the end; return the seconds of the whole drive."""
        while not self.arrived:
            self.advance(60.0, traffic)
        return self.seconds

    def _reach(self, piece: Piece) -> None:
        last = self._index == len(self._route) - 1
        self._waits = 0.0 if last else self._network.delay(piece, self._clock + self.seconds)
        if self._waits <= 0:
            self._index, self._done = self._index + 1, 0.0

    def _pass(self, seconds: float) -> None:
        self.seconds += seconds


def way(network: Network, start: House, end: House, traffic: Traffic | None = None) -> list[Piece]:
    """Return the quickest way between two addresses."""
    return network.route(start.junction, end.junction, traffic)
