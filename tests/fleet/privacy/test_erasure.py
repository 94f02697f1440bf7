"""Erasure of a subject, proven by a search of every file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest

from carlendar.errors import StoreError, UsageError
from carlendar.telemetry.schema import Topic
from carlendar_fleet.commands import forget as forget_command
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.ingest.batch import Batch
from carlendar_fleet.privacy import erasure
from carlendar_fleet.privacy.erasure import forget
from carlendar_fleet.privacy.search import PIECE, traces
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.shares import Access, Shares
from tests.fleet.cars import JOIN, Car, letters, rows

Cars = tuple[Car, Car]


def share(data: DataFolder, subject: str) -> None:
    database = Database(data.registry)
    Shares(database).set(subject, "Contoso Insurance", ["usage"], Access.GRANTED, datetime(2026, 11, 2, tzinfo=UTC))
    database.close()


def names_of_files(data: DataFolder, subject: str) -> set[str]:
    return {each.file.name.partition("-")[0].partition(".")[0] for each in traces(data.root, subject)}


def test_the_search_finds_a_subject_in_tables_registry_and_dead_letters(data: DataFolder, cars: Cars) -> None:
    found = traces(data.root, cars[0].subject)
    places = {each.file.relative_to(data.root).parts[0] for each in found}
    assert places == {"events", "registry.sqlite3", "dead-letter"}
    assert traces(data.root, "f" * 32) == []


def test_nothing_of_a_forgotten_subject_is_left_in_any_file(data: DataFolder, cars: Cars) -> None:
    gone, kept = cars
    share(data, gone.subject)
    erased = forget(data, gone.subject)
    assert (erased.events, erased.dead_letters, erased.registry) == (5, 1, 3)
    assert traces(data.root, gone.subject) == []
    assert {row["subject"] for table in ("join", "trip", "consent") for row in rows(data, table)} == {kept.subject}
    assert len(rows(data, "join")) == 2
    assert len(letters(data)) == 1


def test_the_raw_bytes_of_all_files_are_free_of_the_subject(data: DataFolder, cars: Cars) -> None:
    forget(data, cars[0].subject)
    wanted = cars[0].subject.encode()
    assert all(wanted not in path.read_bytes() for path in data.root.rglob("*") if path.is_file())


def test_a_partition_without_rows_is_deleted(data: DataFolder, cars: Cars) -> None:
    for car in cars:
        forget(data, car.subject)
    assert list(data.events.rglob("*.parquet")) == []


def test_what_still_arrives_of_a_forgotten_subject_is_refused(data: DataFolder, cars: Cars) -> None:
    gone = cars[0]
    forget(data, gone.subject)
    batch = Batch(data)
    batch.add(gone.message(gone.event(JOIN)))
    counts = batch.commit().counts
    batch.close()
    assert "accepted" not in counts
    assert traces(data.root, gone.subject) == []


def test_an_uncommitted_batch_of_a_killed_ingestion_is_no_hiding_place(data: DataFolder, cars: Cars) -> None:
    data.staging.mkdir(exist_ok=True)
    (data.staging / "part-left.jsonl").write_text(cars[0].subject)
    forget(data, cars[0].subject)
    assert traces(data.root, cars[0].subject) == []


def test_an_interrupted_erasure_is_finished_by_the_next(data: DataFolder, cars: Cars) -> None:
    subject = cars[0].subject
    with patch.object(erasure, "_forget_in_lines", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        forget(data, subject)
    assert traces(data.root, subject) != []
    forget(data, subject)
    assert traces(data.root, subject) == []


def test_a_trace_elsewhere_in_the_folder_is_reported(data: DataFolder, cars: Cars) -> None:
    note = data.root / "notes.txt"
    note.write_bytes(b"x" * (PIECE - 5) + cars[0].subject.encode())  # across two pieces
    with pytest.raises(StoreError, match="still have the subject"):
        forget(data, cars[0].subject)


def test_nothing_is_erased_while_ingestion_runs(data: DataFolder, cars: Cars) -> None:
    batch = Batch(data)
    with pytest.raises(UsageError, match="ingestion is running"):
        forget(data, cars[0].subject)
    batch.close()
    assert len(rows(data, "join")) == 4


@pytest.mark.parametrize("subject", ["", "%", "a" * 31, "A" * 32, "0" * 33, "car-1", "' OR 1=1 --"])
def test_only_a_whole_subject_can_be_forgotten(data: DataFolder, subject: str) -> None:
    with pytest.raises(UsageError, match="32 digits"):
        forget(data, subject)


def test_the_command_states_what_was_erased_and_searched(
    data: DataFolder, cars: Cars, capsys: pytest.CaptureFixture[str]
) -> None:
    assert forget_command.run(subject=cars[0].subject, data=str(data.root)) == 0
    text = capsys.readouterr().out
    assert "5 events" in text
    assert "none has the subject" in text


def test_consents_withdrawn_before_do_not_prevent_erasure(data: DataFolder, cars: Cars) -> None:
    car = cars[0]
    batch = Batch(data)
    batch.add(car.message(car.consent(Topic.USAGE, granted=False), topic=Topic.CONSENT))
    batch.commit()
    batch.close()
    assert forget(data, car.subject).events > 0


def test_files_keep_their_rows_of_others_and_their_schema(data: DataFolder, cars: Cars, tmp_path: Path) -> None:
    before = [row for row in rows(data, "join") if row["subject"] == cars[1].subject]
    forget(data, cars[0].subject)
    assert rows(data, "join") == before
