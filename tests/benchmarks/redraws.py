"""What a minute that passes and a list that is scrolled cost, by processor time of the thread that draws.

The renderer draws on that thread as well (`LP_NUM_THREADS=0`), so that its work counts, and nothing is read back. Every
second frame of the first part is drawn unchanged: it is the floor of the minute. Other programs on the machine make
these figures larger, but hardly their ratio.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from car import RunningCar, emulated, fill
from measured import Measured

DISPLAY = Path(__file__).with_name("redrawn_display.py")
SIZE = (1280, 720)
MEETINGS = 500
SETTLE = 5.0
"""Seconds in which gRPC, D-Bus and the service come, the car is known to be parked and idle tasks run."""
SECONDS = 8.0
"""Of each part."""
MINUTE, SCROLLED = 1.3, 33.0
"""Wanted: times an unchanged redraw; milliseconds at the 95th percentile."""


def run(scratch: Path, rounds: int, say: Callable[[str], None]) -> None:
    """Measure `rounds` processes; print the medians of their medians and percentiles."""
    with RunningCar() as car:
        measured = [_measured(scratch / f"redraws-{number}", car.port) for number in range(rounds)]
    minute, unchanged = (1000 * median(median(each[kind]) for each in measured) for kind in ("minute", "unchanged"))
    ratio = median(median(each["minute"]) / median(each["unchanged"]) for each in measured)
    say(f"a minute passes    {minute:6.1f} ms   floor {unchanged:6.1f} ms   ratio {ratio:.2f} (wanted ≤ {MINUTE:.2f})")
    usual, most = (
        1000 * median(pick(each["scrolled"]) for each in measured)
        for pick in (median, lambda frames: quantiles(frames, n=100)[94])
    )
    say(
        f"a frame of a scrolled list of {measured[0]['rows']} rows, {SIZE[0]} × {SIZE[1]}: median {usual:.1f} ms, "
        f"95th {most:.1f} ms (wanted < {SCROLLED:.0f})"
    )


def _measured(scratch: Path, port: int) -> dict[str, list[float]]:
    """Processor seconds of the frames of one process, by kind."""
    now = datetime.now(UTC).replace(second=2, microsecond=0)
    data = scratch / "data"
    fill(data, now, MEETINGS, first=45, every=30, title="Product review with the supplier")
    environment = {
        **os.environ, "SDL_VIDEODRIVER": "offscreen", "LP_NUM_THREADS": "0",
        "CARLENDAR_EMULATOR": str(emulated(scratch / "emu", now, port, SIZE)), "CARLENDAR_DATA_FOLDER": str(data),
    }  # fmt: skip
    with Measured([sys.executable, "-I", str(DISPLAY)], environment, scratch, talks=True) as display:
        time.sleep(SETTLE)
        for part in ("minutes", "scroll"):
            display.say(part)
            time.sleep(SECONDS)
        display.say("end")
        frames: dict[str, list[float]] = json.loads(display.answer())
    return frames
