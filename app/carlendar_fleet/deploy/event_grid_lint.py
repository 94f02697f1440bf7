"""Checks what Event Grid's broker demands of client groups, topic spaces and permission bindings.

Sources: the pages "Topic spaces", "Client groups" and "Access control for MQTT clients" of Azure's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from carlendar_fleet.deploy.topic_spaces import (
    AUTHENTICATION_NAME,
    PUBLISHER,
    SUBSCRIBER,
    ClientGroup,
    TopicSpace,
)

MOST_TEMPLATES = 10
MOST_GROUPS = 10
LONGEST_TOPIC = 256
MOST_LEVELS = 8
"""Levels of a topic: a conservative limit, which keeps our topics short."""
NAME = re.compile(r"[A-Za-z0-9-]{3,50}")
VARIABLE = re.compile(r"\$\{[^}]*\}?")
KNOWN_VARIABLE = re.compile(r"\$\{client\.(?:authenticationName|attributes\.[A-Za-z_][A-Za-z0-9_]*)\}")
CONDITION = r"(?:attributes\.[A-Za-z_]\w*|authenticationName) ?(?:=|!=|<>|<=?|>=?) ?(?:'[^']*'|\"[^\"]*\"|\d+)"
LIST = r"(?:attributes\.[A-Za-z_]\w*|authenticationName) IN \[(?:'[^']*'(?:, ?)?)+\]"
QUERY = re.compile(rf"(?:{CONDITION}|{LIST})(?: (?:and|or) (?:{CONDITION}|{LIST}))*")


def findings(groups: Sequence[ClientGroup], spaces: Sequence[TopicSpace]) -> list[str]:
    """What Event Grid would refuse, or what would let a client into another's topics; empty if nothing."""
    return [*_of_groups(groups), *_of_spaces(groups, spaces), *_of_access(spaces)]


def _of_groups(groups: Sequence[ClientGroup]) -> Iterator[str]:
    if len(groups) > MOST_GROUPS:
        yield f"{len(groups)} client groups, {MOST_GROUPS} are allowed"
    names = [each.name for each in groups]
    if len(set(names)) < len(names):
        yield "two client groups have the same name"
    for each in groups:
        if not NAME.fullmatch(each.name):
            yield f"{each.name}: names have 3 to 50 letters, digits and hyphens"
        if not QUERY.fullmatch(each.query):
            yield f"{each.name}: the query cannot be understood: {each.query}"


def _of_spaces(groups: Sequence[ClientGroup], spaces: Sequence[TopicSpace]) -> Iterator[str]:
    names = [each.name for each in spaces]
    if len(set(names)) < len(names):
        yield "two topic spaces have the same name"
    known = {each.name for each in groups}
    for each in spaces:
        if not NAME.fullmatch(each.name):
            yield f"{each.name}: names have 3 to 50 letters, digits and hyphens"
        if not 1 <= len(each.templates) <= MOST_TEMPLATES:
            yield f"{each.name}: {len(each.templates)} topic templates, 1 to {MOST_TEMPLATES} are allowed"
        if each.group not in known:
            yield f"{each.name}: there is no client group {each.group}"
        if each.permission not in (PUBLISHER, SUBSCRIBER):
            yield f"{each.name}: a permission is {PUBLISHER} or {SUBSCRIBER}, not {each.permission}"
        for template in each.templates:
            yield from (f"{each.name}: {template}: {problem}" for problem in _of_template(template))


def _of_template(template: str) -> Iterator[str]:
    if not template or template.startswith(("/", "$SYS", "$share")):
        yield "a topic begins with a name, not with / or a reserved prefix"
    for variable in VARIABLE.findall(template):
        if not KNOWN_VARIABLE.fullmatch(variable):
            yield f"the variable {variable} does not exist"
    levels = VARIABLE.sub("x", template).split("/")
    if "#" in template and (levels[-1] != "#" or template.count("#") > 1):
        yield "# is allowed as the last level only"
    if any("+" in level and level != "+" for level in levels):
        yield "+ stands for a whole level"
    if "" in levels:
        yield "a level is empty"
    if len(levels) > MOST_LEVELS or len(template) > LONGEST_TOPIC:
        yield "the topic is too long"


def _of_access(spaces: Sequence[TopicSpace]) -> Iterator[str]:
    """Clients of one group must not reach each other: all templates of vehicles are bound to the client's own name."""
    for each in spaces:
        for template in each.templates:
            own = AUTHENTICATION_NAME in template.split("/")
            if each.group == "vehicles" and not own:
                yield f"{each.name}: {template}: one vehicle could use the topics of another"


def allowed(spaces: Sequence[TopicSpace], group: str, client: str, permission: str, topic: str) -> bool:
    """Whether a client of a group may publish to, or subscribe to, a topic as Event Grid decides."""
    return any(
        _covers(template.replace(AUTHENTICATION_NAME, client).split("/"), topic.split("/"))
        for each in spaces
        if (each.group, each.permission) == (group, permission)
        for template in each.templates
    )


def _covers(template: Sequence[str], topic: Sequence[str]) -> bool:
    """Whether all topics of a filter are among those of a template."""
    if not template or template[0] == "#":
        return bool(template) or not topic
    if not topic:
        return False
    same = template[0] == topic[0] or (template[0] == "+" and topic[0] != "#")
    return same and _covers(template[1:], topic[1:])
