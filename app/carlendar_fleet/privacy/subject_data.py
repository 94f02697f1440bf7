"""What is stored of a subject: events, consents, and who may have the data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import duckdb

from carlendar.domain.base import Value
from carlendar.errors import StoreError, UsageError
from carlendar.telemetry.schema import EVENTS
from carlendar_fleet.analytics.duckdb_engine import parts_of
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.registry.consents import Consent, Consents
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.shares import Share, Shares
from carlendar_fleet.tables.schema import schema_of

SUBJECT = re.compile(r"[0-9a-f]{32}")
Record = dict[str, object]


class SubjectData(Value, frozen=True):
    """All of a subject's data. `events` has the rows of each kind of event, in order of time."""

    subject: str
    events: dict[str, list[Record]]
    consents: list[Consent]
    shares: list[Share]

    @property
    def empty(self) -> bool:
        """Whether nothing is stored."""
        return not (any(self.events.values()) or self.consents or self.shares)


def checked(subject: str) -> str:
    """Return the subject. Raises UsageError if it has not the form of one."""
    if not SUBJECT.fullmatch(subject):
        raise UsageError("a subject has 32 digits or letters from a to f: the car shows it in Settings, under Data")
    return subject


def collect(data: DataFolder, subject: str) -> SubjectData:
    """Read everything. Raises UsageError for an impossible subject, StoreError if something cannot be read."""
    database = Database(data.registry)
    try:
        consents, shares = Consents(database).of(checked(subject)), Shares(database).of(subject)
    finally:
        database.close()
    return SubjectData(subject, events_of(data, subject, EVENTS), consents, shares)


def events_of(data: DataFolder, subject: str, names: Iterable[str]) -> dict[str, list[Record]]:
    """The events of a subject by kind. Raises StoreError if a table cannot be read."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return {name: _rows(connection, data, subject, name) for name in names}


def _rows(connection: duckdb.DuckDBPyConnection, data: DataFolder, subject: str, name: str) -> list[Record]:
    folder = data.events / name
    if not any(folder.glob("*/*/part-*.parquet")):
        return []
    columns = ", ".join(f'"{each}"' for each in schema_of(EVENTS[name]).names)
    query = (
        f"SELECT {columns} FROM read_parquet(?, union_by_name = true, hive_partitioning = false) "  # noqa: S608 - names of the schema
        "WHERE subject = ? ORDER BY time, sequence"
    )
    try:
        found = connection.execute(query, [parts_of(folder), subject]).to_arrow_table()
        return [{key: _plain(value) for key, value in row.items()} for row in found.to_pylist()]
    except duckdb.Error as error:
        raise StoreError(f"the table of {name} cannot be read: {str(error).splitlines()[0]}") from error


def _plain(value: object) -> object:
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else value
