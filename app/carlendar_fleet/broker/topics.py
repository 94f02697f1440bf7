"""The MQTT topics between cars and back end, and who may use them."""

from __future__ import annotations

from carlendar.telemetry.schema import Topic

TELEMETRY = "vehicles/+/telemetry/+"
REPORTED = "vehicles/+/reported"
RESULTS = "vehicles/+/results"
INGEST, CONTROL = "backend-ingest", "backend-control"
"""Names of the back end's own clients, which are the common names of their certificates."""


def receipts(vehicle: str) -> str:
    """Where a vehicle gets receipts of events."""
    return f"vehicles/{vehicle}/receipts"


def desired(vehicle: str) -> str:
    """Where a vehicle gets its desired state."""
    return f"vehicles/{vehicle}/desired"


def command(vehicle: str, name: str) -> str:
    """Where a vehicle gets a direct command."""
    return f"vehicles/{vehicle}/commands/{name}"


def access_control() -> str:
    """The rules for mosquitto. `%u` is the common name of the client's certificate."""
    car = [f"pattern write vehicles/%u/telemetry/{topic}" for topic in Topic]
    car += ["pattern write vehicles/%u/reported", "pattern write vehicles/%u/results"]
    car += [f"pattern read vehicles/%u/{each}" for each in ("receipts", "desired", "commands/#")]
    ingest = [f"user {INGEST}", f"topic read {TELEMETRY}", "topic write vehicles/+/receipts"]
    control = [f"user {CONTROL}", f"topic read {REPORTED}", f"topic read {RESULTS}"]
    control += ["topic write vehicles/+/desired", "topic write vehicles/+/commands/#"]
    return "\n".join([*car, "", *ingest, "", *control, ""])
