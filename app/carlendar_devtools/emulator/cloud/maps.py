"""Azure Maps, emulated over the fictional town: Route Directions with live traffic, and Geocoding (2025-01-01).

Faults are planned as for Graph, by the paths `/maps/route/directions` and `/maps/geocode`. Between points that are far
from the town there is no route: the answer has no features.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import Any

from aiohttp import web

from carlendar.domain.place import Position, position
from carlendar_devtools.emulator.cloud.event_log import EventLog
from carlendar_devtools.emulator.cloud.faults import Fault, FaultPlan, play
from carlendar_devtools.emulator.town.network import Network, Traffic
from carlendar_devtools.emulator.town.plan import House, town

KEY = "emulated-subscription-key"
PREFIX = "/maps"
VERSION = "2025-01-01"
FAR = 2000.0
"""Metres from the next junction beyond which there is no road."""
_GEO = "application/geo+json"
_CODES = {400: "BadRequest", 401: "Unauthorized", 429: "TooManyRequests", 500: "InternalServerError"}
_HOUSE = re.compile(r"\s*(?P<street>\D*\D)\s+(?P<number>\d+)\b")


class EmulatedMaps:
    """The service. `traffic` is replaced to inject jams."""

    def __init__(self, faults: FaultPlan, event_log: EventLog) -> None:
        self._faults, self._event_log = faults, event_log
        self.traffic: Traffic = {}

    @cached_property
    def network(self) -> Network:
        """The town's roads, made when they are first needed."""
        return Network(town())

    @cached_property
    def _houses(self) -> dict[tuple[str, int], House]:
        return {(each.street.casefold(), each.number): each for each in self.network.town.houses}

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Register the two endpoints."""
        router.add_post(f"{PREFIX}/route/directions", self._serve_directions)
        router.add_get(f"{PREFIX}/geocode", self._serve_geocode)

    def directions(self, start: Position, to: Position) -> dict[str, Any]:
        """Return the body of an answer to Route Directions."""
        begin, end = self.network.nearest(start), self.network.nearest(to)
        if begin.position.metres(start) > FAR or end.position.metres(to) > FAR:
            return _collection()
        route = self.network.route(begin.number, end.number, self.traffic)
        points = [begin, *(piece.end for piece in route)]
        shape = [[each.position.longitude, each.position.latitude] for each in points]
        properties = {
            "type": "RoutePath",
            "distanceInMeters": round(sum(piece.metres for piece in route)),
            "durationInSeconds": round(self.network.expected(route)),
            "durationTrafficInSeconds": round(self.network.expected(route, self.traffic)),
            "trafficDataUsed": "flow",
            "travelMode": "driving",
        }
        return _collection(_feature("MultiLineString", [shape], properties))

    async def _serve_directions(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(request, self._directions)

    async def _serve_geocode(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(request, self._geocode)

    async def _serve(
        self, request: web.Request, answer: Callable[[web.Request], Awaitable[web.Response]]
    ) -> web.StreamResponse:
        fault = self._faults.next_for(request.path, request.query_string)
        response = _planned(fault) or await play(fault, request)
        if response is None:
            response = _refusal(request) or await answer(request)
        self._event_log.add("maps", f"{request.method} {request.path}", response.status)
        return response

    async def _directions(self, request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.text())
            start, to = (_position(feature["geometry"]["coordinates"]) for feature in body["features"])
        except (ValueError, TypeError, LookupError):
            return _error(400)
        return _answer(self.directions(start, to))

    async def _geocode(self, request: web.Request) -> web.Response:
        found = _HOUSE.match(request.query.get("query", ""))
        house = self._houses.get((found["street"].casefold(), int(found["number"]))) if found else None
        if house is None:
            return _answer(_collection())
        at = [house.position.longitude, house.position.latitude]
        address = {"formattedAddress": house.address, "addressLine": f"{house.street} {house.number}"}
        properties = {"confidence": "High", "matchCodes": ["Good"], "type": "Address", "address": address}
        return _answer(_collection(_feature("Point", at, properties)))


def _position(coordinates: Any) -> Position:
    longitude, latitude = coordinates
    found = position(latitude, longitude)
    if found is None:
        raise ValueError("no position")
    return found


def _refusal(request: web.Request) -> web.Response | None:
    if request.headers.get("subscription-key", request.query.get("subscription-key", "")) != KEY:
        return _error(401)
    return None if request.query.get("api-version") == VERSION else _error(400)


def _planned(fault: Fault | None) -> web.Response | None:
    if fault is None or fault.kind != "status":
        return None
    return _error(fault.status, fault.code, {"Retry-After": fault.retry_after} if fault.retry_after else {})


def _error(status: int, code: str = "", headers: Mapping[str, str] | None = None) -> web.Response:
    text = json.dumps({"error": {"code": code or _CODES.get(status, "UnknownError"), "message": "Refused."}})
    return web.Response(text=text, status=status, headers=headers, content_type="application/json")


def _answer(body: dict[str, Any]) -> web.Response:
    return web.Response(text=json.dumps(body), content_type=_GEO)


def _collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}
