"""The data dictionary: what each event and each of its fields means, generated from the schema (JSON and Markdown)."""

from __future__ import annotations

import inspect
from enum import StrEnum
from typing import Any, get_args

import msgspec
from msgspec import Meta

from carlendar.domain.base import Value
from carlendar.telemetry.schema import ALL, TelemetryEvent, field_types


class FieldEntry(Value, frozen=True):
    """A field. `kind` is `integer`, `boolean` or `enumeration`, with bounds or permitted `values`."""

    name: str
    kind: str
    unit: str
    description: str
    optional: bool
    low: int | None = None
    high: int | None = None
    values: tuple[str, ...] = ()


class EventEntry(Value, frozen=True):
    """An event, with the terms of ISO 20078 and of the EU Data Act: category, purpose, retention and frequency."""

    name: str
    type: str
    topic: str
    category: str
    description: str
    purpose: str
    retention_days: int
    frequency: str
    fields: tuple[FieldEntry, ...]


def entries() -> tuple[EventEntry, ...]:
    """Return the dictionary's entries, in the order of the schema."""
    return tuple(_entry(each) for each in ALL)


def as_json() -> str:
    """Return the dictionary as indented JSON."""
    return msgspec.json.format(msgspec.json.encode([_complete(each) for each in entries()]), indent=2).decode() + "\n"


def as_markdown() -> str:
    """Return the dictionary as Markdown: a section for each event, with a table of its fields."""
    return "\n".join(_section(each) for each in entries())


def field_entry(name: str, kind: Any) -> FieldEntry:
    """Describe one field of an event by its type. Raises TypeError for a type that events must not have."""
    parts = get_args(kind)
    optional = type(None) in parts
    if optional:
        (kind,) = (each for each in parts if each is not type(None))
        parts = get_args(kind)
    base, *notes = parts or (kind,)
    (about,) = (each for each in notes if isinstance(each, Meta))
    unit, text = str((about.extra or {})["unit"]), about.description or ""
    if base is bool:
        return FieldEntry(name, "boolean", unit, text, optional)
    if base is int and about.ge is not None and about.le is not None:
        return FieldEntry(name, "integer", unit, text, optional, int(about.ge), int(about.le))
    if issubclass(base, StrEnum):
        return FieldEntry(name, "enumeration", unit, text, optional, values=tuple(each.value for each in base))
    raise TypeError(f"{name} has a type that events must not have")


def _entry(event: type[TelemetryEvent]) -> EventEntry:
    about = event.about
    return EventEntry(
        name=about.name, type=about.type, topic=about.topic.value, category=about.category.value,
        description=_first_line(event), purpose=about.purpose, retention_days=about.retention_days,
        frequency=about.frequency, fields=tuple(field_entry(*each) for each in field_types(event)),
    )  # fmt: skip


def _first_line(event: type[TelemetryEvent]) -> str:
    return (inspect.getdoc(event) or "").partition("\n")[0]


def _complete(entry: EventEntry) -> dict[str, Any]:
    """The entry with all keys, also those that have their default value."""
    fields = [{key: getattr(each, key) for key in each.__struct_fields__} for each in entry.fields]
    return {key: getattr(entry, key) for key in entry.__struct_fields__} | {"fields": fields}


def _section(entry: EventEntry) -> str:
    kept = f"category {entry.category}, kept for {entry.retention_days} days"
    lines = [
        f"### {entry.name}", "", entry.description, "",
        f"Purpose: {entry.purpose}", "",
        f"Type `{entry.type}`, topic `{entry.topic}`, {kept}. Frequency: {entry.frequency}", "",
        "| field | unit | values | meaning |", "|---|---|---|---|",
        *(_row(each) for each in entry.fields), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _row(entry: FieldEntry) -> str:
    allowed = ", ".join(f"`{each}`" for each in entry.values) or (
        f"{entry.low} to {entry.high}" if entry.kind == "integer" else "true, false"
    )
    meaning = f"{entry.description} (may be absent)" if entry.optional else entry.description
    return f"| `{entry.name}` | {entry.unit} | {allowed} | {meaning} |"
