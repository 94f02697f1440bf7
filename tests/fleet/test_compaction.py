"""Many small files become one: nothing is lost or doubled, wherever it is killed and whenever one reads."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carlendar.telemetry.envelope import Receipt
from carlendar.telemetry.schema import JoinEvent, Topic
from carlendar_fleet.analytics.duckdb_engine import DuckDBEngine
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.ingest.batch import Batch
from carlendar_fleet.ingest.receipt_sender import ReceiptSender
from carlendar_fleet.tables import compaction
from carlendar_fleet.tables.compaction import MANY, compact
from carlendar_fleet.tables.files import write_parquet
from carlendar_fleet.tables.schema import schema_of
from tests.fakes.kill_points import KilledAt
from tests.fakes.waiting import wait_until
from tests.fleet.cars import JOIN, NOW, Car, enrol, folder, ids, names
from tests.fleet.conftest import Stand

FEW = 6


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """A fleet of one car, in which six files are many."""
    for module in ("tables.compaction", "ingest.batch"):
        monkeypatch.setattr(f"carlendar_fleet.{module}.MANY", FEW)
    made = folder(tmp_path)
    enrol(made, "car-1")
    return made


def ingest(data: DataFolder, car: Car, commits: int, batch: Batch) -> list[str]:
    """As many events, each in a commit of its own."""
    events = [car.event(JOIN) for _ in range(commits)]
    for each in events:
        batch.add(car.message(each))
        batch.commit()
    return [each.id for each in events]


def consented(data: DataFolder, batch: Batch) -> Car:
    car = Car("car-1")
    batch.add(car.message(car.consent(Topic.USAGE), topic=Topic.CONSENT))
    batch.commit()
    return car


def parts(data: DataFolder) -> list[Path]:
    return sorted(data.events.rglob("join/**/part-*.parquet"))


def test_the_files_of_a_partition_stay_few_however_many_commits_there_are(data: DataFolder) -> None:
    batch = Batch(data)
    sent = ingest(data, consented(data, batch), 40, batch)
    batch.close()
    assert len(parts(data)) < 2 * FEW
    assert batch.compacted > 30
    assert sorted(map(str, ids(data, "join"))) == sorted(sent)
    assert not list(data.staging.iterdir())


def test_memory_of_a_compaction_does_not_grow_with_the_rows_of_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "ROWS", 1_000)
    schema, peaks = schema_of(JoinEvent), []
    row = {"event_id": "0" * 36, "vehicle_id": "car-1", "brand": "b", "model": "m", "software_version": "0.1.0",
           "time": NOW, "received_at": NOW, "sequence": 1, "service": "teams", "way": "dial_in",
           "outcome": "connected"}  # fmt: skip
    before = pa.default_memory_pool()
    for rows in (1_000, 10_000):
        partition = tmp_path / str(rows)
        partition.mkdir()
        table = pa.Table.from_pylist([row] * rows, schema)
        for number in range(MANY):
            write_parquet(partition / f"part-{number}.parquet", table)
        del table
        pool = pa.proxy_memory_pool(before)
        pa.set_memory_pool(pool)
        try:
            assert compact(partition, tmp_path / f"scratch-{rows}", "new") == MANY
        finally:
            pa.set_memory_pool(before)
        (made,) = partition.glob("part-*")
        assert pq.read_metadata(made).num_rows == MANY * rows
        peaks.append(pool.max_memory() or 0)
    assert 0 < peaks[1] < 3 * peaks[0], peaks


def test_large_files_stay_as_they_are(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = Batch(data)
    sent = ingest(data, consented(data, batch), FEW - 1, batch)
    batch.close()
    (partition,) = {path.parent for path in parts(data)}
    large = shutil.copyfile(parts(data)[0], partition / "part-large.parquet")
    monkeypatch.setattr(compaction, "SMALL_BYTES", large.stat().st_size)
    before = large.stat()
    assert compact(partition, data.staging / "compact-1", "new") == 0
    assert [path.stat().st_ino for path in partition.glob("part-large*")] == [before.st_ino]
    assert len(set(sent)) == FEW - 1


def test_a_kill_at_any_point_of_a_compaction_loses_and_doubles_nothing(data: DataFolder, killed_at: KilledAt) -> None:
    batch = Batch(data)
    car = consented(data, batch)
    sent = ingest(data, car, FEW - 2, batch)
    batch.close()
    last = [car.event(JOIN) for _ in range(3)]

    def work(tick: Callable[[], None]) -> None:
        def watched(function: Callable[..., object]) -> Callable[..., object]:
            def call(*values: object, **named: object) -> object:
                tick()
                done = function(*values, **named)
                tick()
                return done

            return call

        with (
            patch("os.fsync", watched(os.fsync)),
            patch("os.link", watched(os.link)),
            patch("shutil.rmtree", watched(shutil.rmtree)),
            patch("carlendar_fleet.tables.compaction._exchange", watched(compaction._exchange)),
        ):
            opened = Batch(data, names(os.getpid()))
            for each in last:
                opened.add(car.message(each))
                opened.commit()
            opened.close()

    step, expected = 1, sorted([*sent, *(each.id for each in last)])
    while killed_at(step, work):
        found = sorted(map(str, ids(data, "join")))
        assert len(found) == len(set(found)), f"doubled after step {step}"
        assert set(sent) <= set(found), f"lost after step {step}"
        step += 2
    assert step > 20
    Batch(data).close()
    assert sorted(map(str, ids(data, "join"))) == expected
    assert not list(data.staging.iterdir())


def test_a_reader_sees_every_row_once_while_files_are_compacted(data: DataFolder) -> None:
    batch = Batch(data)
    car = consented(data, batch)
    ingest(data, car, 1, batch)
    engine, ended = DuckDBEngine(data.events), threading.Event()
    table = engine.connection.table("join")
    rows = table.aggregate(rows=table.count())
    query = f"SELECT count(*), count(DISTINCT event_id) FROM '{data.events}/join/*/*/part-*.parquet'"  # noqa: S608 - the test's own folder
    failures: list[object] = []

    def read() -> None:
        seen = 0
        with duckdb.connect() as direct:
            while not ended.is_set():
                counted = engine.run(rows).to_pylist()[0]["rows"]
                if counted < seen:
                    failures.append((seen, counted))
                seen = counted
                with suppress(duckdb.IOException):  # a file that is gone: the next attempt lists them again
                    every, different = direct.execute(query).fetchall()[0]
                    if every != different:
                        failures.append((every, different))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        ingest(data, car, 60, batch)
    finally:
        ended.set()
        reader.join(20)
    batch.close()
    assert not failures
    assert engine.run(rows).to_pylist() == [{"rows": 61}]
    engine.close()


def test_a_file_system_that_cannot_exchange_folders_keeps_its_small_files(data: DataFolder) -> None:
    batch = Batch(data)
    with patch("carlendar_fleet.tables.compaction._exchange", lambda _first, _second: False):
        sent = ingest(data, consented(data, batch), 2 * FEW, batch)
    batch.close()
    assert len(parts(data)) == len(sent) == 2 * FEW


def test_cars_get_receipts_over_the_broker_where_events_come_through_kafka(stand: Stand) -> None:
    client = stand.client("car-1")
    client.wait_connected()
    sender = ReceiptSender(stand.address, stand.broker.credentials("backend-ingest"))
    sender.start()
    event = Car("car-1").event(JOIN, datetime.now(UTC))
    sender.send({"car-1": Receipt(committed=(event.id,))})
    wait_until(lambda: event.id in client.receipted(), what="the receipt")
    sender.stop()
