"""Drives the emulated car through the town, and reports the rest of the way to the navigation's destination."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from datetime import UTC
from pathlib import Path

from carlendar.domain.place import Position
from carlendar.domain.ports import ElapsedClock, WallClock
from carlendar.errors import UsageError
from carlendar_devtools.emulator import tasks
from carlendar_devtools.emulator.car import Car, CarState, Ignition, Selector
from carlendar_devtools.emulator.clock import replace_file
from carlendar_devtools.emulator.town.network import Drive, Network, Piece, Traffic
from carlendar_devtools.emulator.town.plan import House

TICK = 0.2
"""Elapsed seconds between two positions of the car."""
TELLING = 2.0
"""Elapsed seconds between two computations of the rest of the way."""
JAM_KMH = 6.0
REACHED = 100.0
"""Metres from its destination within which guidance ends."""
SMALLEST_JAM = 300.0
"""Metres of a road that are worth a jam."""
_DAY = 86_400


class TownDriver:
    """Moves `car` by the emulated time, which may run faster. `set_traffic` receives the traffic at each change.

    `guidance` is the file by which the display's service knows the rest of the way, as from a navigation that reports
    it; the service asks to end guidance by the file of that name with `.clear`. `changed` is called at each change.
    """

    def __init__(
        self,
        car: Car,
        network: Network,
        wall: WallClock,
        elapsed: ElapsedClock,
        guidance: Path,
        *,
        set_traffic: Callable[[Traffic], None] = lambda _: None,
        changed: Callable[[], None] = lambda: None,
        log_event: Callable[[str, str], None] = lambda _kind, _text: None,
    ) -> None:
        self._car, self._network, self._wall, self._elapsed = car, network, wall, elapsed
        self._guidance, self._clear = guidance, guidance.with_suffix(".clear")
        self._set_traffic, self._changed, self._log_event = set_traffic, changed, log_event
        self._drive: Drive | None = None
        self._task: asyncio.Task[None] | None = None
        self._written = float("-inf")
        self._goal: tuple[float, float] | None = None
        self._odometer = car.state.odometer
        self.traffic: dict[int, float] = {}
        """The km/h of jammed roads, by number."""
        self.rest: tuple[float, float] | None = None
        """Metres and seconds to the navigation's destination; None while it does not guide."""
        car.subscribe(self._on_car)

    async def start(self, house: House) -> None:
        """Put the car at an address, and begin to move it when it drives."""
        self._car.set(position=(house.position.latitude, house.position.longitude))
        self._tell()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Move the car no more."""
        task, self._task = self._task, None
        await tasks.end(task)

    @property
    def driving(self) -> bool:
        """Whether the car is on its way."""
        return self._drive is not None

    @property
    def street(self) -> str:
        """The street that the car is on."""
        return "" if self._drive is None else self._drive.progress(self.traffic).road

    @property
    def metres(self) -> float:
        """Driven since it set off."""
        return 0.0 if self._drive is None else self._drive.metres

    def set_off(self, to: Position) -> None:
        """Drive to a place, by the quickest way in the traffic of now. UsageError where it is already."""
        here = self._here()
        begin, end = self._network.nearest(here), self._network.nearest(to)
        if begin.number == end.number:
            raise UsageError("the car is there already")
        route = self._network.route(begin.number, end.number, self.traffic)
        of_day = self._wall.now().astimezone(UTC).timestamp() % _DAY
        self._drive = Drive(self._network, route, of_day)
        self._odometer = self._car.state.odometer
        self._log_event("road", f"sets off: {sum(piece.metres for piece in route) / 1000:.1f} km")
        self._changed()

    def halt(self) -> None:
        """Stop, and park."""
        self._drive = None
        self._car.set(speed=0.0, selector=Selector.P, parking_brake=True)

    def jam_ahead(self, kmh: float = JAM_KMH) -> None:
        """Jam the longest road of the rest of the way. UsageError without a way."""
        lengths: dict[int, float] = {}
        for piece in self._ahead():
            lengths[piece.road.number] = lengths.get(piece.road.number, 0.0) + piece.metres
        free = {number: metres for number, metres in lengths.items() if number not in self.traffic}
        longest = max(free, key=lambda number: free[number], default=0)
        if free.get(longest, 0.0) < SMALLEST_JAM:
            raise UsageError("there is no road ahead that could be jammed")
        self.jam(longest, kmh=kmh)

    def jam(self, *roads: int, kmh: float = JAM_KMH) -> None:
        """Let roads, by their numbers, be driven at `kmh`."""
        self.traffic = {**self.traffic, **dict.fromkeys(roads, kmh)}
        self._log_event("traffic", f"jam: {', '.join(self._names(roads))}")
        self._traffic_changed()

    def clear_jams(self) -> None:
        """Let all roads be free."""
        self.traffic = {}
        self._log_event("traffic", "free")
        self._traffic_changed()

    def jammed(self) -> list[str]:
        """Return the names of the jammed roads."""
        return self._names(self.traffic)

    def _names(self, roads: Iterable[int]) -> list[str]:
        return sorted({self._network.town.roads[number].name or "slip road" for number in roads})

    def _traffic_changed(self) -> None:
        self._set_traffic(self.traffic)
        self._tell()
        self._changed()

    def _ahead(self) -> tuple[Piece, ...]:
        """The rest of the drive, else of the way to the destination."""
        if self._drive is not None:
            return self._drive.rest[1:]
        return tuple(self._way()) if self._goal is not None else ()

    def _rest(self) -> tuple[float, float]:
        """By the way that is driven, where it leads to the destination: the driver stays on it, jam or not."""
        if self._drive is not None and self._goal is not None and self._drive.rest:
            end = self._drive.rest[-1].end
            if end.number == self._network.nearest(Position(*self._goal)).number:
                return self._drive.left(self.traffic)
        way = self._way()
        return sum(piece.metres for piece in way), self._network.expected(way, self.traffic)

    def _way(self) -> list[Piece]:
        if self._goal is None:
            return []
        start, end = self._network.nearest(self._here()), self._network.nearest(Position(*self._goal))
        return self._network.route(start.number, end.number, self.traffic)

    def _here(self) -> Position:
        if self._car.state.position is None:
            raise UsageError("the car does not know where it is")
        return Position(*self._car.state.position)

    async def _run(self) -> None:
        before = self._elapsed.seconds()
        while True:
            await asyncio.sleep(TICK)
            now = self._elapsed.seconds()
            seconds, before = (now - before) * self._wall.rate(), now
            self.advance(seconds)
            if self._clear.exists():
                self._clear.unlink()
                self._car.clear_destination()
            if self._goal is not None and now - self._written >= TELLING:
                self._tell()
                self._changed()

    def advance(self, seconds: float) -> None:
        """Let emulated seconds pass."""
        drive = self._drive
        if drive is None or seconds <= 0:
            return
        now = drive.advance(seconds, self.traffic)
        kilometres, before = now.metres / 1000, self._car.state.odometer
        odometer = round(self._odometer + kilometres, 3)
        self._car.set(
            speed=round(now.kmh, 1), selector=Selector.D, parking_brake=False, ignition=Ignition.ON,
            position=(now.position.latitude, now.position.longitude), odometer=odometer,
            range_km=max(0.0, self._car.state.range_km - (odometer - before)),
        )  # fmt: skip
        if now.arrived:
            self._drive = None
            self._car.set(speed=0.0, selector=Selector.P, parking_brake=True)
            self._log_event("road", "arrived")
        self._changed()

    def _on_car(self, _state: CarState) -> None:
        if self._car.destination != self._goal:
            self._goal = self._car.destination
            self._tell()

    def _tell(self) -> None:
        """Write the rest of the way for the display's service; a reached destination is over."""
        self._written = self._elapsed.seconds()
        self.rest = None
        if self._goal is not None and self._car.state.position is not None:
            if self._here().metres(Position(*self._goal)) < REACHED:
                self._car.clear_destination()  # comes back here, with no goal
                return
            self.rest = self._rest()
        goal, rest = self._goal, self.rest
        written = None if goal is None or rest is None else {
            "latitude": goal[0], "longitude": goal[1], "metres": rest[0], "seconds": rest[1],
        }  # fmt: skip
        replace_file(self._guidance, json.dumps(written))
