"""Keeps the key of a driver's settings in their own Microsoft account, as an open extension of the user.

It needs the delegated permission User.ReadWrite. Where that is not granted there is no key: settings stay in the car.
"""

from __future__ import annotations

from collections.abc import Callable

from carlendar.errors import GoneError
from carlendar.microsoft.graph import GraphClient

EXTENSION = "org.carlendar.settings"
PATH = "/me/extensions"


def settings_key(graph: GraphClient, new: Callable[[], str]) -> str:
    """Return the key, and make one with `new` for a driver who has none. Raises ServiceError."""
    if found := _existing(graph):
        return found
    body = {"@odata.type": "microsoft.graph.openTypeExtension", "extensionName": EXTENSION, "key": new()}
    graph.post(PATH, body)
    return _existing(graph)  # of two cars at once, both take the one that is kept


def _existing(graph: GraphClient) -> str:
    try:
        return str(graph.get(f"{PATH}/{EXTENSION}").data.get("key") or "")
    except GoneError:
        return ""
