"""Open extensions of the signed-in person (resource type openTypeExtension)."""

from __future__ import annotations

from typing import Any

from carlendar_devtools.emulator.cloud.call import GraphCall, GraphError, Reply, bad_request, not_found
from carlendar_devtools.emulator.cloud.state import GraphState

TYPE = "#microsoft.graph.openTypeExtension"
MOST = 2_048
"""Bytes of one extension."""


def create(call: GraphCall, state: GraphState) -> Reply:
    """Add an extension. One of the same name is refused."""
    body = call.json_object()
    name = body.get("extensionName")
    if not isinstance(name, str) or not name or len(str(body)) > MOST:
        raise bad_request("extensionName is required, and an extension holds 2 KB.")
    key = call.mailbox.person.address, name
    if key in state.extensions:
        raise GraphError(409, "NameAlreadyExists", "An extension of this name exists.")
    state.extensions[key] = own = {each: value for each, value in body.items() if not each.startswith("@")}
    return Reply(201, _wire(name, own))


def read(call: GraphCall, state: GraphState) -> Reply:
    """One extension."""
    name = call.keys["extension"]
    found = state.extensions.get((call.mailbox.person.address, name))
    if found is None:
        raise not_found()
    return Reply(200, _wire(name, found))


def delete(call: GraphCall, state: GraphState) -> Reply:
    """Remove an extension."""
    if state.extensions.pop((call.mailbox.person.address, call.keys["extension"]), None) is None:
        raise not_found()
    return Reply(204)


def _wire(name: str, own: dict[str, Any]) -> dict[str, Any]:
    return {"@odata.type": TYPE, "id": name, **own}
