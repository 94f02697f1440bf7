"""A KQL database in Fabric over the files that ingestion commits: external tables, one for each event.

It reads what ingestion has accepted, not the event hub: registration and consent are checked there. The subject and
the event's id stay out of it.
"""

from __future__ import annotations

import pyarrow as pa

from carlendar.telemetry.schema import EVENTS, TelemetryEvent
from carlendar_fleet.tables.schema import schema_of

WITHHELD = frozenset({"subject", "event_id", "brand"})
"""Columns that are left out; the brand is that of the folder."""
STORAGE = "abfss://WORKSPACE@onelake.dfs.fabric.microsoft.com/LAKEHOUSE.Lakehouse/Files/carlendar/events"
"""To be replaced by the place of the back end's data folder."""


def kql_script() -> str:
    """The commands, which can be repeated."""
    head = [
        "// External tables for Carlendar's events in a KQL database of Microsoft Fabric. Not tried in a tenant.",
        f"// Replace {STORAGE} by the folder `events` of the back end's data.",
    ]
    return "\n".join([*head, *(line for event in EVENTS.values() for line in _table(event))]) + "\n"


def table_name(event: type[TelemetryEvent]) -> str:
    """The name of an event's table."""
    return "".join(part.capitalize() for part in event.about.name.split("_"))


def _table(event: type[TelemetryEvent]) -> list[str]:
    columns = ", ".join(
        f"['{field.name}']: {_kind(field.type)}" for field in schema_of(event) if field.name not in WITHHELD
    )
    return [
        "",
        f"// {event.about.name}: {event.about.purpose}",
        f".create-or-alter external table {table_name(event)} ({columns})",
        "kind = storage",
        "partition by (day: datetime, brand: string)",
        'pathformat = ("day=" datetime_pattern("yyyy-MM-dd", day) "/brand=" brand)',
        "dataformat = parquet",
        f"(h@'{STORAGE}/{event.about.name};impersonate')",
    ]


def _kind(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "datetime"
    if pa.types.is_boolean(kind):
        return "bool"
    return "long" if pa.types.is_integer(kind) else "string"
