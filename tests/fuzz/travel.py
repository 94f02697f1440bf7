"""What says how far a place is: answers of Azure Maps, Routino and Navit, and the screen's request.

Each is a travel time or a position that can be true, none, or an error of Carlendar's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random

from carlendar.domain.place import Position
from carlendar.domain.travel import TravelTime
from carlendar.errors import CarlendarError
from carlendar.microsoft.azure_maps import AzureMaps
from carlendar.microsoft.session import HttpReply, HttpSession
from carlendar.navigation import routino
from carlendar.navigation.navit import NavitNavigation
from carlendar.navigation.navit_bus import NavitBus
from carlendar.service.travel_service import TravelRequest
from tests.fakes.clocks import ManualClocks
from tests.fuzz import values
from tests.fuzz.finding import require, watched

SUFFIX = ".travel"
HERE, THERE = Position(54.6, 7.1), Position(54.61, 7.14)
CLOCKS = ManualClocks(datetime(2026, 3, 2, 9, tzinfo=UTC))
ROUTE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [7.14, 54.61]},
            "properties": {
                "type": "RoutePath", "confidence": "High", "distanceInMeters": 3500, "durationInSeconds": 280,
                "durationTrafficInSeconds": 300,
            },
        }
    ],
}  # fmt: skip
OUTPUT = (
    b"#Latitude\tLongitude\n 54.608641\t   7.140011\t      -2 \tWaypt#2\t0.196\t 0.27\t 3.54\t  4.7\t 43\t  89\tx\n"
)
STRANGE: tuple[object, ...] = (
    None, True, 0, -1, 17, 2**31, 10**400, 0.5, "", "/a", [1, 793931, 7278386], [1], [1, 2**63, -(2**63)], {}, (),
)  # fmt: skip
"""What an attribute of Navit's may hold."""
STATES = ("destination", "route_status", "destination_length", "destination_time")


class Scripted(HttpSession):
    """A session with one answer."""

    def __init__(self, reply: HttpReply) -> None:
        super().__init__()
        self._reply = reply

    def request(self, *_: object, **__: object) -> HttpReply:
        return self._reply


class AnsweringBus(NavitBus):
    """A bus whose Navit has these attributes."""

    def __init__(self, answers: Mapping[str, object]) -> None:
        super().__init__()
        self._answers = answers

    def route(self, attribute: str) -> object:
        return self._answers.get(attribute)


def target(random: Random) -> None:
    """One answer of one of them."""
    random.choice((_maps, _routino, _navit, _request))(random)


def _maps(random: Random) -> None:
    text = json.dumps(ROUTE)
    for part in ("3500", "300", "280", "7.14", "54.61", '"High"', '"RoutePath"', "null"):
        if random.random() < 0.2:
            text = text.replace(
                part, random.choice((*values.NUMBERS, *map(json.dumps, values.TEXTS[:20]), "null", "[]"))
            )
    body = values.damaged(random, text.encode("utf-8", "replace"))
    with watched(body, SUFFIX), Scripted(HttpReply(200, {}, body, len(body))) as http:
        maps = AzureMaps(http, "https://maps.contoso.example", lambda: "key", CLOCKS)
        try:
            _possible(maps.travel(HERE, THERE), body)
            found = maps.find(("Ankerstraße 1",), HERE)
        except CarlendarError:
            return
        require(found is None or found.metres(HERE) >= 0, "a position that is none", body, SUFFIX)


def _routino(random: Random) -> None:
    output = values.damaged(random, OUTPUT.replace(b"4.7", random.choice(values.NUMBERS).encode()))
    with watched(output, SUFFIX):
        try:
            metres, minutes = routino._totals(output)
            _possible(routino.travel_time(metres, minutes, CLOCKS.now()), output)
        except CarlendarError:
            return


def _navit(random: Random) -> None:
    answers = {name: random.choice(STRANGE) for name in STATES}
    data = repr(answers).encode()
    with watched(data, SUFFIX):
        state = NavitNavigation(AnsweringBus(answers)).refresh()
        require(state.remaining_seconds is None or state.remaining_seconds >= 0, "a time that is none", data, SUFFIX)


def _request(random: Random) -> None:
    names = ("latitude", "longitude", "keys")
    arguments = {name: random.choice((*values.NUMBERS, values.text(random), "54.6")) for name in names}
    data = repr(arguments).encode()
    with watched(data, SUFFIX):
        request = TravelRequest.of(arguments)
        require((request.here is None) == (not request.keys), "half a request", data, SUFFIX)


def _possible(travel: TravelTime | None, data: bytes) -> None:
    require(travel is None or not travel.usable(CLOCKS.now()) or 0 <= travel.seconds <= 86_400, "no time", data, SUFFIX)
