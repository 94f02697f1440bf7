"""Recordings of drives, and that nothing recorded reaches the road (S11)."""

from __future__ import annotations

import ast
import errno
import io
import json
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from carlendar.commands import record
from carlendar.domain.ports import Reading
from carlendar.domain.vss import DRIVER_SUBJECT, IGNITION, LATITUDE, SELECTOR, SPEED
from carlendar.domain.vss import PARKING_BRAKE as BRAKE
from carlendar.domain.vss import SPEED as BUS_SPEED
from carlendar.errors import ServiceError, SettingsError, UsageError
from carlendar.safety.trace import parse_trace
from carlendar.vehicle.recording import RecordedSignals
from tests.fakes.databroker import Garage

APP = Path(__file__).parents[2] / "app"


class ToldSignals:
    """`VehicleSignals` that say what a test lets them say."""

    def __init__(self) -> None:
        self.say: Callable[[Sequence[Reading]], None] = lambda _: None

    def start(self, listener: Callable[[Sequence[Reading]], None]) -> None:
        self.say = listener

    def stop(self) -> None:
        self.say = lambda _: None


class Hand:
    now = 100.0

    def seconds(self) -> float:
        return self.now


def recorded(sink: Any, *, position: bool = False) -> tuple[ToldSignals, RecordedSignals, list[Reading], Hand]:
    car, heard, clock = ToldSignals(), list[Reading](), Hand()
    recording = RecordedSignals(car, sink, clock, position=position)
    recording.start(heard.extend)
    return car, recording, heard, clock


def test_a_recording_is_a_trace_without_where_and_who() -> None:
    sink = io.StringIO()
    car, recording, heard, clock = recorded(sink)
    car.say([Reading(100.0, SPEED, 3.0), Reading(100.0, DRIVER_SUBJECT, "ana"), Reading(100.0, LATITUDE, 52.4)])
    car.say([Reading(100.25, SELECTOR, 127), Reading(100.5, SPEED, 4.0)])
    clock.now = 103.0
    recording.stop()
    lines = [json.loads(line) for line in sink.getvalue().splitlines()]
    assert lines == [
        {"t": 0.0, "signal": SPEED, "value": 3.0},
        {"t": 0.25, "signal": SELECTOR, "value": 127},
        {"t": 0.5, "signal": SPEED, "value": 4.0},
        {"t": 3.0},
    ]
    assert len(heard) == 5
    assert [reading.at for reading in parse_trace(sink.getvalue().splitlines())] == [0.0, 0.25, 0.5, 3.0]


def test_source_timestamps_are_recorded_from_the_first_on() -> None:
    sink = io.StringIO()
    car, recording, _, clock = recorded(sink)
    second = 1_000_000_000
    car.say([Reading(100.0, SELECTOR, 126, 1_700_000_000 * second), Reading(100.0, IGNITION, "ON")])
    car.say([Reading(100.5, SPEED, 3.0, 1_700_000_002 * second + 250_000_001), Reading(100.5, BRAKE, True, 5 * second)])
    clock.now = 101.0
    recording.stop()
    lines = [json.loads(line) for line in sink.getvalue().splitlines()]
    assert [line.get("reported") for line in lines] == [0.0, None, 2.250000001, -1_699_999_995.0, None]
    read = [reading.reported for reading in parse_trace(sink.getvalue().splitlines())]
    assert read == [0, None, 2_250_000_001, -1_699_999_995 * second, None]


def test_a_read_that_the_broker_answers_from_memory_is_no_reading(settled: Garage, tmp_path: Path) -> None:
    path = tmp_path / "dead.jsonl"
    settled.set(BUS_SPEED, 12.0)
    assert record.run(file=str(path), seconds=2.5, databroker=settled.address) == 0
    assert [each for each in parse_trace(path.read_text().splitlines()) if each.signal == SPEED] == []


def test_the_position_is_recorded_when_asked_for() -> None:
    sink = io.StringIO()
    car, recording, _, _ = recorded(sink, position=True)
    car.say([Reading(100.0, LATITUDE, 52.4)])
    recording.stop()
    assert "52.4" in sink.getvalue()


def test_a_full_disk_ends_the_recording_and_not_the_signals() -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    car, recording, heard, _ = recorded(Full())
    car.say([Reading(100.0, SPEED, 3.0)])
    car.say([Reading(100.5, SPEED, 4.0)])
    assert len(heard) == 2
    assert recording.failed is not None
    assert recording.lines == 0


