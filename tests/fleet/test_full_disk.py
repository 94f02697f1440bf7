"""A full disk: ingestion waits, reports it, and loses and doubles nothing."""

from __future__ import annotations

import errno
import logging
from pathlib import Path

import pytest

from carlendar.errors import StoreError
from carlendar.telemetry.schema import Topic
from carlendar_fleet.ingest.batch import Batch
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.vehicles import Vehicles
from carlendar_fleet.tables.files import Staging
from carlendar_fleet.tables.ledger import Ledger
from tests.fakes.full_disk import full_disk
from tests.fakes.waiting import wait_until
from tests.fleet.cars import JOIN, NOW, Car, enrol, folder, ids
from tests.fleet.conftest import Stand


def test_ingestion_goes_on_by_itself_once_there_is_room_and_nothing_is_lost_or_doubled(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    stand.start_ingestion()
    client, car = stand.client("car-1"), Car("car-1")
    client.wait_connected()
    consent = car.consent(Topic.USAGE, at=stand.now())
    client.send(consent, topic=Topic.CONSENT)
    wait_until(lambda: consent.id in client.receipted(), what="the receipt of the consent")
    events = [car.event(JOIN, stand.now()) for _ in range(20)]
    with full_disk():
        for each in events[:10]:
            client.send(each)
        wait_until(lambda: "is full: make room for" in caplog.text, what="the message about the disk")
        client.send(*events[10:])
        assert not {each.id for each in events} & client.receipted()
    wait_until(lambda: {each.id for each in events} <= client.receipted(), what="the receipts")
    stand.stop_ingestion()
    assert ids(stand.data, "join") == [each.id for each in events]
    assert not list(stand.data.staging.iterdir())


def test_registry_and_ledger_say_that_the_disk_is_full(tmp_path: Path) -> None:
    database, ledger = Database(tmp_path / "registry"), Ledger(tmp_path / "ledger")
    with full_disk():
        with pytest.raises(StoreError, match=r"is full: make room for .*registry"):
            Vehicles(database).enrol("car-1", "neutral", "m1", NOW)
        ledger.begin()
        ledger.add(1, [1], bytes(16), 20_000)
        with pytest.raises(StoreError, match=r"is full: make room for .*ledger"):
            ledger.commit([])
        with pytest.raises(StoreError, match=r"is full: make room for .*new"):
            Database(tmp_path / "new")
    ledger.abandon()
    Vehicles(database).enrol("car-1", "neutral", "m1", NOW)
    database.close()
    ledger.close()


def test_files_that_a_full_disk_kept_from_their_place_get_there_with_the_next_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = folder(tmp_path)
    enrol(data, "car-1")
    batch, car = Batch(data), Car("car-1")
    batch.add(car.message(car.consent(Topic.USAGE), topic=Topic.CONSENT))
    batch.commit()
    event = car.event(JOIN)
    batch.add(car.message(event))
    monkeypatch.setattr(Staging, "place", _fails)
    with pytest.raises(OSError, match="no space"):
        batch.commit()
    batch.abandon()
    monkeypatch.undo()
    batch.add(car.message(event))
    outcome = batch.commit()
    assert outcome.receipts["car-1"].committed == (event.id,)
    batch.close()
    assert ids(data, "join") == [event.id]
    assert not list(data.staging.iterdir())


def _fails(*_given: object) -> None:
    raise OSError(errno.ENOSPC, "no space")
