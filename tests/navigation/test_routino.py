"""The real Routino over the fictional town, and what it may answer."""

from __future__ import annotations

import resource
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar.domain.place import Position
from carlendar.domain.travel import TravelSource
from carlendar.errors import ServiceError, SettingsError
from carlendar.navigation import routino
from carlendar.navigation.routino import RoutinoTimes
from carlendar.platform.limited_program import ProgramLimits, run
from carlendar_devtools.emulator.town.network import Network, way
from carlendar_devtools.emulator.town.speeds import RoadClass
from tests.fakes.clocks import ManualClocks

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LIMITS = ProgramLimits(memory=1 << 30, seconds=10.0)


@pytest.fixture
def times(data: Path) -> RoutinoTimes:
    return RoutinoTimes(data, ManualClocks(NOW))


def test_a_way_takes_as_long_as_by_the_towns_own_table(times: RoutinoTimes, network: Network) -> None:
    start, end = network.town.house("Kesselweg", 1), network.town.house("Strandbyer Dorfstraße", 1)
    found, route = times.travel(start.position, end.position), way(network, start, end)
    assert found is not None
    assert (found.source, found.live_traffic, found.computed_at) == (TravelSource.ROUTING, False, NOW)
    assert found.seconds == pytest.approx(network.expected(route), abs=60)
    assert found.metres == pytest.approx(sum(piece.metres for piece in route), rel=0.05)


def test_one_way_streets_make_the_way_back_another(times: RoutinoTimes, network: Network) -> None:
    lane = next(road for road in network.town.roads.values() if road.oneway and road.kind is RoadClass.RESIDENTIAL)
    first, last = (network.town.junctions[each].position for each in (lane.junctions[0], lane.junctions[-1]))
    there, back = times.travel(first, last), times.travel(last, first)
    assert there is not None
    assert back is not None
    assert back.metres > there.metres + 100


def test_the_place_itself_is_no_way_at_all(times: RoutinoTimes) -> None:
    here = Position(54.6, 7.1)
    found = times.travel(here, here)
    assert found is not None
    assert (found.seconds, found.metres) == (0.0, 0.0)


def test_a_place_without_a_road_is_none(times: RoutinoTimes) -> None:
    assert times.travel(Position(54.6, 7.1), Position(47.0, 8.0)) is None


def test_a_folder_without_a_database_or_with_two_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no database of Routino"):
        RoutinoTimes(tmp_path, ManualClocks(NOW))
    for name in ("a", "b"):
        (tmp_path / f"{name}-nodes.mem").touch()
    with pytest.raises(SettingsError, match="several databases"):
        RoutinoTimes(tmp_path, ManualClocks(NOW))


def test_a_damaged_database_is_an_error(data: Path, tmp_path: Path) -> None:
    for file in data.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[:100])
    with pytest.raises(ServiceError):
        RoutinoTimes(tmp_path, ManualClocks(NOW)).travel(Position(54.6, 7.1), Position(54.61, 7.14))


@pytest.mark.parametrize("output", ["", "yes\n", "a\tb\tc\tWaypt#2\t0\t0\tx\t1\n", "a\tb\tc\tJunct\t0\t0\t3.5\t4.0\n"])
def test_an_answer_that_cannot_be_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    (tmp_path / "x-nodes.mem").touch()
    (tmp_path / "answer").write_text(output)
    fake = tmp_path / "router"
    fake.write_text("#!/bin/sh\ncat answer\n")
    fake.chmod(0o700)
    monkeypatch.setattr(routino, "PROGRAM", str(fake))
    with pytest.raises(ServiceError, match="unreadable"):
        RoutinoTimes(tmp_path, ManualClocks(NOW)).travel(Position(54.6, 7.1), Position(54.61, 7.14))


def test_a_router_that_is_not_installed_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x-nodes.mem").touch()
    monkeypatch.setattr(routino, "PROGRAM", "no-such-router")
    with pytest.raises(ServiceError):
        RoutinoTimes(tmp_path, ManualClocks(NOW)).travel(Position(54.6, 7.1), Position(54.61, 7.14))


def test_a_program_ends_that_takes_too_long_computes_too_much_or_needs_too_much_memory(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="too long"):
        run(["sleep", "30"], tmp_path, ProgramLimits(memory=1 << 30, seconds=0.2))
    with pytest.raises(ServiceError, match="was ended"):
        run(["sh", "-c", "while :; do :; done"], tmp_path, ProgramLimits(memory=1 << 30, processor=1))
    assert run(["dd", "if=/dev/zero", "of=/dev/null", "bs=900M", "count=1"], tmp_path, ProgramLimits(1 << 28)).code


def test_a_program_writes_no_file_and_knows_no_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    assert b"SECRET" not in run(["env"], tmp_path, LIMITS).output
    with pytest.raises(ServiceError, match="was ended"):
        run(["sh", "-c", "echo content > file"], tmp_path, LIMITS)
    assert not (tmp_path / "file").stat().st_size


def test_a_computation_costs_under_50_ms_of_processor_time_outside_the_router(times: RoutinoTimes) -> None:
    def used() -> float:
        own = resource.getrusage(resource.RUSAGE_SELF)
        return own.ru_utime + own.ru_stime

    times.travel(Position(54.6, 7.1), Position(54.61, 7.14))
    before, many = used(), 20
    for _ in range(many):
        times.travel(Position(54.6, 7.1), Position(54.61, 7.14))
    assert (used() - before) / many < 0.05
