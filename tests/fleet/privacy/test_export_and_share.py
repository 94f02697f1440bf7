"""What a driver gets, and what a third party gets."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from carlendar.errors import UsageError
from carlendar.telemetry.schema import Topic
from carlendar_fleet.commands import dictionary, export, share
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.ingest.batch import Batch
from carlendar_fleet.privacy.sharing import WITHHELD, shared_data
from carlendar_fleet.privacy.subject_data import collect
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.shares import UNANSWERED, Access, Shares
from tests.fleet.cars import NOW, Car
from tests.fleet.event_folder import EventFolder

Cars = tuple[Car, Car]
OTHER = "Contoso Insurance"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def answer(data: DataFolder, subject: str, topics: Sequence[str], access: Access, days: int = 0) -> None:
    database = Database(data.registry)
    Shares(database).set(subject, OTHER, topics, access, NOW + timedelta(days=days))
    database.close()


def test_a_driver_gets_all_that_is_stored_and_nothing_of_others(data: DataFolder, cars: Cars, tmp_path: Path) -> None:
    own, other = cars
    out = tmp_path / "export"
    assert export.run(subject=own.subject, out=str(out), file_format="", data=str(data.root)) == 0
    found = json.loads((out / "data.json").read_text(encoding="utf-8"))
    assert found["subject"] == own.subject
    assert {name: len(rows) for name, rows in found["tables"].items()} == {
        "join": 2, "trip": 1, "consent": 2, "consents": 2, "shares": 0,
    }  # fmt: skip
    assert found["tables"]["join"][0]["service"] == "teams"
    assert found["tables"]["join"][0]["time"] == "2026-11-01T08:00:00.000+00:00"
    assert all(other.subject not in path.read_text(encoding="utf-8") for path in out.iterdir())
    assert [row["connected_ms"] for row in table(out / "join.csv")] == ["4200", "4200"]
    assert len(table(out / "consents.csv")) == 2


def test_the_export_explains_its_fields_and_is_for_its_owner_only(data: DataFolder, cars: Cars, tmp_path: Path) -> None:
    out = tmp_path / "export"
    export.run(subject=cars[0].subject, out=str(out), file_format="csv", data=str(data.root))
    names = {each["name"] for each in json.loads((out / "dictionary.json").read_text(encoding="utf-8"))}
    assert {"join", "trip", "consent"} <= names
    assert not (out / "data.json").exists()
    assert all(path.stat().st_mode & 0o077 == 0 for path in [out, *out.iterdir()])


def test_without_any_data_there_is_nothing_to_export(data: DataFolder, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing is stored"):
        export.run(subject="e" * 32, out=str(tmp_path / "out"), file_format="", data=str(data.root))


def test_a_third_party_gets_the_topics_that_were_granted_without_identifiers(
    data: DataFolder, cars: Cars, tmp_path: Path
) -> None:
    subject, out = cars[0].subject, tmp_path / "shared"
    common = {"subject": subject, "data": str(data.root), "recipient": OTHER}
    assert share.run(action="grant", topics="usage", **common) == 0
    assert share.run(action="write", out=str(out), **common) == 0
    found = json.loads((out / "data.json").read_text(encoding="utf-8"))
    assert len(found["tables"]["join"]) == 2
    assert "trip" not in found["tables"]
    assert not WITHHELD & set(found["tables"]["join"][0])
    for path in out.iterdir():
        text = path.read_text(encoding="utf-8")
        assert path.suffix != ".csv" or len(text.splitlines()) > 1, "a file without rows has no header"
        assert subject not in text
        assert "car-1" not in text


@pytest.mark.parametrize(
    ("access", "days", "state"),
    [
        (Access.REQUESTED, 0, "requested"), (Access.DENIED, 0, "denied"), (Access.REVOKED, 0, "revoked"),
        (Access.REQUESTED, -UNANSWERED.days - 1, "ignored"),
    ],
)  # fmt: skip
def test_a_third_party_gets_nothing_unless_access_is_granted(
    data: DataFolder, cars: Cars, access: Access, days: int, state: str
) -> None:
    answer(data, cars[0].subject, ["usage"], access, days)
    with pytest.raises(UsageError, match=f"usage {state}"):
        shared_data(data, cars[0].subject, OTHER, NOW)


def test_another_third_party_gets_nothing(data: DataFolder, cars: Cars) -> None:
    answer(data, cars[0].subject, ["usage"], Access.GRANTED)
    with pytest.raises(UsageError, match="nothing was granted"):
        shared_data(data, cars[0].subject, "Fabrikam", NOW)


def test_a_withdrawn_consent_ends_sharing(data: DataFolder, cars: Cars) -> None:
    car = cars[0]
    answer(data, car.subject, ["usage", "mobility"], Access.GRANTED)
    batch = Batch(data)
    batch.add(car.message(car.consent(Topic.USAGE, granted=False), topic=Topic.CONSENT))
    batch.commit()
    batch.close()
    found = shared_data(data, car.subject, OTHER, NOW)
    assert set(found) == {"trip"}


@pytest.mark.parametrize("topics", ["", "security", "consent", "usage,everything"])
def test_only_topics_of_a_driver_can_be_shared(data: DataFolder, cars: Cars, topics: str) -> None:
    with pytest.raises(UsageError, match="no topics to share"):
        share.run(action="grant", subject=cars[0].subject, data=str(data.root), recipient=OTHER, topics=topics)


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "a\nb"])
def test_a_third_party_has_a_printable_name(data: DataFolder, cars: Cars, name: str) -> None:
    with pytest.raises(UsageError, match="third party needs a name"):
        share.run(action="grant", subject=cars[0].subject, data=str(data.root), recipient=name, topics="usage")


def test_a_driver_sees_who_may_have_what(data: DataFolder, cars: Cars, capsys: pytest.CaptureFixture[str]) -> None:
    answer(data, cars[0].subject, ["usage", "mobility"], Access.GRANTED)
    share.run(action="list", subject=cars[0].subject, data=str(data.root))
    text = capsys.readouterr().out
    assert text.splitlines() == [
        f"{OTHER}: mobility granted since 2026-11-02", f"{OTHER}: usage granted since 2026-11-02",
    ]  # fmt: skip


@pytest.mark.parametrize("as_json", [True, False])
def test_the_dictionary_is_printed(*, as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert dictionary.run(as_json=as_json) == 0
    text = capsys.readouterr().out
    assert ("### join" in text) != as_json
    if as_json:
        assert {"name", "topic", "category", "purpose", "retention_days", "frequency", "fields"} <= set(
            json.loads(text)[0]
        )


def test_a_data_folder_of_any_name_is_read(tmp_path: Path) -> None:
    events = EventFolder(tmp_path / "the fleet's [1]*" / "events")
    events.add("dropped", 1, subject="d" * 32, count=5)
    events.write()
    assert len(collect(DataFolder(tmp_path / "the fleet's [1]*"), "d" * 32).events["dropped"]) == 1
