"""Checks an ARM template as far as that is possible without Azure: its structure, expressions and references.

What only the resource provider knows (names of properties, permitted values, quotas) is not checked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from carlendar_fleet.deploy import event_grid_lint
from carlendar_fleet.deploy.topic_spaces import ClientGroup, TopicSpace

Json = dict[str, Any]
FUNCTIONS = frozenset(
    {"concat", "parameters", "variables", "resourceId", "subscriptionResourceId", "extensionResourceId", "reference",
     "resourceGroup", "guid", "replace"}
)  # fmt: skip
"""The functions that our templates use; another is more likely a mistake."""
API_VERSIONS = {
    "Microsoft.EventGrid/": "2025-02-15", "Microsoft.EventHub/": "2024-01-01", "Microsoft.Fabric/": "2023-11-01",
    "Microsoft.Authorization/": "2022-04-01",
}  # fmt: skip
PARENT_IN_PATH = re.compile(r"^\[resourceId\('(?P<type>[\w./]+)'")
SECRET = re.compile(r"(?:key|secret|password|connectionstring)$", re.IGNORECASE)


def findings(template: Json) -> list[str]:
    """What is wrong with a template; empty if nothing was found."""
    return [
        *_of_structure(template), *_of_expressions(template), *_of_resources(template.get("resources", [])),
        *event_grid_lint.findings(_groups(template), _spaces(template)),
    ]  # fmt: skip


def _of_structure(template: Json) -> Iterator[str]:
    for key in ("$schema", "contentVersion", "resources"):
        if key not in template:
            yield f"{key} is missing"
    for name, parameter in template.get("parameters", {}).items():
        if SECRET.search(name) and not str(parameter["type"]).startswith("secure"):
            yield f"the parameter {name} must be secure"


def _of_expressions(template: Json) -> Iterator[str]:
    known = {"parameters": set(template.get("parameters", {})), "variables": set(template.get("variables", {}))}
    used: dict[str, set[str]] = {"parameters": set(), "variables": set()}
    for text in _texts(template):
        if not (text.startswith("[") and text.endswith("]")):
            continue
        if text.count("(") != text.count(")") or text.count("'") % 2:
            yield f"the brackets or quotes do not match: {text}"
        outside = re.sub(r"'[^']*'", "''", text)
        yield from (f"unknown function {name}: {text}" for name in re.findall(r"(\w+)\(", outside)
                    if name not in FUNCTIONS)  # fmt: skip
        for kind, name in re.findall(r"(parameters|variables)\('(\w+)'\)", text):
            used[kind].add(name)
            if name not in known[kind]:
                yield f"{kind} has no {name}: {text}"
    for kind, names in known.items():
        yield from (f"{name} of {kind} is not used" for name in sorted(names - used[kind]))


def _of_resources(resources: list[Json]) -> Iterator[str]:
    names = [(each["type"], json.dumps(each["name"])) for each in resources]
    if len(set(names)) < len(names):
        yield "two resources have the same type and name"
    ids = {_identifier(each) for each in resources}
    types = {each["type"] for each in resources}
    for each in resources:
        kind = each["type"]
        expected = next((version for prefix, version in API_VERSIONS.items() if kind.startswith(prefix)), None)
        if each.get("apiVersion") != expected:
            yield f"{kind}: the version of the API is not {expected}"
        for needed in each.get("dependsOn", []):
            found = PARENT_IN_PATH.match(needed)
            if found and (needed not in ids or found["type"] not in types):
                yield f"{kind}: depends on what is not in the template: {needed}"
        parent = kind.rpartition("/")[0]
        if parent in types and not any(f"'{parent}'" in needed for needed in each.get("dependsOn", [])):
            yield f"{kind}: does not depend on its {parent}"


def _identifier(resource: Json) -> str:
    """The `resourceId` expression of a resource whose name is a variable, or a variable and literals with slashes."""
    name = str(resource["name"])
    joined = re.fullmatch(r"\[concat\((variables\('\w+'\)), '/([^']*)'\)\]", name)
    parts = [joined[1], *(f"'{each}'" for each in joined[2].split("/"))] if joined else [name.strip("[]")]
    return f"[resourceId('{resource['type']}', {', '.join(parts)})]"


def _groups(template: Json) -> list[ClientGroup]:
    return [ClientGroup(_last(each), each["properties"]["query"]) for each in _parts(template, "clientGroups")]


def _spaces(template: Json) -> list[TopicSpace]:
    """The topic spaces with their bindings; one without a binding has an empty group, which is reported."""
    bindings = {each["properties"]["topicSpaceName"]: each["properties"]
                for each in _parts(template, "permissionBindings")}  # fmt: skip
    spaces = []
    for each in _parts(template, "topicSpaces"):
        bound = bindings.pop(_last(each), {})
        spaces.append(TopicSpace(_last(each), tuple(each["properties"]["topicTemplates"]),
                                 bound.get("clientGroupName", ""), bound.get("permission", "")))  # fmt: skip
    for name, bound in bindings.items():  # a binding to no space is reported for having no templates
        spaces.append(TopicSpace(name, (), bound["clientGroupName"], bound["permission"]))
    return spaces


def _parts(template: Json, kind: str) -> list[Json]:
    return [each for each in template.get("resources", []) if each["type"] == f"Microsoft.EventGrid/namespaces/{kind}"]


def _last(resource: Json) -> str:
    return str(resource["name"]).rstrip("')]").rpartition("/")[2]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
