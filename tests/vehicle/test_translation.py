"""Traces of other cars: names and units of other VSS releases give the same states as ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from carlendar.commands import safety
from carlendar.domain import vss
from carlendar.domain.ports import Reading
from carlendar.vehicle import signals
from carlendar.vehicle.translation import Translation

Line = tuple[float, str, object, str]


def states(path: Path, lines: list[Line], capsys: pytest.CaptureFixture[str]) -> list[tuple[float, str]]:
    written = [{"t": t, "signal": signal, "value": value, "unit": unit} for t, signal, value, unit in lines]
    path.write_text("".join(json.dumps({key: line[key] for key in line if line[key] != ""}) + "\n" for line in written))
    assert safety.run(trace=str(path), as_json=True) == 0
    return [(line["t"], line["state"]) for line in map(json.loads, capsys.readouterr().out.splitlines())]


PARKS = [(0.0, "unknown"), (0.0, "moving"), (2.0, "parked"), (3.5, "moving")]


@pytest.mark.parametrize(
    ("speed", "unit", "one"),
    [
        ("Vehicle.Speed", "", 36.0),
        ("Vehicle.Speed", "km/h", 36.0),
        ("Vehicle.Speed", "m/s", 10.0),
        ("Vehicle.Speed", "mph", 22.0),
        ("Vehicle.OBD.Speed", "km/h", 36.0),
        ("Vehicle.IsMoving", "", True),
    ],
)
def test_the_speed_of_any_release_in_any_unit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], speed: str, unit: str, one: float | bool
) -> None:
    zero = False if isinstance(one, bool) else 0.0
    drive: list[Line] = [(0.0, vss.SELECTOR, 126, ""), (0.0, speed, one, unit), (0.5, speed, one, unit)]
    drive += [(t, speed, zero, unit) for t in (1.0, 1.5, 2.0, 2.5, 3.0)]
    drive.insert(3, (0.75, vss.SELECTOR, 126, ""))
    drive += [(3.5, speed, one, unit)]
    assert states(tmp_path / "trace", drive, capsys) == PARKS


def test_metres_a_second_are_not_taken_for_kilometres_an_hour(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    creeping: list[Line] = [(n / 2, vss.SPEED, 0.2, "m/s") for n in range(6)]
    assert [state for _, state in states(tmp_path / "trace", creeping, capsys)] == ["unknown", "moving"]
    creeping = [(n / 2, vss.SPEED, 0.2, "km/h") for n in range(6)]
    assert [state for _, state in states(tmp_path / "trace", creeping, capsys)] == ["unknown", "idling"]


def test_a_unit_that_no_one_knows_is_no_speed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drive: list[Line] = [(n / 2, vss.SPEED, 0.0, "furlong/fortnight") for n in range(9)]
    assert states(tmp_path / "trace", drive, capsys) == [(0.0, "unknown")]


def test_the_first_path_that_is_published_leads_and_the_faster_of_two_counts() -> None:
    units = {vss.SPEED: "m/s", "Vehicle.OBD.Speed": "km/h", "Vehicle.IsMoving": "", "Some.Other": ""}
    translation = Translation(units)
    said: list[tuple[float, str, Any]] = [
        (1.0, vss.SPEED, None), (1.0, "Vehicle.IsMoving", True), (1.1, "Vehicle.OBD.Speed", 40),
        (1.2, vss.SPEED, 10), (1.3, vss.SPEED, 20), (1.4, "Vehicle.OBD.Speed", 0), (1.5, vss.SPEED, 0),
        (1.5, "Some.Other", 1),
    ]  # fmt: skip
    assert [(each.signal, each.value) for each in (translation.reading(Reading(*line)) for line in said)] == [
        (vss.SPEED, None), (vss.SPEED, signals.ROLLS), (vss.SPEED, 40), (vss.SPEED, 40),
        (vss.SPEED, 72.0), ("", None), (vss.SPEED, signals.ROLLS), ("Some.Other", 1),
    ]  # fmt: skip


def test_a_park_lock_is_a_selector_in_p_unless_the_selector_contradicts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    standing: list[Line] = [(n / 2, vss.SPEED, 0.0, "") for n in range(8)]
    locked: Line = (0.0, vss.PARK_LOCK, True, "")
    assert states(tmp_path / "trace", [locked, *standing], capsys)[-1] == (1.0, "parked")
    contradicted: list[Line] = [locked, (0.0, vss.SELECTOR, 127, ""), *standing]
    assert states(tmp_path / "trace", contradicted, capsys)[-1] == (2.0, "idling")
    never_set: list[Line] = [locked, (0.0, vss.SELECTOR, None, ""), *standing]
    assert states(tmp_path / "trace", never_set, capsys)[-1] == (1.0, "parked")
    released: list[Line] = [(0.0, vss.SELECTOR, 126, ""), (0.0, vss.PARK_LOCK, False, ""), *standing]
    assert states(tmp_path / "trace", released, capsys)[-1] == (2.0, "idling")


def test_standard_input_is_read_for_a_dash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "trace"
    source.write_text('{"t": 0.5, "signal": "Vehicle.Speed", "value": 50}\n')
    monkeypatch.setattr(safety, "STANDARD_INPUT", source)
    assert safety.run(trace="-", as_json=False) == 0
    assert "moving" in capsys.readouterr().out
