"""The ARM template: its lint, and that the lint finds what is broken on purpose."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carlendar.errors import UsageError
from carlendar.telemetry.schema import EVENTS
from carlendar_fleet.commands import deploy
from carlendar_fleet.deploy.fabric import kql_script, table_name
from carlendar_fleet.deploy.template import parameters, template
from carlendar_fleet.deploy.template_lint import findings

Json = dict[str, Any]


def resource(made: Json, kind: str) -> Json:
    return next(each for each in made["resources"] if each["type"].endswith(kind))


def test_the_template_is_sound() -> None:
    assert findings(template()) == []


def broken(change: Callable[[Json], object]) -> list[str]:
    made = copy.deepcopy(template())
    change(made)
    return findings(made)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda made: made.pop("contentVersion"), "contentVersion is missing"),
        (lambda made: made["variables"].pop("topicName"), "variables has no topicName"),
        (lambda made: made["parameters"].update(unused={"type": "string"}), "unused of parameters is not used"),
        (lambda made: made["parameters"].update(sharedKey={"type": "string"}), "must be secure"),
        (lambda made: made["resources"].append(made["resources"][0]), "same type and name"),
        (lambda made: made["resources"][0].update(apiVersion="2019-01-01"), "version of the API"),
        (lambda made: made["resources"][0].update(location="[parameter('location')]"), "unknown function"),
        (lambda made: made["resources"][0].update(location="[parameters('location']"), "do not match"),
        (lambda made: made["resources"].remove(resource(made, "namespaces/eventhubs")), "not in the template"),
        (lambda made: resource(made, "topicSpaces").update(dependsOn=[]), "does not depend on its"),
        (lambda made: made["resources"].remove(resource(made, "permissionBindings")), "there is no client group"),
        (lambda made: made["resources"].remove(resource(made, "topicSpaces")), "not in the template"),
        (lambda made: resource(made, "clientGroups")["properties"].update(query="x"), "cannot be understood"),
        (lambda made: resource(made, "topicSpaces")["properties"]["topicTemplates"].append("vehicles/#"), "of another"),
    ],
)  # fmt: skip
def test_a_broken_template_is_found(change: Callable[[Json], object], problem: str) -> None:
    assert any(problem in each for each in broken(change)), broken(change)


def test_the_parameters_are_those_of_the_template() -> None:
    made = template()
    given = set(parameters()["parameters"])
    required = {name for name, each in made["parameters"].items() if "defaultValue" not in each}
    assert required <= given <= set(made["parameters"])


def test_the_broker_names_the_authenticated_client_in_every_event() -> None:
    """What ingestion from Event Hubs relies on."""
    broker = resource(template(), "EventGrid/namespaces")["properties"]["topicSpacesConfiguration"]
    added = {each["key"]: each["value"] for each in broker["routingEnrichments"]["dynamic"]}
    assert added == {"clientname": "${client.authenticationName}", "mqtttopic": "${mqtt.message.topicName}"}


def test_no_secret_and_no_key_is_in_the_template() -> None:
    text = json.dumps(template())
    assert "listKeys" not in text
    assert text.count('"disableLocalAuth": true') == 2


def test_fabric_has_a_table_for_every_event_without_the_subject() -> None:
    script = kql_script()
    for event in EVENTS.values():
        assert f"external table {table_name(event)} (" in script
    assert "subject" not in script.replace("// ", "")
    assert script.count("(h@'") == len(EVENTS)


def test_the_command_writes_files_and_says_that_they_are_untested(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert deploy.run(folder=str(tmp_path / "out")) == 0
    assert "never tried in a tenant" in capsys.readouterr().out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"template.json", "parameters.json", "fabric.kql", "README.md"}
    assert "Nothing here was tried in a tenant" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        deploy.run(folder=str(tmp_path / "file"))
