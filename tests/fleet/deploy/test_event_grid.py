"""Event Grid's access control: what the lint refuses, and that it allows the same as the broker on a laptop."""

from __future__ import annotations

from itertools import product

import pytest

from carlendar.telemetry.schema import Topic
from carlendar_fleet.broker.topics import CONTROL, INGEST, access_control
from carlendar_fleet.deploy.event_grid_lint import allowed, findings
from carlendar_fleet.deploy.topic_spaces import (
    CLIENT_GROUPS,
    PUBLISHER,
    SUBSCRIBER,
    VEHICLES,
    ClientGroup,
    TopicSpace,
    topic_spaces,
)

OWN = "vehicles/${client.authenticationName}"
SPACES = topic_spaces()


def space(*templates: str, name: str = "space", group: str = VEHICLES, permission: str = PUBLISHER) -> TopicSpace:
    return TopicSpace(name, templates, group, permission)


def test_our_topic_spaces_are_sound() -> None:
    assert findings(CLIENT_GROUPS, SPACES) == []


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("vehicles/+/telemetry/#", "topics of another"),
        ("vehicles/${client.name}/telemetry", "does not exist"),
        ("vehicles/${client.authenticationName/telemetry", "does not exist"),
        (f"{OWN}/#/telemetry", "last level only"),
        (f"{OWN}/tele+", "a whole level"),
        (f"{OWN}//telemetry", "is empty"),
        (f"/{OWN}", "begins with a name"),
        (f"$share/group/{OWN}", "begins with a name"),
        (f"{OWN}/a/b/c/d/e/f/g", "too long"),
        ("", "begins with a name"),
    ],
)
def test_a_topic_template_that_event_grid_refuses_is_found(template: str, problem: str) -> None:
    assert any(problem in each for each in findings(CLIENT_GROUPS, [space(template)]))


@pytest.mark.parametrize(
    ("spaces", "problem"),
    [
        ([space(*(f"{OWN}/{each}" for each in range(11)))], "11 topic templates"),
        ([space()], "0 topic templates"),
        ([space(f"{OWN}/a", group="guests")], "no client group guests"),
        ([space(f"{OWN}/a", permission="Reader")], "a permission is"),
        ([space(f"{OWN}/a", name="a b")], "3 to 50 letters"),
        ([space(f"{OWN}/a"), space(f"{OWN}/b")], "the same name"),
    ],
)
def test_a_topic_space_that_event_grid_refuses_is_found(spaces: list[TopicSpace], problem: str) -> None:
    assert any(problem in each for each in findings(CLIENT_GROUPS, spaces))


@pytest.mark.parametrize("query", ["", "type = 'vehicle'", "attributes.type == 'vehicle'", "attributes.type = vehicle"])
def test_a_query_that_event_grid_refuses_is_found(query: str) -> None:
    groups = [ClientGroup(VEHICLES, query)]
    assert any("cannot be understood" in each for each in findings(groups, [space(f"{OWN}/a")]))


@pytest.mark.parametrize(
    "query",
    ["attributes.type = 'vehicle'", "attributes.brand IN ['strada', 'corvia'] and attributes.floor <= 5",
     "authenticationName = 'backend'"],
)  # fmt: skip
def test_a_query_of_the_documentation_is_accepted(query: str) -> None:
    assert findings([ClientGroup(VEHICLES, query)], [space(f"{OWN}/a")]) == []


def test_at_most_ten_client_groups() -> None:
    groups = [ClientGroup(f"group-{each}", "attributes.a = 1") for each in range(11)]
    assert any("11 client groups" in each for each in findings(groups, []))


CLIENTS = {(VEHICLES, "car-1"), (INGEST, INGEST), (CONTROL, CONTROL)}
TOPICS = [
    f"vehicles/{car}/{rest}"
    for car, rest in product(
        ("car-1", "car-2", "+"),
        (*(f"telemetry/{each}" for each in Topic), "telemetry/other", "telemetry/#", "reported", "results", "receipts",
         "desired", "commands/erase", "commands/#", "commands/+", "#"),
    )
] + ["vehicles/#", "#", "vehicles", "other/car-1/telemetry/usage"]  # fmt: skip


def mosquitto_allows(client: str, action: str, topic: str) -> bool:
    """What the access control list of mosquitto allows."""
    user = ""
    for line in filter(None, access_control().splitlines()):
        kind, *rest = line.split()
        if kind == "user":
            user = rest[0]
            continue
        known = (kind == "pattern") or user == client
        if known and rest[0] == action and matches(rest[1].replace("%u", client).split("/"), topic.split("/")):
            return True
    return False


def matches(rule: list[str], topic: list[str]) -> bool:
    """Whether a rule covers a topic or filter (mqtt(7): # stands for the level above it as well)."""
    levels = rule[:-1] if rule[-1] == "#" else rule
    long_enough = len(topic) >= len(levels) if rule[-1] == "#" else len(topic) == len(levels)
    return long_enough and all(a == b or (a == "+" and b != "#") for a, b in zip(levels, topic, strict=False))


@pytest.mark.parametrize(("group", "client"), sorted(CLIENTS))
@pytest.mark.parametrize(("permission", "action"), [(PUBLISHER, "write"), (SUBSCRIBER, "read")])
def test_event_grid_allows_what_mosquitto_allows(group: str, client: str, permission: str, action: str) -> None:
    """But for `pattern` rules, which mosquitto applies to the back end's clients too: they have no such topics."""
    for topic in TOPICS:
        expected = mosquitto_allows(client, action, topic)
        assert allowed(SPACES, group, client, permission, topic) == expected, topic


def test_a_car_can_only_use_its_own_topics() -> None:
    assert allowed(SPACES, VEHICLES, "car-1", PUBLISHER, "vehicles/car-1/telemetry/usage")
    assert not allowed(SPACES, VEHICLES, "car-1", PUBLISHER, "vehicles/car-2/telemetry/usage")
    assert not allowed(SPACES, VEHICLES, "car-1", SUBSCRIBER, "vehicles/+/commands/#")
    assert not allowed(SPACES, VEHICLES, "car-1", PUBLISHER, "vehicles/car-1/commands/erase")


def test_a_rule_without_counterpart_is_not_ignored() -> None:
    with pytest.raises(ValueError, match="no counterpart"):
        topic_spaces("topic readwrite everything\n")
