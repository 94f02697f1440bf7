"""First frame and memory: the screen with a stored agenda beside a bare one-label window, in turn."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from car import HEIGHT, WIDTH, fill
from carlendar.isolated import program
from measured import Measured

BARE = Path(__file__).with_name("bare_window.py")
SETTLE = 6.0
"""Seconds after the first frame in which everything late has come: gRPC, D-Bus, the service."""


def run(scratch: Path, rounds: int, say: Callable[[str], None]) -> None:
    """Measure `rounds` pairs and print medians, ratio by pair."""
    now = datetime.now(UTC)
    data = scratch / "data"
    fill(data, now, 40)
    offscreen = {**os.environ, "SDL_VIDEODRIVER": "offscreen"}
    bare = {**offscreen, "KIVY_NO_ARGS": "1", "KIVY_HOME": str(scratch / "kivy")}
    ours = {**offscreen, "CARLENDAR_DATA_FOLDER": str(data)}
    pairs: list[tuple[float, float]] = []
    cores: list[tuple[float, float]] = []
    floors, peaks, both = [], [], []
    for number in range(rounds + 1):
        with Measured([sys.executable, str(BARE), str(WIDTH), str(HEIGHT)], bare, scratch) as window:
            first, first_core, floor = window.ready, window.seconds_of_core(), window.peak()
        with Measured(program("carlendar"), ours, scratch) as screen:
            mine, mine_core = screen.ready, screen.seconds_of_core()
            time.sleep(SETTLE)
            peak = screen.peak()
            service = sum(screen.peak(child) for child in screen.children())
        if number:  # the first pair fills the caches
            pairs.append((mine, first))
            cores.append((mine_core, first_core))
            floors.append(floor)
            peaks.append(peak)
            both.append(peak + service)
    for name, seconds in (("first frame", pairs), ("  processor", cores)):
        mine, first = (1000 * median(each) for each in zip(*seconds, strict=True))
        _line(say, name, "ms", mine, first, median(one / other for one, other in seconds), 0.88)
    _line(say, "peak, screen", "MiB", median(peaks), median(floors), median(peaks) / median(floors), 1.0)
    _line(say, "peak, both", "MiB", median(both), median(floors), median(both) / median(floors), 1.25)


def _line(
    say: Callable[[str], None], name: str, unit: str, figure: float, floor: float, ratio: float, wanted: float
) -> None:
    say(f"{name:18} {figure:6.0f} {unit:3}  floor {floor:6.0f} {unit:3}  ratio {ratio:.2f} (wanted ≤ {wanted:.2f})")