@pytest.fixture
def settled(garage: Garage, monkeypatch: pytest.MonkeyPatch) -> Garage:
    monkeypatch.setattr("signal.signal", lambda *_: None)
    return garage


def test_the_command_records_a_drive_for_its_owner_alone(settled: Garage, tmp_path: Path) -> None:
    path = tmp_path / "drive.jsonl"
    with settled.publishing(BUS_SPEED, 12.0):
        assert record.run(file=str(path), seconds=1.5, databroker=settled.address) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    readings = list(parse_trace(path.read_text().splitlines()))
    assert {each.value for each in readings if each.signal == SPEED} == {12.0}
    assert len([each for each in readings if each.signal == SPEED]) >= 2
    with pytest.raises(UsageError, match="already exists"):
        record.run(file=str(path), databroker=settled.address)


def test_what_cannot_be_recorded_is_reported_in_one_line(
    settled: Garage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settled.shut()
    with pytest.raises(ServiceError, match="sent nothing"):
        record.run(file=str(tmp_path / "nothing"), seconds=0.3, databroker=settled.address)
    with pytest.raises(UsageError, match="cannot be written"):
        record.run(file=str(tmp_path / "no" / "folder"), databroker=settled.address)
    with pytest.raises(SettingsError, match="needs its certificate authority"):
        record.run(file=str(tmp_path / "afar"), databroker="10.0.0.1:55555")
    with pytest.raises(SettingsError, match="no databroker is configured"):
        record.run(file=str(tmp_path / "unnamed"))


def test_s11_only_the_command_that_records_knows_a_recorded_car() -> None:
    knows = {
        path.relative_to(APP).as_posix()
        for path in APP.rglob("*.py")
        for name in _imports(path)
        if name.startswith("carlendar.vehicle.recording")
    }
    assert knows == {"carlendar/commands/record.py"}


def test_s11_nothing_that_drives_can_reach_a_source_of_the_emulator() -> None:
    """Neither at the first import nor by one within a function: all that the screen can ever load is walked."""
    seen, waiting = set[str](), ["carlendar.cli", "carlendar.commands.drive", "carlendar.wiring.service_child"]
    while waiting:
        name = waiting.pop()
        path = APP / (name.replace(".", "/") + ".py")
        if name in seen or not path.is_file():
            continue
        seen.add(name)
        waiting.extend(_modules(path))
    assert {
        "carlendar.vehicle.kuksa",
        "carlendar.wiring.connections",
        "carlendar.wiring.service",
        "carlendar.ui.root_view",
    } <= seen
    simulations = (
        "carlendar_devtools.emulator",
        "carlendar_devtools.processes",
        "carlendar_devtools.emulator.phone.simulated",
        "carlendar.vehicle.recording",
        "carlendar.safety.replay",
    )
    assert not [name for name in seen if name.startswith(simulations)]


def _modules(path: Path) -> list[str]:
    return [part for name in _imports(path) if name.startswith("carlendar") for part in (name, name.rpartition(".")[0])]


def _imports(path: Path) -> list[str]:
    """Names of modules that a file imports, anywhere in it."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.extend(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def test_without_a_car_it_is_reported_after_a_moment_that_no_signals_arrive(
    settled: Garage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settled.shut()
    with pytest.raises(ServiceError, match="sent nothing: it cannot be reached"):
        record.run(file=str(tmp_path / "none.jsonl"), seconds=4.5, databroker=settled.address)
    why = "it cannot be reached, or not with this certificate (vehicle.ca_file)"
    notice = f"no signals arrive from the databroker at {settled.address}: {why}"
    assert capsys.readouterr().err.splitlines() == [notice]


def test_a_recording_with_a_dead_speed_names_it_and_writes_none(
    settled: Garage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "dead.jsonl"
    settled.set(BUS_SPEED, 12.0)
    settled.set(SELECTOR, 126)
    assert record.run(file=str(path), seconds=4.5, databroker=settled.address) == 0
    assert f"no speed arrives from the databroker at {settled.address}" in capsys.readouterr().err
    assert SPEED not in {each.signal for each in parse_trace(path.read_text().splitlines())}


def test_a_recording_of_a_car_that_speaks_reports_nothing(
    settled: Garage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with settled.publishing(BUS_SPEED, 12.0):
        record.run(file=str(tmp_path / "drive.jsonl"), seconds=3.5, databroker=settled.address)
    assert capsys.readouterr().err == ""
