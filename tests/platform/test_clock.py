"""The contract of `WallClock`, and what each implementation promises beyond it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from carlendar.domain.ports import WallClock
from carlendar.platform.clock import RELEASED, BoottimeClock, SystemWallClock, kernel_says_set
from carlendar_devtools.emulator.clock import EmulatedClock
from carlendar_devtools.processes.clock import EmulatedWallClock
from tests.fakes.clocks import ManualClock

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 11, 23, 7, 48, tzinfo=UTC)


def write(path: Path, **changes: object) -> None:
    data = {"wall": MORNING.isoformat(), "elapsed": 100.0, "rate": 1.0, "zone": "Europe/Berlin", "is_set": True}
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(data | changes))
    fresh.replace(path)


def system(_folder: Path, elapsed: ManualClock) -> WallClock:
    return SystemWallClock(
        lambda: BERLIN, elapsed, was_set=lambda: True, present=lambda: MORNING + timedelta(seconds=elapsed.now - 100)
    )


def emulated(folder: Path, elapsed: ManualClock) -> WallClock:
    write(folder / "clock.json")
    return EmulatedWallClock(folder / "clock.json", elapsed)


def emulator(folder: Path, elapsed: ManualClock) -> WallClock:
    return EmulatedClock(folder / "clock.json", elapsed, wall=MORNING, zone=BERLIN)


@pytest.mark.parametrize("make", [system, emulated, emulator])
class TestWallClock:
    """What every wall clock promises."""

    def test_now_is_aware_and_in_utc(self, tmp_path: Path, make: Callable[[Path, ManualClock], WallClock]) -> None:
        now = make(tmp_path, ManualClock(100.0)).now()
        assert now.tzinfo is not None
        assert now.utcoffset() == timedelta(0)
        assert now == MORNING

    def test_the_zone_is_the_cars(self, tmp_path: Path, make: Callable[[Path, ManualClock], WallClock]) -> None:
        clock = make(tmp_path, ManualClock(100.0))
        assert clock.now().astimezone(clock.zone()).isoformat() == "2026-11-23T08:48:00+01:00"

    def test_it_goes_at_its_rate(self, tmp_path: Path, make: Callable[[Path, ManualClock], WallClock]) -> None:
        elapsed = ManualClock(100.0)
        clock = make(tmp_path, elapsed)
        elapsed.now += 30.0
        assert clock.now() == MORNING + timedelta(seconds=30 * clock.rate())

    def test_it_is_set(self, tmp_path: Path, make: Callable[[Path, ManualClock], WallClock]) -> None:
        assert make(tmp_path, ManualClock(100.0)).is_set()


def test_a_clock_earlier_than_the_release_is_not_set_whatever_claims_so() -> None:
    early = RELEASED - timedelta(seconds=1)
    assert not SystemWallClock(lambda: UTC, ManualClock(100.0), was_set=lambda: True, present=lambda: early).is_set()


def test_a_clock_that_becomes_set_is_seen_within_seconds_and_the_kernel_is_not_asked_at_each_draw() -> None:
    elapsed, asked, answers = ManualClock(100.0), [], [False, True]

    def was_set() -> bool:
        asked.append(elapsed.now)
        return answers.pop(0)

    clock = SystemWallClock(lambda: UTC, elapsed, was_set=was_set, present=lambda: MORNING)
    assert [clock.is_set(), clock.is_set()] == [False, False]
    elapsed.now += 5.0
    assert [clock.is_set(), clock.is_set()] == [True, True]
    assert asked == [100.0, 105.0]


def test_the_kernel_can_be_asked_here() -> None:
    assert kernel_says_set() in (True, False)


def test_the_boottime_clock_never_falls_and_counts_as_the_kernel_does() -> None:
    clock = BoottimeClock()
    readings = [clock.seconds() for _ in range(1000)]
    assert readings == sorted(readings)
    assert abs(float(Path("/proc/uptime").read_text().split()[0]) - clock.seconds()) < 2.0


def test_a_replaced_file_is_followed_at_once(tmp_path: Path) -> None:
    elapsed = ManualClock(100.0)
    write(tmp_path / "clock.json")
    clock = EmulatedWallClock(tmp_path / "clock.json", elapsed)
    assert clock.now() == MORNING
    write(tmp_path / "clock.json", rate=60.0, zone="Asia/Tokyo", is_set=False)
    elapsed.now += 10.0
    assert clock.now() == MORNING + timedelta(minutes=10)
    assert (str(clock.zone()), clock.is_set(), clock.rate()) == ("Asia/Tokyo", False, 60.0)


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "{",
        "[]",
        "null",
        '{"wall": "2026-11-23T08:48:00", "elapsed": 1, "rate": 1, "zone": "UTC", "is_set": true}',
        '{"wall": "2026-11-23T08:48:00Z", "elapsed": 1, "rate": 1, "zone": "Not/There", "is_set": true}',
        '{"wall": "2026-11-23T08:48:00Z", "elapsed": 1, "rate": -1, "zone": "UTC", "is_set": true}',
        '{"wall": "2026-11-23T08:48:00Z", "elapsed": NaN, "rate": 1, "zone": "UTC", "is_set": true}',
        '{"wall": "9999-12-31T23:59:59Z", "elapsed": 1, "rate": 3600, "zone": "UTC", "is_set": true}',
        '{"wall": "2026-11-23T08:48:00Z", "elapsed": 1, "rate": 1, "zone": "../etc/passwd", "is_set": true}',
    ],
)
def test_garbage_leaves_the_last_good_time_going(tmp_path: Path, garbage: str) -> None:
    elapsed = ManualClock(100.0)
    path = tmp_path / "clock.json"
    write(path)
    clock = EmulatedWallClock(path, elapsed)
    assert clock.now() == MORNING
    path.write_text(garbage)
    elapsed.now += 5.0
    assert clock.now() == MORNING + timedelta(seconds=5)
    path.unlink()
    assert clock.is_set()


def test_without_any_file_the_emulated_clock_counts_as_not_set(tmp_path: Path) -> None:
    clock = EmulatedWallClock(tmp_path / "none.json", BoottimeClock())
    assert not clock.is_set()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_reader_follows_the_emulators_clock_through_the_file(tmp_path: Path) -> None:
    elapsed = ManualClock(100.0)
    path = tmp_path / "clock.json"
    writer = EmulatedClock(path, elapsed, wall=MORNING, zone=BERLIN)
    reader = EmulatedWallClock(path, elapsed)
    writer.set_rate(10.0)
    elapsed.now += 6.0
    assert reader.now() == writer.now() == MORNING + timedelta(minutes=1)
    writer.set_rate(0.0)
    elapsed.now += 600.0
    assert reader.now() == MORNING + timedelta(minutes=1)
    writer.set_time(MORNING + timedelta(hours=5))
    assert reader.now() == writer.now() == MORNING + timedelta(hours=5)
    writer.set_known(known=False)
    assert not reader.is_set()
    assert path.stat().st_mode & 0o077 == 0
