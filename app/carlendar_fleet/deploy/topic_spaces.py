"""Event Grid's access control, derived from the rules of the broker on a laptop, so that both allow the same."""

from __future__ import annotations

from collections.abc import Iterator

from carlendar.domain.base import Value
from carlendar_fleet.broker.topics import CONTROL, INGEST, access_control

AUTHENTICATION_NAME = "${client.authenticationName}"
VEHICLES = "vehicles"
PUBLISHER, SUBSCRIBER = "Publisher", "Subscriber"
PERMISSIONS = {"write": PUBLISHER, "read": SUBSCRIBER}


class ClientGroup(Value, frozen=True):
    """A group of clients. `query` selects them by their attributes."""

    name: str
    query: str


class TopicSpace(Value, frozen=True):
    """Topics that a group of clients may use in one way; with its permission binding."""

    name: str
    templates: tuple[str, ...]
    group: str
    permission: str


CLIENT_GROUPS = (
    ClientGroup(VEHICLES, "attributes.type = 'vehicle'"),
    ClientGroup(INGEST, "attributes.type = 'ingest'"),
    ClientGroup(CONTROL, "attributes.type = 'control'"),
)


def topic_spaces(rules: str = "") -> tuple[TopicSpace, ...]:
    """Return the topic spaces for the rules of mosquitto, those of the back end if none are given."""
    templates: dict[tuple[str, str], list[str]] = {}
    for group, permission, template in _grants(rules or access_control()):
        templates.setdefault((group, permission), []).append(template)
    return tuple(
        TopicSpace(f"{group}-{'publish' if permission == PUBLISHER else 'subscribe'}", tuple(found), group, permission)
        for (group, permission), found in templates.items()
    )


def _grants(rules: str) -> Iterator[tuple[str, str, str]]:
    """Group, permission and topic template of each rule. Raises ValueError for a rule without counterpart."""
    user = ""
    for line in filter(None, rules.splitlines()):
        kind, *rest = line.split()
        if kind == "user" and len(rest) == 1:
            user = rest[0]
        elif kind == "pattern" and len(rest) == 2:
            yield VEHICLES, PERMISSIONS[rest[0]], rest[1].replace("%u", AUTHENTICATION_NAME)
        elif kind == "topic" and user and len(rest) == 2:
            yield user, PERMISSIONS[rest[0]], rest[1]
        else:
            raise ValueError(f"no counterpart in Event Grid: {line}")
