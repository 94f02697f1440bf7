"""Erases everything that is stored of a subject, and proves it by a search of every file."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from carlendar.domain.base import Value
from carlendar.errors import StoreError
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.privacy.search import conditions, traces
from carlendar_fleet.privacy.subject_data import checked
from carlendar_fleet.registry.database import Database
from carlendar_fleet.tables.files import Staging, sync
from carlendar_fleet.tables.ledger import Ledger
from carlendar_fleet.tables.writer_lock import locked


class Erased(Value, frozen=True):
    """What was erased: rows of the registry, events, dead letters; and the number of files that were searched."""

    registry: int
    events: int
    dead_letters: int
    searched: int


def forget(data: DataFolder, subject: str) -> Erased:
    """Erase a subject. It can be repeated after an interruption.

    Raises UsageError for an impossible subject or while ingestion runs, StoreError if something cannot be read or a
    trace is left.
    """
    checked(subject)
    with locked(data.writer_lock):
        _finish_last_batch(data)
        # the consents first: from here on, what still arrives of the subject is refused
        registry = _forget_in_registry(data, subject)
        events = sum(_forget_in_table(path, subject) for path in sorted(data.events.rglob("*.parquet")))
        letters = sum(_forget_in_lines(path, subject) for path in sorted(data.dead_letters.rglob("*.jsonl")))
        if left := traces(data.root, subject):
            raise StoreError(f"{len(left)} files still have the subject, the first is {left[0].file}: erase it there")
        return Erased(registry, events, letters, sum(path.is_file() for path in data.root.rglob("*")))


def _finish_last_batch(data: DataFolder) -> None:
    """Discard staged files that ingestion has not committed, and place those that it has."""
    ledger = Ledger(data.ledger)
    staging = Staging(data.root, data.staging)
    try:
        staging.place(ledger.parts())
        staging.discard()
    finally:
        staging.close()
        ledger.close()


def _forget_in_registry(data: DataFolder, subject: str) -> int:
    database = Database(data.registry)
    try:
        with database.transaction() as connection:
            deleted = sum(
                connection.execute(f"DELETE FROM {table} WHERE {condition}", values).rowcount  # noqa: S608 - names of our tables
                for table, condition, values in conditions(connection, subject)
            )
        database.rows("PRAGMA wal_checkpoint(TRUNCATE)")  # the journal has the old pages
    finally:
        database.close()
    return deleted


def _forget_in_table(path: Path, subject: str) -> int:
    """Replace a file by one without the subject's rows; returns how many those were."""
    try:
        column = pq.read_table(path, columns=["subject"], partitioning=None)["subject"]
        own = pc.fill_null(pc.equal(column, subject), False)
        count = int(pc.sum(own).as_py() or 0)
        if not count:
            return 0
        rest = pq.read_table(path, partitioning=None).filter(pc.invert(own))
        _replace_table(path, rest)
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"{path} cannot be changed: {error}") from error
    return count


def _replace_table(path: Path, rest: pa.Table) -> None:
    if rest.num_rows == 0:
        path.unlink()
    else:
        temporary = path.with_name(f".{path.name}.new")
        pq.write_table(rest, temporary, compression="zstd", write_statistics=True)
        sync(temporary)
        temporary.replace(path)
    sync(path.parent)


def _forget_in_lines(path: Path, subject: str) -> int:
    """Replace a file of lines by one without those that have the subject; returns how many those were."""
    wanted = subject.encode()
    lines = path.read_bytes().splitlines(keepends=True)
    rest = [line for line in lines if wanted not in line]
    if len(rest) == len(lines):
        return 0
    temporary = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(rest)
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)
    return len(lines) - len(rest)
