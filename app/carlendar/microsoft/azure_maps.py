"""Azure Maps: travel times with live traffic, and positions of addresses (API version 2025-01-01).

Written by Microsoft's documentation and tried against the emulated service alone. GeoJSON has longitudes first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from carlendar.domain.place import Position, position
from carlendar.domain.ports import WallClock
from carlendar.domain.retry_after import retry_after
from carlendar.domain.travel import TravelSource, TravelTime
from carlendar.errors import CarlendarError, OutageError, RefusedError, ServiceError, ThrottledError
from carlendar.microsoft.faults import intercepted
from carlendar.microsoft.session import HttpReply, HttpSession

VERSION = "2025-01-01"
SIZE_LIMIT = 4 * 1024 * 1024
"""Bytes of one answer: the shape of a long route."""
_MOST = 1e9
"""Metres or seconds that no route has."""
_SURE = frozenset({"High", "Medium"})
"""Values of `confidence` with which an address counts as found."""


class AzureMaps:
    """A connection to the service. `key` returns the subscription key; raises CarlendarError if it cannot be read."""

    def __init__(self, http: HttpSession, url: str, key: Callable[[], str], wall: WallClock) -> None:
        self._http, self._url, self._key, self._wall = http, url.rstrip("/"), key, wall

    def travel(self, start: Position, to: Position) -> TravelTime | None:
        """Return the quickest way by car in the traffic of now; None if there is none. Blocks; raises ServiceError."""
        body = {
            "type": "FeatureCollection",
            "features": [_waypoint(start, 0), _waypoint(to, 1)],
            "travelMode": "driving",
            "optimizeRoute": "fastestWithTraffic",
            "routeOutputOptions": ["routePath"],
        }
        answer = self._ask("POST", "/route/directions", body=body)
        for feature in _features(answer):
            properties = feature.get("properties")
            if isinstance(properties, dict) and properties.get("type", "RoutePath") == "RoutePath":
                return self._travel_time(properties)
        return None

    def find(self, address: Sequence[str], near: Position | None) -> Position | None:
        """Return the position of an address; None if it is unknown or uncertain. Blocks; raises ServiceError."""
        query = {"query": ", ".join(address), "top": "1"}
        if near is not None:
            query["coordinates"] = f"{near.longitude:.3f},{near.latitude:.3f}"
        for feature in _features(self._ask("GET", "/geocode", query)):
            match feature:
                case {
                    "geometry": {"type": "Point", "coordinates": [longitude, latitude, *_]},
                    "properties": {"confidence": str(confidence)},
                } if confidence in _SURE:
                    return position(latitude, longitude)
        return None

    def _travel_time(self, properties: dict[str, Any]) -> TravelTime:
        live = properties.get("durationTrafficInSeconds")
        seconds = properties.get("durationInSeconds") if live is None else live
        metres = properties.get("distanceInMeters")
        return TravelTime(
            _figure(seconds), _figure(metres), live is not None, TravelSource.AZURE_MAPS, self._wall.now()
        )  # fmt: skip

    def _ask(
        self, method: str, path: str, query: dict[str, str] | None = None, *, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:  # fmt: skip
        headers = {"subscription-key": self._key(), "Accept": "application/geo+json"}
        if body is not None:
            headers["Content-Type"] = "application/geo+json"
        reply = self._http.request(
            method, f"{self._url}{path}?{urlencode({'api-version': VERSION, **(query or {})})}", headers=headers,
            data=None if body is None else json.dumps(body).encode(),
        )  # fmt: skip
        if reply.status == 404:  # no road nearby, or no way between the two
            return {}
        if not reply.ok:
            raise _fault(reply)
        return reply.json()


def _waypoint(at: Position, index: int) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(at.longitude, 5), round(at.latitude, 5)]},
        "properties": {"pointIndex": index, "pointType": "waypoint"},
    }


def _features(answer: dict[str, Any]) -> list[dict[str, Any]]:
    found = answer.get("features", [])
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _figure(value: object) -> float:
    """A finite number that is not negative. Raises OutageError for anything else."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value < _MOST:
        raise OutageError("Azure Maps answered with something unreadable.", key="unreadable")
    return float(value)


def _fault(reply: HttpReply) -> CarlendarError:
    if between := intercepted(reply.status, reply.headers, reply.body):
        return OutageError("Something else answers in place of Azure Maps.", key=between)
    if reply.status == 429:
        return ThrottledError("Azure Maps asks to wait a little.", retry_after=retry_after(reply.headers))
    if reply.status in (401, 403):
        return RefusedError("Azure Maps refuses the subscription key.", detail=str(reply.status))
    if reply.status >= 500:
        return OutageError("Azure Maps does not work as it should.", detail=str(reply.status))
    return ServiceError("Azure Maps refused the request.", detail=str(reply.status))
