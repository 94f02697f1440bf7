"""The files of a deployment."""

from __future__ import annotations

import json
from pathlib import Path

from carlendar.errors import UsageError
from carlendar.full_disk import explained_in
from carlendar_fleet.deploy.fabric import kql_script
from carlendar_fleet.deploy.template import parameters, template
from carlendar_fleet.deploy.template_lint import findings

README = """# Carlendar's fleet back end in Azure

**Nothing here was tried in a tenant.** The template was checked by `carlendar fleet deploy`: structure, expressions,
references between resources, and the rules of Event Grid's broker for topic spaces, client groups and permission
bindings. Names of properties were taken from Azure's documentation; `az deployment group validate` has the last word.

1. `carlendar fleet registry certify …` makes the fleet's certificate authority. Put `ca.pem`, without line breaks, into
   `parameters.json` as `certificateAuthority`.
2. `az deployment group validate -g GROUP -f template.json -p @parameters.json`, then the same with `create`.
3. Create a client in the broker's namespace for each vehicle: authentication name and certificate's common name are the
   vehicle's id, attributes `type = vehicle` and its `brand`. The back end's own clients have the types `ingest` and
   `control`.
4. Give the identity that runs ingestion the role «Azure Event Hubs Data Receiver» on the event hub `telemetry`, and run
   `carlendar fleet ingest` with its Kafka source (consumer group `ingestion`). Its data folder is to lie in the files
   of a lakehouse, so that Fabric reads what ingestion accepted, after it has checked registration and consent.
5. In Fabric, create a workspace on the capacity, a KQL database in it, put the data folder's address into `fabric.kql`,
   and run it there.
6. `carlendar fleet powerbi DIR` writes the Power BI project; publish it to the workspace.

A stamp is one deployment. A further one (another region, another brand's tenant) has its own `name`.
"""


def write_deployment(folder: Path) -> int:
    """Write the files; returns their number. Raises UsageError if they are not sound or cannot be written."""
    made = template()
    if problems := findings(made):
        raise UsageError(f"the template is not sound: {problems[0]}")
    files = {
        "template.json": json.dumps(made, indent=2) + "\n",
        "parameters.json": json.dumps(parameters(), indent=2, ensure_ascii=False) + "\n",
        "fabric.kql": kql_script(),
        "README.md": README,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the deployment cannot be written: {explained_in(error, folder)}") from error
    return len(files)
