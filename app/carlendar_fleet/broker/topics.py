"""The MQTT topics between cars and back end, and who may use them."""

from __future__ import annotations

from carlendar.telemetry.schema import Topic

TELEMETRY = "vehicles/+/telemetry/+"
REPORTED = "vehicles/+/reported"
RESULTS = "vehicles/+/results"
SETTINGS = "vehicles/+/settings"
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


def settings_answer(vehicle: str) -> str:
    """Where a vehicle gets the answer about its driver's settings."""
    return f"vehicles/{vehicle}/settings/answer"


def access_control() -> str:
    """The rules for mosquitto. `%u` is the common name of the client's certificate."""
    car = [f"pattern write vehicles/%u/telemetry/{topic}" for topic in Topic]
    car += ["pattern write vehicles/%u/reported", "pattern write vehicles/%u/results"]
    car += ["pattern write vehicles/%u/settings"]
    car += [f"pattern read vehicles/%u/{each}" for each in ("receipts", "desired", "commands/#", "settings/answer")]
    ingest = [f"user {INGEST}", f"topic read {TELEMETRY}", "topic write vehicles/+/receipts"]
    control = [f"user {CONTROL}", f"topic read {REPORTED}", f"topic read {RESULTS}"]
    control += [f"topic read {SETTINGS}"]
    control += [f"topic write vehicles/+/{each}" for each in ("desired", "commands/#", "settings/answer")]
    return "\n".join([*car, "", *ingest, "", *control, ""])
