"""Positions of addresses from Navit's own map, without a connection."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from carlendar.domain.place import Position
from carlendar.errors import ServiceError
from carlendar.navigation.navit_bus import Found, NavitBus, NavitGoneError
from carlendar.text.clean import without_accents

SECONDS = 10.0
"""Time limit of the search for one address."""
_NUMBER_LAST = re.compile(r"(?P<street>.*\D)\s+(?P<number>\d+\s?[a-zA-Z]?)")
_NUMBER_FIRST = re.compile(r"(?P<number>\d+\s?[a-zA-Z]?)\s+(?P<street>\D.*)")
_POSTCODE = re.compile(r"(?:[A-Z]{1,3}-)?\d[\d ]{2,5}\d\s+(?P<town>\D.*)")


class NavitSearch:
    """`Geocoder` by Navit, in the country `region` (ISO 3166-1, two letters).

    Navit finds a street only near the centre of its town, or within the town's boundary if the map has one. An address
    is found with its house number, or not at all: a street may be long. A search ends after `SECONDS` of the clock
    `seconds`, for each of its many calls may take as long as Navit lets it.
    """

    def __init__(self, bus: NavitBus, region: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self._bus, self._region, self._seconds = bus, region.upper(), seconds
        self._ends = 0.0

    def find(self, address: Sequence[str], near: Position | None) -> Position | None:
        """Return the position of a house; None if it is unknown. Raises ServiceError without Navit."""
        self._ends = self._seconds() + SECONDS
        try:
            found = [at for street, number, town in _readings(address) for at in self._search(street, number, town)]
        except NavitGoneError as error:
            raise ServiceError("Navit does not answer.", detail="search") from error
        if near is None:
            return next(iter(found), None)
        return min(found, key=near.metres, default=None)

    def _search(self, street: str, number: str, town: str) -> list[Position]:
        path = self._bus.new_search()
        try:
            list(self._results(path, "country_iso2", self._region))  # to its end, before the next level
            return list(self._in_towns(path, street, number, town))
        finally:
            with suppress(NavitGoneError):
                self._bus.end_search(path)

    def _in_towns(self, path: str, street: str, number: str, town: str) -> Iterator[Position]:
        for place in self._named(path, "town_name", "town", town):
            self._bus.select(path, "town_name", place.number)
            for road in self._named(path, "street_name", "street", street):
                self._bus.select(path, "street_name", road.number)
                for house in self._results(path, "house_number", number):
                    if _same(house.names.get("housenumber", ""), number) and house.position is not None:
                        yield house.position

    def _named(self, path: str, level: str, part: str, name: str) -> list[Found]:
        """The results with exactly this name; Navit itself finds names that begin with it."""
        return [each for each in self._results(path, level, name, prefix=True) if _same(each.names.get(part, ""), name)]

    def _results(self, path: str, level: str, name: str, *, prefix: bool = False) -> Iterator[Found]:
        """Each result. Raises ServiceError once the search has taken too long."""
        for each in self._bus.search(path, level, name, prefix=prefix):
            if self._seconds() > self._ends:
                raise ServiceError("Navit's search takes too long.", detail="search", key="timeout")
            yield each


def _readings(address: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Street, house number and town, in each way in which the lines can be read."""
    for line in address:
        for form in (_NUMBER_LAST, _NUMBER_FIRST):
            if (house := form.fullmatch(line)) is None or _POSTCODE.fullmatch(line):
                continue
            for other in address:
                if other != line:
                    town = _POSTCODE.fullmatch(other)
                    yield house["street"], house["number"], town["town"] if town else other


def _same(one: str, other: str) -> bool:
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return without_accents(name.casefold()).replace(" ", "")
