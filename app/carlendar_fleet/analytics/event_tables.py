"""The tables of events as the measures see them, derived from the tables' schema and bound to an engine later.

They have no column that identifies a driver, a trip or a moment: the subject, ids, sequence numbers and times are left
out, so that no measure can group by them. The day is the UTC day of the partition.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from carlendar.domain.base import Value
from carlendar.telemetry.schema import EVENTS
from carlendar_fleet.tables.schema import schema_of

WITHHELD = frozenset({"event_id", "subject", "time", "received_at", "sequence"})
"""Columns of the stored tables that measures do not see."""


class Period(Value, frozen=True):
    """The UTC days from `first` to `last`, both included."""

    first: date
    last: date


class EventTables:
    """The unbound tables of events, limited to a period."""

    def __init__(self, period: Period) -> None:
        self._period = period

    def __getitem__(self, name: str) -> ir.Table:
        """The table of the events called `name`. Raises KeyError for an unknown name."""
        table = ibis.table(columns(name), name=name)
        return table.filter(table.day.between(self._period.first, self._period.last))


def columns(name: str) -> dict[str, str]:
    """The Ibis types of the columns of the events called `name`. Raises KeyError for an unknown name."""
    stored = ibis.Schema.from_pyarrow(schema_of(EVENTS[name]))
    seen = {column: str(kind).lstrip("!") for column, kind in stored.items() if column not in WITHHELD}
    return {"day": "date"} | seen


def event_names() -> tuple[str, ...]:
    """The names of all events."""
    return tuple(EVENTS)
