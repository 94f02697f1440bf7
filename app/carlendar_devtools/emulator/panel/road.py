"""Controls of driving in the fictional town: set off, park, and the traffic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from carlendar.domain.place import Position
from carlendar.errors import UsageError
from carlendar_devtools.emulator.panel.command import Arguments, Order
from carlendar_devtools.emulator.town.driver import TownDriver
from carlendar_devtools.emulator.town.plan import town
from carlendar_devtools.emulator.town.speeds import SPEEDS

_LEAST_RANK = 3
"""Of the roads that the page offers for a jam."""


class RoadControl:
    """`target` returns where to drive: the navigation's destination, or the next meeting's place; None for nowhere."""

    def __init__(self, road: TownDriver, target: Callable[[], Position | None]) -> None:
        self._road, self._target = road, target
        self._roads: dict[str, list[int]] = {}
        for each in town().roads.values():
            if each.name and SPEEDS[each.kind].rank >= _LEAST_RANK:
                self._roads.setdefault(each.name, []).append(each.number)

    def state(self) -> dict[str, Any]:
        """The street, the rest of the way to the navigation's destination, and the jams."""
        road = self._road
        rest = "no destination" if road.rest is None else f"{road.rest[0] / 1000:.1f} km · {road.rest[1] / 60:.0f} min"
        return {
            "driving": road.driving,
            "street": road.street,
            "rest": rest,
            "somewhere": self._target() is not None,
            "jams": road.jammed(),
            "roads": [[name, name] for name in sorted(self._roads)],
        }

    def orders(self) -> Mapping[str, Order]:
        """Drive, park, and change the traffic."""
        return {
            "drive": self._drive,
            "park": lambda _given: self._road.halt(),
            "jam_ahead": lambda _given: self._road.jam_ahead(),
            "jam": self._jam,
            "free": lambda _given: self._road.clear_jams(),
        }

    def _drive(self, _given: Arguments) -> None:
        if (to := self._target()) is None:
            raise UsageError("there is no meeting with a place in the town, and no destination")
        self._road.set_off(to)

    def _jam(self, given: Arguments) -> None:
        self._road.jam(*self._roads[given.choice("value", tuple(self._roads))])
