"""Normalises the key names of Graph's JSON.

Graph documents camelCase; older services behind it and gateways in front of it send PascalCase (`Id`, `DateTime`). The
tolerant reader accepts both.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import fields

from carlendar.microsoft import graph_types

_STRUCTS = [
    each for each in vars(graph_types).values() if isinstance(each, type) and issubclass(each, graph_types.GraphStruct)
]
_OTHERS = (
    "value", "name", "color", "hexColor", "isDefaultCalendar", "canEdit", "canViewPrivateItems", "displayName", "mail",
    "userPrincipalName", "preferredLanguage", "language", "locale", "timeZone", "responses", "status", "headers",
)  # fmt: skip
"""Keys that are read without a struct."""

_SPELLING: dict[str, str] = {name.lower(): name for name in _OTHERS} | {
    field.encode_name.lower(): field.encode_name for struct in _STRUCTS for field in fields(struct)
}


def spelt(value: Any) -> Any:
    """Return `value` with all keys as documented; if a key occurs in both spellings, the documented one is used."""
    if isinstance(value, list):
        return [spelt(each) for each in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for name, inner in value.items():
        known = _SPELLING.get(str(name).lower(), str(name))
        if known == name or known not in value:
            found[known] = spelt(inner)
    return found
