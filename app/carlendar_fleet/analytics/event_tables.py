"""The tables of events as the measures see them, made from the telemetry schema and bound to an engine later.

The tables have no column that identifies a driver, a trip or a moment: `subject`, `event_id`, `sequence` and the times
are left out, so that no measure can group by them. The day is the UTC day of the partition.
"""

from __future__ import annotations

import types
import typing
from datetime import date
from enum import StrEnum

import ibis
import ibis.expr.types as ir

from carlendar.domain.base import Value
from carlendar.telemetry.schema import EVENTS, field_types

COMMON = {
    "vehicle_id": "string",
    "brand": "string",
    "model": "string",
    "software_version": "string",
    "day": "date",
}
"""The columns of every event that measures may use, with their Ibis types."""


class Period(Value, frozen=True):
    """The UTC days from `first` to `last`, both included."""

    first: date
    last: date


class EventTables:
    """The tables of events, limited to a period."""

    def __init__(self, period: Period) -> None:
        self._period = period

    def __getitem__(self, name: str) -> ir.Table:
        """The unbound table of the events called `name`. Raises KeyError for an unknown name."""
        table = ibis.table(schema(name), name=name)
        return table.filter(table.day.between(self._period.first, self._period.last))


def schema(name: str) -> ibis.Schema:
    """The Ibis schema of the events called `name`."""
    return ibis.schema(columns(name))


def columns(name: str) -> dict[str, str]:
    """The Ibis types of the columns of the events called `name`. Raises KeyError for an unknown name."""
    return COMMON | {field: _ibis_type(kind) for field, kind in field_types(EVENTS[name])}


def event_names() -> tuple[str, ...]:
    """The names of all events."""
    return tuple(EVENTS)


def _ibis_type(kind: object) -> str:
    """The Ibis type of a field. Raises TypeError for a type that an event cannot have."""
    if typing.get_origin(kind) is typing.Annotated:
        return _ibis_type(typing.get_args(kind)[0])
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        (inner,) = (each for each in typing.get_args(kind) if each is not types.NoneType)
        return _ibis_type(inner).lstrip("")
    if kind is bool:
        return "boolean"
    if kind is int:
        return "int64"
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return "string"
    raise TypeError(f"{kind} is no type of an event's field")
