"""Frame gaps of a list that is scrolled all the time, before and during a synchronisation of 2,000 events.

Both phases are of one process and one window, so that a run compares like with like. What is timed is the end of each
frame in the display itself: nothing is read back and nothing is sent, as on a head unit.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from types import TracebackType
from typing import Self

from car import RunningCar, emulated, fill
from carlendar.isolated import program
from measured import Measured

DISPLAY = Path(__file__).with_name("scrolled_display.py")
SETTLE = 3.0
"""Seconds in which gRPC, D-Bus and the service come and the car is known to be parked."""
SECONDS = 8.0
"""Of the phase without a synchronisation; the other one lasts until it is done, and at least half as long."""
TIMEOUT = 60.0
LOOK = 0.5
AFTER = 2.0
"""Seconds in which the display reads and shows what came."""
EVENTS = 2_000
SCENARIO = """
title = "Full days"
tenant = "contoso.example"
zone = "Europe/Berlin"
at = {at}
people = [{{ name = "Ana Lindner", address = "ana@contoso.example", language = "en-GB", calendars = [
    {{ key = "own", name = "Calendar", is_default = true }},
] }}]
generator = {{ events = {events}, days = 12 }}
"""
Gaps = tuple[float, float, float]
"""Median, 99th percentile and worst, seconds."""


def run(scratch: Path, rounds: int, say: Callable[[str], None]) -> None:
    """Measure `rounds` runs and print 99th percentiles and worst gaps, ratios by run."""
    still: list[Gaps] = []
    busy: list[Gaps] = []
    took: list[float] = []
    with Cloud(scratch) as cloud, RunningCar() as car:
        for number in range(rounds):
            quiet, loaded, seconds = _measured(scratch / f"frames-{number}", cloud, car.port)
            still.append(quiet)
            busy.append(loaded)
            took.append(seconds)
    say(f"a synchronisation of {EVENTS} events took {median(took):.1f} s beside it")
    for index, name, wanted in ((0, "median", None), (1, "99th", 1.5), (2, "worst", 3.0)):
        ratio = median(b[index] / s[index] for b, s in zip(busy, still, strict=True))
        figure, floor = (1000 * median(result[index] for result in results) for results in (busy, still))
        line = f"frame gaps, {name:6} {figure:6.0f} ms   floor {floor:6.0f} ms   ratio {ratio:.2f}"
        say(line + (f" (wanted ≤ {wanted:.2f})" if wanted else ""))


def _measured(scratch: Path, cloud: Cloud, port: int) -> tuple[Gaps, Gaps, float]:
    """One run: the gaps of both phases, and the seconds that the synchronisation took."""
    now = datetime.now(UTC).replace(second=2, microsecond=0)
    data = scratch / "data"
    fill(data, now, 60)
    environment = {
        **os.environ, **cloud.environment, "SDL_VIDEODRIVER": "offscreen", "LP_NUM_THREADS": "1",
        "CARLENDAR_EMULATOR": str(emulated(scratch / "emu", now, port)), "CARLENDAR_DATA_FOLDER": str(data),
    }  # fmt: skip
    with Measured([sys.executable, "-I", str(DISPLAY)], environment, scratch, talks=True) as display:
        time.sleep(SETTLE)
        display.say("agenda")
        time.sleep(1.0)
        display.say("still")
        time.sleep(SECONDS)
        began = time.monotonic()
        display.say("busy")
        display.say("sign-in")
        while _events(data) < EVENTS and time.monotonic() - began < TIMEOUT:
            time.sleep(LOOK)
        took = time.monotonic() - began
        time.sleep(max(AFTER, SECONDS / 2 - took))
        display.say("end")
        moments = json.loads(display.answer())
    if _events(data) < EVENTS:
        raise SystemExit(f"no synchronisation within {TIMEOUT:.0f} s")
    return _gaps(moments["still"]), _gaps(moments["busy"]), took


def _gaps(moments: list[float]) -> Gaps:
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    return median(gaps), quantiles(gaps, n=100)[98], max(gaps)


def _events(data: Path) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{data / 'events.db'}?mode=ro", uri=True)) as store:
        count: int = store.execute("SELECT count(*) FROM events").fetchone()[0]
    return count


class Cloud:
    """A niced emulated cloud with 2,000 events in the days that are kept, idle until a request comes."""

    def __init__(self, scratch: Path) -> None:
        self._scenario = scratch / "frames.toml"
        today = datetime.now(UTC).replace(tzinfo=None)
        self._scenario.write_text(SCENARIO.format(at=today.isoformat(timespec="seconds"), events=EVENTS))

    def __enter__(self) -> Self:
        command = ["nice", "-n", "15", *program("carlendar"), "emulator", "cloud", "--json",
                   "--approve", "ana@contoso.example", "--scenario", str(self._scenario)]  # fmt: skip
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        with contextlib.suppress(OSError):  # where Linux divides the processor by sessions, `nice` alone is nothing
            Path(f"/proc/{self._process.pid}/autogroup").write_text("15", encoding="ascii")
        said = json.loads(self._process.stdout.readline() if self._process.stdout else "")
        self.environment = {
            "CARLENDAR_IDENTITY_CLIENT_ID": said["client_id"],
            "CARLENDAR_IDENTITY_CA_FILE": said["ca"],
            "CARLENDAR_IDENTITY_AUTHORITY": said["authority"],
            "CARLENDAR_IDENTITY_GRAPH": said["graph"].removesuffix("/v1.0"),
        }
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(10)
        if self._process.stdout:
            self._process.stdout.close()
